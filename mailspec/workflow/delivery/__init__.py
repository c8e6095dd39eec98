"""``send``, ``queue`` and ``worker``: what the Spec says of mail that must not be lost."""

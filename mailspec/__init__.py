"""mailspec: outgoing e-mail settings as code."""

__version__ = "0.1.0"

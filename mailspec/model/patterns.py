"""Forms of texts that both the language and the code behind it ask for, as regular expressions without anchors.

Plain texts without pydantic. Rust's regex, Python's re and ECMA-262 read each in the same way; ``$`` behind one is the
text's end to Rust and ECMA-262, and Python asks by ``fullmatch``.
"""

from __future__ import annotations

# What is typed on command lines and is part of a file's name: an environment, a credential. The state has 100
# characters for an environment in its key.
PLAIN_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
DOMAIN = r"[^@\s*]+"

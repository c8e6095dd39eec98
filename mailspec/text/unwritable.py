"""Characters that nothing which is sent or stored can hold: halves of one, and controls that are no line end or tab."""

from __future__ import annotations

import re

# RFC 5321 section 2.3.8 and RFC 3629 section 3: neither NUL nor a surrogate is ever sent; databases store neither.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def unwritable(text: str) -> str | None:
    """Return what a text holds that cannot be written, in words; ``None`` where there is nothing of the kind.

    >>> unwritable("Hi\\tAnn\\r\\n"), unwritable("Hi\\x07")
    (None, 'the control character U+0007')
    """
    found = _UNWRITABLE.search(text)
    if found is None:
        return None
    code = ord(found[0])
    return f"half a character (U+{code:04X})" if code >= 0xD800 else f"the control character U+{code:04X}"

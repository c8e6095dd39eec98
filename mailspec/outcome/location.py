"""A place in a file, as people and editors count."""

from typing import NamedTuple


class Location(NamedTuple):
    """Lines and columns start at 1 and count code points; the end is exclusive.

    ``file`` is relative to the working folder, with ``/``.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

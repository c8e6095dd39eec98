"""What a source gives: named bytes with the part they play in the project."""

from collections.abc import Callable
from typing import Any, Protocol


class SourceFile:
    """One file. ``name`` is shown to people; ``inside`` is its path in the project, both with ``/``.

    ``environment`` names the overlay that the file belongs to. ``refusal`` says in words why there are no bytes.
    """

    __slots__ = ("environment", "inside", "name", "raw", "refusal")

    def __init__(self, name: str, inside: str, environment: str | None, raw: bytes | None, refusal: str = "") -> None:
        self.name = name
        self.inside = inside
        self.environment = environment
        self.raw = raw
        self.refusal = refusal


class LaterFile(SourceFile):
    """One file that is read when its bytes are asked for, once; of ``inside``, ``read`` gives them and the refusal."""

    __slots__ = ("_read",)

    def __init__(
        self, name: str, inside: str, environment: str | None, read: Callable[[str], tuple[bytes | None, str]]
    ) -> None:
        # raw and refusal stay unset, so that asking for them comes to __getattr__.
        self.name = name
        self.inside = inside
        self.environment = environment
        self._read = read

    def __getattr__(self, member: str) -> Any:
        if member not in {"raw", "refusal"}:
            raise AttributeError(member)
        self.raw, self.refusal = self._read(self.inside)
        return getattr(self, member)


class Source(Protocol):
    """Where a project's files come from: a folder, a Git revision, an editor's buffer."""

    def files(self) -> list[SourceFile]:
        """Return the project's own files, in a stable order."""

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that ``include`` names."""

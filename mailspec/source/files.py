"""What a source gives: named bytes with the part they play in the project."""

from typing import NamedTuple, Protocol


class SourceFile(NamedTuple):
    """One file. ``name`` is shown to people; ``inside`` is its path in the project, both with ``/``.

    ``environment`` names the overlay that the file belongs to. ``refusal`` says in words why there are no bytes.
    """

    name: str
    inside: str
    environment: str | None
    raw: bytes | None
    refusal: str = ""


class Source(Protocol):
    """Where a project's files come from: a folder, a Git revision, an editor's buffer."""

    def files(self) -> list[SourceFile]:
        """Return the project's own files, in a stable order."""

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that ``include`` names."""

"""Writes the repositories that are measured. The same size and variant always give the same bytes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.contents import PROJECT, styled, text, with_a_finding

VARIANTS = ("clean", "finding", "styled")


@dataclass(frozen=True)
class Repository:
    """A folder of ``size`` files besides ``mailspec.yml``."""

    folder: Path
    variant: str
    size: int

    @property
    def label(self) -> str:
        return f"{self.size:,} {self.variant}"

    def files(self) -> list[str]:
        """Name the files, relative to the folder."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.yml"))


def write(root: Path, variant: str, size: int) -> Repository:
    """Write one repository anew."""
    folder = root / f"{size}-{variant}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "configurations").mkdir(parents=True)
    (folder / "mailspec.yml").write_text(PROJECT)
    for file in range(size):
        name, content = text(file)
        if variant == "finding":
            content = with_a_finding(content)
        elif variant == "styled":
            content = styled(content, file)
        (folder / name).write_bytes(content.encode())
    return Repository(folder, variant, size)

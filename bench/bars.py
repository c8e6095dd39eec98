"""What must hold. Each bar is a ratio of medians from one run on one machine, or a size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A measured value and the most that it may be; ``aim`` is the stretch."""

    name: str
    value: float
    most: float
    aim: float | None = None
    unit: str = "x"

    @property
    def holds(self) -> bool:
        return self.value <= self.most

    def __str__(self) -> str:
        verdict = "ok  " if self.holds else "FAIL"
        aim = ""
        if self.aim is not None:
            aim = f", aim {self.aim:g} {'reached' if self.value <= self.aim else 'missed'}"
        return f"{verdict} {self.name}: {self.value:.2f} {self.unit} (at most {self.most:g}{aim})"


Times = dict[tuple[int, str, str], float]  # (size, variant, tool) -> median seconds


def bars(times: Times, peaks: Times, startup: float | None) -> list[Bar]:
    """Compare what was measured; a tool that was left out gives no bar."""
    found = []
    for (size, variant, tool), own in sorted(times.items()):
        if tool != "mailspec":
            continue
        where = f"{size:,} {variant}"
        if (peer := times.get((size, variant, "check-jsonschema"))) is not None:
            found.append(Bar(f"{where}, of check-jsonschema", own / peer, 0.3))
        if (peer := times.get((size, variant, "ajv-cli"))) is not None:
            found.append(Bar(f"{where}, of ajv-cli", own / peer, 1.5, 1.0))
        if size == 10_000 and (small := times.get((2_000, variant, tool))) is not None:
            found.append(Bar(f"{variant}, 10,000 files of 2,000", own / small, 5.5))
        if (peak := peaks.get((size, variant, tool))) is not None:
            found.append(Bar(f"{where}, peak memory", peak, 400, unit="MiB"))
    if startup is not None:
        found.append(Bar("quickstart, of importing click, pydantic and ruamel.yaml", startup, 2.5, 2.0))
    return found

"""What must hold. Each bar is a ratio of medians from one run on one machine, or a size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A measured value and the most that it may be."""

    name: str
    value: float
    most: float
    unit: str = "x"

    @property
    def holds(self) -> bool:
        return self.value <= self.most

    def __str__(self) -> str:
        verdict = "ok  " if self.holds else "FAIL"
        return f"{verdict} {self.name}: {self.value:.2f} {self.unit} (at most {self.most:g})"


Times = dict[tuple[int, str, str], float]  # (size, variant, tool) -> median seconds


# Of other tools' CPU time, by size and tool.
RATIOS = {
    (2_000, "ajv-cli"): 0.9,
    (2_000, "sourcemeta"): 2.5,
    (10_000, "ajv-cli"): 1.6,
    (10_000, "sourcemeta"): 2.6,
}


def bars(times: Times, peaks: Times, startup: float | None) -> list[Bar]:
    """Compare what was measured; a tool that was left out gives no bar."""
    found = []
    for (size, variant, tool), own in sorted(times.items()):
        if tool != "mailspec":
            continue
        where = f"{size:,} {variant}"
        for (at, peer), most in RATIOS.items():
            if variant == "clean" and at == size and (other := times.get((size, variant, peer))) is not None:
                found.append(Bar(f"{where}, of {peer}", own / other, most))
        if variant == "finding" and (clean := times.get((size, "clean", tool))) is not None:
            found.append(Bar(f"{where}, of clean", own / clean, 1.3))
        if (peak := peaks.get((size, variant, tool))) is not None:
            found.append(Bar(f"{where}, peak memory", peak, 400, unit="MiB"))
    if startup is not None:
        found.append(Bar("quickstart, of importing click, pydantic and ruamel.yaml", startup, 1.8))
    return found

"""Kill at one point, recover, look. And again: kill the recovery too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.killing.process import Point, points, tracing, was_killed
from tools.killing.world import NEW, OLD, Template, World, holds, leftovers


@dataclass(frozen=True)
class Outcome:
    """What one kill showed: ``wrong`` is empty where all is well; ``left`` is what lay there before recovery."""

    point: str
    killed: bool
    left: tuple[str, ...]
    output: str
    wrong: str = ""

    @property
    def phase(self) -> tuple[object, ...]:
        """Return what tells one stretch of an apply from another."""
        return (self.left, self.output.partition(" was ")[2].partition("\n")[0])


def list_points(template: Template, scratch: Path, mode: str, after: Point | None = None) -> list[Point]:
    """Return the writes of a run; with ``after``, of the recovery that follows a kill there."""
    world = template.copy(scratch)
    if after is not None:
        world.driver("apply", NEW, after.strace())
    trace = scratch.with_suffix(".trace")
    done = world.driver(mode, NEW, tracing(trace))
    assert done.returncode == 0, done.stdout + done.stderr
    found = points(trace)
    trace.unlink()
    shutil.rmtree(scratch)
    return found


def kill(template: Template, scratch: Path, mode: str, *at: Point) -> Outcome:
    """Run ``mode``, killed at the first point; recover, killed at the next ones; recover to the end; look."""
    world = template.copy(scratch)
    try:
        first = world.driver(mode, NEW, at[0].strace())
        left = tuple(leftovers(world))
        output = ""
        for point in at[1:]:
            output += world.driver("recover", NEW, point.strace()).stdout
        wrong, last = look(world, output)
        return Outcome(", then ".join(map(str, at)), was_killed(first), left, output + last, wrong)
    except AssertionError as error:
        return Outcome(", then ".join(map(str, at)), True, (), "", str(error))
    finally:
        shutil.rmtree(scratch)


def look(world: World, before: str) -> tuple[str, str]:
    """Recover to the end; return what is wrong, and what was said."""
    code, last = world.here("recover")
    output = before + last
    if code != 0:
        return f"recovery ended with {code}: {output}", last
    port = holds(world)
    if left := leftovers(world):
        return f"left behind: {left}", last
    if "undone" in output and port != OLD:
        return f"said to be undone, but the new settings hold: {output}", last
    if "holds" in output and port != NEW:
        return f"said to hold, but the old settings do: {output}", last
    _, again = world.here("recover")
    if again:
        return f"a second recovery found more: {again}", last
    _, status = world.here("status")
    if status != f"{port} free":
        return f"the files hold {port}, the state says {status}", last
    return "", last


def stop(template: Template, scratch: Path, mode: str, point: Point) -> Outcome:
    """Send SIGTERM at a point: the process itself undoes and ends with 143, or was done and ends with 0."""
    world = template.copy(scratch)
    try:
        done = world.driver(mode, NEW, point.strace("TERM"))
        port, left = holds(world), tuple(leftovers(world))
        # -15: the apply had ended and its handlers were gone; the driver was printing.
        wanted = {143: OLD, 0: NEW, -15: NEW}.get(done.returncode)
        wrong = "" if port == wanted and not left else f"exit code {done.returncode}, {port} holds, left {left}: {done}"
        if not wrong and world.here("recover")[1]:
            wrong = "something was left to recover"
        return Outcome(str(point), done.returncode == 143, left, done.stdout, wrong)
    except AssertionError as error:
        return Outcome(str(point), True, (), "", str(error))
    finally:
        shutil.rmtree(scratch)


def sweep(template: Template, scratch: Path, mode: str, every: int = 1, offset: int = 0) -> Iterator[Outcome]:
    """Kill a run at each of its writes (or each ``every``-th), one after the other."""
    for number, point in enumerate(list_points(template, scratch / "list", mode)):
        if number % every == offset % every:
            yield kill(template, scratch / f"{number}", mode, point)

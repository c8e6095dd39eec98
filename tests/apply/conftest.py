"""A world to apply in: a folder, one or two configurations, a file target, and a state on either database."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from mailspec.apply.live import read_live
from mailspec.apply.request import Request
from mailspec.apply.run import apply
from mailspec.outcome.plan import Plan
from mailspec.outcome.recap import Recap
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live
from mailspec.plan.make import make_plan
from mailspec.state.session import Session
from mailspec.state.store import open_state, snapshot
from mailspec.state.url import parse_url
from mailspec.targets.env_file import EnvFile
from mailspec.targets.registry import LOADED

CANARY = "s3cret-canary"


@dataclass
class World:
    """``spec`` maps a configuration's name to its state and port; ``targets`` maps a file to its options."""

    root: Path
    session: Session
    spec: dict[str, tuple[str, int]] = field(default_factory=lambda: {"Relay": ("active", 587)})
    targets: dict[str, dict[str, Any]] = field(default_factory=lambda: {"app": {"dialect": "systemd"}})
    secrets: dict[str, str] = field(default_factory=lambda: {"P": CANARY})
    flags: Flags = field(default_factory=Flags)
    renamed: dict[str, str] = field(default_factory=dict)

    def path(self, name: str = "app") -> Path:
        return self.root / f"{name}.env"

    @property
    def desired(self) -> Desired:
        objects = [
            DesiredObject(
                f"configuration:{name}",
                {"host": "smtp.acme.example", "port": port, "auth.password": {"env": "P"}},
                state,  # type: ignore[arg-type]
                f"configuration:{self.renamed[name]}" if name in self.renamed else None,
                frozenset({"auth.password"}),
            )
            for name, (state, port) in self.spec.items()
        ]
        source = next((item for item in objects if item.state == "active"), None)
        keys: dict[str, Any] = dict.fromkeys(("MAIL_HOST", "MAIL_PORT", "MAIL_PASSWORD"))
        if source is not None:
            keys = {
                "MAIL_HOST": "smtp.acme.example",
                "MAIL_PORT": str(source.fields["port"]),
                "MAIL_PASSWORD": {"secret": {"env": "P"}},
            }
        targets = [
            TargetDesired(name, "env_file", f"{name}.env", keys, options, source.name if source else None)
            for name, options in self.targets.items()
        ]
        return Desired(tuple(objects), tuple(targets))

    def lookup(self, reference: Mapping[str, Any]) -> Secret | None:
        value = self.secrets.get(reference["env"])
        return None if value is None else Secret(value)

    def live(self) -> Live:
        return read_live(snapshot(self.session), self.desired, self.root, self.lookup)

    def plan(self) -> Plan:
        return make_plan(self.desired, self.live(), self.flags)

    def request(self, **options: Any) -> Request:
        return Request(self.desired, self.flags, self.root, self.lookup, **options)

    def apply(self, **options: Any) -> Recap:
        return apply(self.session, self.request(**options))

    def confirm(self, *names: str, prune: bool = False) -> None:
        self.flags = replace(self.flags, confirmed=names, prune=prune)

    def beside(self) -> list[str]:
        """What an apply must not leave."""
        return sorted(path.name for path in self.root.rglob("*") if "mailspec-" in path.name or "-journal" in path.name)


@pytest.fixture
def make_world(tmp_path: Path, state_url: str | None) -> Callable[..., World]:
    """``make_world(**fields)``; each call gives another view of the same folder and state."""

    def make(**fields: Any) -> World:
        (tmp_path / "project").mkdir(exist_ok=True)
        url = parse_url(state_url, tmp_path / "project")
        assert not isinstance(url, Refusal)
        return World(tmp_path / "project", open_state(url, "acme", None), **fields)

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A world in which nothing was applied yet; every test that uses it runs on SQLite and on PostgreSQL."""
    return make_world()


class Flaky(EnvFile):
    """An env file whose given step fails, as a full disk or a wrong owner makes it fail."""

    def __init__(self, step: str, undo_fails: bool = False) -> None:
        self.step = step
        self.undo_fails = undo_fails

    def _fail(self, step: str) -> None:
        if step == self.step:
            raise OSError(errno.ENOSPC, "No space left on device", "/some/file")

    def stage(self, target: Any, trace: Any, values: Any) -> Any:
        done = super().stage(target, trace, values)
        self._fail("stage")
        return done

    def switch(self, trace: Any) -> Any:
        self._fail("switch before")
        done = super().switch(trace)
        self._fail("switch after")
        return done

    def verify(self, target: Any, root: Any, values: Any) -> list[str]:
        return ["MAIL_PORT"] if self.step == "verify" else super().verify(target, root, values)

    def undo(self, trace: Any) -> Any:
        if self.undo_fails:
            raise OSError(errno.EIO, "Input/output error", "/some/file")
        return super().undo(trace)

    def finish(self, trace: Any) -> None:
        self._fail("finish")
        super().finish(trace)


@pytest.fixture
def flaky(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``flaky("switch after")`` makes every env file fail at that step; ``flaky(None)`` repairs it."""

    def install(step: str | None, **options: Any) -> None:
        monkeypatch.setitem(LOADED, "env_file", EnvFile() if step is None else Flaky(step, **options))

    return install

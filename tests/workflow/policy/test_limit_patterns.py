"""Paths that limits name are the runner's; what a change does within a checkout leads nowhere else."""

from __future__ import annotations

from pathlib import Path

from mailspec.workflow.policy.limit_patterns import path_allowed


def test_links_of_a_checkout_are_not_the_runners(tmp_path: Path) -> None:
    top, outside = tmp_path / "checkout", tmp_path / "outside"
    for folder in (top / ".git", top / "mail", outside):
        folder.mkdir(parents=True)
    (top / "shared").symlink_to(outside)
    (tmp_path / "run").symlink_to(top)
    real = str(outside / "x.age")
    # Whether or not the project is what limits speak of.
    for root in (None, str(top / "mail"), str(top)):
        assert not path_allowed(real, f"{top}/shared/*", root)
        assert not path_allowed(real, f"{top}/shared/x.age", root)
        assert not path_allowed(real, f"{tmp_path}/run/shared/*", root)
    # What leads to the checkout is the runner's.
    (top / "own").mkdir()
    assert path_allowed(str(top / "own/x.age"), f"{tmp_path}/run/own/*")
    (tmp_path / "var").symlink_to(outside)
    assert path_allowed(real, f"{tmp_path}/var/*")

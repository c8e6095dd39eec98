"""The company's year: twelve changes, then what goes wrong around them."""

from __future__ import annotations

from typing import Any

# What a person gives when the pipeline refused and they start it by hand.
FLAGS = {"deletion": {"confirm": "Old"}}


def twelve(pipelines: Any) -> dict[str, Any]:
    """Make each change as a pull request; return what was seen of it, by its name."""
    git, world, seen = pipelines.repository.git, pipelines.world, {}
    start = git("rev-parse", "HEAD")
    git("checkout", "-q", "--detach")
    pipelines.review(start, start, label=False)
    pipelines.review_gitlab(start, start, label=False)
    seen["first-pushed"] = pipelines.merge(start, "first")
    seen["first"] = pipelines.merge(start, "first", hand=True)
    for name, files in world.changes().items():
        git("checkout", "-q", "-b", name, "main")
        pipelines.repository.commit(name, files)
        seen[name] = pipelines.change(name)
        if name in FLAGS or (seen[name].plan is not None and seen[name].plan.code == 5):
            # A person looks at the refusal and starts the pipeline with the flag that it names.
            given = FLAGS.get(name, {"allow": "affected-people"})
            seen[f"{name}-again"] = pipelines.merge(git("rev-parse", "main"), f"{name}-again", hand=True, **given)
        seen[f"{name}-hub"] = world.target.read_text() if world.target.exists() else ""
    _conflict(pipelines, seen)
    git("checkout", "-q", "-b", "revert", "main")
    git("revert", "--no-edit", git("rev-list", "-1", "--grep", "^person$", "main"))
    seen["revert"] = pipelines.change("revert")
    return seen


def _conflict(pipelines: Any, seen: dict[str, Any]) -> None:
    """Two people switch to another server at once; whoever merges keeps both sides."""
    git, world = pipelines.repository.git, pipelines.world
    password = f'{{file: "{world.secret}"}}'
    git("checkout", "-q", "-b", "conflict", "main~1")
    pipelines.repository.commit(
        "back to primary",
        {
            "configurations/primary.yml": world.primary("active"),
            "configurations/standby.yml": world.standby("inactive", password),
        },
    )
    git("checkout", "-q", "-b", "rival", "main")
    pipelines.repository.commit("rival", {"configurations/standby.yml": "# ours\n" + world.standby("active", password)})
    git("checkout", "-q", "conflict")
    text = world.standby("inactive", password).replace("configurations:", "# theirs\nconfigurations:")
    pipelines.repository.commit("more", {"configurations/standby.yml": text})
    git("merge", "-q", "rival", check=False)
    assert "UU configurations/standby.yml" in git("status", "--porcelain")
    pipelines.repository.commit("Merge rival", {"configurations/standby.yml": world.standby("active", password)})
    seen["conflict"] = pipelines.change("conflict")


def troubles(pipelines: Any) -> dict[str, Any]:
    """Drift by hand, and a loosened policy that somebody merges past its red check."""
    git, world, seen = pipelines.repository.git, pipelines.world, {}
    seen["calm"] = pipelines.drift()
    held = world.target.read_text()
    world.target.write_text(held.replace("MAIL_SECURITY=starttls", "MAIL_SECURITY=none"))
    seen["drift"] = pipelines.drift()
    main = git("rev-parse", "main")
    seen["repaired"] = pipelines.merge(main, "repaired", hand=True)
    seen["repaired-hub"] = (held, world.target.read_text())
    seen["calm-again"] = pipelines.drift()
    git("checkout", "-q", "-b", "loosened", "main")
    text = (pipelines.repository.folder / "mailspec.yml").read_text()
    loose = text.replace("deletions: 1", "deletions: 100")
    assert loose != text
    pipelines.repository.commit("loosened", {"mailspec.yml": loose})
    seen["loosened"] = pipelines.change("loosened", forced=True)
    git("checkout", "-q", "-b", "harmless", "main")
    people = pipelines.repository.folder / "users/people.yml"
    pipelines.repository.commit("harmless", {"users/people.yml": people.read_text().replace("Dan Hill", "Daniel Hill")})
    seen["harmless"] = pipelines.change("harmless")
    seen["approved"] = pipelines.merge(git("rev-parse", "main"), "approved", hand=True)
    git("checkout", "-q", "-b", "labelled", "main")
    pipelines.repository.commit("label", {"mailspec.yml": loose.replace("deletions: 100", "deletions: 200")})
    seen["labelled"] = pipelines.change("labelled", label=True)
    return seen

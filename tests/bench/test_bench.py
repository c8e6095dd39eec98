"""The benchmark walks through: its repositories are what it says, each tool does its work, bars judge."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(monkeypatch):
    """Import bench's parts, which are not installed, by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"bench.{name}")


@pytest.mark.service("plain")
@pytest.mark.xdist_group("plain")
def test_smoke(plain):
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", "--smoke", "--tools", "mailspec"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "50 styled" in done.stdout


def test_a_repository_is_the_same_each_time(bench, tmp_path):
    write = bench("repositories").write
    first, second = (write(tmp_path / name, "styled", 60) for name in ("a", "b"))
    assert first.files() == second.files()
    assert len(first.files()) == 61
    assert all((first.folder / n).read_bytes() == (second.folder / n).read_bytes() for n in first.files())
    sizes = [(first.folder / name).stat().st_size for name in first.files()]
    assert 500 < sum(sizes) / len(sizes) < 900


def test_bars_judge(bench):
    bars = bench("bars").bars
    times = {
        (2_000, "clean", "mailspec"): 1.0,
        (2_000, "finding", "mailspec"): 1.4,
        (10_000, "clean", "mailspec"): 6.0,
        (2_000, "clean", "ajv-cli"): 1.2,
        (2_000, "clean", "sourcemeta"): 0.3,
        (10_000, "clean", "ajv-cli"): 3.0,
    }
    verdicts = {bar.name: bar.holds for bar in bars(times, {(2_000, "clean", "mailspec"): 401.0}, 1.7)}
    assert verdicts == {
        "2,000 clean, of ajv-cli": True,
        "2,000 clean, of sourcemeta": False,
        "2,000 clean, peak memory": False,
        "2,000 finding, of clean": False,
        "10,000 clean, of ajv-cli": False,
        "quickstart, of importing click, pydantic and ruamel.yaml": True,
    }


def test_cpu_time_of_children_counts(bench, tmp_path):
    (tmp_path / "work").mkdir()
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(8_000_000))'], check=True)"
    idle = "import time; time.sleep(0.3)"
    seconds = bench("measure").seconds
    assert seconds([sys.executable, "-c", idle], tmp_path / "work", 0) < 0.2
    assert seconds([sys.executable, "-c", busy], tmp_path / "work", 0) > 0.1

"""Tests that a flow is one folder, found by being there, with its words, phrases, actions and conversations."""

import shutil
import subprocess
import sys
from pathlib import Path

from flows.files import case_files
from flows.library import HERE
from flows.tools.testing import load_cases

ROOT = Path(__file__).parents[3]
ADDED = Path(__file__).parent / "fixtures" / "size_advice"


def flows(house: Path, *words: str) -> str:
    """Returns what `doorstep flows …` says there."""
    command = [sys.executable, "-m", "bots.cli", "flows", *words, "--store", str(ROOT / "config" / "store")]
    path = {"PYTHONPATH": f"{house}:{ROOT}"}
    run = subprocess.run(command, cwd=house, env=path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_a_folder_adds_a_flow(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "flows", tmp_path / "flows", ignore=lambda *_: {"__pycache__"})
    shutil.copytree(ADDED, tmp_path / "flows" / "library" / ADDED.name)
    played = sum(len(load_cases(path)) for path in [*case_files(HERE), ADDED / "tests.yaml"])
    assert flows(tmp_path, "lint") == "Flows and texts are in order.\n"
    assert f"{played} passed, 0 failed" in flows(tmp_path, "test")

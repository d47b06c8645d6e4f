"""Tests what every process does first: its own output, not the supervisor's copy."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEAK = (
    "import sys; from bots.process import take_output; take_output(sys.argv[1]); "
    "print('out', flush=True); print('err', file=sys.stderr)"
)


def speak(folder: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SPEAK, folder], cwd=ROOT, capture_output=True, text=True, check=True)


def test_output_goes_where_the_supervisors_own_goes(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / name).write_text("before\n")
    done = speak(str(tmp_path))
    assert (done.stdout, done.stderr) == ("", "")
    assert [(tmp_path / name).read_text() for name in ("1", "2")] == ["before\nout\n", "before\nerr\n"]


def test_output_that_cannot_be_opened_stays_with_the_supervisor(tmp_path: Path) -> None:
    done = speak(str(tmp_path / "missing"))
    assert (done.stdout, done.stderr) == ("out\n", "err\n")


def test_a_process_without_supervisor_keeps_its_own() -> None:
    assert speak("").stdout == "out\n"

"""Tests that a program of ours goes on in the fork that supervisor made for it, and ends as the interpreter would."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bots.supervisor import Wake, module_of

ROOT = Path(__file__).parents[2]
# A process with a supervisor's signals and environment that becomes the module `bots.tried`, whose `main` is given.
BECOME = """
import os, signal, sys, types
from bots import supervisor
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
    signal.signal(number, lambda *_: print("the supervisor's handler"))
os.environ["LEFT"] = "behind"
tried = types.ModuleType("bots.tried")
exec(sys.argv[1], tried.__dict__)
sys.modules["bots.tried"] = tried
supervisor.become("bots.tried", {"GIVEN": "value"})
print("never here")
"""


def become(main: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BECOME, main], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("argv", "module"),
    [
        ([sys.executable, "-m", "bots.worker"], "bots.worker"),
        ([sys.executable, "-m", "sandbox", "--var", "var"], None),
        ([sys.executable, "-m", "http.server"], None),
        (["/usr/bin/python3", "-m", "bots.worker"], None),
        (["/somewhere/valkey-server", "valkey.conf"], None),
    ],
)
def test_only_our_own_modules_go_on_in_the_fork(argv: list[str], module: str | None) -> None:
    assert module_of(argv) == module


def test_the_module_has_the_environment_that_it_was_given() -> None:
    done = become("import os\ndef main(): print(sorted(os.environ.items()))")
    assert (done.returncode, done.stdout) == (0, "[('GIVEN', 'value')]\n")


@pytest.mark.parametrize(
    ("main", "code"),
    [
        ("def main(): raise SystemExit(78)", 78),
        ("def main(): raise SystemExit", 0),
        ("def main(): raise SystemExit('a sentence')", 1),
        ("def main(): raise ValueError('told')", 1),
    ],
)
def test_it_ends_as_the_interpreter_would(main: str, code: int) -> None:
    done = become(main)
    assert (done.returncode, done.stdout) == (code, "")
    assert ("ValueError: told" in done.stderr) == ("ValueError" in main)


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", -15), ("SIGINT", 1)])
def test_signals_are_not_the_supervisors_any_more(name: str, code: int) -> None:
    done = become(f"import os, signal\ndef main(): os.kill(os.getpid(), signal.{name}); signal.pause()")
    assert (done.returncode, done.stdout) == (code, "")


def test_a_signal_ends_the_wait_at_once() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    wake = Wake()
    try:
        assert wake.readable()
        assert not wake.writable()
        os.kill(os.getpid(), signal.SIGUSR1)
        assert select.select([wake.fd], [], [], 5)[0] == [wake.fd]
        wake.handle_read_event()
        assert select.select([wake.fd], [], [], 0)[0] == []
    finally:
        os.close(signal.set_wakeup_fd(-1))
        os.close(wake.fd)
        signal.signal(signal.SIGUSR1, before)

"""The start refuses what is in use, in a sentence; what is killed leaves nobody behind; the stop is quick."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.journeys.actors import call, until
from tests.journeys.system import ROOT, System, system
from tests.ports import two_ports

STOP_SECONDS = 5.0  # supervisor alone takes one for each program
FAMILY = {"supervisor", "valkey", "web", "web:server", "worker", "clock", "jobs", "sandbox"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system as `make run` does, in a folder with a name that people give to folders."""
    with system(tmp_path_factory.mktemp("my {first} shop")) as made:
        made.run({"UNDERSTANDING": "full"})
        yield made


def begin(module: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Starts another one; it must end by itself, and soon."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **given}
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Returns the one sentence of a start that was refused."""
    assert (done.returncode, done.stdout) == (78, ""), done.stderr
    (sentence,) = done.stderr.splitlines()
    return sentence


def leader(running: System) -> psutil.Process:
    (found,) = running.processes("supervisor")
    return found


@pytest.mark.parametrize("module", ["bots.run", "bots.start"])
def test_a_folder_in_use_is_refused(running: System, module: str) -> None:
    told = refused(begin(module, VAR_DIR=str(running.var), PORT=str(running.port + 50)))
    whose = f"a Doorstep that is running (pid {leader(running).pid}, PORT {running.port})"
    assert told == (f"doorstep: {running.var} is in use by {whose}; stop it, or give this one another VAR_DIR and PORT")


@pytest.mark.parametrize(
    ("module", "beside", "named"),
    [("bots.run", 0, 0), ("bots.start", 0, 0), ("bots.web", 0, 0), ("bots.run", -1, 0), ("bots.start", 1, 1)],
)
def test_a_port_in_use_is_refused(running: System, tmp_path: Path, module: str, beside: int, named: int) -> None:
    told = refused(begin(module, VAR_DIR=str(tmp_path), PORT=str(running.port + beside)))
    where = f"port {running.port + named}{' (PORT + 1)' if beside < 0 else ''}"
    whose = f"a Doorstep that is running (pid {leader(running).pid}, VAR_DIR {running.var})"
    assert told.startswith(f"doorstep: {where} is in use by {whose}; stop it, or choose another: PORT=")
    assert running.ready()


def test_what_joins_an_installation_is_not_refused(running: System) -> None:
    done = running.command("jobs", "list")
    assert done.returncode == 0, done.stderr


def test_every_process_says_whose_it_is(running: System) -> None:
    titles = [Path(f"/proc/{each.pid}/cmdline").read_text().partition("\0")[0].strip() for each in running.family()]
    assert {title.removesuffix(f" {running.var}") for title in titles} >= {f"doorstep:{role}" for role in FAMILY}
    assert not [title for title in titles if not title.endswith(f" {running.var}")]


def test_one_that_dies_comes_back_at_once(running: System) -> None:
    (clock,) = running.processes("clock")
    clock.kill()
    clock.wait(5)
    until(lambda: [each.pid for each in running.processes("clock")] not in ([], [clock.pid]), "a new clock", 5)


def test_a_supervisor_that_is_killed_leaves_nobody_and_the_next_start_works(running: System) -> None:
    family = running.family()
    leader(running).send_signal(signal.SIGKILL)
    _, left = psutil.wait_procs(family, timeout=5)
    assert not left, [process.cmdline() for process in left]
    running.run_again()
    assert running.ready()


def test_metrics_tell_the_whole_installation_whoever_answers(running: System) -> None:
    phone = running.meet()
    running.say(phone, "menu")
    running.settled()
    url = f"{running.product}/metrics"

    def counted() -> dict[str, float]:
        lines = [line for line in call(url).body.decode().splitlines() if "_total{" in line]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    until(lambda: 'doorstep_sends_total{channel="whatsapp",outcome="sent"}' in counted(), lambda: str(counted()))
    before = counted()
    for name in ("doorstep_webhooks_total", "doorstep_turns_total", "doorstep_sends_total"):
        assert any(each.startswith(f'{name}{{channel="whatsapp"') for each in before), before
    for _ in range(12):  # both web processes answer, and neither knows less than the other
        now = counted()
        assert not {name: value for name, value in before.items() if now.get(name, 0) < value}
        before = now
    assert call(url, headers={"X-Forwarded-For": "203.0.113.1"}).status == 404


def test_the_stop_takes_a_moment(running: System, record_property: Callable[[str, object], None]) -> None:
    family = running.family()
    began = time.monotonic()
    leader(running).terminate()
    psutil.wait_procs(family, timeout=30)
    took = time.monotonic() - began
    record_property("the stop took", f"{took:.1f} s")
    assert not running.family()
    assert took < STOP_SECONDS


def test_without_a_channel_the_start_says_how_one_is_switched_on(tmp_path: Path) -> None:
    with two_ports() as port, (tmp_path / "log").open("wb") as log:
        environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
        environment |= {"VAR_DIR": str(tmp_path), "PORT": str(port), "REDIS_URL": "redis://127.0.0.1:1"}
        start = subprocess.Popen(
            [sys.executable, "-m", "bots.start"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            until(lambda: "serving on" in (tmp_path / "log").read_text(), (tmp_path / "log").read_text)
            until(lambda: _answers(f"http://127.0.0.1:{port}/readyz"), (tmp_path / "log").read_text)
            answer = call(f"http://127.0.0.1:{port}/readyz")
        finally:
            start.terminate()
            start.wait(30)
    told = (tmp_path / "log").read_text()
    assert "no channel is on" in told
    assert "TELEGRAM_BOT_TOKEN" in told
    assert told.count("REDIS_URL: it does not answer") == 1
    assert (answer.status, answer.json["status"]) == (200, "degraded")
    assert answer.json["missing"] == ["redis", "worker", "clock", "jobs"]


def _answers(url: str) -> bool:
    try:
        return call(url, timeout=3).status == 200
    except OSError:
        return False

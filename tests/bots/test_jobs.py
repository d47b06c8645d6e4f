"""Tests the jobs process: a job runs once, or is shown with what went wrong and run again by command."""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from redis import Redis, RedisError

import bots.tasks
from bots.cli import cli
from bots.process import CHECKED
from bots.wiring.clients import valkey as embedded
from bots.wiring.health import heartbeats
from bots.wiring.jobs.job_progress import Progress
from bots.wiring.jobs.job_queue import DONE, FAILED, QUEUED, RUNNING, JobQueue, JobView
from tests.databases import valkey_server

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
# A task in a folder beside the shipped ones: found by being there.
TRIED = """
import time
from pathlib import Path

from core.errors import ConfigurationError


def run(parts, progress, *, folder, wish=""):
    here = Path(folder)
    with (here / "runs").open("a") as runs:
        runs.write("run\\n")
    progress.expect(2)
    progress.add(1)
    if wish == "fail" and not (here / "mended").exists():
        raise ValueError("Jane at +12025550101 wrote: where is my parcel")
    if wish == "explain":
        raise ConfigurationError("shop.yaml:3: 'nowhere' is no time zone")
    while wish == "wait" and not (here / "go").exists():
        time.sleep(0.05)
    return {"place": parts.hub.place, "wish": wish}
"""


class Jobs:
    """A jobs process with a folder of its own, and its queue."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.folder = folder
        tasks = folder / "tasks"
        tasks.mkdir()
        (tasks / "tried.py").write_text(TRIED)
        start = f"import bots.tasks; bots.tasks.__path__.append({str(tasks)!r}); from bots.jobs import main; main()"
        self._command = [sys.executable, "-c", start]
        database = f"sqlite:///{folder / 'doorstep.db'}"
        mine = {"VAR_DIR": str(folder), "DATABASE_URL": database, "REDIS_URL": redis_url, "ENV_FILE": os.devnull}
        self.environment = {"PATH": os.environ["PATH"], "LOG_LEVEL": "INFO", CHECKED: "1", **mine}
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self._command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def family(self) -> list[psutil.Process]:
        """Lists the process and the fork that runs a job."""
        assert self.process
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            for process in self.family():
                process.kill()
            self.process.wait(10)

    def runs(self) -> int:
        """Counts how often the task began."""
        written = self.folder / "runs"
        return len(written.read_text().splitlines()) if written.exists() else 0

    def words(self) -> str:
        return self.log.read_text()


@pytest.fixture
def process(tmp_path: Path, valkey: Redis, valkey_url: str) -> Iterator[Jobs]:
    made = Jobs(tmp_path, valkey_url)
    yield made
    made.end()


@pytest.fixture
def queue(valkey: Redis) -> JobQueue:
    return JobQueue(valkey)


@pytest.fixture
def doorstep(process: Jobs, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Runs `doorstep …`: (exit code, standard output, standard error)."""
    for name, value in process.environment.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, arguments)
        return done.exit_code, done.stdout, done.stderr

    return run


def until(found: Callable[[], object], process: Jobs) -> None:
    deadline = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < deadline, process.words()
        time.sleep(0.05)


def state(queue: JobQueue, job_id: str) -> str:
    job = queue.find(job_id)
    return job.state if job else ""


def put(queue: JobQueue, process: Jobs, wish: str = "") -> str:
    return queue.enqueue("tried", {"folder": str(process.folder), "wish": wish})


def found(queue: JobQueue, job_id: str) -> JobView:
    job = queue.find(job_id)
    assert job
    return job


def test_a_task_that_is_there_is_run_with_its_arguments(process: Jobs, queue: JobQueue) -> None:
    process.start()
    job_id = put(queue, process, "nothing")
    until(lambda: state(queue, job_id) == DONE, process)
    job = found(queue, job_id)
    assert (job.result, job.steps, job.expected) == ({"place": "", "wish": "nothing"}, 1, 2)
    assert process.runs() == 1
    assert not queue.listed()


def test_it_lives_before_its_first_job(process: Jobs, valkey: Redis) -> None:
    process.start()
    until(lambda: heartbeats.alive(valkey) == {"jobs": 1}, process)


def test_a_job_that_raises_is_shown_in_words_that_quote_nobody_and_can_be_retried(
    process: Jobs, queue: JobQueue, doorstep: Callable[..., tuple[int, str, str]]
) -> None:
    process.start()
    job_id = put(queue, process, "fail")
    until(lambda: state(queue, job_id) == FAILED, process)
    assert process.runs() == 3  # it was tried again before anybody was bothered
    told = found(queue, job_id).error
    assert told.startswith("ValueError in tried.py:")
    code, listed, _ = doorstep("jobs", "list")
    assert code == 0
    assert job_id in listed
    assert told in listed
    assert "Jane" not in listed + process.words()
    assert "2025550101" not in listed + process.words()

    (process.folder / "mended").touch()
    assert doorstep("jobs", "retry", job_id)[:2] == (0, "1 will run again.\n")
    until(lambda: state(queue, job_id) == DONE, process)
    assert process.runs() == 4
    assert doorstep("jobs", "list")[:2] == (0, "No job waits, runs or has failed.\n")


def test_what_is_wrong_with_a_file_is_told_as_it_is(process: Jobs, queue: JobQueue) -> None:
    process.start()
    job_id = put(queue, process, "explain")
    until(lambda: state(queue, job_id) == FAILED, process)
    assert found(queue, job_id).error == "shop.yaml:3: 'nowhere' is no time zone"


def test_a_job_whose_fork_is_killed_is_run_again(process: Jobs, queue: JobQueue) -> None:
    process.start()
    job_id = put(queue, process, "wait")
    until(lambda: process.runs() == 1, process)
    process.family()[1].kill()
    until(lambda: process.runs() == 2, process)
    (process.folder / "go").touch()
    until(lambda: state(queue, job_id) == DONE, process)


def test_a_job_whose_process_is_killed_is_run_again_by_the_next_one(process: Jobs, queue: JobQueue) -> None:
    process.start()
    job_id = put(queue, process, "wait")
    until(lambda: process.runs() == 1, process)
    _, fork = process.family()
    assert process.process
    process.process.kill()
    process.process.wait(10)
    psutil.wait_procs([fork], timeout=5)
    assert not fork.is_running()
    process.start()
    until(lambda: process.runs() == 2, process)
    (process.folder / "go").touch()
    until(lambda: state(queue, job_id) == DONE, process)


def test_a_job_that_was_killed_every_time_is_shown_as_failed(process: Jobs, queue: JobQueue) -> None:
    process.start()
    job_id = put(queue, process, "wait")
    for times in (1, 2, 3):
        until(lambda: process.runs() == times, process)  # noqa: B023 - called at once
        process.family()[1].kill()
    until(lambda: state(queue, job_id) == FAILED, process)
    assert found(queue, job_id).error == "the process that ran it was killed"


def test_stopped_in_a_pause_it_ends_at_once_and_in_a_job_after_it(
    process: Jobs, queue: JobQueue, valkey: Redis
) -> None:
    process.start()
    until(lambda: valkey.keys("rq:worker:*"), process)
    assert process.process
    process.process.terminate()
    assert process.process.wait(3) == 0
    process.start()
    job_id = put(queue, process, "wait")
    until(lambda: process.runs() == 1, process)
    process.process.send_signal(signal.SIGTERM)
    (process.folder / "go").touch()
    assert process.process.wait(10) == 0
    assert state(queue, job_id) == DONE


def test_redis_away_is_waited_for(tmp_path: Path) -> None:
    with valkey_server() as url:
        process = Jobs(tmp_path, url)
    process.start()
    try:
        until(lambda: "Redis is away; waiting" in process.words(), process)
        assert process.process
        assert process.process.poll() is None
        process.process.terminate()
        assert process.process.wait(5) == 0
    finally:
        process.end()


def test_a_job_goes_on_while_redis_is_away(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    command = embedded.prepare(folder)
    server = subprocess.Popen(command)
    url = embedded.redis_url(folder)
    process = Jobs(tmp_path, url)
    process.start()
    try:
        with Redis.from_url(url) as redis:
            until(lambda: answers(redis), process)
            queue = JobQueue(redis)
            job_id = put(queue, process, "wait")
            until(lambda: process.runs() == 1, process)
            time.sleep(1.5)  # appendfsync everysec
            server.kill()
            server.wait(10)
            until(lambda: "Redis is away; the job goes on" in process.words(), process)
            server = subprocess.Popen(command)
            until(lambda: answers(redis), process)
            (process.folder / "go").touch()
            until(lambda: state(queue, job_id) == DONE, process)
            assert process.runs() == 1
    finally:
        process.end()
        server.terminate()
        server.wait(10)


def answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False


FOLLOW = "import click; from bots.cli.commands.jobs import hand_over; click.command()(lambda: hand_over(**{}))()"


def follow(process: Jobs, wish: str) -> subprocess.Popen[str]:
    """Starts a command that hands its work over."""
    arguments = {"folder": str(process.folder), "wish": wish}
    program = FOLLOW.format({"name": "tried", "arguments": arguments, "label": "Trying", "quiet": False})
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, cwd=ROOT, env=process.environment, stderr=subprocess.PIPE, text=True)


def test_whoever_breaks_off_leaves_the_job_running(process: Jobs, queue: JobQueue) -> None:
    process.start()
    until(queue.is_served, process)
    following = follow(process, "wait")
    try:
        until(lambda: process.runs() == 1, process)
        following.send_signal(signal.SIGINT)
    finally:
        _, told = following.communicate(timeout=30)
    assert following.returncode == 1, told
    assert "It goes on without you" in told
    (job,) = queue.listed()
    assert job.id in told
    (process.folder / "go").touch()
    until(lambda: state(queue, job.id) == DONE, process)
    assert process.runs() == 1


def test_a_redis_that_lost_everything_is_told_to_who_waits_and_takes_new_jobs(
    process: Jobs, queue: JobQueue, valkey: Redis
) -> None:
    process.start()
    until(queue.is_served, process)
    following = follow(process, "wait")
    try:
        until(lambda: process.runs() == 1, process)
        valkey.flushall()
    finally:
        _, told = following.communicate(timeout=30)
    assert following.returncode == 1, told
    assert "is gone" in told
    (process.folder / "go").touch()
    job_id = put(queue, process)
    until(lambda: state(queue, job_id) == DONE, process)


def test_the_database_is_waited_for(process: Jobs, queue: JobQueue) -> None:
    process.environment["DATABASE_URL"] = f"postgresql://doorstep@/shop?host={process.folder}"
    process.start()
    job_id = put(queue, process)
    until(lambda: "the database is away; waiting" in process.words(), process)
    assert state(queue, job_id) == RUNNING


def test_the_list_shows_what_runs_and_what_waits(
    process: Jobs, queue: JobQueue, doorstep: Callable[..., tuple[int, str, str]]
) -> None:
    process.start()
    running = put(queue, process, "wait")
    until(lambda: process.runs() == 1, process)
    waiting = put(queue, process)
    code, out, _ = doorstep("jobs", "list", "--json")
    assert code == 0
    assert [(each["id"], each["name"], each["state"]) for each in json.loads(out)] == [
        (running, "tried", RUNNING),
        (waiting, "tried", QUEUED),
    ]
    assert all(each["at"] for each in json.loads(out))
    assert "1 of 2" in doorstep("jobs", "list")[1]


def test_what_cannot_be_retried_is_said(doorstep: Callable[..., tuple[int, str, str]]) -> None:
    assert doorstep("jobs", "retry")[0] == 2
    assert doorstep("jobs", "retry", "abc", "--all")[0] == 2
    code, _, err = doorstep("jobs", "retry", "abc")
    assert (code, "no job abc has failed" in err) == (1, True)
    assert doorstep("jobs", "retry", "--all")[:2] == (0, "None failed.\n")


@pytest.mark.parametrize("command", [("list",), ("retry", "--all")])
def test_redis_away_is_said(
    command: tuple[str, ...], doorstep: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    code, out, err = doorstep("jobs", *command)
    assert (code, out) == (1, "")
    assert "Redis does not answer" in err
    assert "check REDIS_URL" in err


@pytest.mark.parametrize("served", [True, False])
def test_a_command_does_by_itself_what_no_jobs_process_would_do(
    served: bool, process: Jobs, valkey: Redis, doorstep: Callable[..., tuple[int, str, str]]
) -> None:
    if served:
        process.start()
        until(lambda: heartbeats.alive(valkey), process)
    code, out, err = doorstep("campaign", "holiday-cutoff", "--send", "--json")
    assert (code, json.loads(out)["queued"], "there are no customers yet" in err) == (1, 0, True)
    assert ("Job " in err) == served
    assert bool(valkey.keys("rq:job:*")) == served


def test_without_redis_a_command_does_it_by_itself_too(
    doorstep: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    assert doorstep("campaign", "holiday-cutoff", "--send")[:2] == (1, "0 queued, 0 not.\n")


def test_a_command_whose_job_fails_says_how_to_go_on(
    process: Jobs, valkey: Redis, doorstep: Callable[..., tuple[int, str, str]]
) -> None:
    (process.folder / "policies.yaml").write_text("returns: [\n")
    process.environment["STORE_DIR"] = str(process.folder)
    process.start()
    until(lambda: heartbeats.alive(valkey), process)
    code, _, err = doorstep("campaign", "holiday-cutoff", "--send")
    assert code == 1
    assert "failed: " in err
    assert "policies.yaml" in err
    assert "doorstep jobs retry " in err


def test_a_job_of_an_id_waits_or_runs_only_once(queue: JobQueue, process: Jobs) -> None:
    for _ in range(2):
        queue.enqueue_once("tried", {"folder": str(process.folder)}, "timer-tried")
    assert [job.id for job in queue.listed()] == ["timer-tried"]
    process.start()
    until(lambda: state(queue, "timer-tried") == DONE, process)
    queue.enqueue_once("tried", {"folder": str(process.folder)}, "timer-tried")
    until(lambda: process.runs() == 2, process)


def test_progress_is_told_at_once_at_its_end_and_seldom_in_between() -> None:
    told: list[tuple[int, int]] = []
    progress = Progress(lambda steps, expected: told.append((steps, expected)))
    progress.expect(100)
    for _ in range(100):
        progress.add(1)
    assert told[0] == (0, 100)
    assert told[-1] == (100, 100)
    assert len(told) < 20


def test_every_task_says_what_it_does() -> None:
    names = [module.name for module in pkgutil.iter_modules(bots.tasks.__path__)]
    assert names
    for name in names:
        assert importlib.import_module(f"bots.tasks.{name}").run.__doc__, name

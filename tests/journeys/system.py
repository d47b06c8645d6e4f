"""Runs the whole system as processes: product, embedded Valkey and sandbox, in a folder and on ports of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import ColumnElement, Select, create_engine, func, select
from sqlalchemy.engine import Row

from sandbox import config as sandbox_config
from storage import tables
from storage.notices.notices import HELD, SETTLING
from storage.notices.tables import notices
from tests.journeys.actors import Actors, call, until
from tests.ports import two_ports

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "TMPDIR", "VIRTUAL_ENV")
START_SECONDS = 60.0
STOP_SECONDS = 45.0
PENDING = 0
RESTS = timedelta(minutes=5)  # news that rest for longer are not waited for


class System(Actors):
    """Runs one system.

    `kill` and `stop` touch only the processes of this one: they share the session of its leaders, orphans too.
    """

    def __init__(self, var: Path, port: int, database_url: str = "") -> None:
        super().__init__(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}/")
        self.var = var
        self.port = port
        self.log = var / "output.log"
        self._leaders: list[subprocess.Popen[bytes]] = []
        self._given: dict[str, str] = {"DATABASE_URL": database_url} if database_url else {}
        self._engine = create_engine(_readable(database_url or f"sqlite:///{var / 'doorstep.db'}"))

    def run(self, environment: Mapping[str, str]) -> None:
        """Starts it as `make run` does."""
        self._given.update(environment)
        self._start("bots.run")
        self._wait_ready()
        self._given.update(self.sandbox.settings)

    def run_again(self) -> None:
        """Starts it as `make run` does, after the one before has ended."""
        for leader in self._leaders:
            leader.wait(STOP_SECONDS)
        self._leaders.clear()
        self._start("bots.run")
        self._wait_ready()

    def start(self, environment: Mapping[str, str], unset: tuple[str, ...] = ()) -> None:
        """Starts it as `make start` does, with the sandbox beside it; `unset` settings are kept from the product."""
        self._given.update({name: value for name, value in self.make_sandbox().settings.items() if name not in unset})
        self._given.update(environment)
        self._start("bots.start")
        self._start("sandbox", "--var", str(self.var))
        self._wait_ready()

    def make_sandbox(self) -> sandbox_config.SandboxConfig:
        """Writes the sandbox's settings, which `run` does itself."""
        return sandbox_config.create(self.var, self.product, self.port + 1)

    @property
    def sandbox(self) -> sandbox_config.SandboxConfig:
        """Reads the ids and secrets of the stand-ins."""
        return sandbox_config.load(self.var)

    def lose(self) -> None:
        """Kills (`kill -9`) the whole product, as a machine that is lost; the stand-ins stay."""
        product = self._leaders.pop(0)
        for process in self.family_of({product.pid}):
            _kill(process)
        product.wait(10)

    def go_on_in(self, var: Path, database_url: str = "") -> None:
        """Means another folder and database from now on."""
        self._engine.dispose()
        self._given |= {"VAR_DIR": str(var), "DATABASE_URL": database_url}
        self._engine = create_engine(_readable(database_url or f"sqlite:///{var / 'doorstep.db'}"))

    def start_again(self) -> None:
        """Starts the product again, beside the stand-ins."""
        self._start("bots.start")
        until(self.ready, lambda: f"ready; {self.output()}", START_SECONDS)

    def stop(self) -> None:
        """Ends every process of this system as Ctrl-C does; fails when that leaves one (and kills it)."""
        for leader in self._leaders:
            leader.terminate()
        psutil.wait_procs(self.family(), timeout=STOP_SECONDS)
        left = {process.pid: _title(process) for process in self.family()}
        for process in self.family():
            _kill(process)
        for leader in self._leaders:
            leader.wait(10)
        self._leaders.clear()
        self._engine.dispose()
        assert not left, f"still there after the stop: {left}"

    def family(self) -> list[psutil.Process]:
        """Lists all processes of this system."""
        return self.family_of({leader.pid for leader in self._leaders})

    def family_of(self, sessions: Set[int]) -> list[psutil.Process]:
        """Lists the processes of these sessions."""
        return [process for process in psutil.process_iter() if _session(process.pid) in sessions and _alive(process)]

    def processes(self, role: str) -> list[psutil.Process]:
        """Lists those whose title is `doorstep:<role>…`."""
        return [process for process in self.family() if _title(process).startswith(f"doorstep:{role}")]

    def kill(self, role: str) -> int:
        """Kills (`kill -9`) every process of the role; returns how many there were."""
        victims = self.processes(role)
        for process in victims:
            _kill(process)
        return len(victims)

    def ready(self) -> bool:
        """Tells whether `/readyz` has nothing to complain about."""
        try:
            answer = call(f"{self.product}/readyz", timeout=3)
        except OSError:
            return False
        return answer.status == 200 and answer.json["status"] == "ready"

    def rows(self, query: Select[Any]) -> list[Row[Any]]:
        """Reads the product's database."""
        with self._engine.connect() as conn:
            return list(conn.execute(query).all())

    @property
    def database(self) -> str:
        """Returns the name of the product's database."""
        return self._engine.url.database or ""

    def reconnect(self) -> None:
        """Forgets connections to it, which somebody has ended."""
        self._engine.dispose()

    def count(self, table: Any, *conditions: ColumnElement[bool]) -> int:
        """Counts the rows of the table that meet the conditions."""
        return int(self.rows(select(func.count()).select_from(table).where(*conditions))[0][0])

    def settled(self, timeout: float = 30) -> None:
        """Waits until nothing is pending: to be handled, to come to rest, or to be sent."""
        inbox, outbox = tables.inbox.c, tables.outbox.c

        def idle() -> bool:
            if self.count(tables.inbox, inbox.state == PENDING):  # first: what is handled between two looks has answers
                return False
            soon = notices.c.not_before < datetime.now(UTC) + RESTS
            if self.count(notices, notices.c.state == HELD, notices.c.reason == SETTLING, soon):
                return False
            waiting = self.count(tables.outbox, outbox.state.in_(("pending", "sending", "unknown")))
            return not waiting and not self.count(tables.inbox, inbox.state == PENDING)

        until(idle, lambda: f"nothing pending; {self.output()}", timeout)

    def handled(self, timeout: float = 30) -> None:
        """Waits until every webhook and store event so far has been worked on."""
        pending = tables.inbox.c.state == PENDING
        until(lambda: not self.count(tables.inbox, pending), lambda: f"an empty inbox; {self.output()}", timeout)

    def output(self) -> str:
        """Reads the end of what the processes wrote."""
        logs = [log for log in (self.var / "supervisor.log", self.log) if log.exists()]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)

    def output_of(self, role: str, words: str) -> list[str]:
        """Lists the lines of its log in which processes of this role say these words."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if words in line and f'"process_title":"{role}"' in line]

    def command(self, *arguments: str, patience: float = 60) -> subprocess.CompletedProcess[str]:
        """Runs `doorstep …` with the settings of this system."""
        return subprocess.run(
            [sys.executable, "-m", "bots.cli", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )

    def _start(self, module: str, *arguments: str) -> None:
        with self.log.open("ab") as log:
            leader = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._leaders.append(leader)

    def _environment(self) -> dict[str, str]:
        """Makes a clean environment: no setting of whoever runs the tests gets in.

        The sentence encoder, which takes two seconds and 80 MB of each folder, is there for journeys that ask for it.
        """
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        mine = {"VAR_DIR": str(self.var), "PORT": str(self.port), "LOG_LEVEL": "WARNING", "ENV_FILE": os.devnull}
        return {**kept, **mine, "UNDERSTANDING": "light", **self._given}

    def _wait_ready(self) -> None:
        until(self._seeded, lambda: f"ready and seeded; {self.output()}", START_SECONDS)
        self.settled()

    def _seeded(self) -> bool:
        for leader in self._leaders:
            assert leader.poll() is None, f"the start failed: {self.output()}"
        if not self.ready():
            return False
        try:
            return bool(self.api("state")["product"]["seeded"])
        except OSError:
            return False


@contextmanager
def system(var: Path, database_url: str = "") -> Iterator[System]:
    """Makes a system that is not started yet; it is ended in any case."""
    with two_ports() as port:
        made = System(var, port, database_url)
        try:
            yield made
        finally:
            made.stop()


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


def _readable(url: str) -> str:
    """Makes a URL by which the database can only be read."""
    if url.startswith("sqlite:///"):
        return f"sqlite:///file:{url.removeprefix('sqlite:///')}?mode=ro&uri=true"
    joint = "&" if "?" in url else "?"
    scheme, _, rest = url.partition("://")
    return f"{scheme.split('+', maxsplit=1)[0]}+psycopg://{rest}{joint}options=-c%20default_transaction_read_only%3Don"

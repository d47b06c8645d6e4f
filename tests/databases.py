"""Starts a private PostgreSQL and a private Valkey: in temporary folders, on unix sockets, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis
from redis.exceptions import ConnectionError as NotThere

from bots.wiring.clients import valkey as embedded
from storage.backup import rows
from storage.engine.store import Store

INSTALL = "PostgreSQL is not there: apt-get install postgresql"
START_SECONDS = 60
USER = "doorstep"
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


class NotInstalled(Exception):
    """The program is not on this machine; the text says how to install it."""


@dataclass
class PostgresServer:
    """Runs a cluster."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Returns the URL of a database of this cluster, as in DATABASE_URL."""
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def create(self) -> str:
        """Makes an empty database; returns its name."""
        name = f"test{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}"')
        return name

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def database(self) -> Iterator[str]:
        """Makes a fresh database, removed at the end; its URL."""
        name = self.create()
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(sql.encode())


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts a cluster of its own and stops it at the end. Raises NotInstalled."""
    initdb, postgres = _binary("initdb"), _binary("postgres")
    identity = _identity()
    folder = Path(tempfile.mkdtemp(prefix="doorstep-pg-", dir=_short_folder()))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
    data = str(folder / "data")
    made = [initdb, "-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    try:
        subprocess.run(made, check=True, cwd=folder, capture_output=True, **identity)
        with (folder / "log").open("wb") as log:
            command = [postgres, "-D", data, "-k", str(folder), *options]
            process: subprocess.Popen[bytes] = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **identity)
        server = PostgresServer(folder)
        try:
            _await_postgres(process, server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # disconnects everybody and stops
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def valkey_server() -> Iterator[str]:
    """Starts the embedded Valkey as the product does; gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="doorstep-vk-", dir=_short_folder()))
    process = subprocess.Popen(embedded.prepare(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = embedded.redis_url(folder)
        _await_valkey(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def copied(store: Store, other: Store) -> None:
    """Copies all rows into an empty store, as a backup and its restore do."""
    with store.snapshot() as source, other.write() as conn:
        for name, columns in rows.tables().items():
            list(rows.load(conn, name, columns, rows.dump(source, name)))


def _binary(name: str) -> str:
    """Finds a program in PATH, else where Debian and others put it, the newest version first. Raises NotInstalled."""
    if found := shutil.which(name):
        return found
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/bin"), Path("/usr/local/pgsql/bin")]
    places.sort(key=lambda place: (place.parent.name.isdigit(), place.parent.name.zfill(4)), reverse=True)
    for place in places:
        if (place / name).exists():
            return str(place / name)
    raise NotInstalled(INSTALL)


def _identity() -> dict[str, Any]:
    """Chooses whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NotInstalled(f"{INSTALL} (it does not run as root, and there is no user postgres or nobody)")


def _short_folder() -> str:
    """Makes a folder with a short name: a unix socket's path is no longer than 107 characters."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 60 else "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it


def _await_postgres(process: subprocess.Popen[bytes], server: PostgresServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((server.folder / "log").read_text(errors="replace")) from None
            time.sleep(0.05)
        else:
            return


def _await_valkey(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    with Redis.from_url(url) as redis:
        while True:
            try:
                redis.ping()
            except NotThere:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

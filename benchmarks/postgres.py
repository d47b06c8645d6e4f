"""Runs a private PostgreSQL cluster with its own defaults: every commit is synced to the disk, as in production."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.processes import wait_until
from benchmarks.product import free_port
from benchmarks.rig import Unavailable


@contextmanager
def cluster(bench: Bench) -> Iterator[str]:
    """Starts one; yields its DATABASE_URL. Raises Unavailable where PostgreSQL is not installed."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="doorstep-bench-pg-", dir=bench.folder.parent.parent))
    port = free_port()
    try:
        owner = _owner(folder)
        _initialise(programs, folder, owner)
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "logging_collector=off"]
        process = bench.processes.start(command, **owner, cwd=folder, stderr=subprocess.DEVNULL)
        try:
            ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, 30, "starting PostgreSQL")
            yield f"postgresql://bench@127.0.0.1:{port}/postgres"
        finally:
            bench.processes.stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Unavailable("PostgreSQL is missing; apt-get install postgresql")


def _owner(folder: Path) -> dict[str, Any]:
    """Gives the folder to another owner than root, as whom PostgreSQL refuses to run."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _initialise(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "bench",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **owner)

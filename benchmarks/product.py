"""Runs the real product in a folder of its own on free ports: started, made ready, stopped."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.processes import Processes, wait_until
from bots.wiring.clients import valkey
from config.settings import load, prefixes
from storage.engine.store import Store

ROOT = Path(__file__).parent.parent
ACCOUNT = "106540352242922"
APP_SECRET = "0123456789abcdef0123456789abcdef"
STORE_KEY = "sk_benchmark"
START_SECONDS = 60


class Product:
    """One installation. `more` are further settings, or others than those for measuring us and not a pace.

    `{provider_port}` in one of them is the provider's.
    """

    def __init__(self, folder: Path, processes: Processes, **more: str) -> None:
        self.folder = folder
        self.port, self.provider_port = free_port(), free_port()
        self._processes = processes
        self.settings = {
            "VAR_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "GRAPH_API_URL": f"http://127.0.0.1:{self.provider_port}/v26.0",
            "WHATSAPP_PHONE_NUMBER_ID": ACCOUNT,
            "WHATSAPP_ACCESS_TOKEN": "EAAbenchmark",
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": "benchmark",
            "WHATSAPP_RATE": "0",
            "WHATSAPP_PAIR_SECONDS": "0",
            "STORE_API_KEY": STORE_KEY,
            **{name: value.format(provider_port=self.provider_port) for name, value in more.items()},
        }

    @property
    def rig_arguments(self) -> dict[str, Any]:
        """Lists what the rig has to know of this installation."""
        return {
            "product_port": self.port,
            "provider_port": self.provider_port,
            "secret": APP_SECRET,
            "account": ACCOUNT,
        }

    @contextmanager
    def running(self, *parts: str) -> Iterator[float]:
        """Runs the whole product as `make start` does, or only the named processes; yields the seconds to ready."""
        commands = [self._command(part) for part in parts] or [[sys.executable, "-m", "bots.start"]]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "output.log").open("ab") as log:
            started = [
                self._processes.start(command, self.environment(), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
                for command in commands
            ]
        try:
            wanted = ("ready",) if not parts or "worker" in parts else ("ready", "degraded")
            yield wait_until(lambda: self.state() in wanted, START_SECONDS, "starting the product")
        finally:
            for process in reversed(started):
                self._processes.stop(process)

    def environment(self) -> dict[str, str]:
        """Copies our own environment without any setting of a real installation, and adds those of this one."""
        cleared = ("CHANNELS_FILE", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(prefixes()) and k not in cleared}
        return {**kept, "ENV_FILE": os.devnull, **self.settings}

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Opens the product's own store, for what a benchmark looks at or puts in directly."""
        store = Store(load(self.settings).database)
        try:
            yield store
        finally:
            store.close()

    def state(self) -> str:
        """Reads the word of `/readyz`; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return str(msgspec.json.decode(answer.read())["status"])
        except (OSError, urllib.error.URLError):
            return ""

    def tell(self, events: list[dict[str, Any]]) -> None:
        """Sends store events. Raises when they are not taken."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/events",
            msgspec.json.encode(events),
            {"Authorization": f"Bearer {STORE_KEY}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            taken = msgspec.json.decode(answer.read())
        if taken["accepted"] != len(events):
            raise RuntimeError(f"the store's events were not all new: {taken}")

    def _command(self, part: str) -> list[str]:
        return valkey.prepare(self.folder) if part == "valkey" else [sys.executable, "-m", f"bots.{part}"]


def free_port() -> int:
    """Finds a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tells whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

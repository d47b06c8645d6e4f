"""Tells whether webhooks are taken: while processes start, when they run, and when none does."""

import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bots.cli.doctor import taking
from bots.cli.doctor.finding import OK, WARN, Finding
from config.settings import Settings, load
from tests.ports import two_ports

CLAIM = """
import pathlib, sys
from bots.claims import claim_folder
claim_folder(pathlib.Path(sys.argv[1]), 1)
print("claimed", flush=True)
input()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Any:
    with two_ports() as port:
        yield load({"VAR_DIR": str(tmp_path), "PORT": str(port)})


def look(settings: Settings, monkeypatch: pytest.MonkeyPatch, alive: int = 0) -> Finding:
    monkeypatch.setattr(taking.heartbeats, "alive", lambda _redis: Counter(worker=alive) if alive else Counter())
    return taking.taking("17track", settings, None)  # type: ignore[arg-type] # the heartbeats above need none


def test_nothing_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(settings, monkeypatch) == Finding("17track", WARN, taking.NOBODY)


def test_the_processes_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", CLAIM, str(settings.var_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        supervisor.stdout.readline()
        assert look(settings, monkeypatch) == Finding("17track", WARN, taking.STARTING)
        supervisor.communicate(b"\n")
    assert look(settings, monkeypatch).words == taking.NOBODY


def test_the_web_process_listens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((settings.host, settings.port)):
        assert look(settings, monkeypatch) == Finding("17track", OK, taking.TAKEN)


def test_another_machine_has_the_web_process(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(settings, monkeypatch, alive=1) == Finding("17track", OK, taking.TAKEN)

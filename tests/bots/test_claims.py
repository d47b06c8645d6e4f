"""Tests that a folder and a port belong to one installation, for as long as that lives."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots import claims
from bots.claims import claim_folder, claim_port
from core.errors import ConfigurationError
from tests.ports import two_ports

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
# Another installation's supervisor, as far as its claims go.
OTHER = """
import signal, sys
from pathlib import Path
from setproctitle import setproctitle
from bots.claims import claim_folder, claim_port
from bots.process import title
var, port = Path(sys.argv[1]), int(sys.argv[2])
setproctitle(title("supervisor", var))
claim_folder(var, port)
claim_port("127.0.0.1", port)
print("claimed", flush=True)
signal.pause()
"""


@pytest.fixture(autouse=True)
def mine(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Gives back what a test has claimed, as the end of a process would."""
    held: list[int] = []
    monkeypatch.setattr(claims, "_held", held)
    yield held
    for each in held:
        os.close(each)


@pytest.fixture
def port() -> Iterator[int]:
    with two_ports() as found:
        yield found


@pytest.fixture
def other(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", OTHER, str(tmp_path / "other"), str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "claimed\n"
        yield running
        running.kill()


def test_a_folder_in_use_names_who_has_it(tmp_path: Path, other: subprocess.Popen[str], port: int) -> None:
    with pytest.raises(ConfigurationError) as told:
        claim_folder(tmp_path / "other", port + 100)
    where = f"{tmp_path / 'other'} is in use by a Doorstep that is running (pid {other.pid}, PORT {port})"
    assert str(told.value) == f"{where}; stop it, or give this one another VAR_DIR and PORT"


def test_a_port_in_use_names_whose_it_is_and_one_that_is_free(
    tmp_path: Path, other: subprocess.Popen[str], port: int
) -> None:
    with pytest.raises(ConfigurationError) as told:
        claim_port(HOST, port)
    whose = f"port {port} is in use by a Doorstep that is running (pid {other.pid}, VAR_DIR {tmp_path / 'other'})"
    found = re.fullmatch(f"{re.escape(whose)}; stop it, or choose another: PORT=(\\d+)", str(told.value))
    assert found, told.value
    claim_port(HOST, int(found[1]))


def test_what_a_killed_installation_had_is_free_at_once(
    tmp_path: Path, other: subprocess.Popen[str], port: int
) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    claim_folder(tmp_path / "other", port)
    claim_port(HOST, port)


def test_a_port_of_another_program_is_refused_also_where_that_would_share_it(port: int) -> None:
    with socket.socket() as foreign:
        foreign.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        foreign.bind((HOST, port))
        foreign.listen()
        wanted = re.escape(f"port {port} (PORT + 1) is in use by another program; stop it, or choose another: PORT=")
        with pytest.raises(ConfigurationError, match=f"^{wanted}\\d+$"):
            claim_port(HOST, port, beside=1)


def test_connections_that_a_server_left_behind_are_in_nobodys_way(port: int) -> None:
    with socket.create_server((HOST, port)) as door, socket.create_connection((HOST, port)):
        served, _ = door.accept()
        served.close()  # first, so that the server's end waits (TIME_WAIT)
    claim_port(HOST, port)


def test_the_web_server_listens_where_we_claimed(port: int) -> None:
    claim_port(HOST, port)
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((HOST, port))


@pytest.mark.parametrize("host", ["999.1.1.1", "203.0.113.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_is_refused(port: int, host: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^HOST: cannot listen on {host}:{port}: "):
        claim_port(host, port)


def test_the_sandbox_needs_the_port_after_ours() -> None:
    with pytest.raises(ConfigurationError, match="port 65536 is needed too"):
        claim_port(HOST, 65_536, beside=1)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"^VAR_DIR: Not a directory .*; name a folder that can be written$"):
        claim_folder(tmp_path / "file" / "var", 8000)

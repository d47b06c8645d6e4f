"""Tests that a second start on the same folder is refused in words, before anything there is changed."""

import socket
import tempfile
from pathlib import Path

import pytest

from bots.process import EXIT_MISCONFIGURED
from bots.start import refuse_second
from bots.wiring import valkey
from config.settings import load


def test_a_folder_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory() as var, socket.socket(socket.AF_UNIX) as running:  # a socket's path is short
        settings = load({"VAR_DIR": var, "ENV_FILE": "/dev/null"})
        refuse_second(settings)
        control = valkey.socket_path(Path(var)).with_name("supervisor.sock")
        control.parent.mkdir(parents=True, exist_ok=True)
        running.bind(str(control))
        running.listen()
        with pytest.raises(SystemExit) as ended:
            refuse_second(settings)
    assert ended.value.code == EXIT_MISCONFIGURED
    assert "in use by a Doorstep that is running; stop it, or give this one another VAR_DIR" in capsys.readouterr().err

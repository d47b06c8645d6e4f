"""Tests where the sockets of an installation lie: in its folder, unless a name there would be too long for one."""

import os
import tempfile
from pathlib import Path

import pytest

from bots.wiring.clients.valkey import LONGEST, SOCKET_PATH_MAX, socket_path

ROOM = SOCKET_PATH_MAX - len(f"/run/{LONGEST}")


@pytest.mark.parametrize(("length", "within"), [(20, True), (ROOM, True), (ROOM + 1, False), (300, False)])
def test_every_socket_fits(length: int, within: bool) -> None:
    folder = Path("/" + "v" * (length - 1))
    path = socket_path(folder)
    assert (path.parent == folder / "run") is within
    assert within or path.parent.parent == Path(tempfile.gettempdir())
    assert len(os.fsencode(path.with_name(LONGEST))) <= SOCKET_PATH_MAX


def test_a_folder_with_a_space_has_them_elsewhere() -> None:
    assert socket_path(Path("/my shop")).parent.parent == Path(tempfile.gettempdir())

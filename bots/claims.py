"""Claims a folder and ports for one installation: a second one is refused in a sentence that names who has them.

Both claims last as long as the process and end with it, however it ends; what is held is never closed by hand.
"""

import errno
import fcntl
import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

from core.errors import ConfigurationError

LOCK = "supervisor.lock"
PAIRS = range(2, 200, 2)  # how far a port is looked for that may be taken instead
MOST = 65_535
_held: list[int] = []


def claim_folder(var_dir: Path, port: int) -> None:
    """Makes VAR_DIR and locks it for this supervisor. Raises ConfigurationError."""
    var_dir = var_dir.resolve()
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(var_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigurationError(f"VAR_DIR: {_why(error)}; name a folder that can be written") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(lock, 100).decode(errors="replace").strip() or "another one"
        os.close(lock)
        raise ConfigurationError(
            f"{var_dir} is in use by a Doorstep that is running ({holder}); "
            "stop it, or give this one another VAR_DIR and PORT"
        ) from None
    os.truncate(lock, 0)
    os.write(lock, f"pid {os.getpid()}, PORT {port}\n".encode())
    _held.append(lock)


def is_claimed(var_dir: Path) -> bool:
    """Tells whether a supervisor runs in this folder."""
    try:
        lock = os.open(var_dir / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def claim_port(host: str, port: int, whose: str = "PORT", beside: int = 0) -> None:
    """Claims a port of an address, and tries it. Raises ConfigurationError.

    The web server's processes share their port (SO_REUSEPORT), so that the system would let another installation join
    them. `whose` is the setting that names it, `beside` what is added to that.
    """
    if port > MOST:
        raise ConfigurationError(f"PORT: port {port} is needed too (PORT + {beside}); choose a lower PORT")
    told = f"port {port}" if not beside else f"port {port} (PORT + {beside})"
    holder = _reserve(host, port)
    if holder is not None:
        raise ConfigurationError(f"{told} is in use by {holder}; stop it, or choose another: {_hint(host, port)}")
    try:
        _try(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = f"{told} is in use by another program; stop it, or choose another: {_hint(host, port)}"
            raise ConfigurationError(other) from None
        raise ConfigurationError(f"{_setting(error, whose)}: cannot listen on {host}:{port}: {_why(error)}") from None


def is_free(host: str, port: int) -> bool:
    """Tells whether nobody listens there."""
    try:
        _try(host, port)
    except OSError as error:
        return error.errno != errno.EADDRINUSE
    return True


def _try(host: str, port: int) -> None:
    """Binds the port as a server does, for a moment. Raises OSError."""
    ((family, kind, proto, _, address), *_) = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    with socket.socket(family, kind, proto) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what a server left behind is no server
        door.bind(address)


def _reserve(host: str, port: int) -> str | None:
    """Takes the name of a port among all of this machine's Doorsteps (unix(7), abstract sockets).

    Returns who has it, None when it is ours. Where there are no such names, it is nobody.
    """
    if sys.platform != "linux":
        return None
    name = f"\0doorstep/{host}:{port}"
    with socket.socket(socket.AF_UNIX) as mine:
        try:
            mine.bind(name)
            mine.listen()
        except OSError:
            return _holder(name)
        _held.append(mine.detach())
    return None


def _holder(name: str) -> str:
    """Says who has a name, as far as that can be known: a process of ours has its VAR_DIR in its title."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(1)  # nobody takes what asks; in the end there is no room for more
        asking.connect(name)
        pid, _, _ = struct.unpack("3i", asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        title = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0 ").decode(errors="replace")
        _, _, var_dir = title.partition(" ")
        return f"a Doorstep that is running (pid {pid}, VAR_DIR {var_dir})" if var_dir else f"a Doorstep (pid {pid})"
    return "a Doorstep that is running"


def _hint(host: str, port: int) -> str:
    found = (port + step for step in PAIRS if port + step < MOST)
    return f"PORT={next((each for each in found if is_free(host, each) and is_free(host, each + 1)), '…')}"


def _setting(error: OSError, whose: str) -> str:
    return whose if error.errno in (errno.EACCES, errno.EPERM) else "HOST"


def _why(error: OSError) -> str:
    return f"{error.strerror}{f' ({error.filename})' if error.filename else ''}"

"""Ports of 127.0.0.1 for processes that have to be told theirs by number."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

PORTS = range(21_000, 32_000, 3)  # below the ephemeral ones, so that no outgoing connection sits on them


@contextmanager
def two_ports() -> Iterator[int]:
    """Finds a port that is free together with the next one.

    The third in the row is bound until the end: another run or worker of these tests passes over all three, also
    while the processes that listen on the first two are not there yet, or were killed.
    """
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as held:
            if _bound(held, port + 2) and _free(port) and _free(port + 1):
                yield port
                return
    raise AssertionError("no three free ports in a row")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return _bound(probe, port)


def _bound(door: socket.socket, port: int) -> bool:
    try:
        door.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True

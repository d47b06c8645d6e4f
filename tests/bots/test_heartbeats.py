"""Tests how processes say that they live."""

from itertools import pairwise
from pathlib import Path

from redis import Redis

from bots.wiring.health import heartbeats
from bots.wiring.health.heartbeats import BEAT_SECONDS, FIRST_SECONDS, pause_after


def test_processes_are_counted_by_role_wherever_they_run(valkey: Redis) -> None:
    for member in ("worker:one:7", "worker:other:7", "clock:one:8"):
        valkey.set(f"{heartbeats.ALIVE}{member}", "1")
    assert heartbeats.beat(valkey, "jobs")
    assert heartbeats.alive(valkey) == {"worker": 2, "clock": 1, "jobs": 1}


def test_a_beat_that_nobody_took_comes_again_soon_and_then_less_often(tmp_path: Path) -> None:
    away = Redis(unix_socket_path=str(tmp_path / "nobody.sock"))
    assert not heartbeats.beat(away, "worker")
    pauses = [0.0]
    while pauses[-1] < BEAT_SECONDS:
        pauses.append(pause_after(False, pauses[-1]))
    assert pauses[1] == FIRST_SECONDS
    assert all(earlier < later for earlier, later in pairwise(pauses))
    assert pause_after(False, BEAT_SECONDS) == BEAT_SECONDS
    assert pause_after(True, FIRST_SECONDS) == BEAT_SECONDS

"""Tests heavy timers: a jobs process does them where there is one, a worker where not, and no row is lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from bots.tasks import timer
from bots.wiring.health import heartbeats
from bots.wiring.installation import Parts, build
from bots.wiring.jobs.job_progress import Progress
from bots.wiring.jobs.job_queue import JobQueue
from bots.wiring.jobs.timer_jobs import handed_over
from config.settings import load
from hub.hub import Hub
from hub.timers import catalogue
from hub.timers.kind import Handler, Kind, installation
from storage.engine import migrate
from storage.queues import timers
from tests.fakes import NOW

DAY = timedelta(days=1)


@pytest.fixture
def parts(tmp_path: Path, valkey: Redis, valkey_url: str) -> Iterator[Parts]:
    """Builds an installation without customers."""
    database = f"sqlite:///{tmp_path / 'doorstep.db'}"
    built = build(load({"VAR_DIR": str(tmp_path), "DATABASE_URL": database, "REDIS_URL": valkey_url}))
    migrate.upgrade(built.hub.store)
    yield built
    built.hub.store.close()
    built.intake.redis.close()


def handler(redis: Redis, *, heavy: bool) -> Handler:
    """Returns how a worker handles a kind that is due again tomorrow."""

    def handle(_hub: Hub, _subject: str, now: datetime) -> datetime | None:
        return now + DAY

    found: Handler = handed_over({"counting": Kind(handle, installation, lambda *_: heavy)}, redis)["counting"].handle  # type: ignore[assignment]
    return found


def test_what_is_heavy_is_left_to_a_jobs_process_once(parts: Parts, valkey: Redis) -> None:
    heartbeats.beat(valkey, "jobs")
    for _ in range(2):
        assert handler(valkey, heavy=True)(parts.hub, "", NOW) == NOW + Kind.comes_again
    assert [(job.name, job.arguments) for job in JobQueue(valkey).listed()] == [
        ("timer", {"kind": "counting", "subject": ""})
    ]


def test_what_is_light_is_done_at_once(parts: Parts, valkey: Redis) -> None:
    heartbeats.beat(valkey, "jobs")
    assert handler(valkey, heavy=False)(parts.hub, "", NOW) == NOW + DAY
    assert not JobQueue(valkey).listed()


def test_without_a_jobs_process_or_redis_the_worker_does_it(parts: Parts, valkey: Redis) -> None:
    assert handler(valkey, heavy=True)(parts.hub, "", NOW) == NOW + DAY
    assert not JobQueue(valkey).listed()
    with Redis.from_url("redis://127.0.0.1:1") as away:
        assert handler(away, heavy=True)(parts.hub, "", NOW) == NOW + DAY


def test_only_what_may_be_heavy_is_handed_over(valkey: Redis) -> None:
    assert list(handed_over(catalogue.find(), valkey)) == ["campaigns", "holiday_reminders", "timely_notices"]


def test_the_job_moves_the_row_on(parts: Parts) -> None:
    store = parts.hub.store
    with store.write() as conn:
        timers.ensure(conn, store, "housekeeping", [""], parts.hub.now() - DAY)
    timer.run(parts, Progress(lambda *_: None), kind="housekeeping", subject="")
    with store.read() as conn:
        assert "housekeeping" not in {each.kind for each in timers.due(conn, parts.hub.now(), timers.Patience())}
        later = parts.hub.now() + timedelta(minutes=11)
        assert "housekeeping" in {each.kind for each in timers.due(conn, later, timers.Patience())}

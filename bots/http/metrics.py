"""Tells Prometheus of the whole installation, whichever process is asked: what was counted, and what waits."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import Redis, RedisError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bots.wiring.health import counts, heartbeats
from bots.wiring.intake import Intake
from bots.wiring.jobs.job_keys import JOB_KEYS
from hub import metrics
from storage.accounts import incidents
from storage.desk import case_counts
from storage.outgoing import rows as outgoing
from storage.queues import depths, waiting

KEPT_SECONDS = 5.0  # what waits is counted this often, however many ask
ROLES = ("worker", "clock", "jobs", "slack")
CONTENT_TYPE = CONTENT_TYPE_LATEST
COUNTERS = tuple(each for each in vars(metrics).values() if isinstance(each, Counter))

_Gauges = list[GaugeMetricFamily]


class Exposition(Collector):
    """Writes all metrics of an installation."""

    def __init__(self, intake: Intake, clock: Callable[[], float] = time.monotonic) -> None:
        self._intake = intake
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._gauges: _Gauges = []

    def text(self) -> bytes:
        """Writes them in Prometheus's format."""
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        """Collects what all processes of this machine have counted, then what waits in the installation."""
        counted = {metric.name: metric for metric in counts.added_up(self._intake.settings.var_dir)}
        for counter in COUNTERS:
            (described,) = counter.describe()
            yield counted.get(described.name, described)
        yield from self._waiting()

    def _waiting(self) -> Iterable[Metric]:
        with self._lock:
            if self._clock() - self._read_at >= KEPT_SECONDS:
                self._gauges = [*self._of_database(), *self._of_redis()]
                self._read_at = self._clock()
            return self._gauges

    def _of_database(self) -> _Gauges:
        try:
            with self._intake.store.read() as conn:
                found = [*self._messages(conn), *self._desk(conn)]
        except SQLAlchemyError:
            return [_one("database_up", "Whether the database answers", 0)]
        return [_one("database_up", "Whether the database answers", 1), *found]

    def _messages(self, conn: Connection) -> _Gauges:
        now = self._intake.now()
        inbox, outbox = depths.inbox_by_lane(conn, now), depths.outbox_by_kind(conn, now)
        timers = depths.overdue_timers(conn, now)
        return [
            _by("inbox_pending", "What came in and is not handled", "lane", {k: d.number for k, d in inbox.items()}),
            _by("inbox_oldest_seconds", "Age of the oldest of it", "lane", {k: d.seconds for k, d in inbox.items()}),
            _one("inbox_waiting", "News of parcels and orders that are not known yet", waiting.count(conn)[0]),
            _one("inbox_kept", "What could not be handled, kept for replay", depths.kept_for_replay(conn)),
            _by("outbox_pending", "What is to be sent, now or later", "kind", {k: d.number for k, d in outbox.items()}),
            _by("outbox_due_seconds", "How long the oldest is due", "kind", {k: d.seconds for k, d in outbox.items()}),
            _by("outbox_in_doubt", "Calls under way, and calls without an answer", "state", depths.in_doubt(conn)),
            _one("notices_held", "Notices that wait for their time", depths.held_notices(conn)),
            _by("outgoing_events", "Events for the store that are not done", "state", outgoing.counts(conn)),
            _one("timers_overdue", "What should have come due again", timers.number),
            _one("timers_overdue_seconds", "How long the oldest of it is overdue", timers.seconds),
        ]

    def _desk(self, conn: Connection) -> _Gauges:
        now, unresolved = self._intake.now(), case_counts.unresolved(conn)
        ages = {state: (now - (oldest or now)).total_seconds() for state, (_, oldest) in unresolved.items()}
        ill = GaugeMetricFamily(
            "doorstep_incidents_open", "Accounts that cannot send", labels=["channel", "account", "code"]
        )
        labels = ["channel", "account", "template", "language", "code"]
        refused = GaugeMetricFamily("doorstep_templates_refused", "Templates that a provider refuses", labels=labels)
        for row in incidents.open_now(conn):
            if row.template:
                refused.add_metric([row.channel, row.account, row.template, row.language, row.code], 1)
            else:
                ill.add_metric([row.channel, row.account, row.code], 1)
        return [
            _by("cases", "Cases that are not resolved", "state", {s: number for s, (number, _) in unresolved.items()}),
            _by("case_oldest_seconds", "How long ago the oldest of them was opened", "state", ages),
            ill,
            refused,
        ]

    def _of_redis(self) -> _Gauges:
        redis = self._intake.redis
        try:
            alive, jobs = heartbeats.alive(redis), _jobs(redis)
        except RedisError:
            return [_one("redis_up", "Whether Redis answers", 0)]
        return [
            _one("redis_up", "Whether Redis answers", 1),
            _by("processes", "Processes that live", "role", {role: alive[role] for role in ROLES}),
            _by("jobs", "Jobs that wait, run or have failed", "state", jobs),
        ]


def _jobs(redis: Redis) -> dict[str, float]:
    pipe = redis.pipeline(transaction=False)
    for state, key in JOB_KEYS.items():
        (pipe.llen if state == "queued" else pipe.zcard)(key)
    return dict(zip(JOB_KEYS, pipe.execute(), strict=True))


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"doorstep_{name}", words, value=value)


def _by(name: str, words: str, label: str, found: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"doorstep_{name}", words, labels=[label])
    for value, number in found.items():
        family.add_metric([value], number)
    return family

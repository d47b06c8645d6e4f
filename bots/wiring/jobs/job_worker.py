"""Runs jobs with RQ's worker, patient with a Redis that is away and quick to see that another worker died."""

import logging
from types import FrameType
from typing import Any

from redis import Redis, RedisError
from rq import Worker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job

from bots.process import die_with_parent
from bots.wiring.health.outages import Outage
from bots.wiring.jobs.job_keys import QUEUE
from bots.wiring.jobs.job_queue import SERIALIZER

log = logging.getLogger(__name__)

BEAT_SECONDS = 3  # between two signs of life of a job that runs
DEAD_AFTER_SECONDS = 15  # without one; also between looks for what a dead process left
LOOK_SECONDS = 5


class JobWorker(Worker):
    """Forks for each job: its memory is given back, and a fork that is killed is a failed job."""

    max_connection_wait_time = 2.0

    def __init__(self, redis: Redis) -> None:
        # RQ waits for a job for the worker's ttl less 15 s, then looks after what was abandoned.
        self._outage = Outage(log, "Redis is away; the job goes on")
        super().__init__(
            [QUEUE],
            connection=redis,
            serializer=SERIALIZER,
            worker_ttl=LOOK_SECONDS + 15,
            maintenance_interval=LOOK_SECONDS - 1,
            job_monitoring_interval=BEAT_SECONDS,
        )

    @property
    def is_stopped(self) -> bool:
        """Says whether it was told to stop."""
        return bool(self._stop_requested)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Takes no more jobs. RQ's own way asks Redis, which may have been stopped before us."""
        self._stop_requested = True
        if not self.horse_pid:
            raise StopRequested

    def setup_work_horse_signals(self) -> None:
        """Ends the fork when its worker is killed with -9: the job comes again."""
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        die_with_parent()

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        """Says that the job lives; it goes on while Redis is away."""
        try:
            super().maintain_heartbeats(job, execution)
            self._outage.is_over()
        except RedisError as error:
            self._outage.lasts(error)

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:  # noqa: ARG002
        """Returns for how long a job counts as running after its last sign of life, in seconds."""
        return DEAD_AFTER_SECONDS

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Does nothing: `bots.jobs.perform` has logged it."""

    def procline(self, message: str) -> None:
        """Keeps the title of our process."""

    def subscribe(self) -> None:
        """Takes no commands of RQ's: a thread and a connection less."""

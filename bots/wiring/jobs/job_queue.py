"""Keeps the queue of jobs, which is RQ's. Every method raises redis.RedisError while Redis is away."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from redis import Redis
from rq import Queue, Retry
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job, JobStatus

from bots.wiring.health import heartbeats
from bots.wiring.jobs.job_keys import QUEUE

SERIALIZER = "json"
PERFORM = "bots.jobs.perform"
TRIES = 3
LIMIT_SECONDS = 6 * 3600
RESULT_SECONDS = 24 * 3600
FAILURE_SECONDS = 30 * 24 * 3600

QUEUED, RUNNING, FAILED, DONE = "queued", "running", "failed", "done"
_STATES = {JobStatus.STARTED: RUNNING, JobStatus.FAILED: FAILED, JobStatus.STOPPED: FAILED, JobStatus.FINISHED: DONE}


JOB_FAILED = "bots.jobs.JobFailedError: "
_GONE = {
    "AbandonedJobError": "the jobs process died",
    "intermediate queue": "the jobs process died",
    "Work-horse terminated": "the process that ran it was killed",
}


class JobView(msgspec.Struct, frozen=True):
    """Shows one job. `at`: since when it is in this state; `steps` of `expected` are done; `error` in words."""

    id: str
    name: str
    arguments: dict[str, str]
    state: str
    at: datetime | None
    steps: int
    expected: int
    error: str
    result: Any


class JobQueue:
    """Enqueues, finds and retries the jobs of this installation."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = Queue(QUEUE, connection=redis, serializer=SERIALIZER)

    def is_served(self) -> bool:
        """Returns whether a process lives that would run a job."""
        return "jobs" in heartbeats.alive(self._redis)

    def enqueue(self, name: str, arguments: Mapping[str, str]) -> str:
        """Puts a job of a task into the queue; returns its id."""
        return self._put(name, arguments, secrets.token_hex(4))

    def enqueue_once(self, name: str, arguments: Mapping[str, str], job_id: str) -> None:
        """Puts a job into the queue by an id of ours, unless that job waits or runs already."""
        job = self._queue.fetch_job(job_id)
        if job and _state(job) in (QUEUED, RUNNING):
            return
        if job:
            job.delete()
        self._put(name, arguments, job_id)

    def _put(self, name: str, arguments: Mapping[str, str], job_id: str) -> str:
        self._queue.enqueue_call(
            PERFORM,
            (name, dict(arguments)),
            job_id=job_id,
            description=name,
            timeout=LIMIT_SECONDS,
            result_ttl=RESULT_SECONDS,
            failure_ttl=FAILURE_SECONDS,
            retry=Retry(max=TRIES - 1),
        )
        return job_id

    def find(self, job_id: str) -> JobView | None:
        """Returns the job of this id; None when Redis does not know it, or not any more."""
        job = self._queue.fetch_job(job_id)
        return _view(job) if job else None

    def listed(self) -> list[JobView]:
        """Lists what runs, waits and has failed, in this order, the oldest of each first."""
        ids = [*self._running(), *self._queue.get_job_ids(), *self._queue.failed_job_registry.get_job_ids()]
        jobs = Job.fetch_many(list(dict.fromkeys(ids)), connection=self._redis, serializer=SERIALIZER)
        return [_view(job) for job in jobs if job]

    def retry(self, job_id: str) -> bool:
        """Puts a job that failed into the queue again; False when there is none of this id."""
        try:
            self._queue.failed_job_registry.requeue(job_id)
        except (InvalidJobOperation, NoSuchJobError):
            return False
        return True

    def _running(self) -> Iterator[str]:
        """Lists the ids without RQ's tidying up on the way, which is the jobs process's."""
        for job_id, _ in self._queue.started_job_registry.get_job_and_execution_ids(cleanup=False):
            yield job_id


def _view(job: Job) -> JobView:
    name, arguments = job.args
    state = _state(job)
    at = {RUNNING: job.started_at, FAILED: job.ended_at, DONE: job.ended_at}.get(state, job.enqueued_at)
    told = job.get_meta(refresh=False)
    return JobView(
        id=job.id,
        name=name,
        arguments=arguments,
        state=state,
        at=at,
        steps=told.get("steps", 0),
        expected=told.get("expected", 0),
        error=_error(job) if state == FAILED else "",
        result=job.return_value() if state == DONE else None,
    )


def _state(job: Job) -> str:
    return _STATES.get(job.get_status(refresh=False), QUEUED)


def _error(job: Job) -> str:
    """Says in one line what `bots.jobs` said of an exception, or RQ of a process that is gone."""
    last = job.latest_result()
    lines = ((last.exc_string if last else "") or "").strip().splitlines() or [""]
    words = lines[-1].removeprefix(JOB_FAILED)
    return next((ours for theirs, ours in _GONE.items() if theirs in words), words)

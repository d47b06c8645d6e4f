"""Hands work to the jobs process, if one lives."""

from collections.abc import Mapping

from redis import Redis, RedisError


def is_taken(redis: Redis, task: str, arguments: Mapping[str, str], job_id: str) -> bool:
    """Puts a job into the queue, unless it waits or runs there already; false where nobody would run it."""
    from bots.wiring.jobs.job_queue import JobQueue  # noqa: PLC0415 - RQ is loaded on the days when something is heavy

    try:
        queue = JobQueue(redis)
        if not queue.is_served():
            return False
        queue.enqueue_once(task, arguments, job_id)
    except RedisError:
        return False
    return True

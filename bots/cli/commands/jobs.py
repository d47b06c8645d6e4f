"""Shows and retries jobs (`doorstep jobs`); hands other commands' work to the jobs process and follows it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import json_option, progress_bar, refuse, show

if TYPE_CHECKING:
    from bots.wiring.jobs.job_queue import JobQueue, JobView

LOOK_SECONDS = 0.3


@click.group()
def jobs() -> None:
    """Long work beside the messages: what waits, runs and has failed."""


@jobs.command("list")
@json_option
def list_jobs(as_json: bool) -> None:
    """Show the jobs that wait, run or have failed."""
    with _queue() as queue:
        found = queue.listed()
    show(found, as_json=as_json, text="\n".join(map(_line, found)) or "No job waits, runs or has failed.")


@jobs.command()
@click.argument("job_id", metavar="ID", required=False)
@click.option("--all", "all_", is_flag=True, help="Every job that failed.")
@json_option
def retry(job_id: str | None, all_: bool, as_json: bool) -> None:
    """Run jobs that failed once more."""
    if bool(job_id) == all_:
        raise click.UsageError("say the ID of a job, or --all")
    with _queue() as queue:
        wanted = [job.id for job in queue.listed() if job.state == "failed"] if all_ else [job_id or ""]
        retried = [each for each in wanted if queue.retry(each)]
        served = queue.is_served()
    if job_id and not retried:
        raise refuse(f"no job {job_id} has failed; `doorstep jobs list` shows those that have")
    if retried and not served:
        click.echo("No jobs process runs: they wait until `make start` does.", err=True)
    show({"retried": retried}, as_json=as_json, text=f"{len(retried)} will run again." if retried else "None failed.")


def hand_over(name: str, arguments: Mapping[str, str], label: str, *, quiet: bool) -> Any:
    """Follows a new job to its end and returns its result; None when nobody would run it.

    Ctrl-C leaves it running. Raises ClickException when it fails.
    """
    try:
        with _queue() as queue:
            if not queue.is_served():
                return None
            job_id = queue.enqueue(name, arguments)
    except click.ClickException:  # Redis is away: a command does what it can by itself
        return None
    click.echo(f"Job {job_id}.", err=True)
    try:
        return _followed(job_id, label, quiet=quiet)
    except KeyboardInterrupt:
        click.echo("\nIt goes on without you; `doorstep jobs list` shows it.", err=True)
        raise click.exceptions.Exit(1) from None


def _followed(job_id: str, label: str, *, quiet: bool) -> Any:
    shown = 0
    with _queue() as queue, progress_bar(label, 0, quiet=quiet) as bar:
        while True:
            job = queue.find(job_id)
            if job is None:
                raise refuse(f"job {job_id} is gone: Redis lost it; say it again, nothing is done twice")
            bar.length = job.expected
            bar.update(job.steps - shown)
            shown = job.steps
            if job.state == "failed":
                raise refuse(f"job {job_id} failed: {job.error}; `doorstep jobs retry {job_id}` runs it once more")
            if job.state == "done":
                return job.result
            time.sleep(LOOK_SECONDS)


@contextmanager
def _queue() -> Iterator["JobQueue"]:
    from redis import RedisError

    from bots.wiring.clients.redis_client import connect_redis
    from bots.wiring.jobs.job_queue import JobQueue
    from config.logging import configure
    from config.settings import load

    settings = load()
    configure("WARNING", "cli")
    redis = connect_redis(settings)
    try:
        yield JobQueue(redis)
    except RedisError as error:
        where = "check REDIS_URL" if settings.redis_url else "it runs while `make start` does"
        raise refuse(f"Redis does not answer ({type(error).__name__}); {where}") from error
    finally:
        redis.close()


def _line(job: "JobView") -> str:
    since = f"{job.at:%Y-%m-%d %H:%M:%S}" if job.at else " " * 19
    about = " ".join([job.name, *(f"{key}={value}" for key, value in job.arguments.items())])
    progress = f"{job.steps} of {job.expected}" if job.state == "running" and job.expected else ""
    return "  ".join(filter(None, [f"{job.id:<10}", f"{job.state:<7}", since, about, progress, job.error]))

"""Tells, for the diagnosis, whether webhooks are taken now, and whether some were refused."""

from collections.abc import Iterator
from contextlib import suppress

from redis import Redis, RedisError

from bots.claims import is_claimed, is_free
from bots.cli.common import counted
from bots.cli.doctor.finding import OK, WARN, Finding
from bots.wiring.health import heartbeats, refused
from config.settings import Settings

TAKEN = "webhooks are taken"
STARTING = "still starting: webhooks are taken in a moment"
NOBODY = "webhooks are not taken: nothing of this installation runs; run `make start`"


def taking(subject: str, settings: Settings, redis: Redis) -> Finding:
    """Finds it: they are not while the processes start, nor where none runs; another machine's may take them."""
    if not is_free(settings.host, settings.port):
        return Finding(subject, OK, TAKEN)
    if is_claimed(settings.var_dir):
        return Finding(subject, WARN, STARTING)
    with suppress(RedisError):
        if heartbeats.alive(redis):
            return Finding(subject, OK, TAKEN)
    return Finding(subject, WARN, NOBODY)


def refusals(subject: str, redis: Redis) -> Iterator[Finding]:
    """Finds those that were refused lately: perhaps what signs there is not what the settings say."""
    with suppress(RedisError):
        for why, number in refused.listed(redis, subject).items():
            words = (
                f"{counted(number, 'webhook')} refused lately ({why}); if it was {subject}, set here what signs there"
            )
            yield Finding(subject, WARN, words)

"""Builds the parts of web, polling, socket and clock, which take things in. No flows, no notices: they stay small."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from adapters.desks.slack.settings import SlackSettings
from adapters.transport.http import Http
from bots.wiring import clock_time
from bots.wiring.clients.channels import build_channels
from bots.wiring.clients.database import make_store
from bots.wiring.clients.redis_client import connect_redis
from bots.wiring.desk.workspaces import workspaces
from bots.wiring.wakeups import RedisWaker
from config.accounts import accounts
from config.settings import Settings, reveal_all
from core.accounts import Account
from core.errors import MalformedPayload, Outcome, SendError
from core.people.addresses import SHARDS
from core.ports.channel import Kit
from core.ports.files import Files
from core.ports.webhooks import Endpoint, RawRequest
from hub import arrivals
from storage.engine.store import Store
from storage.queues.acceptors import Acceptor, acceptor
from storage.queues.inbox import Arrival


@dataclass(frozen=True)
class Intake:
    """Holds one installation, as far as receiving goes."""

    settings: Settings
    store: Store
    redis: Redis
    waker: RedisWaker
    http: Http
    kit: Kit
    accounts: Mapping[str, list[Account]]
    slack: tuple[SlackSettings, ...]  # the workspaces of the desk, the main one first

    def now(self) -> datetime:
        """Returns the time, by the one clock."""
        return clock_time.now()

    @property
    def shards(self) -> int:
        """Returns into how many shards the ordering keys are divided."""
        return SHARDS

    def store_secrets(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the store's (bearer keys, Standard Webhooks secrets)."""
        return reveal_all(self.settings.store_api_key), reveal_all(self.settings.store_webhook_secret)


class NoFiles:
    """Refuses to read files, in processes that send nothing."""

    async def read(self, media_id: str) -> bytes:
        """Raises SendError: there is no media store here."""
        raise SendError(Outcome.CONTENT_REJECTED, "media_gone", media_id)


def build_intake(
    settings: Settings, files: Files | None = None, *, listens: bool = True, keeps: bool = False
) -> Intake:
    """Builds the parts; without channels where `listens` is false. Raises ConfigurationError for half a channel.

    `keeps` is for processes with few threads (`Store`).
    """
    files = files or NoFiles()
    listed = accounts(settings)
    http = Http()
    redis = connect_redis(settings)
    return Intake(
        settings=settings,
        store=make_store(settings, min(32, max(8, settings.web_threads)), keeps=keeps),
        redis=redis,
        waker=RedisWaker(redis),
        http=http,
        kit=build_channels(settings, listed, http, files) if listens else Kit((), ()),
        accounts=listed,
        slack=workspaces(settings, listed["slack"]),
    )


def mailbox(intake: Intake) -> Acceptor:
    """Makes what stores arrivals, and wakes a worker for those that are new."""
    return acceptor(intake.store, intake.waker.shards)


def read(endpoint: Endpoint, raw: RawRequest, now: datetime) -> list[Arrival]:
    """Makes the rows of one verified request; a body that nobody can read is one row too, kept for replay."""
    try:
        events = endpoint.parse(raw, now)
    except MalformedPayload as error:
        return [arrivals.unreadable(endpoint.channel, raw.body, str(error), now)]
    return [arrivals.customer_arrival(event, now, SHARDS) for event in events]

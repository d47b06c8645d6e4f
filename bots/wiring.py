"""The composition root: settings in, a running installation's parts out. The only place that knows everybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from adapters.desks.slack.settings import SlackSettings
from adapters.http import Http
from bots import clock_time, valkey
from bots.wakeups import RqWaker
from config.accounts import Account, accounts
from config.agents import load_agents
from config.settings import Settings, reveal_all
from core.capabilities import ErrorTable
from core.desk import DeskUser
from core.errors import ConfigurationError
from core.ports import Channel, Endpoint, Kit
from flows.loader import load_flows
from flows.policies import load_policies
from hub.hub import Desk, Hub, PairPace, Timing
from notifications.policy import load_policy
from storage.engine import Store

WHATSAPP_BURST, TELEGRAM_BURST = 45, 3
FLOWS = Path(__file__).parent.parent / "flows"


@dataclass(frozen=True)
class Parts:
    """What processes are made of."""

    settings: Settings
    store: Store
    redis: Redis
    http: Http
    hub: Hub
    endpoints: tuple[Endpoint, ...]
    accounts: Mapping[str, list[Account]]
    slack: SlackSettings | None


def build(settings: Settings, user: Callable[[str], DeskUser] | None = None, *, speaks: bool = True) -> Parts:
    """Everything but the processes. Raises ConfigurationError for settings, flows, policies or texts that are wrong.

    `speaks` is for processes that send: the others need no desk client. `user` looks up a desk user.
    """
    listed = accounts(settings)
    http = Http()
    kit = channels(settings, listed, http)
    store = Store(settings.database, pool_size=max(8, settings.web_threads // 2))
    redis = connect_redis(settings)
    slack = slack_settings(settings, listed)
    policies = load_policies(settings.store_dir / "policies.yaml")
    hub = Hub(
        store=store,
        clock=clock_time.now,
        flows=load_flows(settings=policies.settings()),
        policies=policies,
        notices=load_policy(settings.store_dir),
        channels={(channel.channel, channel.account): channel for channel in kit.accounts},
        errors=error_tables(kit.accounts),
        waker=RqWaker(redis),
        user=user or _nobody,
        desk=desk(slack, http) if speaks else None,
        has_desk=slack is not None,
        place=slack.channel if slack else "",
        roles=load_agents(settings.store_dir / "agents.yaml"),
        timing=Timing(ambiguous_after=settings.ambiguous_after, join_seconds=settings.join_seconds),
        paces=paces(settings),
    )
    return Parts(settings, store, redis, http, hub, kit.endpoints, listed, slack)


def channels(settings: Settings, listed: Mapping[str, list[Account]], http: Http) -> Kit:
    """The channels that are switched on; only their SDKs are loaded."""
    kits = [BUILDERS[name](settings, listed[name], http) for name in BUILDERS if listed[name]]
    return Kit(
        tuple(account for kit in kits for account in kit.accounts),
        tuple(endpoint for kit in kits for endpoint in kit.endpoints),
    )


def _whatsapp(settings: Settings, listed: list[Account], http: Http) -> Kit:
    from adapters.channels import whatsapp  # noqa: PLC0415 - only for who uses it

    made = [
        whatsapp.AccountSettings(a["phone_number_id"], a["access_token"], a["app_secret"], a["verify_token"])
        for a in listed
    ]
    return whatsapp.build(made, settings.graph_api_url, http)


def _messenger(settings: Settings, listed: list[Account], http: Http) -> Kit:
    from adapters.channels import messenger  # noqa: PLC0415 - only for who uses it

    made = [
        messenger.AccountSettings(a["page_id"], a["access_token"], a["app_secret"], a["verify_token"]) for a in listed
    ]
    return messenger.build(made, settings.graph_api_url, http)


def _telegram(settings: Settings, listed: list[Account], http: Http) -> Kit:
    from adapters.channels import telegram  # noqa: PLC0415 - only for who uses it

    return telegram.build(telegram_accounts(listed), settings.telegram_api_url, http)


def telegram_accounts(listed: list[Account]) -> Any:
    """Telegram's own form of its accounts."""
    from adapters.channels import telegram  # noqa: PLC0415 - only for who uses it

    return tuple(
        telegram.AccountSettings(a.get("account", ""), a["bot_token"], a.get("webhook_secret", ())) for a in listed
    )


def _twilio(settings: Settings, listed: list[Account], http: Http) -> Kit:
    from adapters.channels import twilio  # noqa: PLC0415 - only for who uses it

    made = tuple(
        twilio.AccountSettings(a["account_sid"], a["auth_token"], a.get("sms_from", ""), a.get("whatsapp_from", ""))
        for a in listed
    )
    return twilio.build(made, settings.twilio_api_url, settings.base_url, http)


BUILDERS: dict[str, Callable[[Settings, list[Account], Http], Kit]] = {
    "whatsapp": _whatsapp,
    "messenger": _messenger,
    "telegram": _telegram,
    "twilio": _twilio,
}


def error_tables(speaking: tuple[Channel, ...]) -> dict[tuple[str, str], ErrorTable]:
    """What a code in a receipt means, by (channel, account)."""
    return {(channel.channel, channel.account): channel.errors for channel in speaking}


def paces(settings: Settings) -> dict[str, PairPace]:
    """The limits of a sender by channel, from the settings."""
    return {
        "whatsapp": PairPace(settings.whatsapp_rate, settings.whatsapp_pair_seconds, WHATSAPP_BURST),
        "messenger": PairPace(settings.messenger_rate),
        "telegram": PairPace(settings.telegram_rate, settings.telegram_chat_seconds, TELEGRAM_BURST),
        "sms": PairPace(settings.sms_rate),
    }


def slack_settings(settings: Settings, listed: Mapping[str, list[Account]]) -> SlackSettings | None:
    """The desk, when it is switched on."""
    if not listed["slack"]:
        return None
    account = listed["slack"][0]
    return SlackSettings(
        bot_token=account["bot_token"],
        channel=account["channel"],
        signing_secrets=account.get("signing_secret", ()),
        app_token=account.get("app_token", ""),
        api_url=settings.slack_api_url,
    )


def desk(slack: SlackSettings | None, http: Http) -> Desk | None:
    """The desk's client."""
    if slack is None:
        return None
    from adapters.desks.slack.gateway import SlackDesk  # noqa: PLC0415 - only for processes that send

    return SlackDesk(slack, http)


def connect_redis(settings: Settings, timeout: float | None = 2) -> Redis:
    """Redis, or the embedded Valkey; a call that takes longer than `timeout` seconds is a failure."""
    url = settings.redis_url or valkey.redis_url(settings.var_dir)
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=timeout)


def store_secrets(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(bearer keys, Standard Webhooks secrets) of the store."""
    return reveal_all(settings.store_api_key), reveal_all(settings.store_webhook_secret)


def _nobody(_user_id: str) -> DeskUser:
    raise ConfigurationError("this process cannot look up desk users")

"""The composition root: settings in, a running installation's parts out. The only place that knows everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.desks.slack.settings import SlackSettings
from adapters.http import Http
from bots import clock_time
from bots.intake import Intake, build_intake
from config.agents import load_agents
from config.settings import Settings
from core.desk import DeskUser
from core.errors import ConfigurationError
from flows.loader import load_flows
from flows.policies import load_policies
from hub.hub import Desk, Hub, PairPace, Timing
from notifications.policy import load_policy

WHATSAPP_BURST, TELEGRAM_BURST = 45, 3


@dataclass(frozen=True)
class Parts:
    """What deciding and sending processes are made of."""

    intake: Intake
    hub: Hub


def build(settings: Settings, user: Callable[[str], DeskUser] | None = None, *, speaks: bool = True) -> Parts:
    """Everything but the processes. Raises ConfigurationError for settings, flows, policies or texts that are wrong.

    `speaks` is for processes that send: the others need no desk client. `user` looks up a desk user.
    """
    intake = build_intake(settings)
    policies = load_policies(settings.store_dir / "policies.yaml")
    hub = Hub(
        store=intake.store,
        clock=clock_time.now,
        flows=load_flows(settings=policies.settings()),
        policies=policies,
        notices=load_policy(settings.store_dir),
        channels={(channel.channel, channel.account): channel for channel in intake.kit.accounts},
        errors={(channel.channel, channel.account): channel.errors for channel in intake.kit.accounts},
        waker=intake.waker,
        user=user or _nobody,
        desk=_desk(intake.slack, intake.http) if speaks else None,
        has_desk=intake.slack is not None,
        place=intake.slack.channel if intake.slack else "",
        roles=load_agents(settings.store_dir / "agents.yaml"),
        timing=Timing(ambiguous_after=settings.ambiguous_after, join_seconds=settings.join_seconds),
        paces=_paces(settings),
        shards=intake.shards,
    )
    return Parts(intake, hub)


def _paces(settings: Settings) -> dict[str, PairPace]:
    """The limits of a sender by channel."""
    return {
        "whatsapp": PairPace(settings.whatsapp_rate, settings.whatsapp_pair_seconds, WHATSAPP_BURST),
        "messenger": PairPace(settings.messenger_rate),
        "telegram": PairPace(settings.telegram_rate, settings.telegram_chat_seconds, TELEGRAM_BURST),
        "sms": PairPace(settings.sms_rate),
    }


def _desk(slack: SlackSettings | None, http: Http) -> Desk | None:
    if slack is None:
        return None
    from adapters.desks.slack.gateway import SlackDesk  # noqa: PLC0415 - only for processes that send

    return SlackDesk(slack, http)


def _nobody(_user_id: str) -> DeskUser:
    raise ConfigurationError("this process cannot look up desk users")

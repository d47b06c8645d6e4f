"""Builds the hub of an installation as far as notices are planned and registered by it: no flows, no desk, no store's
system. A process that only receives stays small by that."""

from adapters.channels import registry
from bots.wiring import clock_time
from bots.wiring.intake import Intake
from core.desk.events import DeskUser
from core.desk.workspaces import within
from core.errors import ConfigurationError
from hub.hub import Hub
from hub.store_folder import Shelf


def planning_hub(intake: Intake, shelf: Shelf) -> Hub:
    """Builds it, with what the shelf holds of the store's files."""
    return Hub(
        store=intake.store,
        clock=clock_time.now,
        shelf=shelf,
        channels={(channel.channel, channel.account): channel for channel in intake.kit.accounts},
        errors={(channel.channel, channel.account): channel.errors for channel in intake.kit.accounts},
        labels=registry.labels(),
        waker=intake.waker,
        user=_nobody,
        has_desk=bool(intake.slack),
        places=tuple(within(each.account, each.channel) for each in intake.slack),
        shards=intake.shards,
    )


def _nobody(_user_id: str) -> DeskUser:
    raise ConfigurationError("this process cannot look up desk users")

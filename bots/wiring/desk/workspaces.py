"""Makes the settings of each Slack workspace: the environment's, and those of CHANNELS_FILE."""

import re
from collections.abc import Iterator, Sequence

from adapters.desks.slack.settings import SlackSettings
from config.settings import Settings
from core.accounts import Account
from core.desk.workspaces import MAIN, NAME
from core.errors import ConfigurationError


def workspaces(settings: Settings, listed: Sequence[Account]) -> tuple[SlackSettings, ...]:
    """Makes them in their order. Raises ConfigurationError for a name that cannot stand in an id, or stands twice."""
    names = list(_names(settings, listed))
    for name in names:
        if names.count(name) > 1:
            raise _fault(settings, f"there are two called {name or MAIN}; give each another name in account:")
    return tuple(
        SlackSettings(
            bot_token=each["bot_token"],
            channel=each["channel"],
            account=name,
            signing_secrets=each.get("signing_secret", ()),
            app_token=each.get("app_token", ""),
            api_url=settings.slack_api_url,
        )
        for name, each in zip(names, listed, strict=True)
    )


def _names(settings: Settings, listed: Sequence[Account]) -> Iterator[str]:
    """Names each as its ids begin: the main one is that of the environment, or is called so."""
    for each in listed:
        name = each.get("account", MAIN)
        if not re.fullmatch(NAME, name):
            raise _fault(settings, f"{name!r} begins no id; expected up to 20 of a-z, 0-9, - and _, like account: eu")
        yield "" if name == MAIN else name


def _fault(settings: Settings, words: str) -> ConfigurationError:
    return ConfigurationError(f"{settings.channels_file}: Slack accounts: {words}")

"""Knows which of our workspaces a request comes from: by the secret that signed it, and by the team that it names."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from adapters.desks.slack.inbound.signing import SigningSecrets
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings

log = logging.getLogger(__name__)

ACCOUNT = "desk_account"  # where in Bolt's context stands whose connection, or whose request, it is
TIMEOUT = 3  # seconds: so long Slack waits for our answer, and a trigger is good
PAUSE = timedelta(seconds=10)  # before a workspace that did not say who it is is asked again

Clock = Callable[[], datetime]


class UnknownYetError(Exception):
    """Says that Slack has to send it again: whose it is cannot be told now."""


class Workspace:
    """Knows one workspace: its account, what signs its requests, and who it says it is, asked for once."""

    def __init__(self, settings: SlackSettings, clock: Clock) -> None:
        self.account = settings.account
        self.token = settings.bot_token
        self.secrets = SigningSecrets(settings.signing_secrets, clock)
        self.client = WebClient(
            settings.bot_token, base_url=settings.api_url, timeout=TIMEOUT, retry_handlers=[], logger=sdk_log
        )
        self.client.proxy = None  # the SDK would take the environment's proxy even for 127.0.0.1
        self.team = self.address = ""  # its id and address (`https://….slack.com/`), empty where it was not asked yet
        self._clock = clock
        self._asked_at: datetime | None = None

    def ask(self) -> None:
        """Asks the workspace who it is, unless it said so; one that does not answer is left alone for a while."""
        now = self._clock()
        if self.team or (self._asked_at and now - self._asked_at < PAUSE):
            return
        self._asked_at = now
        try:
            told = self.client.auth_test()
        except (SlackClientError, OSError) as error:
            log.warning("a workspace did not say who it is", extra={"account": self.account, "error": _code(error)})
            return
        self.team, self.address = str(told.get("team_id") or ""), str(told.get("url") or "")


class Workspaces:
    """Holds all workspaces of the desk, by account."""

    def __init__(self, each: Sequence[SlackSettings], clock: Clock) -> None:
        self._by_account = {one.account: Workspace(one, clock) for one in each}

    def __getitem__(self, account: str) -> Workspace:
        """Returns the workspace of an account."""
        return self._by_account[account]

    def proved(self, request: BoltRequest) -> list[Workspace]:
        """Lists whose request it may be: whose secret signed it, or whose connection brought it.

        In Socket Mode the connection, opened with our token, is the proof.
        """
        if request.mode == "socket_mode":
            return [self._by_account[request.context[ACCOUNT]]]
        timestamp = request.headers.get("x-slack-request-timestamp", [""])[0]
        signature = request.headers.get("x-slack-signature", [""])[0]
        return [
            each for each in self._by_account.values() if each.secrets.valid(request.raw_body, timestamp, signature)
        ]

    def named(self, proved: Sequence[Workspace], payload: Mapping[str, Any]) -> Workspace | None:
        """Returns which of those the payload is for; None where it names a team that is none of ours.

        One app may be installed in two workspaces, and then one secret signs for both. Where there is only one
        workspace nothing has to be asked. Raises UnknownYetError.
        """
        teams = set(_teams(payload))
        if len(self._by_account) == 1 or not teams:
            return proved[0]
        for each in proved:
            each.ask()
        found = next((each for each in proved if each.team in teams), None)
        if found or all(each.team for each in proved):
            return found
        if len(proved) > 1:
            raise UnknownYetError
        return proved[0]  # signed by its own secret, and it cannot say who it is: its token may be revoked

    def known_addresses(self) -> dict[str, str]:
        """Returns the addresses of the workspaces, as far as they are known."""
        return {account: each.address for account, each in self._by_account.items()}

    def addresses(self) -> dict[str, str]:
        """Returns the addresses of the workspaces, and asks where one is not known."""
        for each in self._by_account.values():
            each.ask()
        return self.known_addresses()


def _teams(payload: Mapping[str, Any]) -> Iterator[str]:
    """Lists the teams that a payload says it is for (docs: Events API, Interactivity), without the user's own."""
    installed = payload.get("authorizations")
    entries = [each for each in installed if isinstance(each, dict)] if isinstance(installed, list) else []
    team = payload.get("team")
    named = (
        *(payload.get("team_id"), payload.get("context_team_id")),
        *(each.get("team_id") for each in entries),
        team.get("id") if isinstance(team, dict) else None,
    )
    return (str(each) for each in named if each)


def _code(error: Exception) -> str:
    answer = getattr(error, "response", None)
    return str((answer and answer.get("error")) or type(error).__name__)

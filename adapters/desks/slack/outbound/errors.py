"""Reads what Slack's refusals and broken connections mean, and tells operators how to mend them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from core.content.capabilities import load_errors
from core.errors import Outcome, SendError

TABLE = load_errors(Path(__file__).with_name("errors.yaml"))

_REINSTALL = "install the Slack app again and set SLACK_BOT_TOKEN to the new xoxb- token"
_RIGHTS = "ask a workspace admin to allow the app to post in the channel"
CURES = {
    "invalid_auth": _REINSTALL,
    "not_authed": "set SLACK_BOT_TOKEN",
    "account_inactive": _REINSTALL,
    "token_revoked": _REINSTALL,
    "token_expired": _REINSTALL,
    "not_allowed_token_type": "SLACK_BOT_TOKEN must be the bot token (xoxb-), SLACK_APP_TOKEN the app token (xapp-)",
    "missing_scope": "add the scopes of manifest.yaml to the Slack app and install it again",
    "no_permission": "add the scopes of manifest.yaml to the Slack app and install it again",
    "channel_not_found": "set SLACK_CHANNEL to the channel's id (C…) and invite the bot there: /invite @Doorstep",
    "not_in_channel": "invite the bot to the channel: /invite @Doorstep",
    "is_archived": "unarchive the channel or set SLACK_CHANNEL to another",
    "restricted_action": _RIGHTS,
    "restricted_action_read_only_channel": _RIGHTS,
    "restricted_action_thread_only_channel": _RIGHTS,
    "posting_to_channel_denied": _RIGHTS,
    "unknown_method": "SLACK_API_URL must end in /api/",
}


@contextmanager
def slack_errors(repeatable: bool) -> Iterator[None]:
    """Turns what a Slack call raises into SendError.

    RETRY when the request surely did not leave or Slack failed itself. When Slack may have done it already: AMBIGUOUS,
    or RETRY for a call that is `repeatable` without harm.
    """
    unsure = Outcome.RETRY if repeatable else Outcome.AMBIGUOUS
    try:
        yield
    except SlackApiError as error:
        raise _refusal(error.response, unsure) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise SendError(Outcome.RETRY, "connect", type(error).__name__) from error
    except TimeoutError as error:
        raise SendError(unsure, "timeout", "no answer in time") from error
    except aiohttp.ClientError as error:
        raise SendError(unsure, "connection_lost", type(error).__name__) from error


def misconfigured(code: str, note: str = "") -> SendError:
    """Makes an error that operators must mend, with the cure if one is known."""
    detail = "; ".join(part for part in (CURES.get(code, ""), note) if part)
    return SendError(Outcome.MISCONFIGURED, code, detail, scope=TABLE.scopes.get(code, "all"))


def _refusal(response: Any, unsure: Outcome) -> SendError:
    """Reads a refusal. `response` is a SlackResponse, or aiohttp's own when the body was no JSON."""
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    body = data if isinstance(data, dict) else {}
    code = str(body.get("error") or "")
    if status == 429 or TABLE.codes.get(code) == Outcome.PACE:
        return SendError(Outcome.PACE, code or "http_429", retry_after=_seconds(response.headers.get("Retry-After")))
    if not code:
        return _without_code(status, unsure)
    outcome = TABLE.outcome(code)
    if outcome == Outcome.MISCONFIGURED:
        return misconfigured(code, f"needed: {body['needed']}" if body.get("needed") else "")
    return SendError(outcome, code, ", ".join(_messages(body)), scope=TABLE.scopes.get(code, "all"))


def _without_code(status: int, unsure: Outcome) -> SendError:
    """Reads an answer without a code: a proxy's page, or a fault of Slack's. A 200 without JSON may have posted."""
    if status >= 500:
        return SendError(Outcome.RETRY, f"http_{status}")
    if status == 200:
        return SendError(unsure, "no_json", "the answer was no JSON")
    return SendError(Outcome.MISCONFIGURED, f"http_{status}", "is SLACK_API_URL right?")


def _messages(body: dict[str, Any]) -> list[str]:
    """Lists how Slack explains invalid blocks: JSON pointers, no content."""
    metadata = body.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, dict) else None
    return [str(each)[:200] for each in messages[:5]] if isinstance(messages, list) else []


def _seconds(value: str | None) -> float | None:
    try:
        return float(value or "")
    except ValueError:
        return None

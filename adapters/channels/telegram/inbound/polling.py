"""Polls updates where there is no webhook: one long poll of getUpdates, raw, for the same `parse`."""

from typing import Any

import msgspec

from adapters.channels.telegram.inbound.parse import ALLOWED_UPDATES
from adapters.channels.telegram.outbound.errors import refused
from adapters.channels.telegram.outbound.request import raise_for_pace
from adapters.channels.telegram.settings import AccountSettings
from adapters.transport.http import Http, HttpReply, raise_for_transport
from core.errors import Outcome, SendError
from core.ports.webhooks import RawRequest

HOLD = 25  # seconds that Telegram keeps an empty poll open
SPARE = 10  # more until we give the connection up
_ALLOWED = msgspec.json.encode(ALLOWED_UPDATES).decode()
_KINDS = {400: "BadRequest", 401: "InvalidToken", 403: "Forbidden", 404: "InvalidToken", 409: "Conflict"}


class _Answer(msgspec.Struct):
    result: list[dict[str, Any]]


async def poll(
    account: AccountSettings, api_url: str, http: Http, offset: int, hold: int = HOLD
) -> list[dict[str, Any]]:
    """Returns the updates from `offset` on (the last update_id + 1; 0 at first), none after `hold` seconds of silence.

    Asking with an offset tells Telegram that all before it are kept: store first, then ask on. Raises SendError:
    MISCONFIGURED with the cure for a wrong token or a second poller, otherwise something to try again.
    """
    form = {"offset": str(offset), "timeout": str(hold), "allowed_updates": _ALLOWED}
    reply = await http.request("POST", f"{api_url}/bot{account.token}/getUpdates", data=form, timeout=hold + SPARE)
    if reply.status != 200:
        _raise_refusal(reply)
    try:
        return msgspec.json.decode(reply.body, type=_Answer).result
    except msgspec.DecodeError as error:
        raise SendError(Outcome.RETRY, "unreadable_answer", "getUpdates gave no list") from error


def as_request(update: dict[str, Any]) -> RawRequest:
    """Wraps a polled update as a webhook's request, for the endpoint's `parse`."""
    return RawRequest("POST", "", {}, msgspec.json.encode(update))


def _raise_refusal(reply: HttpReply) -> None:
    raise_for_pace(reply)
    raise_for_transport(reply)
    answer = reply.json()
    description = str(answer.get("description", "")) if isinstance(answer, dict) else ""
    raise refused(_KINDS.get(reply.status, "NetworkError"), description)

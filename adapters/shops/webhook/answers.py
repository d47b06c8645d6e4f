"""Reads what the store answers to a call: what became of a request, or why it was not taken."""

from typing import Any

import msgspec

from adapters.transport.http import HttpReply, retry_after
from core.errors import Outcome, SendError
from core.shop.shop_actions import ShopAnswer, ShopStatus

REASON_MAX, ID_MAX = 300, 255
# What the store cannot mean for this one event: it passes, or its operators have to mend it.
_REFUSALS = {
    401: (Outcome.MISCONFIGURED, "http_401"),
    403: (Outcome.MISCONFIGURED, "http_403"),
    404: (Outcome.MISCONFIGURED, "http_404"),
    405: (Outcome.MISCONFIGURED, "http_405"),
    408: (Outcome.RETRY, "http_408"),
    409: (Outcome.RETRY, "http_409"),  # the first call of this request is still at work there
    410: (Outcome.CONTENT_REJECTED, "gone"),
    421: (Outcome.MISCONFIGURED, "http_421"),
    425: (Outcome.RETRY, "http_425"),
}
_STATUSES = {each.value: each for each in (ShopStatus.DONE, ShopStatus.REFUSED, ShopStatus.PENDING)}


def answer(reply: HttpReply) -> ShopAnswer:
    """Reads what became of a request. What was taken without a word on it is pending, as 202 is. Raises SendError."""
    said = _document(reply.body)
    status = _STATUSES.get(str(said.get("status", "")).strip().lower())
    if reply.status == 202 and status is not ShopStatus.REFUSED:
        status = ShopStatus.PENDING
    if not 200 <= reply.status < 300:
        if status is ShopStatus.REFUSED and 400 <= reply.status < 500:
            return ShopAnswer(status, _line(said.get("reason"), REASON_MAX))
        require_taken(reply)
    reason = _line(said.get("reason"), REASON_MAX)
    return ShopAnswer(status or ShopStatus.PENDING, reason, _line(said.get("id"), ID_MAX))


def require_taken(reply: HttpReply) -> None:
    """Raises SendError unless the status is 2xx. A redirect is not followed: where it leads, nobody has named."""
    status = reply.status
    if 200 <= status < 300:
        return
    if status == 429:
        raise SendError(Outcome.PACE, "http_429", retry_after=retry_after(reply))
    if status >= 500:
        raise SendError(Outcome.RETRY, f"http_{status}", retry_after=retry_after(reply))
    if status < 400:
        raise SendError(Outcome.MISCONFIGURED, f"http_{status}", "redirects are not followed; name the last address")
    outcome, code = _REFUSALS.get(status, (Outcome.CONTENT_REJECTED, f"http_{status}"))
    raise SendError(outcome, code)


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _line(value: Any, most: int) -> str | None:
    """Makes one line of the store's words, which a customer reads; None where there are none."""
    if not isinstance(value, str | int):
        return None
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
    return words[:most] or None

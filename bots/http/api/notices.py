"""Tells the store what its news came to: `GET /api/v1/notices?order=`."""

from typing import Any

import msgspec

from bots.http.api.cursors import after, page
from bots.http.api.route import CURSOR, LIMIT, PREFIX, Asked, Page, Parameter, Route
from bots.wiring.intake import Intake
from core.shop.outgoing import stamp
from storage.notices import notices
from storage.notices.notices import NoticeRow

_FAILED_THERE = "it was sent there and failed, with this code of the provider"


class RefusedWay(msgspec.Struct, frozen=True):
    """A channel on which a notice could not go, by a code and in words."""

    channel: str
    reason: str
    said: str


class NoticeView(msgspec.Struct, frozen=True):
    """A notice: what became of it, and why. `state`: held, queued, sent, failed, skipped; `at` since when."""

    id: str
    kind: str
    order: str | None
    customer_id: str
    state: str
    reason: str
    said: str
    channel: str | None
    created_at: str
    at: str | None
    decisions: int
    refused: list[RefusedWay]


def _of_order(intake: Intake, asked: Asked) -> Page[NoticeView]:
    number, limit, last = asked.needed("order", "?order=1001"), asked.limit, after(asked)
    with intake.store.read() as conn:
        rows = notices.of_order(conn, number, limit + 1, last)
    return page(rows, limit, _shown)


def _shown(row: NoticeRow) -> NoticeView:
    newest: dict[str, Any] = row.trace[-1] if row.trace else {}
    return NoticeView(
        id=row.id,
        kind=row.kind,
        order=row.order_number,
        customer_id=row.customer_id,
        state=row.state,
        reason=row.reason,
        said=_words(row.reason),
        channel=row.channel,
        created_at=stamp(row.created_at),
        at=stamp(row.decided_at) if row.decided_at else None,
        decisions=len(row.trace),
        refused=[
            RefusedWay(place, code, _words(code) or _FAILED_THERE)
            for place, code in map(_refusal, newest.get("refused", []))
        ],
    )


def _refusal(told: str) -> tuple[str, str]:
    """Reads "whatsapp: no_consent" of a trace."""
    place, _, code = told.partition(": ")
    return place, code


def _words(code: str) -> str:
    from notifications.planning.explaining import reason_words  # noqa: PLC0415 - the web process stays small

    return reason_words(code)


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}notices",
        "The notices about an order, each with its state and why it is so",
        Page[NoticeView],
        parameters=(Parameter("order", "The order's number.", is_required=True), LIMIT, CURSOR),
        answer=_of_order,
    ),
)

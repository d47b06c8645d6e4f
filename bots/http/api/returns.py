"""Lists returns as they stand: `GET /api/v1/returns?state=`."""

import msgspec

from bots.http.api.cursors import after, page
from bots.http.api.route import CURSOR, LIMIT, PREFIX, Asked, Page, Parameter, Route, wrong
from bots.wiring.intake import Intake
from core.files.near import one_of
from core.shop.money import written
from core.shop.outgoing import stamp
from core.shop.return_tracks import Approval, Logistics, Settlement, of_record
from core.shop.returns import Refunded, ReturnState
from storage.shop import returns
from storage.shop.returns import ReturnRow


class LineView(msgspec.Struct, frozen=True):
    """How many of a line go back, and why. `condition`: ok, damaged, wrong, missing; `exchange_for` is a variant."""

    line_id: str
    quantity: int
    reason: str | None
    condition: str | None
    exchange_for: str | None


class RefundView(msgspec.Struct, frozen=True):
    """Money of a return, as text. `method`: original, store_credit, gift_card, other."""

    amount: str
    currency: str | None
    method: str | None


class ReturnView(msgspec.Struct, frozen=True):
    """A return. `id` is our number for it where a customer asked for it here, `store_id` the store's.

    `approval`, `logistics` and `settlement` are its three tracks (docs/desk/returns.md); what nobody told of
    them follows from `state`.
    """

    id: str
    store_id: str | None
    order: str
    customer_id: str | None
    state: ReturnState
    resolution: str | None
    lines: list[LineView]
    label_url: str | None
    refund: RefundView | None
    approval: Approval
    logistics: Logistics
    settlement: Settlement
    refusal: str | None
    created_at: str


def _listed(intake: Intake, asked: Asked) -> Page[ReturnView]:
    state, limit, last = asked.word("state"), asked.limit, after(asked)
    states = [each.value for each in ReturnState]
    if state and state not in states:
        raise wrong("state", f"{state}: {one_of(state, states)}")
    sought = returns.Sought(state or None, asked.word("order") or None, limit + 1, last)
    with intake.store.read() as conn:
        rows = returns.listed(conn, sought)
    return page(rows, limit, _shown)


def _shown(row: ReturnRow) -> ReturnView:
    record, tracks = row.record, of_record(row.record)
    return ReturnView(
        id=record.id,
        store_id=row.store_id,
        order=record.order_number,
        customer_id=row.customer_id,
        state=record.state,
        resolution=record.resolution or None,
        lines=[
            LineView(
                each.line_id, each.quantity, each.reason or None, each.condition or None, each.exchange_for or None
            )
            for each in record.lines
        ],
        label_url=record.label_url or None,
        refund=_refund(record.refund) if record.refund else None,
        approval=tracks.approval,
        logistics=tracks.logistics,
        settlement=tracks.settlement,
        refusal=record.refusal or None,
        created_at=stamp(row.created_at),
    )


def _refund(money: Refunded) -> RefundView:
    amount = written(money.amount, money.currency) if money.currency else f"{money.amount:f}"
    return RefundView(amount, money.currency or None, money.method or None)


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}returns",
        "Returns, by state or order",
        Page[ReturnView],
        parameters=(
            Parameter("state", "Only those that stand so.", {"type": "string", "enum": [s.value for s in ReturnState]}),
            Parameter("order", "Only those of this order."),
            LIMIT,
            CURSOR,
        ),
        answer=_listed,
    ),
)

"""Checks a return against the policy as it is today: when its card is drawn, and again when it is approved."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Order, OrderStatus
from core.shop.returns import ReturnedLine, ReturnState
from flows.library.returns.chosen import FAULTY
from flows.library.returns.eligibility import LineState, claimable, line_states, place
from flows.loading.policies import Policies
from hub.hub import Hub
from storage.shop import orders, returns
from storage.shop.filed_returns import Filed

_IN_VAIN = (ReturnState.REFUSED, ReturnState.CANCELLED)
DAYS_OF_YEAR = 365


class Checked(msgspec.Struct, frozen=True):
    """Says what the policy says: `fits` what speaks for it, `against` what a person may make an exception of, `bars`
    what nobody can (there are not so many pieces). All in words for agents."""

    fits: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()


def check(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> Checked:
    """Checks a return against the policy and the order as they are now."""
    order = orders.by_number(conn, filed.record.order_number)
    if order is None:
        return Checked(bars=(f"Order {filed.record.order_number} is not known here.",))
    zone = str(hub.notices.when(now).zone)
    states = {state.line.id: state for state in _states(hub.policies, filed, order, _gone(conn, filed), zone, now)}
    told = [_line(line, order, states.get(line.line_id), place(zone, now).today) for line in filed.record.lines]
    bars = [text for kind, text in told if kind == "bars"]
    if order.status in (OrderStatus.CANCELLED, OrderStatus.REFUNDED):
        bars.append(f"The order is {order.status.value}.")
    against = tuple(dict.fromkeys(text for kind, text in told if kind == "against"))
    return Checked(tuple(dict.fromkeys(text for kind, text in told if kind == "fits")), against, tuple(bars))


def reasons_for_a_person(hub: Hub, filed: Filed) -> Iterator[str]:
    """Says why the bot did not approve it by itself."""
    policy, details = hub.policies.returns, filed.details
    granted = policy.auto_approve
    if details.get("kind", "return") != "return":
        yield (
            "Our mistake is claimed: look at the photos." if filed.details.get("photos") else "Our mistake is claimed."
        )
    elif details.get("gift"):
        yield "It was a gift: credit only."
    elif granted is None:
        yield "The policy lets no return through by itself (policies.yaml: auto_approve)."
    elif filed.record.resolution not in granted.outcomes:
        yield f"The policy lets {' and '.join(granted.outcomes).replace('_', ' ')} through by itself, nothing else."
    else:
        yield f"It is above what the policy lets through by itself ({granted.up_to}), or one too many this year."


def _states(
    policies: Policies, filed: Filed, order: Order, gone: Mapping[str, int], zone: str, now: datetime
) -> list[LineState]:
    kind = str(filed.details.get("kind", "return"))
    where = place(zone, now)
    if kind == "return":
        return line_states(policies.returns, order, gone, where)
    days: int | None = policies.returns.claims.window_days
    if kind == FAULTY:
        days = round(policies.warranty_months * DAYS_OF_YEAR / 12) or None
    return claimable(order, gone, where, days)


def _gone(conn: Connection, filed: Filed) -> dict[str, int]:
    """Counts the pieces that other returns of the order have."""
    pieces: dict[str, int] = {}
    for record in returns.of_order(conn, filed.record.order_number):
        if record.id != filed.record.id and record.state not in _IN_VAIN:
            for line in record.lines:
                pieces[line.line_id] = pieces.get(line.line_id, 0) + line.quantity
    return pieces


def _line(line: ReturnedLine, order: Order, state: LineState | None, today: date) -> tuple[str, str]:
    known = order.line(line.line_id)
    if known is None or state is None:
        return "bars", f"Line {line.line_id} is no longer in the order."
    title = known.title
    if state.why == "returning" or 0 < state.quantity < line.quantity:
        return "bars", f"{title}: another return has it already."
    if state.why == "out_of_window":
        return "against", f"{title}: the window closed {_days(state.late)} ago."
    if state.why:
        return "against", f"{title}: {_WHY.get(state.why, state.why.replace('_', ' '))}."
    last = max((offer.until for offer in state.offers.values()), default=None)
    if last is None:
        return "fits", f"{title}: within the time for claims."
    return "fits", f"{title}: within the window, {_days((last - today).days)} left."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


_WHY = {
    "final_sale": "final sale, it does not come back",
    "not_returnable": "of a kind that does not come back",
    "not_delivered": "not delivered yet, says the carrier",
}

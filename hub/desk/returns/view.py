"""Reads what the desk shows of a return, afresh for each drawing: its lines, where it stands, policy, sums, trouble."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from core.cases.case_reasons import spaced
from core.desk.glances import ButtonGlance, FileGlance, ReturnShown
from core.desk.posts import PostReturn
from core.desk.return_glance import ReturnGlance
from core.shop.money import ZERO, written
from core.shop.return_steps import CONDITIONS, Counted
from core.shop.return_sums import Quote
from core.shop.return_tracks import UNDECIDED, Logistics
from core.shop.returns import ReturnedLine
from hub.desk import buttons
from hub.hub import Hub
from hub.media import attachments
from hub.returns import asking, checking, refunding
from hub.returns.moves import POLICY, SERVICE, WAREHOUSE
from storage.media import files
from storage.outgoing import rows
from storage.shop import filed_returns, orders, return_refunds
from storage.shop.filed_returns import Filed
from storage.shop.return_refunds import ReturnRefund

_GOODS = {
    Logistics.NONE: "Not sent yet",
    Logistics.LABEL_SENT: "Label sent",
    Logistics.IN_TRANSIT: "On their way",
    Logistics.ARRIVED: "Arrived",
    Logistics.PARTIALLY_RECEIVED: "Partly received",
    Logistics.RECEIVED: "Received",
    Logistics.INSPECTED: "Received and looked at",
    Logistics.NOT_RETURNED: "Never sent",
}
_MONEY = {
    return_refunds.WAITING: "waits for finance, asked for",
    return_refunds.PROCESSING: "on its way, approved",
    return_refunds.SETTLED: "sent, approved",
    return_refunds.FAILED: "not sent, approved",
}
_REQUEST = {
    rows.PENDING: "the shop is being asked to make it",
    rows.ASKED: "the shop has taken it and tells later",
    rows.REFUSED: "the shop refused it",
    rows.FAILED: "the shop did not take it",
    rows.HELD: "held since a restore (doorstep held)",
}


class People(NamedTuple):
    """Names the desk users who have to do with a return, and its order."""

    users: frozenset[str] = frozenset()
    order_number: str = ""


def people_of(conn: Connection, return_id: str) -> People:
    """Reads who decided on a return and who asked for its money."""
    filed = filed_returns.by_id(conn, return_id)
    if filed is None:
        return People()
    money = return_refunds.newest_of(conn, return_id)
    named = {filed.decided_by, money.asked_by if money else "", money.approved_by if money else ""}
    return People(frozenset(named - {"", POLICY}), filed.record.order_number)


def of_case(hub: Hub, conn: Connection, case_id: str, now: datetime) -> tuple[ReturnShown, ...]:
    """Returns the returns that a case is about, as its card shows them."""
    found = filed_returns.of_case(conn, case_id)
    return tuple(ReturnShown(glance(hub, conn, each, SERVICE, now), under(conn, each, SERVICE)) for each in found)


def under(conn: Connection, filed: Filed, team: str) -> tuple[ButtonGlance, ...]:
    """Returns the buttons under a return as this team sees it."""
    request = asking.standing(conn, filed.request)
    return buttons.under_return(filed, team, request.state if request else "")


def glance(hub: Hub, conn: Connection, filed: Filed, team: str, now: datetime) -> ReturnGlance:
    """Returns what a team sees of a return. The warehouse sees no money."""
    money = return_refunds.newest_of(conn, filed.id)
    is_sent = money is not None and money.state in (return_refunds.PROCESSING, return_refunds.SETTLED)
    quote = None if team == WAREHOUSE or is_sent else refunding.due(filed)
    return ReturnGlance(
        title=f"{spaced(filed.record.resolution) or 'Return'} {filed.record.id} · order {filed.record.order_number}",
        items=tuple(_items(conn, filed)),
        stands=tuple(_stands(filed, money if team != WAREHOUSE else None)),
        policy=tuple(_policy(hub, conn, filed, now)) if team == SERVICE else (),
        sums=tuple(_sums(hub, quote)) if quote else (),
        note=str(filed.details.get("note") or ""),
        trouble=_trouble(conn, filed, money) if team != WAREHOUSE else "",
    )


def team_post(hub: Hub, conn: Connection, post: PostReturn, place: str) -> tuple[PostReturn, str]:
    """Fills in what a team's message shows now; returns it with its channel: the team's own, else `place`."""
    filed, now = filed_returns.by_id(conn, post.return_id), hub.now()
    kept = filed_returns.post_of(conn, post.return_id, post.team)
    if filed is None or kept is None:
        return post, place
    shown = {"shown": glance(hub, conn, filed, post.team, now), "files": photos(hub, conn, filed, now)}
    filled = replace(post, message=kept.message, buttons=under(conn, filed, post.team), **shown)
    return filled, kept.place or place


def photos(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> tuple[FileGlance, ...]:
    """Returns the photos that the customer sent with it."""
    ids = [str(each) for each in filed.details.get("photos") or ()]
    known = files.by_ids(conn, ids) if ids else {}
    return attachments.glances(hub, [known[id_] for id_ in ids if id_ in known], now)


def _items(conn: Connection, filed: Filed) -> Iterator[str]:
    order = orders.by_number(conn, filed.record.order_number)
    for line in filed.record.lines:
        known = order.line(line.line_id) if order else None
        title = ", ".join(filter(None, (known.title, known.label))) if known else f"line {line.line_id}"
        reason = f" ({spaced(line.reason).lower()})" if line.reason else ""
        yield f"{line.quantity} × {title}{reason}{_found(line, filed.counts.get(line.line_id))}"


def _found(line: ReturnedLine, counted: Counted | None) -> str:
    """Writes what came of a line: ": 1 ok, 1 damaged, 1 to come"."""
    if counted is None or not counted.pieces:
        return ""
    told = [f"{getattr(counted, name)} {name}" for name in CONDITIONS if getattr(counted, name)]
    left = line.quantity - counted.pieces
    return ": " + ", ".join([*told, *([f"{left} to come"] if left > 0 else [])])


def _stands(filed: Filed, money: ReturnRefund | None) -> Iterator[tuple[str, str, str]]:
    tracks = filed.tracks
    yield "Decision", *_by(spaced(tracks.approval), filed.decided_by)
    goods = "Kept by the customer" if refunding.keeps(filed) else _GOODS[tracks.logistics]
    yield "Goods", goods, ""
    if money is not None:
        sum_ = f"{written(money.amount, money.currency)} {money.currency}, {_MONEY[money.state]}"
        yield "Money", *_by(sum_, money.approved_by or money.asked_by)


def _by(words: str, user: str) -> tuple[str, str]:
    """Returns words and the desk user they are about; the policy is none."""
    if user == POLICY:
        return f"{words} by the policy", ""
    return (f"{words} by", user) if user else (words, "")


def _policy(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> Iterator[str]:
    """Says what the policy says, while that still matters."""
    if filed.tracks.approval not in UNDECIDED:
        return
    checked = checking.check(hub, conn, filed, now)
    yield from (f"✅ {each}" for each in checked.fits)
    yield from (f"⚠️ {each}" for each in checked.against)
    yield from (f"⛔ {each}" for each in checked.bars)
    yield from (f"👤 {each}" for each in checking.reasons_for_a_person(hub, filed))


def _sums(hub: Hub, quote: Quote) -> Iterator[tuple[str, str]]:
    """Writes the sum, its parts where there are several, and whether finance has to approve it."""
    parts = (
        ("Value of the goods", quote.goods),
        ("Restocking", -quote.restocking),
        ("Fee", -quote.fee),
        ("Shipping", quote.shipping),
        ("Bonus", quote.bonus),
    )
    told = [(name, written(part, quote.currency)) for name, part in parts if part != ZERO]
    yield from told if len(told) > 1 else ()
    above = " (finance approves it)" if refunding.needs_finance(hub, quote) else ""
    yield "To refund", f"{written(quote.total, quote.currency)} {quote.currency}{above}"


def _trouble(conn: Connection, filed: Filed, money: ReturnRefund | None) -> str:
    """Says what went wrong with the shop, or what it was not told yet."""
    if money is not None and money.state == return_refunds.FAILED:
        return f"The refund was not made: {money.reason}."
    request = asking.standing(conn, filed.request)
    if request is None or request.state == rows.DONE:
        return ""
    reason = f" ({request.reason or request.code})" if request.reason or request.code else ""
    return f"{_REQUEST[request.state].capitalize()}{reason}."

"""Sends the money of a return, once: by the approval that it has, or by finance's where it is above the limit."""

from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace
from sqlalchemy import Connection

from core.desk.posts import PostNote
from core.ids import new_id
from core.shop import return_steps as steps
from core.shop.return_steps import StepRefusedError
from core.shop.return_sums import Quote, for_accepted, is_as_asked, quote_of
from core.shop.return_tracks import Settlement
from core.shop.returns import Refunded, RefundRecord
from core.shop.shop_actions import ShopAction
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from hub.returns import asking
from hub.returns.moves import FINANCE, POLICY, announce_refund, move, note, show_team
from storage.shop import filed_returns, return_refunds
from storage.shop.filed_returns import Filed
from storage.shop.return_refunds import FAILED, PROCESSING, SETTLED, WAITING, ReturnRefund

NOT_CONNECTED = "no shop system is connected that could send money"
DIFFERS = "What came differs from what was asked for: look at it, then press *Refund* for what was accepted."
TOO_MUCH = "The refund is more than is left of what was paid for the order: nothing was sent."


def due(filed: Filed) -> Quote | None:
    """Works out what goes back now: of a counted return what was accepted; None where it ends in no money."""
    quote = quote_of(filed.details)
    if quote is None or keeps(filed) or not filed.counts:
        return quote
    return for_accepted(quote, filed.record.lines, filed.counts)


def keeps(filed: Filed) -> bool:
    """Tells whether the customer keeps what they would send back."""
    return bool(filed.details.get("keep_item"))


def needs_finance(hub: Hub, quote: Quote) -> bool:
    """Tells whether a sum is above what service sends by itself. A currency without a limit of its own is."""
    policy = hub.policies.returns
    if policy.finance_above is None:
        return False
    limit = policy.sum_in(policy.finance_above, quote.currency)
    return limit is None or quote.total > limit


def settle(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> Filed:
    """Sends the money by the approval that the return has, where all is as approved; else a person has a look."""
    if due(filed) is None or filed.tracks.settlement not in (Settlement.NONE, Settlement.QUOTED):
        return filed
    if not keeps(filed) and not is_as_asked(filed.record.lines, filed.counts):
        _tell(hub, conn, filed, DIFFERS, now)
        return filed
    try:
        return ask(hub, conn, filed, filed.decided_by or POLICY, now)
    except StepRefusedError as error:
        _tell(hub, conn, filed, TOO_MUCH if error.why is steps.Why.OVER_BALANCE else "No money was sent.", now)
        return filed


def ask(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime) -> Filed:
    """Asks for the refund: it is made at once, or finance approves it first. Raises StepRefusedError."""
    quote = due(filed)
    if quote is None:
        raise StepRefusedError(steps.Why.NO_MONEY)
    above = needs_finance(hub, quote)
    tracks = steps.ask_for_money(filed.tracks, keeps=keeps(filed), above_limit=above)
    money = _new(conn, filed, quote, user, now, waits=above)
    note(conn, hub, user, "refund_ask", filed, now)
    moved = move(hub, conn, filed, tracks, now, told=False)
    if above:
        show_team(hub, conn, moved, FINANCE, now)
        return moved
    return _send(hub, conn, moved, money, now)


def grant(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime) -> Filed:
    """Approves, for finance, a refund that somebody else asked for. Raises StepRefusedError."""
    money = return_refunds.newest_of(conn, filed.id)
    requesters = {money.asked_by if money else "", filed.decided_by}
    tracks = steps.grant_money(filed.tracks, user if user in requesters else "", user)
    if money is None or not return_refunds.change(conn, money.id, (WAITING,), state=PROCESSING, approved_by=user):
        raise StepRefusedError(steps.Why.UNDER_WAY)
    note(conn, hub, user, "refund_approve", filed, now)
    return _send(hub, conn, move(hub, conn, filed, tracks, now, told=False), money, now)


def again(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime) -> Filed:
    """Sends a refund again that came to nothing: by the same id where the store may have it, by a new one where it
    refused. Raises StepRefusedError."""
    money = return_refunds.newest_of(conn, filed.id)
    tracks = steps.try_money_again(filed.tracks)
    if money is None:
        raise StepRefusedError(steps.Why.NOT_FAILED)
    _require_left(conn, money.order_number, money.currency, money.amount)
    note(conn, hub, user, "refund_again", filed, now)
    moved = move(hub, conn, filed, tracks, now, told=False)
    if asking.again(conn, money.id, now):
        return_refunds.change(conn, money.id, (FAILED,), state=PROCESSING, reason=None, ended_at=None)
        return moved
    anew = replace(money, id=new_id(now), state=PROCESSING, asked_at=now, ended_at=None, reason="")
    return_refunds.add(conn, anew)
    return _send(hub, conn, moved, anew, now)


def paid_by_hand(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime) -> Filed:
    """Notes that somebody sent the money in the shop itself, where it could not be sent from here.

    Raises StepRefusedError.
    """
    tracks = steps.try_money_again(filed.tracks)
    money = return_refunds.newest_of(conn, filed.id)
    if money is None:
        raise StepRefusedError(steps.Why.NOT_FAILED)
    note(conn, hub, user, "refund_by_hand", filed, now)
    return _paid(hub, conn, move(hub, conn, filed, tracks, now, told=False), money, now)


def succeeded(hub: Hub, conn: Connection, money: ReturnRefund, now: datetime) -> None:
    """Takes over that the store's system sent the money, unless that is known."""
    filed = filed_returns.by_id(conn, money.return_id)
    if filed is not None:
        _paid(hub, conn, filed, money, now)


def failed(hub: Hub, conn: Connection, money: ReturnRefund, reason: str, now: datetime) -> None:
    """Takes over that no money was sent, which stays to be seen until somebody tries again."""
    filed = filed_returns.by_id(conn, money.return_id)
    values = {"state": FAILED, "reason": reason, "ended_at": now}
    if filed is None or not return_refunds.change(conn, money.id, (PROCESSING,), **values):
        return
    moved = move(hub, conn, filed, steps.money_came_back(filed.tracks), now, told=False)
    _tell(hub, conn, moved, f"The refund of return {moved.record.id} was not made: {reason}.", now)


def told(hub: Hub, conn: Connection, refund: RefundRecord, now: datetime) -> bool:
    """Recognises, in what the store tells, a refund that it was asked for here; true where that is no news."""
    filed_returns.hold(conn, refund.order_number)
    money = return_refunds.told_of(conn, refund)
    if money is None:
        return False
    return_refunds.change(conn, money.id, (PROCESSING, SETTLED, FAILED), told=True)
    filed = filed_returns.by_id(conn, money.return_id)
    if money.state == SETTLED or filed is None:
        return money.state == SETTLED
    _paid(hub, conn, filed, money, now, is_told=True)
    return False


def _new(conn: Connection, filed: Filed, quote: Quote, user: str, now: datetime, *, waits: bool) -> ReturnRefund:
    """Books a refund against what is left of the order's money. Raises StepRefusedError."""
    number = filed.record.order_number
    _require_left(conn, number, quote.currency, quote.total - quote.bonus)
    money = ReturnRefund(
        id=new_id(now),
        return_id=filed.id,
        order_number=number,
        state=WAITING if waits else PROCESSING,
        amount=quote.total,
        currency=quote.currency,
        method=asking.PAYING.get(filed.record.resolution, "original"),
        asked_by=user,
        approved_by="" if waits else user,
        asked_at=now,
    )
    return_refunds.add(conn, money)
    return money


def _require_left(conn: Connection, number: str, currency: str, amount: Decimal) -> None:
    steps.require_balance(amount, return_refunds.left_of(conn, number, currency))


def _send(hub: Hub, conn: Connection, filed: Filed, money: ReturnRefund, now: datetime) -> Filed:
    if asking.can(hub, ShopAction.ISSUE_REFUND):
        asking.refund(hub, conn, filed, money, now)
        return filed
    failed(hub, conn, money, NOT_CONNECTED, now)
    return filed_returns.by_id(conn, filed.id) or filed


def _paid(
    hub: Hub, conn: Connection, filed: Filed, money: ReturnRefund, now: datetime, *, is_told: bool = False
) -> Filed:
    """Writes that the money was sent; the customer hears of it here unless the store told it itself."""
    if not return_refunds.change(conn, money.id, (PROCESSING, FAILED), state=SETTLED, ended_at=now, reason=None):
        return filed
    if not is_told:
        made = RefundRecord(money.order_number, money.amount, now, money.currency, money.method)
        announce_refund(hub, conn, made, now)
    paid = Refunded(money.amount, money.currency, money.method)
    return move(hub, conn, filed, steps.pay(filed.tracks), now, refund=paid)


def _tell(hub: Hub, conn: Connection, filed: Filed, words: str, now: datetime) -> None:
    if filed.case_id:
        post_to_desk(hub, conn, PostNote(filed.case_id, words, user=_asker(filed)), filed.case_id, now)


def _asker(filed: Filed) -> str:
    return "" if filed.decided_by == POLICY else filed.decided_by

"""Takes over what the store's system answered, or told, of what it was asked for: a return made, money sent."""

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from core.desk.posts import PostNote
from core.shop import return_steps as steps
from core.shop.return_steps import StepRefusedError
from core.shop.return_sums import quote_of
from core.shop.return_tracks import HERE, PAID, UNDECIDED, Approval, with_tracks
from core.shop.returns import ReturnRecord
from core.shop.shop_actions import PREFIX, ShopAction, ShopAnswer, ShopStatus
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from hub.returns import deciding, refunding
from hub.returns.moves import POLICY, WAREHOUSE, announce, move, redraw, show_team
from storage.outgoing.rows import Outgoing
from storage.shop import filed_returns, return_refunds
from storage.shop.filed_returns import Filed
from storage.shop.return_refunds import FAILED, WAITING

SETTLED_THERE = "settled in the shop itself"


def answered(hub: Hub, conn: Connection, request: Outgoing, answer: ShopAnswer, now: datetime) -> None:
    """Takes over what became of a request about a return; what the customer asked for they hear in the chat.

    Whoever writes the answer has called `hold` before.
    """
    action = request.type.removeprefix(PREFIX)
    if action == ShopAction.ISSUE_REFUND:
        _refund(hub, conn, request, answer, now)
    if action != ShopAction.CREATE_RETURN or not request.order_number:
        return
    reference = request.subject.removeprefix("return/")
    filed = filed_returns.by_reference(conn, request.order_number, reference)
    if filed is not None:
        _RETURN[answer.status](hub, conn, filed, answer, now)


def hold(conn: Connection, request: Outgoing) -> None:
    """Keeps others from changing the return that a request is about until the transaction ends."""
    if request.type.removeprefix(PREFIX) in _ABOUT_RETURNS and request.order_number:
        filed_returns.hold(conn, request.order_number)


def retold(hub: Hub, conn: Connection, row_id: str, now: datetime) -> None:
    """Draws anew what the desk shows of a return that the store told of. Money that waits for finance is not sent any
    more when the store has settled it itself; what it decided for a person the warehouse sees."""
    filed = filed_returns.by_id(conn, row_id)
    if filed is None:
        return
    money = return_refunds.newest_of(conn, filed.id) if filed.tracks.settlement in PAID else None
    if money is not None and money.state == WAITING:
        return_refunds.change(conn, money.id, (WAITING,), state=FAILED, ended_at=now, reason=SETTLED_THERE)
    redraw(hub, conn, filed, now)
    if _is_decided_there(filed):
        show_team(hub, conn, filed, WAREHOUSE, now)


def _is_decided_there(filed: Filed) -> bool:
    tracks = filed.tracks
    to_come = tracks.approval is Approval.APPROVED and tracks.logistics not in HERE and not refunding.keeps(filed)
    return bool(to_come and filed.case_id and not filed.decided_by)


def _made(hub: Hub, conn: Connection, filed: Filed, answer: ShopAnswer, now: datetime) -> None:
    """Goes on with a return that the store made. The customer hears now what an agent approved: not before, as the
    store might have refused it."""
    asked_here = bool(filed.decided_by)
    tracks = filed.tracks
    if tracks.approval in UNDECIDED:
        tracks = steps.approve(tracks, quoted=quote_of(filed.details) is not None)
    more = {"store_id": answer.id} if answer.id else {}
    moved = move(hub, conn, filed, tracks, now, told=False, decided_by=filed.decided_by or POLICY, **more)
    if asked_here:
        announce(hub, conn, replace(filed, record=_undecided(filed.record, filed)), moved, now)
    deciding.go_on(hub, conn, moved, now)


def _undecided(record: ReturnRecord, filed: Filed) -> ReturnRecord:
    return with_tracks(record, replace(filed.tracks, approval=Approval.NEEDS_REVIEW))


def _refused(hub: Hub, conn: Connection, filed: Filed, answer: ShopAnswer, now: datetime) -> None:
    """Gives an agent's approval that the store refuses back to the agents; what no agent saw is refused."""
    try:
        if not filed.decided_by:
            move(hub, conn, filed, steps.decline(filed.tracks), now, told=False)
            return
        tracks = steps.reconsider(filed.tracks)
    except StepRefusedError:  # it went on meanwhile, by the store's own word
        return
    reason = answer.reason or str(answer.why or "it gave no reason")
    moved = move(hub, conn, filed, tracks, now, told=False, decided_by="")
    _tell(hub, conn, moved, f"The shop does not make return {moved.record.id}: {reason}. Decide again.", now)


def _failed(hub: Hub, conn: Connection, filed: Filed, _answer: ShopAnswer, now: datetime) -> None:
    if filed.decided_by:
        words = f"The shop did not say that it made return {filed.record.id}; the customer was not told anything."
        _tell(hub, conn, filed, f"{words} Press *Try again* on the card.", now)
    redraw(hub, conn, filed, now)


def _waits(hub: Hub, conn: Connection, filed: Filed, _answer: ShopAnswer, now: datetime) -> None:
    redraw(hub, conn, filed, now)


def _refund(hub: Hub, conn: Connection, request: Outgoing, answer: ShopAnswer, now: datetime) -> None:
    money = return_refunds.by_id(conn, request.key)
    if money is None:
        return
    if answer.status is ShopStatus.DONE:
        refunding.succeeded(hub, conn, money, now)
    elif answer.status is not ShopStatus.PENDING:
        refunding.failed(hub, conn, money, answer.reason or str(answer.why or "the shop gave no answer"), now)


def _tell(hub: Hub, conn: Connection, filed: Filed, words: str, now: datetime) -> None:
    if filed.case_id:
        post_to_desk(hub, conn, PostNote(filed.case_id, words), filed.case_id, now)


_ABOUT_RETURNS = (ShopAction.CREATE_RETURN, ShopAction.ISSUE_REFUND)
_RETURN = {ShopStatus.DONE: _made, ShopStatus.REFUSED: _refused, ShopStatus.FAILED: _failed, ShopStatus.PENDING: _waits}

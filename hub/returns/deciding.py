"""Decides on a return: service approves or refuses it, and the store's system is asked to make what was approved."""

from datetime import datetime

from sqlalchemy import Connection

from core.desk.posts import PostNote
from core.ids import new_id
from core.shop import return_steps as steps
from core.shop.return_sums import quote_of
from core.shop.shop_actions import ShopAction
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from hub.returns import asking, refunding
from hub.returns.checking import check
from hub.returns.moves import WAREHOUSE, move, note, show_team
from storage.shop.filed_returns import Filed

BY_HAND = "No shop system is connected that could make return {}: make it there by hand. The customer was told."


class PolicyError(ValueError):
    """Raised when the policy speaks against an approval. `reasons` are sentences for agents; `is_final`: nobody can
    make an exception of it."""

    def __init__(self, reasons: tuple[str, ...], *, is_final: bool) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.is_final = is_final


def approve(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime, *, exception: bool = False) -> Filed:
    """Approves a return, which the policy is asked about once more: `exception` goes beyond what it allows.

    The customer hears of it when the store's system has made the return. Raises StepRefusedError, PolicyError.
    """
    tracks = steps.approve(filed.tracks, quoted=quote_of(filed.details) is not None)
    checked = check(hub, conn, filed, now)
    if checked.bars:
        raise PolicyError(checked.bars, is_final=True)
    if checked.against and not exception:
        raise PolicyError(checked.against, is_final=False)
    asks = asking.can(hub, ShopAction.CREATE_RETURN)
    request = new_id(now) if asks else ""
    moved = move(hub, conn, filed, tracks, now, told=not asks, decided_by=user, request=request)
    note(conn, hub, user, "return_exception" if checked.against else "return_approve", moved, now)
    if asks:
        asking.create(hub, conn, moved, now)
        return moved
    if moved.case_id:
        post_to_desk(hub, conn, PostNote(moved.case_id, BY_HAND.format(moved.record.id)), moved.case_id, now)
    return go_on(hub, conn, moved, now)


def refuse(hub: Hub, conn: Connection, filed: Filed, user: str, why: str, words: str, now: datetime) -> Filed:
    """Refuses a return; the customer reads why (core.shop.refusals), and the agent's words. Raises StepRefusedError."""
    tracks = steps.decline(filed.tracks)
    moved = move(hub, conn, filed, tracks, now, decided_by=user, refusal=why, words=words.strip())
    note(conn, hub, user, "return_refuse", moved, now)
    return moved


def call_off(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime) -> Filed:
    """Calls a return off of which nothing has come. Raises StepRefusedError."""
    moved = move(hub, conn, filed, steps.cancel(filed.tracks), now)
    note(conn, hub, user, "return_call_off", moved, now)
    return moved


def make_again(hub: Hub, conn: Connection, filed: Filed, user: str, now: datetime) -> bool:
    """Asks the store's system once more to make an approved return that it did not take; false where it is no use."""
    if not filed.request or not asking.again(conn, filed.request, now):
        return False
    note(conn, hub, user, "return_again", filed, now)
    move(hub, conn, filed, filed.tracks, now, told=False)
    return True


def go_on(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> Filed:
    """Goes on with a return that is approved and made: the warehouse waits for it, or the money is due at once."""
    if refunding.keeps(filed):
        return refunding.settle(hub, conn, filed, now)
    show_team(hub, conn, filed, WAREHOUSE, now)
    return filed

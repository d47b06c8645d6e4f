"""Writes a step of a return, and lets everybody know: the customer by notices, the desk by its card and posts."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.desk.posts import PostCard, PostReturn
from core.ids import new_id
from core.shop.return_tracks import Tracks, with_tracks
from core.shop.returns import RefundRecord
from core.shop.store_events import RefundMade, ReturnMoved, StoreEvent
from hub import arrivals
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import audit
from storage.queues.tables import inbox
from storage.shop import filed_returns, returns
from storage.shop.filed_returns import Filed

SOURCE = "desk"  # of what was decided here
POLICY = "policy"  # who approved it, where no person did
SERVICE = "service"  # whoever has the case
WAREHOUSE, FINANCE = "warehouse", "finance"  # teams (routing.yaml)


def move(
    hub: Hub, conn: Connection, filed: Filed, tracks: Tracks, now: datetime, *, told: bool = True, **more: Any
) -> Filed:
    """Writes where a return stands now, tells the customer unless `told` is false, and draws the card anew.

    `more` are fields of the record, or columns of `storage.shop.filed_returns.keep`.
    """
    fields = {name: more.pop(name) for name in tuple(more) if name in filed.record.__struct_fields__}
    after = msgspec.structs.replace(with_tracks(filed.record, tracks), told_at=now, **fields)
    moved = filed_returns.keep(conn, filed, after, **more)
    if told and after != filed.record:
        announce(hub, conn, filed, moved, now)
    redraw(hub, conn, moved, now)
    return moved


def announce(hub: Hub, conn: Connection, before: Filed, after: Filed, now: datetime) -> None:
    """Puts a step into its order's lane, where notices and rules hear of it, in order with what the store tells."""
    event = ReturnMoved(external_id=new_id(now), source=SOURCE, at=now, before=before.record, returned=after.record)
    _put(hub, conn, event, now)


def announce_refund(hub: Hub, conn: Connection, refund: RefundRecord, now: datetime) -> None:
    """Keeps money that was sent, and puts the news into its order's lane."""
    id_ = returns.add_refund(conn, refund, now)
    _put(hub, conn, RefundMade(external_id=id_, source=SOURCE, at=now, refund_id=id_, refund=refund), now)


def redraw(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> None:
    """Draws what the desk shows of a return anew: its case's card, and the teams' messages."""
    if filed.case_id:
        post_to_desk(hub, conn, PostCard(filed.case_id), filed.case_id, now)
    for post in filed_returns.posts_of(conn, filed.id):
        _post(hub, conn, filed, post.team, post.place, now)


def show_team(hub: Hub, conn: Connection, filed: Filed, team: str, now: datetime) -> None:
    """Shows a return to a team, once: in its own channel, else in the thread of the return's case."""
    own = hub.routing.teams.get(team)
    place = own.channel if own else ""
    if not hub.has_desk or not (place or filed.case_id):  # nobody waits for it there
        return
    if team in {post.team for post in filed_returns.posts_of(conn, filed.id)}:
        return
    filed_returns.add_post(conn, hub.store, filed.id, team, place)
    _post(hub, conn, filed, team, place, now)


def note(conn: Connection, hub: Hub, user: str, action: str, filed: Filed, now: datetime) -> None:
    """Adds an entry to the audit log: who did what to a return."""
    audit.record(conn, hub.store, user, action, f"return:{filed.record.id}", now)


def _post(hub: Hub, conn: Connection, filed: Filed, team: str, place: str, now: datetime) -> None:
    """Posts a team's message. In a channel of the team's own it needs no thread of the case."""
    post_to_desk(hub, conn, PostReturn(filed.id, team), "" if place else filed.case_id, now, place=place)


def _put(hub: Hub, conn: Connection, event: StoreEvent, now: datetime) -> None:
    arrival = arrivals.store_arrival(event, now, hub.shards)
    conn.execute(hub.store.insert(inbox), msgspec.structs.asdict(arrival))

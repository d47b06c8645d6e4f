"""Opens a case that an agent begins: they write to a customer first."""

from typing import Any

from sqlalchemy import insert

from core.cases.routing import Facts
from core.desk.posts import PostCard
from core.ids import new_id
from core.people.addresses import Address, e164
from core.people.consent import SERVICE
from core.people.conversations import CaseState, Owner, Routed
from hub.clocks import keeping
from hub.customers.first_contact import agreed, begin, of_customer
from hub.delivery.postings import post_to_desk
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.showing.finding import find, line
from hub.desk.undelivered.reply_window import is_open
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.tables import case_clocks
from storage.desk.tables import cases as cases_table
from storage.people import consents, families

REASON = "agent_began"


def start(act: Act, words: str, channel: str = "") -> None:
    """Opens a case of the customer who is meant, for the agent who asks; one that is open already is named.

    On this channel, else where they are best written to; a number that nobody is known by is a new customer's.
    """
    found = find(act.conn, words) if words else []
    if len(found) > 1:
        act.answer("\n".join([wording.START_WITH_WHICH, *(line(act.conn, each) for each in found)]))
    elif found:
        _with(act, found[0].id, channel)
    elif number := e164(words):
        _at_number(act, number, channel)
    else:
        act.answer(wording.FOUND_NOBODY if words else wording.START_WITH_WHOM)


def _at_number(act: Act, number: str, channel: str) -> None:
    """Writes to a number that is nobody's here, where it was agreed to."""
    reached = [each for each in agreed(act.hub, act.conn, [number]) if channel in ("", each.channel)]
    if reached:
        _first(act, reached[0])
    else:
        act.answer(wording.START_STRANGER)


def _first(act: Act, address: Address) -> None:
    """Opens a case where the customer never wrote."""
    who = begin(act.hub, act.conn, address, act.now)
    if who is None or who.is_blocked(act.now):
        act.answer(wording.START_NOWHERE)
    else:
        _open(act, who.id)


def _with(act: Act, customer_id: str, channel: str) -> None:
    spoken = [
        each
        for id_ in families.members(act.conn, customer_id)
        for each in conversations.of_customer(act.conn, id_)
        if each.in_use and act.hub.channel(each.channel, each.account)
    ]
    there = cases.open_of(act.conn, [customer_id, *(each.customer_id for each in spoken)])
    wanted = [each for each in spoken if channel in ("", each.channel)]
    allowed = [each for each in wanted if consents.allows(act.conn, each.channel, each.value, SERVICE)]
    first = [each for each in of_customer(act.hub, act.conn, customer_id) if channel in ("", each.channel)]
    if there:
        act.answer(wording.started_before(next(iter(there.values()))))
    elif allowed:
        _open(act, max(allowed, key=lambda each: _rank(act, each)).id)
    elif first:
        _first(act, first[0])
    else:
        act.answer(wording.START_FORBIDDEN if wanted else wording.START_NOWHERE)


def _rank(act: Act, who: Conversation) -> tuple[bool, float]:
    """Ranks where to write: where the agent's own words may go, then where the customer wrote last."""
    return is_open(act.hub, who, act.now), who.last_inbound_at.timestamp() if who.last_inbound_at else 0.0


def _open(act: Act, conversation_id: str) -> None:
    who = conversations.by_id(act.conn, conversation_id, lock=True)
    if who is None or who.case_id:  # somebody was quicker
        act.answer(wording.START_AGAIN)
        return
    id_ = new_id(act.now)
    routed = act.hub.routing.route(Facts(reason=REASON, channel=who.channel, tier=who.tier))
    act.conn.execute(insert(cases_table), _row(act, who, id_, routed))
    if clocks := [*keeping.opening(act.hub, id_, routed, act.now)]:
        act.conn.execute(act.hub.store.insert(case_clocks), clocks)
    conversations.hand_over(act.conn, who.id, Owner.AGENT.value, id_)
    post_to_desk(act.hub, act.conn, PostCard(id_, first=True), id_, act.now)
    case = cases.by_id(act.conn, id_)
    if case is not None:
        act.audit("start", case)
        act.answer(wording.started(case, is_open(act.hub, who, act.now)))


def _row(act: Act, who: Conversation, id_: str, routed: Routed) -> dict[str, Any]:
    place = routed.place or act.hub.home(act.user.id)  # where no rule says otherwise the agent's own workspace
    row = cases.row(id_, who.id, who.customer_id, REASON, "", place, act.now)
    mine = {"state": CaseState.CLAIMED.value, "claimed_by": act.user.id, "claimed_at": act.now}
    return {**row, **cases.ranks(routed, {}), **mine, "agent_name": act.user.name}

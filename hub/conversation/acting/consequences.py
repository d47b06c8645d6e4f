"""Carries out what a turn means beyond its own rows: in the same transaction, once these are written.

Each is a value, so that what a turn wants can be printed and compared:

    PhoneProved(conversation, "+12025550101")   # a shared contact says whose the conversation is
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.cases.case_reasons import reason_text
from core.cases.routing import Facts
from core.cases.steps import Step
from core.desk.posts import PostCard, PostCustomer, PostNote
from core.messages.inbound import Edited, Moved
from core.people.addresses import Address
from core.people.consent import MARKETING, SERVICE
from core.people.conversations import RESTING, Owner, Routed
from core.people.preferences import Preference, Teller, Wish
from hub.clocks import keeping, waking
from hub.clocks.closed import tell_closed
from hub.customers import identity, moves, one_time_codes
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from hub.media import attachments
from storage.conversations import conversations, timeline
from storage.conversations.conversations import Conversation
from storage.desk import cases, later, ratings
from storage.media import files
from storage.media.tables import media as media_table
from storage.people import addresses, consents, preferences
from storage.people.tables import consents as consents_table

BLOCKED, UNBLOCKED = "blocked", "unblocked"
WISHED = "wished"  # the source of a consent to a channel that they asked for
LOW_RATING = "low_rating"


@dataclass(frozen=True)
class PhoneProved:
    """Says that the channel vouches for this number (E.164) of the customer's."""

    conversation: Conversation
    phone: str


@dataclass(frozen=True)
class AliasesTold:
    """Says that the channel vouches for further addresses of the customer."""

    conversation: Conversation
    aliases: tuple[Address, ...]


@dataclass(frozen=True)
class OrderProved:
    """Says that the customer proved this order to be theirs."""

    conversation: Conversation
    order_number: str


@dataclass(frozen=True)
class CodeWanted:
    """Says that a one-time code is to be sent, to the phone or mailbox of this order."""

    code_id: str
    order_number: str
    way: str
    locale: str


@dataclass(frozen=True)
class AddressChanged:
    """Says that the customer is reached elsewhere now."""

    event: Moved


@dataclass(frozen=True)
class FilesReplaced:
    """Says that a message was edited, and its files with it."""

    conversation: Conversation
    event: Edited


@dataclass(frozen=True)
class CaseRaised:
    """Says that a case has one more reason, which may make it more urgent, with what the customer told."""

    case_id: str
    routed: Routed
    details: Mapping[str, Any]


@dataclass(frozen=True)
class CustomerWrote:
    """Says that the customer wrote to the agent who has their case, or to nobody yet."""

    conversation: Conversation
    case_id: str


@dataclass(frozen=True)
class LowRated:
    """Says that the customer gave a low score to how their last case went."""

    conversation: Conversation
    score: int


@dataclass(frozen=True)
class CaseReopened:
    """Says that the customer goes on with a case that was resolved lately; `words` are what they wrote, `at` when."""

    conversation: Conversation
    words: PostCustomer
    at: datetime


@dataclass(frozen=True)
class Blocked:
    """Says that the customer blocked us at the channel, or took that back."""

    conversation: Conversation
    blocked: bool


@dataclass(frozen=True)
class NewsWished:
    """Says how the customer wants to hear of things from now on; `proof` is the inbox row of the message."""

    conversation: Conversation
    prefers: Preference
    proof: str


def carry_out(hub: Hub, conn: Connection, consequence: object, now: datetime) -> None:
    """Carries out one consequence within the turn's transaction."""
    _DEEDS[type(consequence)](hub, conn, consequence, now)


def _prove_phone(_hub: Hub, conn: Connection, told: PhoneProved, now: datetime) -> None:
    identity.prove_phone(conn, told.conversation, told.phone, now)


def _learn_aliases(hub: Hub, conn: Connection, told: AliasesTold, now: datetime) -> None:
    identity.learn_aliases(hub, conn, told.conversation, told.aliases, now)


def _adopt(_hub: Hub, conn: Connection, told: OrderProved, now: datetime) -> None:
    identity.adopt(conn, told.conversation.id, told.order_number, now)


def _send_code(hub: Hub, conn: Connection, wanted: CodeWanted, now: datetime) -> None:
    one_time_codes.send(hub, conn, wanted.code_id, wanted.order_number, wanted.way, wanted.locale, now)


def _move(hub: Hub, conn: Connection, told: AddressChanged, now: datetime) -> None:
    moves.move(hub, conn, told.event, now)


def _refetch(hub: Hub, conn: Connection, told: FilesReplaced, now: datetime) -> None:
    where, event = told.conversation, told.event
    message_id = timeline.find(conn, where.id, event.target)
    known = {file.ref for file in files.of_message(conn, where.customer_id, message_id)} if message_id else set()
    for row in attachments.rows_for(event, where, message_id or "", now):
        if row["ref"] not in known:
            conn.execute(hub.store.insert(media_table), row)


def _raise_case(hub: Hub, conn: Connection, told: CaseRaised, now: datetime) -> None:
    case = cases.by_id(conn, told.case_id)
    if case is not None:
        cases.raise_to(conn, case, told.routed, told.details)
        keeping.follow(hub, conn, case.id, now)


def _wrote(hub: Hub, conn: Connection, told: CustomerWrote, now: datetime) -> None:
    case = keeping.wrote(hub, conn, told.case_id, now)
    if case is None:
        return
    if case.has_later:
        later.look_again(conn, told.case_id, now)
    if case.state in RESTING:
        waking.heard(hub, conn, told.case_id, now)
    tell_closed(hub, conn, told.conversation, case.team, now)


def _low_rated(hub: Hub, conn: Connection, told: LowRated, now: datetime) -> None:
    """Brings the case of the rating back for its team's lead, for any agent to take, unless another one is open."""
    rated = ratings.of_conversation(conn, told.conversation.id)
    case = cases.by_id(conn, rated.case_id) if rated else None
    if case is None or told.conversation.case_id:
        return
    if not cases.take_step(conn, case, Step.REOPEN, now, cases.NOBODY):
        return
    routed = hub.routing.route(Facts(LOW_RATING, channel=told.conversation.channel, tier=told.conversation.tier))
    cases.raise_to(conn, case, routed, {"score": f"{told.score} of 5"})
    keeping.follow(hub, conn, case.id, now)
    if hub.has_desk:
        conversations.hand_over(conn, told.conversation.id, Owner.AGENT.value, case.id)
    lead = hub.routing.teams[routed.team].lead if routed.team in hub.routing.teams else ""
    words = f"{reason_text(LOW_RATING)}: {told.score} of 5. The customer was asked what went wrong."
    post_to_desk(hub, conn, PostNote(case.id, words, broadcast=True, user=lead), case.id, now)
    post_to_desk(hub, conn, PostCard(case.id), case.id, now)


def _reopened(hub: Hub, conn: Connection, told: CaseReopened, now: datetime) -> None:
    """Gives the case back to the agent who had it, or to all where they are not there, with what the customer wrote;
    once by the case's state."""
    case = cases.by_id(conn, told.words.case_id)
    holder = waking.holder_of(hub, conn, case) if case else cases.NOBODY
    if case is None or not cases.take_step(conn, case, Step.COME_BACK, told.at, holder):
        return
    conversations.hand_over(conn, told.conversation.id, Owner.AGENT.value, case.id)
    keeping.follow(hub, conn, case.id, now)
    keeping.wrote(hub, conn, case.id, now)
    words = "The customer wrote again, so this case is open again."
    note = PostNote(case.id, words, broadcast=not holder.user, user=holder.user)
    for post in (note, told.words, PostCard(case.id)):
        post_to_desk(hub, conn, post, case.id, now)


def _block(hub: Hub, conn: Connection, told: Blocked, now: datetime) -> None:
    """Records a block or its end. Unblocking takes back no STOP that the customer wrote before."""
    where = told.conversation
    known = consents.state(conn, {(where.channel, where.value)})
    if told.blocked:
        granted = [p for p in (SERVICE, MARKETING) if known.get((where.channel, where.value, p), (True, ""))[0]]
        entries = [consents.row(where.channel, where.value, p, False, BLOCKED, now) for p in granted]
    else:
        conn.execute(addresses.MARK_DEAD, [{"row": where.key, "at": None}])
        granted_, source = known.get((where.channel, where.value, SERVICE), (True, ""))
        ours = not granted_ and BLOCKED in source
        entries = [consents.row(where.channel, where.value, SERVICE, True, UNBLOCKED, now)] if ours else []
    if entries:
        conn.execute(hub.store.insert(consents_table), entries)


def _wish(hub: Hub, conn: Connection, told: NewsWished, now: datetime) -> None:
    """Keeps the wish. Who wants to hear by SMS or WhatsApp only, at the number from which they write, agrees to it."""
    who, wish = told.conversation, told.prefers
    preferences.tell(conn, who.customer_id, Wish(wish, Teller.CHAT, now, told.proof), partly=True)
    phone = who.phone_number
    if not phone or wish.channel in ("", who.channel) or not _writes_first(hub, wish.channel):
        return
    if (wish.channel, phone, SERVICE) not in consents.state(conn, {(wish.channel, phone)}):
        entry = consents.row(wish.channel, phone, SERVICE, True, WISHED, now, told.proof)
        conn.execute(hub.store.insert(consents_table), [entry])


def _writes_first(hub: Hub, channel: str) -> bool:
    return any(name == channel and each.capabilities.writes_first for (name, _), each in hub.channels.items())


_DEEDS: dict[type, Callable[[Hub, Connection, Any, datetime], None]] = {
    PhoneProved: _prove_phone,
    AliasesTold: _learn_aliases,
    OrderProved: _adopt,
    CodeWanted: _send_code,
    AddressChanged: _move,
    FilesReplaced: _refetch,
    CaseRaised: _raise_case,
    CustomerWrote: _wrote,
    LowRated: _low_rated,
    CaseReopened: _reopened,
    Blocked: _block,
    NewsWished: _wish,
}

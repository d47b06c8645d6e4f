"""Decides what a message waits for that was not understood: what the customer still writes, and advice on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from core.messages.inbound import InboundMessage
from flows.engine.events import UserMessage
from flows.engine.hearing.advising import UNSURE, question
from flows.engine.session import Session, new_session
from flows.understanding.advice.answer import Advice
from flows.understanding.advice.question import CUSTOMER, STORE, Line, Question
from flows.understanding.values.persons import person
from hub.conversation.hearing.coalesce import Heard, is_fragment, joined
from hub.conversation.store_view import GroupReader, TurnStore
from hub.conversation.turn import Turn
from hub.hub import Wondering
from storage.conversations import timeline
from storage.people.tables import messages as messages_table

SAYS_NOTHING = frozenset(("greeted", "no_match", "asked_back"))  # what the flows count where no request was understood
TURNS = 6  # lines of the conversation that others read
RECENT = timedelta(hours=1)
LONGEST = 300  # letters of one of them
_NAMELESS = "…"  # in place of a line that may be a name alone


class Patience(NamedTuple):
    """Holds until when a conversation may rest: for `more` that the customer writes, and for `advice`."""

    more: datetime
    advice: datetime


class Early(NamedTuple):
    """Says that nothing was done: the conversation rests until then, or until what it wonders about is answered."""

    until: datetime
    wondering: Wondering | None = None


class Before(NamedTuple):
    """Holds where a turn stood before a message: the session, how much was counted, how many lines were written."""

    session: Session | None
    tracked: int
    lines: int


def before(turn: Turn) -> Before:
    """Notes where a turn stands."""
    return Before(turn.session, len(turn.tracked), len(turn.batch.inserted(messages_table)))


def unsettled(
    turn: Turn, stood: Before, heard: Sequence[Heard], place: int, reader: GroupReader, patience: Patience
) -> list[Heard] | Early | None:
    """Tells what is to be heard instead, where the message at `place` is a fragment of the next or where advice on it
    has come; or that it is too early to answer. None: its answer stands."""
    event = heard[place].event
    counted = turn.tracked[stood.tracked :]
    following = heard[place + 1].event if place + 1 < len(heard) else None
    burst, now = turn.hub.timing.burst_seconds, turn.now
    says_nothing = not SAYS_NOTHING.isdisjoint(counted)
    if following is not None and says_nothing and is_fragment(event, following, burst, may_wait=False):
        return [*heard[:place], joined(heard[place], heard[place + 1]), *heard[place + 2 :]]
    if not UNSURE.isdisjoint(counted):
        came = _advice(turn, stood, heard[place], reader, patience)
        if isinstance(came, Early):
            return came
        if came:
            return [*heard[:place], heard[place]._replace(advice=came), *heard[place + 1 :]]
    if says_nothing and is_fragment(event, following, burst, may_wait=now < patience.more) and following is None:
        return Early(patience.more)
    return None


def _advice(turn: Turn, stood: Before, heard: Heard, reader: GroupReader, patience: Patience) -> Advice | Early | None:
    """Looks for advice on a message; asks for it where there is time. None where none is to be had."""
    advisor, event = turn.hub.advisor, heard.event
    if advisor is None or heard.advice or not isinstance(event, InboundMessage):
        return None
    asked = _question(turn, stood, event, reader)
    if asked is None:
        return None
    came = advisor.known(asked)
    if came is None and turn.now < patience.advice and advisor.may_ask():
        wondering = Wondering(turn.conversation.key, heard.cause, asked, patience.advice)
        return Early(patience.advice, wondering)
    return came


def _question(turn: Turn, stood: Before, event: InboundMessage, reader: GroupReader) -> Question | None:
    session = stood.session or new_session(turn.locale, turn.conversation.channel, turn.zone)
    kinds = tuple(each.kind for each in event.attachments)
    message = UserMessage(event.text, event.choice, kinds)
    written = turn.batch.inserted(messages_table)[: stood.lines]
    return question(
        turn.hub.flows,
        session,
        message,
        turn.now,
        _lines(turn, [(row["author"], row["text"]) for row in written], reader),
        _names(turn, event, reader),
    )


def _lines(turn: Turn, written: Sequence[tuple[str, str]], reader: GroupReader) -> list[Line]:
    """Lists what customer and bot said lately, with what this turn already says (`written`)."""
    kept = timeline.last(reader.conn, turn.conversation.id, TURNS)
    said = [(line.author, line.text) for line in kept if turn.now - line.at < RECENT]
    told = ((author, _shown(author, text)) for author, text in (*said, *written))
    who = {timeline.CUSTOMER: CUSTOMER, timeline.BOT: STORE}
    return [Line(who[author], text) for author, text in told if text and author in who][-TURNS:]


def _shown(author: str, text: str) -> str:
    """Shortens a line: of ours the last, which is the question; above it may stand an address, or what was ordered."""
    if author == timeline.BOT:
        return (text.strip().splitlines() or [""])[-1][:LONGEST]
    return _NAMELESS if person(text) else text[:LONGEST]


def _names(turn: Turn, event: InboundMessage, reader: GroupReader) -> list[str]:
    """Lists the names under which the customer is known: to the channel, the store, and on their orders."""
    buyer = TurnStore(turn, reader).buyer()
    orders = reader.of_phone(turn.phone) if turn.phone else []
    known = (turn.name, event.profile.name, buyer.name if buyer else "", *(order.buyer.name for order in orders))
    return [name for name in dict.fromkeys(known) if name]

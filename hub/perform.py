"""One turn under way: what it changes is collected as rows, and one function performs each kind of effect."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.addresses import canonical
from core.consent import MARKETING, SERVICE, carrier_word
from core.conversations import PROOF_LIFETIME, Grant, Owner
from core.desk import DeskPost, PostCard, PostNote
from core.ids import new_id
from core.messages import Answered, InboundMessage, OutboundMessage, Speaker, Unsupported, encode
from core.placeholders import placeholders
from flows.engine.effects import Effect, GrantProof, Handoff, OpenReturn, RecordGuess, Say, Track
from flows.engine.session import Session, decode_session, encode_session
from hub import identity, media
from hub.hub import Hub
from hub.metrics import flow_events
from storage import cases, consents, conversations, guesses, outbox, timeline
from storage.batch import Batch
from storage.conversations import Conversation
from storage.tables import cases as cases_table
from storage.tables import consents as consents_table
from storage.tables import guesses as guesses_table
from storage.tables import media as media_table
from storage.tables import messages as messages_table
from storage.tables import outbox as outbox_table
from storage.tables import returns as returns_table

FOREVER = timedelta(days=3650)
SHORT_MENU = 9  # the longest that every channel with menus shows on one page


class Turn:
    """The working copy of one conversation while its pending messages are handled."""

    def __init__(self, hub: Hub, conversation: Conversation, now: datetime) -> None:
        self.hub = hub
        self.conversation = conversation
        self.now = now
        self.owner = Owner(conversation.owner)
        self.case_id = conversation.case_id
        self.customer_id = conversation.customer_id
        self.locale = conversation.locale
        self.name = conversation.name
        self.session: Session | None = decode_session(conversation.session) if conversation.session else None
        self.grants = [grant for grant in conversation.grants if grant.until > now]
        self.guesses: list[tuple[str, bool]] = []
        self.returns: list[tuple[str, str]] = []
        self.cause = ""
        self.callback = ""
        self.callback_used = False
        self.phone = conversation.phone_number
        self.proved = False  # whether the message heard last proved a number
        self.carried = ""  # what she sent beside words that is no file
        self.unseen = ""  # her newest message, to be marked as read with our first answer
        self.inbound_at = conversation.last_inbound_at
        self.media: tuple[str, ...] = ()  # ids of the files in the message heard last
        self.batch = Batch()

    def heard(self, event: InboundMessage | Unsupported) -> None:
        """Puts the message on the timeline and opens the reply window."""
        self.inbound_at = max(filter(None, (self.inbound_at, min(event.sent_at, self.now))))
        self.name = self.name or event.profile.name[: conversations.NAME_MAX]
        self.callback, self.callback_used = (event.callback, False) if isinstance(event, InboundMessage) else ("", True)
        kinds = [a.kind for a in event.attachments] if isinstance(event, InboundMessage) else [event.kind]
        text = words_of(event) if isinstance(event, InboundMessage) else ""
        self.carried = "; ".join(placeholders(event.attachments)) if isinstance(event, InboundMessage) else ""
        row = timeline.row(
            new_id(self.now),
            self.conversation.id,
            self.customer_id,
            timeline.CUSTOMER,
            text,
            self.now,
            attachments=",".join(kinds) or None,
            external_id=event.name if isinstance(event, InboundMessage) else event.external_id,
        )
        self.batch.insert(messages_table, row)
        self.media = ()
        if isinstance(event, InboundMessage):
            self.attach(event, row["id"])

    def attach(self, event: InboundMessage | Answered, message_id: str) -> None:
        """Rows of the files in what was sent, to be fetched once the turn is written."""
        rows = media.rows_for(event, self.conversation, message_id, self.now)
        for row in rows:
            self.batch.insert(media_table, row)
        self.media = tuple(row["id"] for row in rows)

    def say(self, message: OutboundMessage, author: str = timeline.BOT, **more: Any) -> str:
        """Puts a message into the outbox and on the timeline; returns its id."""
        id_ = new_id(self.now)
        if self.callback and not self.callback_used:
            message = msgspec.structs.replace(message, callback=self.callback)
            self.callback_used = True
        if self.unseen:
            message = msgspec.structs.replace(message, seen=self.unseen)
            self.unseen = ""
        where = self.conversation
        self.batch.insert(
            outbox_table,
            outbox.row(
                id_,
                where.key,
                where.channel,
                where.account,
                where.value,
                encode(message),
                message.speaker.value,
                self.now,
                cause_id=self.cause or None,
                case_id=more.get("case_id"),
                origin=more.get("origin"),
            ),
        )
        if message.text:
            line = timeline.row(id_, where.id, self.customer_id, author, message.text, self.now)
            self.batch.insert(messages_table, line)
        return id_

    def system(self, key: str, **values: Any) -> str:
        """Says a text of the responses in the customer's language."""
        return self.say(OutboundMessage(self.hub.say(key, self.locale or "en", **values), speaker=Speaker.SYSTEM))

    def acknowledge(self) -> None:
        """Answers a pressed button where the channel waits for it, without a word."""
        self.say(OutboundMessage())

    def post(self, post: DeskPost) -> None:
        """Puts a post to the desk into the outbox, in the order of its case."""
        if not self.hub.has_desk:
            return
        case_id = getattr(post, "case_id", "")
        self.batch.insert(outbox_table, desk_row(self.hub, post, case_id, self.now, self.cause or None))

    def record_consent(self, *, granted: bool) -> None:
        """The customer's own word, for every purpose on this channel."""
        where = self.conversation
        for purpose in (SERVICE, MARKETING):
            # START takes back a STOP; it does not invent a marketing consent that never was.
            entry = consents.row(where.channel, where.value, purpose, granted, "keyword", self.now)
            if not (granted and purpose == MARKETING):
                self.batch.insert(consents_table, entry)

    def is_answered_by_provider(self, text: str) -> bool:
        """Whether the provider of this channel answers this consent word itself."""
        channel = self.hub.channel(self.conversation.channel, self.conversation.account)
        return channel is not None and carrier_word(text) in channel.capabilities.answers_keywords

    def prove_phone(self, phone: str) -> None:
        """The channel vouches that this number is hers: known from now on in this very turn."""
        self.phone = canonical(phone)
        self.batch.after(
            lambda conn: identity.prove_phone(self.hub, conn, self.conversation, canonical(phone), self.now)
        )

    def open_case(self, reason: str, summary: str, order_number: str | None = None) -> str:
        """Opens a case for this conversation, or adds to the one that is open; returns its id."""
        if self.case_id:
            self.post(PostNote(self.case_id, f"{reason.replace('_', ' ').capitalize()}. {summary}".strip()))
            self.post(PostCard(self.case_id))
            return self.case_id
        self.case_id = new_id(self.now)
        row = cases.row(
            self.case_id,
            self.conversation.id,
            self.customer_id,
            reason,
            summary,
            self.hub.place,
            self.now,
            order_number,
        )
        self.batch.insert(cases_table, row)
        self.post(PostCard(self.case_id))
        return self.case_id

    def close(self) -> Batch:
        """The rows of the whole turn."""
        if self.conversation.dead_at and self.inbound_at != self.conversation.last_inbound_at:
            # Whoever writes is reached again.
            self.batch.update(conversations.MARK_DEAD, {"row": self.conversation.key, "at": None})
        session = encode_session(self.session) if self.session else self.conversation.session
        parameters = conversations.turn_parameters(
            self.conversation, session, self.owner.value, self.case_id, self.grants, self.inbound_at or self.now
        )
        self.batch.update(conversations.SAVE_TURN, parameters)
        locale = self.session.locale if self.session else self.locale
        if (self.name, locale) != (self.conversation.name, self.conversation.locale):
            profile = {"row": self.customer_id, "name_": self.name, "locale_": locale}
            self.batch.update(conversations.SAVE_PROFILE, profile)
        return self.batch


def words_of(event: InboundMessage) -> str:
    """What the timeline and the agents read: her words or her choice, and a line for each thing that is no file."""
    captions = [a.caption for a in event.attachments if a.caption and a.caption != event.text]
    words = event.text or (event.choice.title if event.choice else "") or " ".join(captions)
    return "\n".join(filter(None, (words, *placeholders(event.attachments))))


def desk_row(hub: Hub, post: DeskPost, case_id: str, now: datetime, cause: str | None = None) -> dict[str, Any]:
    """An outbox row for a post to the desk."""
    return outbox.row(
        new_id(now),
        f"desk:{case_id or hub.place}",
        "slack",
        hub.place,
        hub.place,
        encode(post),
        Speaker.SYSTEM.value,
        now,
        lane=outbox.DESK,
        case_id=case_id or None,
        cause_id=cause,
    )


def post_to_desk(hub: Hub, conn: Connection, post: DeskPost, case_id: str, now: datetime) -> None:
    """Puts a post to the desk into the outbox, within a transaction that is under way."""
    conn.execute(hub.store.insert(outbox_table), desk_row(hub, post, case_id, now))


def perform(turn: Turn, effect: Effect) -> None:
    """Makes rows of one effect."""
    PERFORMERS[type(effect)](turn, effect)


def _say(turn: Turn, effect: Say) -> None:
    message = OutboundMessage(
        effect.text,
        effect.options,
        effect.menu_title,
        effect.link,
        effect.link_title,
        request=effect.request,
        request_title=effect.request_title,
    )
    if len(effect.options) > SHORT_MENU:
        message = msgspec.structs.replace(message, more_title=turn.hub.say("menu_more", turn.locale or "en"))
    turn.say(message)


def _hand_off(turn: Turn, effect: Handoff) -> None:
    turn.open_case(effect.reason, "; ".join(filter(None, (effect.summary, turn.carried))))
    # Without a desk nobody would ever answer: the case is kept, the bot goes on.
    if turn.hub.has_desk:
        turn.owner = Owner.AGENT


def _grant(turn: Turn, effect: GrantProof) -> None:
    until = turn.now + PROOF_LIFETIME.get(effect.level, FOREVER)
    turn.grants.append(Grant(effect.level, effect.order_number, until))
    turn.batch.after(lambda conn: identity.adopt(conn, turn.conversation.id, effect.order_number, turn.now))


def _record_guess(turn: Turn, effect: RecordGuess) -> None:
    turn.guesses.append((effect.order_number, effect.ok))
    turn.batch.insert(guesses_table, guesses.row(turn.conversation.id, effect.order_number, effect.ok, turn.now))


def _open_return(turn: Turn, effect: OpenReturn) -> None:
    lines = msgspec.json.encode(effect.lines).decode()
    turn.returns.append((effect.order_number, lines))
    turn.batch.insert(
        returns_table,
        {
            "id": new_id(turn.now),
            "reference": effect.reference,
            "order_number": effect.order_number,
            "customer_id": turn.customer_id,
            "conversation_id": turn.conversation.id,
            "state": "requested",
            "resolution": effect.resolution,
            "lines": lines,
            "created_at": turn.now,
        },
    )
    wanted = ", ".join(f"{line.quantity} x line {line.line_id} ({line.reason})" for line in effect.lines)
    summary = f"{effect.reference} {effect.resolution} for order {effect.order_number}: {wanted}".strip()
    turn.open_case("return_request", summary, effect.order_number)


def _track(_turn: Turn, effect: Track) -> None:
    flow_events.labels(effect.name).inc()


PERFORMERS: dict[type, Callable[[Turn, Any], None]] = {
    Say: _say,
    Handoff: _hand_off,
    GrantProof: _grant,
    RecordGuess: _record_guess,
    OpenReturn: _open_return,
    Track: _track,
}

"""Collects every change of one turn as rows, on a working copy of the conversation."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from core.cases.case_reasons import reason_text
from core.cases.expected_reply import Queue
from core.desk.posts import DeskPost, PostCard, PostNote
from core.encoding import encode
from core.ids import new_id
from core.messages.inbound import Answered, InboundMessage, Unsupported
from core.messages.outbound import OutboundMessage, Speaker
from core.people.addresses import e164
from core.people.consent import MARKETING, SERVICE, carrier_word
from core.people.conversations import Owner
from core.people.one_time_codes import SentCode
from core.shop.returns import ReturnRecord
from flows.engine.events import FileRef
from flows.engine.hearing.memory import FORGOTTEN
from flows.engine.session import Session, decode_session
from flows.understanding.advice.answer import NO_ADVICE
from hub.clocks.keeping import opening
from hub.conversation.acting.consequences import CaseRaised, PhoneProved
from hub.conversation.acting.expected import Expected, FindQueue
from hub.conversation.acting.triage import FindOrder, rank
from hub.conversation.hearing.shared import carried_in, name_in, shared_in, words_of
from hub.delivery.postings import desk_row, posting
from hub.hub import Hub
from hub.media import attachments
from hub.metrics import flow_events
from storage.conversations import conversations, timeline, turns
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.tables import case_clocks as clocks_table
from storage.desk.tables import cases as cases_table
from storage.engine.batch import Batch
from storage.media.tables import media as media_table
from storage.people import addresses, consents
from storage.people.tables import consents as consents_table
from storage.people.tables import messages as messages_table
from storage.queues import inbox
from storage.queues.tables import outbox as outbox_table

NOTHING_TOLD: Mapping[str, Any] = MappingProxyType({})
ORDER_NUMBER = "order_number"  # among the details of a case
REDACTED = "•••"
_DIGIT = re.compile(r"\d")


class Turn:
    """Holds the working copy of one conversation while its pending messages are handled."""

    instead: OutboundMessage | None = None  # what is said in place of the flows' next words: a template

    def __init__(
        self,
        hub: Hub,
        conversation: Conversation,
        now: datetime,
        find_order: FindOrder = lambda _number: None,
        find_queue: FindQueue = lambda _team, since: (Queue(), since),
    ) -> None:
        self.hub = hub
        self.conversation = conversation
        self.now = now
        self.find_order, self.expected = find_order, Expected(find_queue)
        self.owner, self.case_id = Owner(conversation.owner), conversation.case_id
        self.customer_id = conversation.customer_id
        self.locale = conversation.locale
        self.spoken = conversation.language  # that they wrote last, or asked for
        self.name = conversation.name
        self.session: Session | None = decode_session(conversation.session) if conversation.session else None
        self.grants = [grant for grant in conversation.grants if grant.until > now]
        self.proof_attempts: list[tuple[str, bool]] = []
        self.codes: list[SentCode] = []  # sent in this turn, the newest first
        self.tried_codes: list[tuple[str, bool]] = []
        self.returns: list[ReturnRecord] = []  # asked for in this turn
        self.cause = ""
        self.callback, self.callback_used = "", False
        self.phone = conversation.phone_number
        self.proved = False  # whether the message heard last proved a number
        self.carried = ""  # what came beside words that is no file: a place, a contact
        self.unseen = ""  # the newest message, to be marked as read with our first answer
        self.inbound_at = conversation.last_inbound_at
        self.heard_at: list[datetime] = []  # when the messages heard in this turn were sent
        self.files: tuple[FileRef, ...] = ()  # those in the message heard last
        self.words, self.advice = "", NO_ADVICE  # of the message heard last, and on it
        self.line: dict[str, Any] = {}  # its line on the timeline
        self.route = conversation.route or ""  # where in the chat the message heard last was said
        self.answering = ""  # that message, while there are several: the first answer quotes it
        self.tracked: list[str] = []  # what the flows counted
        self.batch = Batch()

    @property
    def wrote(self) -> bool:
        """Tells whether the customer wrote something in this turn."""
        return bool(self.line)

    @property
    def is_blocked(self) -> bool:
        """Tells whether agents blocked the customer, so that nothing is answered."""
        return self.conversation.is_blocked(self.now)

    def heard(self, event: InboundMessage | Unsupported) -> None:
        """Puts the message on the timeline and opens the reply window."""
        self.heard_at.append(event.sent_at)
        self.route = event.route
        self.inbound_at = max(filter(None, (self.inbound_at, min(event.sent_at, self.now))))
        self.name = self.name or name_in(event)[: conversations.NAME_MAX]
        self.callback, self.callback_used = (event.callback, False) if isinstance(event, InboundMessage) else ("", True)
        kinds = [a.kind for a in event.attachments] if isinstance(event, InboundMessage) else [event.kind]
        self.carried = carried_in(event)
        self.words = self._kept(words_of(event))
        self.line = timeline.row(
            new_id(self.now),
            self.conversation.id,
            self.customer_id,
            timeline.CUSTOMER,
            self.words,
            self.now,
            attachments=",".join(kinds) or None,
            external_id=event.name if isinstance(event, InboundMessage) else event.external_id,
            shared=shared_in(event),
            reply_to=event.reply_to if isinstance(event, InboundMessage) else "",
            quoted=event.quoted if isinstance(event, InboundMessage) else None,
        )
        self.batch.insert(messages_table, self.line)
        self.files = ()
        if isinstance(event, InboundMessage):
            self.attach(event, self.line["id"])

    def _kept(self, words: str) -> str:
        """Returns words as people will read them: without the one-time code that was asked for."""
        asked = self.hub.flows.slots.get(self.session.awaiting) if self.session and self.session.awaiting else None
        return _DIGIT.sub("•", words) if asked is not None and asked.type == "code" else words

    def speak(self, language: str, locale: str) -> None:
        """Notes in which `language` the customer wrote last ("" where nothing tells it), and how they are spoken to."""
        self.spoken = language or self.spoken
        self.locale = locale

    def attach(self, event: InboundMessage | Answered, message_id: str) -> None:
        """Adds rows for the files in what was sent, to be fetched once the turn is written."""
        rows = attachments.rows_for(event, self.conversation, message_id, self.now)
        for row in rows:
            self.batch.insert(media_table, row)
        self.files = tuple(FileRef(row["id"], row["kind"]) for row in rows)

    @property
    def media(self) -> tuple[str, ...]:
        """Returns the ids of the files in the message heard last."""
        return tuple(file.id for file in self.files)

    def redact(self) -> None:
        """Keeps no words of the message heard last: they hold what must not be kept."""
        self.line["text"] = REDACTED
        self.batch.update(inbox.REDACT, {"row": self.cause})

    def say(self, message: OutboundMessage, author: str = timeline.BOT, flow: str = "", response: str = "") -> str:
        """Puts a message, a response of a flow perhaps, into the outbox and on the timeline; returns its id."""
        if self.instead:
            message, self.instead = self.instead, None
        if self.callback and not self.callback_used:
            message = msgspec.structs.replace(message, callback=self.callback)
            self.callback_used = True
        if self.unseen:
            message = msgspec.structs.replace(message, seen=self.unseen)
            self.unseen = ""
        if self.answering and (message.text or message.options):
            message = msgspec.structs.replace(message, reply_to=self.answering)
            self.answering = ""
        if self.route or self.conversation.route:
            message = msgspec.structs.replace(message, route=self.route)
        more = {"cause_id": self.cause or None, "flow": flow or None, "response": response[:64] or None}
        made = posting(self.conversation, message, author, self.now, **more)
        self.batch.insert(outbox_table, made.row)
        if made.line:
            self.batch.insert(messages_table, made.line)
            if author == timeline.BOT:
                self.expected.say(made)
        return made.id

    def add(self, words: str) -> None:
        """Adds words to what the bot said last in this turn."""
        if not self.expected.add(words):
            self.say(OutboundMessage(words))

    def system(self, key: str, **values: Any) -> str:
        """Says a text of the responses in the customer's language."""
        return self.say(OutboundMessage(self.hub.say(key, self.locale or "en", **values), speaker=Speaker.SYSTEM))

    def acknowledge(self) -> None:
        """Answers a pressed button without a word, where the channel waits for an answer (Telegram)."""
        self.say(OutboundMessage())

    def post(self, post: DeskPost) -> None:
        """Puts a post to the desk into the outbox, in the order of its case."""
        if not self.hub.has_desk:
            return
        case_id = getattr(post, "case_id", "")
        self.batch.insert(outbox_table, desk_row(self.hub, post, case_id, self.now, cause_id=self.cause or None))

    def record_consent(self, *, granted: bool, source: str = "keyword") -> None:
        """Records the customer's own word, for every purpose on this channel; `source` is what they said it to."""
        where = self.conversation
        for purpose in (SERVICE, MARKETING):
            # START takes back a STOP; it gives no consent to marketing that the customer never gave.
            entry = consents.row(where.channel, where.value, purpose, granted, source, self.now, self.cause or None)
            if not (granted and purpose == MARKETING):
                self.batch.insert(consents_table, entry)

    def is_answered_by_provider(self, text: str) -> bool:
        """Tells whether the provider of this channel answers this consent word itself."""
        channel = self.hub.channel(self.conversation.channel, self.conversation.account)
        return channel is not None and carrier_word(text) in channel.capabilities.answers_keywords

    def prove_phone(self, phone: str) -> None:
        """Notes, for the rest of this turn too, that the channel vouches for this number of the customer."""
        number = e164(phone)
        if number is None:
            return
        self.phone, self.proved = number, True
        self.batch.after(PhoneProved(self.conversation, number))

    @property
    def zone(self) -> str:
        """Returns the zone in which times are told: the customer's, else the shop's."""
        return self.conversation.timezone or self.hub.shelf.now.notices.shop.timezone

    @property
    def language(self) -> str:
        """Returns the language that the customer reads, like "zh"."""
        return (self.session.locale if self.session else self.locale or "en").partition("-")[0]

    def open_case(
        self,
        reason: str,
        summary: str,
        order_number: str | None = None,
        details: Mapping[str, Any] = NOTHING_TOLD,
        intent: str = "",
    ) -> str:
        """Opens a case for this conversation, or adds to the one that is open; returns its id.

        `details` is what the customer told, by name; the order is the one named there, else the one last spoken of,
        else the one proved last.
        """
        number = order_number or str(details.get(ORDER_NUMBER) or "")
        number = number or self._spoken_of() or (self.grants[-1].order_number if self.grants else "")
        routed = rank(self, reason, intent, self.find_order(number) if number else None)
        if self.case_id:
            self.batch.after(CaseRaised(self.case_id, routed, details))
            self.post(PostNote(self.case_id, f"{reason_text(reason)}. {summary}".strip()))
            self.post(PostCard(self.case_id))
            return self.case_id
        self.case_id = new_id(self.now)
        self.expected.opened = routed
        row = cases.row(
            self.case_id,
            self.conversation.id,
            self.customer_id,
            reason,
            summary,
            routed.place or self.hub.place,
            self.now,
            number or None,
        )
        self.batch.insert(cases_table, {**row, **cases.ranks(routed, details)})
        for clock in opening(self.hub, self.case_id, routed, self.now):
            self.batch.insert(clocks_table, clock)
        self.post(PostCard(self.case_id, first=True))
        return self.case_id

    def _spoken_of(self) -> str:
        """Returns the order that was spoken of lately; "" where there is none."""
        focus = self.session.focus if self.session else None
        return focus.order if focus and focus.at and self.now - focus.at < FORGOTTEN else ""

    def close(self) -> Batch:
        """Ends the turn and returns its rows."""
        if self.conversation.dead_at and self.wrote:
            # A customer who writes can be reached again.
            self.batch.update(addresses.MARK_DEAD, {"row": self.conversation.key, "at": None})
        session = encode(self.session) if self.session else self.conversation.session
        parameters = turns.turn_parameters(
            self.conversation, session, self.owner.value, self.case_id, self.grants, self.inbound_at, self.route
        )
        self.batch.update(turns.SAVE_TURN, parameters)
        self.expected.book(self.batch, self.customer_id, self.now)
        for name in self.tracked:
            flow_events.labels(name).inc()
        now = (self.name, self.locale, self.spoken)
        if now != (self.conversation.name, self.conversation.locale, self.conversation.language):
            profile = {"row": self.customer_id, "name_": self.name, "locale_": self.locale, "language_": self.spoken}
            self.batch.update(turns.SAVE_PROFILE, profile)
        return self.batch

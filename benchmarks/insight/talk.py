"""Writes what is said with one customer as the rows that the product has of it, a line after the other."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from benchmarks.insight.rows import Rows
from benchmarks.insight.words import Choices, Texts, filled, one
from benchmarks.insight.world import Person
from core.encoding import encode
from core.messages.inbound import InboundMessage, ReceiptStatus
from core.messages.outbound import OutboundMessage, Speaker
from core.messages.receipts import PartState
from core.people.addresses import SHARDS, shard_of
from storage.conversations import flow_events, timeline
from storage.conversations.tables import flow_events as flow_events_table
from storage.costs import rows as costs
from storage.costs.tables import costs as costs_table
from storage.people.tables import messages
from storage.queues import inbox, outbox
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts

VERSION = "2026.11"
SECOND = timedelta(seconds=1)
# How far what we send comes: (status, of a hundred), and the code of what does not.
ARRIVES = {
    "whatsapp": ((ReceiptStatus.READ, ReceiptStatus.DELIVERED, ReceiptStatus.SENT), (72, 96, 100)),
    "messenger": ((ReceiptStatus.READ, ReceiptStatus.DELIVERED, ReceiptStatus.SENT), (80, 97, 100)),
    "sms": ((ReceiptStatus.DELIVERED, ReceiptStatus.SENT), (93, 100)),
}
CODES = {"whatsapp": "131026", "messenger": "551", "sms": "30005", "telegram": "403"}
FAILS = 0.012
PRICES = {
    "whatsapp": {"service": "0.0034", "utility": "0.0034", "marketing": "0.0250"},
    "sms": {"service": "0.0083", "utility": "0.0083", "marketing": "0.0083"},
}


class Over(Exception):
    """The history ends here: what would be said next lies in the future."""


class About(msgspec.Struct, frozen=True):
    """Says what a message of ours is for, beside its words."""

    author: str = timeline.BOT
    speaker: Speaker = Speaker.BOT
    flow: str = ""
    case_id: str | None = None
    origin: str | None = None
    notice_id: str | None = None
    kind: str = ""
    category: str = "service"
    response: str = ""


PLAIN = About()


class Sent(msgspec.Struct, frozen=True):
    """What became of a message of ours."""

    id: str
    at: datetime
    arrived: bool


class Talk:
    """What is said with a person, from a moment on. `values` are put into texts."""

    def __init__(
        self, rows: Rows, chance: random.Random, person: Person, at: datetime, now: datetime, values: Mapping[str, str]
    ) -> None:
        self.rows, self.chance, self.person, self.at, self.now = rows, chance, person, at, now
        self.values = values
        self._cause: str | None = None

    def waits(self, seconds: float) -> None:
        """Lets time pass. Raises Over where that lies in the future."""
        self.at += seconds * SECOND
        if self.at >= self.now:
            raise Over

    def draws(self, texts: Choices) -> str:
        """Chooses one of some texts in the person's language."""
        return one(self.chance, texts, self.person.language, self.values)

    def hears(self, text: str) -> str:
        """Takes in words of the customer; returns the id of their line."""
        self.waits(1)
        person, rows = self.person, self.rows
        id_, external_id = rows.id_at(self.at), f"wamid.{self.chance.getrandbits(80):020x}"
        message = InboundMessage(external_id, person.address, self.at, text)
        self._cause = rows.id_at(self.at)
        arrived = inbox.Arrival(
            id=self._cause,
            source=person.address.channel,
            account=person.address.account,
            external_id=external_id,
            lane=inbox.CONVERSATION,
            key=person.address.key,
            shard=shard_of(person.address.key, SHARDS),
            payload=encode(message),
            sent_at=self.at,
            received_at=self.at,
            state=inbox.HANDLED,
        )
        rows.add(inbox_table, {**msgspec.structs.asdict(arrived), "handled_at": self.at})
        line = timeline.row(
            id_, person.conversation, person.id, timeline.CUSTOMER, text, self.at, external_id=external_id
        )
        rows.add(messages, line)
        person.last = self.at
        return id_

    def asks(self, texts: Texts, flow: str = "", response: str = "") -> Sent:
        """Says one of the bot's texts, a response of a flow, in the person's language."""
        return self.says(filled(texts[self.person.language], self.values), About(flow=flow, response=response))

    def says(self, text: str, about: About = PLAIN) -> Sent:
        """Sends words of ours."""
        self.waits(0.4)
        person, rows, to = self.person, self.rows, self.person.address
        id_ = rows.id_at(self.at)
        row = outbox.row(
            id_,
            to.key,
            to.channel,
            to.account,
            to.value,
            encode(OutboundMessage(text, speaker=about.speaker)),
            about.speaker.value,
            self.at,
            case_id=about.case_id,
            origin=about.origin,
            notification_id=about.notice_id,
            cause_id=None if about.notice_id else self._cause,
            flow=about.flow or None,
            response=about.response or None,
        )
        failed = self.chance.random() < FAILS
        ended: dict[str, Any] = {"state": outbox.FAILED if failed else outbox.SENT, "rendered": 1}
        ended |= {"code": CODES[to.channel] if failed else None, "attempts": int(failed), "started_at": self.at}
        rows.add(outbox_table, {**row, **ended, "finished_at": self.at + SECOND})
        rows.add(messages, timeline.row(id_, person.conversation, person.id, about.author, text, self.at))
        self._part(id_, text, failed, about)
        return Sent(id_, self.at, not failed)

    def counts(self, name: str, flow: str = "", step: str = "", reason: str = "") -> None:
        """Counts what a flow did."""
        props = {"flow": flow, "step": step, "reason": reason}
        row = flow_events.row(self.person.conversation, name, props, VERSION if flow else "", self.at)
        self.rows.add(flow_events_table, {**row, "id": self.rows.id_at(self.at)})

    def _part(self, outbox_id: str, text: str, failed: bool, about: About) -> None:
        to, at = self.person.address, self.at + SECOND
        part_id, provider_id = self.rows.id_at(self.at), f"wamid.{self.chance.getrandbits(80):020x}"
        status = None
        if to.channel in ARRIVES and not failed:
            likely, shares = ARRIVES[to.channel]
            status = self.chance.choices(likely, cum_weights=shares)[0].value
        row = {
            "id": part_id,
            "outbox_id": outbox_id,
            "n": 0,
            "key": to.key,
            "channel": to.channel,
            "account": to.account,
        }
        row |= {"call": "text", "payload": msgspec.json.encode({"text": text}).decode(), "silent": False, "tries": 1}
        row |= {"state": (PartState.FAILED if failed else PartState.SENT).value, "started_at": self.at}
        row |= {"provider_id": None if failed else provider_id, "status": status, "status_at": at if status else None}
        self.rows.add(outbox_parts, {**row, "code": CODES[to.channel] if failed else None})
        price = PRICES.get(to.channel)
        if price and not failed:
            self._cost(part_id, outbox_id, provider_id, Decimal(price[about.category]), about)

    def _cost(self, part_id: str, outbox_id: str, provider_id: str, price: Decimal, about: About) -> None:
        to = self.person.address
        row = {"id": self.rows.id_at(self.at), "channel": to.channel, "account": to.account, "provider_id": provider_id}
        row |= {"part_id": part_id, "outbox_id": outbox_id, "kind": about.kind, "flow": about.flow, "campaign_id": None}
        row |= costs.About(about.notice_id, about.kind, None, about.case_id, about.flow)._asdict()
        sum_ = {"category": about.category, "currency": "USD", "micros": costs.micros(price), "source": costs.TABLE}
        self.rows.add(costs_table, {**row, **sum_, "at": self.at})

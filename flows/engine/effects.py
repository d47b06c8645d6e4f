"""Declares what a flow wants done: data that the caller performs."""

from datetime import date, datetime
from typing import Any

import msgspec

from core.messages.outbound import Option
from core.people.conversations import Proof
from core.people.preferences import Between
from core.shop.promises import Matter, Purpose
from core.shop.return_tracks import Approval, Tracks, with_tracks
from core.shop.returns import ReturnedLine, ReturnRecord, ReturnState
from core.shop.stock_alerts import AlertState


class Say(msgspec.Struct, frozen=True, omit_defaults=True, tag="say"):
    """Says words to the customer. `key` names the response (for tests and reports; "" for one the engine composed)."""

    text: str
    options: tuple[Option, ...] = ()
    menu_title: str = ""
    link: str = ""
    link_title: str = ""
    key: str = ""
    request: str = ""  # the customer's location or contact, asked for by a button where the channel has one
    request_title: str = ""
    link_preview: bool | None = None  # None: as the store wants it on the channel
    flow: str = ""  # that says it, as the customer sees it


class RunAction(msgspec.Struct, frozen=True, omit_defaults=True, tag="run_action"):
    """Asks for this action, and for its `ActionResult(key, …)`. Always the last effect; `key` serves idempotency."""

    name: str
    args: dict[str, Any]
    key: str


class Handoff(msgspec.Struct, frozen=True, omit_defaults=True, tag="handoff"):
    """Opens a case for the team. `reason` is a code like "asked_human"; `summary` is English, masked.

    `details` is what the customer told, by name, for the card's lines; `intent` is what they wanted.
    """

    reason: str
    summary: str = ""
    details: dict[str, Any] = {}
    intent: str = ""


class Track(msgspec.Struct, frozen=True, omit_defaults=True, tag="track"):
    """Counts something, without personal data."""

    name: str
    props: dict[str, Any] = {}


class GrantProof(msgspec.Struct, frozen=True, tag="grant_proof"):
    """Records that the customer proved this order to be theirs; it holds for `PROOF_LIFETIME`."""

    level: Proof
    order_number: str


class RecordProofAttempt(msgspec.Struct, frozen=True, tag="record_proof_attempt"):
    """Records an attempt to prove an order; wrong ones are counted per customer and per number."""

    order_number: str
    ok: bool


class SendCode(msgspec.Struct, frozen=True, tag="send_code"):
    """Sends a one-time code for this order to the phone or the mailbox on file: by sms or email."""

    order_number: str
    way: str


class RecordCodeTry(msgspec.Struct, frozen=True, tag="record_code_try"):
    """Records that a code was tried; one that was right is used up."""

    id: str
    ok: bool


class Rate(msgspec.Struct, frozen=True, tag="rate"):
    """Records a rating that was asked for. `kind` is csat, effort or nps; `is_low`: it brings the case back."""

    kind: str
    score: int
    is_low: bool = False


class AwaitStock(msgspec.Struct, frozen=True, omit_defaults=True, tag="await_stock"):
    """Records that the customer waits for one of these variants of a product (none: any), to be told once."""

    product_id: str
    variant_ids: tuple[str, ...] = ()


class EndStockAlert(msgspec.Struct, frozen=True, tag="end_stock_alert"):
    """Records that a wish to be told of stock is over: told, or taken back."""

    id: str
    state: AlertState


class MakeChoice(msgspec.Struct, frozen=True, tag="make_choice"):
    """Records what the customer chose, of what the store offered for an order. `kind` is what it was about, like
    "stock_problem"."""

    kind: str
    order_number: str
    choice: str


class StopMessages(msgspec.Struct, frozen=True, tag="stop_messages"):
    """Does what the word STOP does: no more messages to where the customer writes from, but for a confirmation."""


class AllowNews(msgspec.Struct, frozen=True, tag="allow_news"):
    """Records that the customer wants news of their orders where they write from; takes back a STOP there, as far."""


class PreferNews(msgspec.Struct, frozen=True, omit_defaults=True, tag="prefer_news"):
    """Keeps how the customer wants to hear of things: on one `channel` only, `not_between` these hours; one of them
    leaves the other as it is, neither ends both."""

    channel: str = ""
    not_between: Between | None = None


class OpenReturn(msgspec.Struct, frozen=True, omit_defaults=True, tag="open_return"):
    """Registers a return request. `resolution` is refund, exchange or store_credit; `reference` is the number for the
    customer; `reason` names the case that it becomes, unless it is `approved`: then the store's system is asked.
    `photos` are ids of files; `details` are what the team reads beside it, by name; `quote` is what it comes to."""

    order_number: str
    lines: tuple[ReturnedLine, ...]
    resolution: str
    reference: str = ""
    approved: bool = False
    reason: str = "return_request"
    photos: tuple[str, ...] = ()
    details: dict[str, Any] = {}
    quote: dict[str, Any] = {}

    def record(self, now: datetime) -> ReturnRecord:
        """Makes the return as it stands when it is asked for."""
        asked = ReturnRecord(
            self.reference, self.order_number, ReturnState.REQUESTED, self.resolution, self.lines, told_at=now
        )
        return asked if self.approved else with_tracks(asked, Tracks(Approval.NEEDS_REVIEW))


class ShopRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Asks the store's system for a deed: `type` like "order.cancel". Its answer is `External("shop.answered", id, …)`;
    the same `id` is done once."""

    id: str
    type: str
    order_number: str
    data: dict[str, Any] = {}


class Schedule(msgspec.Struct, frozen=True, omit_defaults=True, tag="schedule"):
    """Asks for `External(name, key)` at a time. The key is new. `event` and `about` say what may come before: the
    `External` of that name and key."""

    name: str
    at: datetime
    key: str
    event: str = ""
    about: str = ""


class Unschedule(msgspec.Struct, frozen=True, tag="unschedule"):
    """Takes back what was scheduled under a key."""

    key: str


class Redact(msgspec.Struct, frozen=True, tag="redact"):
    """Asks that the words of the customer's last message are not kept: they hold what must not be."""


class Promise(msgspec.Struct, frozen=True, omit_defaults=True, tag="promise"):
    """Says that a day which the words of this turn may tell is a promise: booked where they tell it.

    `said` are further words that tell it ("5 working days"); `is_whole`: a word on the order is one on this parcel.
    """

    purpose: Purpose
    on: date
    source: str
    order_number: str
    matter: Matter = Matter.ORDER
    matter_id: str = ""
    is_whole: bool = False
    said: tuple[str, ...] = ()


class Focus(msgspec.Struct, frozen=True, omit_defaults=True, tag="focus"):
    """Says what is being spoken of, so that a following "cancel it" is about that."""

    order_number: str
    item: str = ""
    parcel: str = ""


Effect = (
    Say
    | RunAction
    | Handoff
    | Track
    | GrantProof
    | RecordProofAttempt
    | SendCode
    | RecordCodeTry
    | AwaitStock
    | EndStockAlert
    | StopMessages
    | AllowNews
    | PreferNews
    | OpenReturn
    | Rate
    | MakeChoice
    | Promise
    | ShopRequest
    | Schedule
    | Unschedule
    | Focus
    | Redact
)

"""Tests that, whatever a customer and an agent send in whatever order, and each of it twice, the rows stay sound."""

import itertools
import json
from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.desk.events import Pressed
from core.encoding import encode
from core.messages.inbound import InboundMessage
from core.messages.outbound import decode_message
from core.messages.pieces import Attachment, Choice, Profile
from core.people.addresses import Address
from core.people.conversations import CaseState
from core.shop.orders import Buyer, ShipmentStatus
from flows.engine.session import decode_session
from storage.desk.tables import cases
from storage.people.tables import conversations
from storage.queues.tables import inbox
from storage.shop.tables import returns
from tests.fakes import NOW, PLACE
from tests.hub.house import ANNA, House
from tests.storage.orders_sample import PARCEL, saved_order

DEAD = 2
PHONES = (f"+1202555{number:04d}" for number in itertools.count(200))
SENT = st.one_of(
    st.sampled_from(
        (
            *("hi", "where is my order", "I want to return my boots", "退货", "exchange", "1", "2", "yes", "send it"),
            *("no", "damaged", "too small", "refund", "cancel", "menu", "back", "skip", "change something", "both"),
            *("ok", "thanks", "好的", "你好", "{{7*7}}", "'; DROP TABLE cases; --", "x" * 5000, "😀", "agent", "人工"),
        )
    ).map(lambda text: ("say", text)),
    st.text(max_size=30).map(lambda text: ("say", text)),
    st.integers(0, 5).map(lambda number: ("press", str(number))),
    st.sampled_from(("image", "voice", "location", "sticker")).map(lambda kind: ("attach", kind)),
    st.integers(1, 3000).map(lambda minutes: ("wait", str(minutes))),
    st.sampled_from(("case_claim", "case_resolve", "case_reopen", "case_to_bot")).map(lambda id_: ("button", id_)),
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SENT, min_size=3, max_size=14))
def test_any_conversation_with_an_agent_in_it(house: House, sent: list[tuple[str, str]]) -> None:
    if not house.store.is_sqlite:
        return  # the same statements; once is enough
    phone = next(PHONES)
    customer = Address("whatsapp", "main", phone)
    number = phone[-4:]
    delivered = replace(PARCEL, status=ShipmentStatus.DELIVERED, delivered_at=NOW - timedelta(days=3))
    saved_order(
        house.store, Buyer(id=f"c{number}", name="Jane Doe", phone=phone), number=number, shipments=(delivered,)
    )
    for kind, what in sent:
        _do(house, customer, kind, what)
        _check(house, customer)


def _do(house: House, customer: Address, kind: str, what: str) -> None:
    if kind == "wait":
        house.later(minutes=float(what))
        return
    if kind == "button":
        case = next((row for row in reversed(house.rows(cases)) if row.thread), None)
        if case is not None:
            named = house.fresh("ev"), PLACE, case.thread, house.fresh("ts")
            house.act(Pressed(*named, ANNA, what, case.id, house.clock()))
        return
    choice = None
    if kind == "press":
        shown = [decode_message(row.payload).options for row in house.messages() if row.key == customer.key]
        offered = next((options for options in reversed(shown) if options), ())
        if int(what) >= len(offered):
            return
        choice = Choice(offered[int(what)].id, offered[int(what)].title)
    files = (Attachment(what, ""),) if kind == "attach" else ()
    text = what if kind == "say" else ""
    message = InboundMessage(
        house.fresh(f"in{customer.value}"),
        customer,
        house.clock(),
        text,
        choice,
        attachments=files,
        profile=Profile("J"),
    )
    house.accept(message, message)  # every webhook comes twice
    house.drain()
    before = len(house.messages())
    house.accept(message)
    house.drain()
    assert len(house.messages()) == before
    house.send()
    house.later(seconds=20)


def _check(house: House, customer: Address) -> None:
    assert [row.error for row in house.rows(inbox) if row.state == DEAD or row.attempts > 1] == []
    for row in house.rows(conversations):
        if row.key == customer.key and row.session:
            assert encode(decode_session(row.session)) == row.session
            assert len(row.session) < 20_000
            waiting = [c for c in house.rows(cases) if c.conversation_id == row.id and c.state != CaseState.RESOLVED]
            assert len(waiting) <= 1
    back = Counter((row.order_number, line["line_id"]) for row in house.rows(returns) for line in json.loads(row.lines))
    assert all(times == 1 for times in back.values()), back

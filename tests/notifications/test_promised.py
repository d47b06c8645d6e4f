"""Tests which dates a notice promises: those that are read, on the channel and in the language in which it is sent."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import ConfigurationError
from core.messages.outbound import promises_of
from core.shop.orders import Order, Shipment, ShipmentStatus, ShippedLine
from core.shop.promises import Matter, Promise, Promised, PromiseState, Purpose, due_of
from notifications import About, Notice, Send, plan
from notifications.catalogue.loading import load_kinds
from notifications.planning.recipients import Candidate
from notifications.promises import EVENING, missed
from tests.notifications.samples import NOW, POLICY, candidate, order, parcel, recipient

ETA = date(2026, 12, 9)
LATER = datetime(2026, 12, 20, tzinfo=UTC)
SMS, WHATSAPP = candidate("sms", service=True), candidate("whatsapp", service=True)
NEW_YORK = POLICY.shop.zone


def told(kind: str, shipment: Shipment, at: Candidate = SMS, locale: str = "en", **changes: Any) -> list[Promised]:
    about: Order = order(shipments=(shipment,), **changes)
    data = {"promise": "2026-12-05", "new_date": ""} if kind == "delay" else {}
    notice = Notice(kind, f"{kind}:1", NOW, LATER, about.number, "s1", data)
    decision = plan(notice, recipient(at, locale=locale), About(order=about), NOW, POLICY)
    assert isinstance(decision, Send), decision
    return list(decision.ways[0].message.promises)


@pytest.mark.parametrize("locale", ["en", "en-GB", "zh", "zh-CN"])
@pytest.mark.parametrize("at", [SMS, WHATSAPP])
def test_the_day_of_a_parcel_is_promised_where_it_is_read(at: Candidate, locale: str) -> None:
    (found,) = told("shipped", parcel(eta=ETA), at, locale)
    assert (found.purpose, found.matter, found.matter_id, found.on) == (Purpose.DELIVERY, Matter.PARCEL, "s1", ETA)
    assert found.due == due_of(ETA, NEW_YORK)
    assert found.source == "notice:shipped"


@pytest.mark.parametrize(
    ("kind", "shipment", "at"),
    [
        ("shipped", parcel(eta=None), SMS),
        ("shipped", parcel(eta=NOW.date() - timedelta(days=3)), SMS),  # over already
        ("delay", parcel(eta=date(2026, 12, 5)), SMS),  # no new day is known
        ("delay", parcel(eta=None), WHATSAPP),  # a template that says so
    ],
)
def test_what_tells_no_day_to_come_promises_none(kind: str, shipment: Shipment, at: Candidate) -> None:
    assert told(kind, shipment, at) == []


def test_a_template_without_the_day_promises_none() -> None:
    sections = {name: dict(each) for name, each in POLICY.templates.sections.items()}
    sections["whatsapp"]["shipped"] = replace(sections["whatsapp"]["shipped"], body=("name", "order"))
    policy = replace(POLICY, templates=replace(POLICY.templates, sections=sections))
    about = order(shipments=(parcel(eta=ETA),))
    notice = Notice("shipped", "shipped:1", NOW, LATER, about.number, "s1")
    decision = plan(notice, recipient(WHATSAPP), About(order=about), NOW, policy)
    assert isinstance(decision, Send)
    message = decision.ways[0].message
    assert "Dec 9" in message.text  # our record has the day; the customer has not read it
    assert message.promises == ()


@pytest.mark.parametrize(("locale", "word"), [("en", "today"), ("zh", "今天")])
def test_today_is_a_day_too(locale: str, word: str) -> None:
    (found,) = told("out_for_delivery", parcel(status=ShipmentStatus.OUT_FOR_DELIVERY), locale=locale)
    assert found.on == NOW.astimezone(NEW_YORK).date(), word


def test_what_promises_nothing_is_not_read_for_it() -> None:
    assert promises_of('{"text":"no date in here') == ()


def test_a_promise_of_what_there_is_not_is_refused(tmp_path: Any) -> None:
    (tmp_path / "packed").mkdir()
    kind = tmp_path / "packed" / "kind.yaml"
    kind.write_text("subject: parcel\npromises: {delivery: parcel.etta}\n")
    with pytest.raises(ConfigurationError, match=r"kind\.yaml:2: .*eta"):
        load_kinds(tmp_path)
    kind.write_text("subject: parcel\npromises: {arrival: parcel.eta}\n")
    with pytest.raises(ConfigurationError, match=r"kind\.yaml:2: .*arrival"):
        load_kinds(tmp_path)


# --- which cannot be kept any more

DUE = due_of(ETA, NEW_YORK)
STATES = [each for each in ShipmentStatus if each not in (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)]


def waited_for(state: PromiseState = PromiseState.OPEN, on: date = ETA, which: str = "s1") -> Promise:
    due = due_of(on, NEW_YORK)
    told_ = Promised(Purpose.DELIVERY, Matter.PARCEL, due, "notice:shipped", "1001", which, on, "America/New_York")
    return Promise("p1", "c1", told_, NOW, "m1", "", state)


@given(
    status=st.sampled_from(STATES),
    hours=st.integers(-200, 200),
    moved=st.one_of(st.none(), st.integers(-3, 5)),
    state=st.sampled_from(PromiseState),
)
def test_a_day_is_missed_when_it_ends_without_the_parcel_near_or_a_later_one_is_known(
    status: ShipmentStatus, hours: int, moved: int | None, state: PromiseState
) -> None:
    now, eta = DUE + timedelta(hours=hours), None if moved is None else ETA + timedelta(days=moved)
    about = order(shipments=(parcel(status=status, eta=eta, lines=(ShippedLine("l1"),)),))
    found = missed([waited_for(state)], about, now)
    near = status is ShipmentStatus.OUT_FOR_DELIVERY
    is_over = now >= DUE - (timedelta(0) if near else EVENING)
    later = eta is not None and eta > ETA
    is_live = state in (PromiseState.OPEN, PromiseState.BROKEN) and now < DUE + timedelta(hours=48)
    arrived = status is ShipmentStatus.AVAILABLE_FOR_PICKUP
    assert bool(found) is (is_live and not arrived and (is_over or later))


def test_the_newest_day_that_was_told_counts() -> None:
    about = order(shipments=(parcel(eta=None),))
    both = [waited_for(PromiseState.BROKEN), waited_for(on=ETA + timedelta(days=5))]
    assert missed(both, about, DUE) == []


def test_an_order_as_a_whole_is_its_only_parcel() -> None:
    about = order(shipments=(parcel(eta=None),))
    assert [which for which, _ in missed([waited_for(which="")], about, DUE)] == ["s1"]
    assert [which for which, _ in missed([waited_for(which="")], order(shipments=()), DUE)] == ["-"]

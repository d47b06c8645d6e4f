"""Tests what concerns an account of ours: incidents, news, templates, budgets, failures that come late."""

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from core.content.capabilities import ErrorTable
from core.errors import Outcome, SendError
from core.messages.inbound import UNNAMED, AccountNews, InboundMessage, ReceiptStatus
from core.messages.outbound import Speaker
from core.people.addresses import Address
from core.ports.calls import Sent
from core.ports.channel import Finding
from core.ports.templates import TemplateState
from hub.accounts import upkeep
from hub.accounts.upkeep import OVERLAP, UPKEEP, Accept, Upkeep
from hub.delivery.job import Result
from hub.delivery.outcomes.judging import judge
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from hub.hub import Hub
from hub.timers.kind import Kind
from hub.timers.loop import Timers
from storage.accounts import incidents, templates
from storage.accounts.tables import incidents as incidents_table
from storage.accounts.tables import templates as templates_table
from storage.engine.store import Store
from storage.queues.inbox import Arrival
from storage.queues.tables import timers
from tests.fakes import NOW, FreePace
from tests.hub.delivery.test_delivery import fails, put, states, wrote
from tests.hub.house import SMS, WHATSAPP, House


def open_now(house: House) -> list[Any]:
    with house.store.read() as conn:
        return incidents.open_now(conn)


def told(house: House) -> list[str]:
    return [post.text for post in house.posts() if getattr(post, "case_id", None) == ""]


# --- incidents


def test_a_fault_of_ours_is_told_once_and_its_end_too(house: House) -> None:
    put(house)
    put(house)
    fails(house, Outcome.MISCONFIGURED, "20003")
    (alarm,) = told(house)
    assert "SMS (main) cannot send" in alarm
    assert "20003" in alarm
    assert all(state == "pending" for state, _ in states(house))
    fails(house, Outcome.MISCONFIGURED, "20003")
    house.later(minutes=2)
    assert told(house) == []
    house.later(minutes=2)
    assert house.texts("sms") == ["Hello", "Hello"]
    assert ["sends again" in line for line in told(house)] == [True]
    with house.store.read() as conn:
        assert incidents.open_now(conn) == []
    assert len(house.rows(incidents_table)) == 1


def test_a_limit_that_operators_should_know_is_told(house: House) -> None:
    put(house)
    fails(house, Outcome.PACE, "131048", scope="alert")
    assert "131048" in told(house)[0]
    assert house.pace.pauses[-1][1] == 60


def test_a_pair_that_is_too_fast_waits_longer_each_time() -> None:
    error = SendError(Outcome.PACE, "131056", scope="pair")
    waits = [judge(error, attempts, "bot", NOW).not_before - NOW for attempts in range(4)]
    assert [wait.total_seconds() for wait in waits] == [1, 4, 16, 64]
    assert judge(error, 0, "bot", NOW).pause == 0


def test_a_country_that_is_not_enabled_stops_nobody_else(house: House) -> None:
    abroad = Address("sms", "main", "+442079460101")
    put(house, "to London", abroad)
    put(house, "here")
    fails(house, Outcome.MISCONFIGURED, "21408", scope="pair")
    assert house.texts("sms") == ["here"]
    assert house.pace.pauses == []
    assert [(row.state, row.attempts) for row in house.messages()] == [("pending", 1), ("sent", 0)]
    (told_once,) = told(house)
    assert "may not write to some customers" in told_once
    assert "21408" in told_once
    for _ in range(3):
        fails(house, Outcome.MISCONFIGURED, "21408", scope="pair")
        house.later(minutes=10)
        put(house, "here again")
        house.send()
    assert told(house) == []
    house.later(minutes=10)
    assert "to London" in house.texts("sms")


def test_a_success_elsewhere_does_not_end_what_another_began(house: House) -> None:
    abroad = Address("sms", "main", "+442079460101")
    put(house, "to London", abroad)
    fails(house, Outcome.MISCONFIGURED, "21408", scope="pair")
    house.send()
    put(house)
    fails(house, Outcome.MISCONFIGURED, "20003")
    house.send()
    assert [row.code for row in open_now(house)] == ["20003"]
    assert len(told(house)) == 2


def test_a_group_with_a_refusal_does_not_end_the_incident_it_opens(house: House) -> None:
    put(house)
    put(house, to=Address("sms", "main", "+12025550199"))
    jobs, _ = take_due(house.hub, house.pace, 2)
    error = SendError(Outcome.MISCONFIGURED, "20003")
    first, second = (Result(jobs[0], jobs[0].parts[0], error=error), Result(jobs[1], jobs[1].parts[0], sent=Sent("1")))
    record(house.hub, house.pace, [first, second])
    assert [row.code for row in open_now(house)] == ["20003"]


def test_marketing_rests_while_an_account_is_restricted_and_replies_are_tried(house: House) -> None:
    numbers = [Address("sms", "main", f"+120255501{n:02}") for n in range(10, 14)]
    put(house, "answer", numbers[0])
    fails(house, Outcome.PACE, "63038", scope="alert")
    house.send()
    put(house, "offer", numbers[1], Speaker.MARKETING)
    put(house, "parcel", numbers[2], Speaker.NOTICE)
    put(house, "another answer", numbers[3])
    assert set(house.texts("sms")) == {"parcel", "another answer"}
    house.later(minutes=2)
    assert house.texts("sms") == ["answer"]
    house.later(hours=5)
    assert house.texts("sms") == []
    house.later(hours=1)
    assert house.texts("sms") == ["offer"]
    assert sum("restricted" in line for line in told(house)) == 1


# --- what fails late


def test_a_failure_that_may_pass_is_said_again(house: House) -> None:
    put(house)
    house.texts("sms")
    house.receipt(ReceiptStatus.FAILED, SMS, provider_id="sms-1", code="30008")
    assert states(house) == [("pending", "30008")]
    house.later(seconds=61)
    assert house.texts("sms") == ["Hello"]
    assert states(house)[0][0] == "sent"
    house.receipt(ReceiptStatus.DELIVERED, SMS, provider_id="sms-2")
    assert house.parts()[0].status == "delivered"


def test_it_is_not_said_for_ever(house: House) -> None:
    put(house)
    house.texts("sms")
    for n in (1, 2, 3):
        house.receipt(ReceiptStatus.FAILED, SMS, provider_id=f"sms-{n}", code="30008")
        house.later(minutes=11)
        house.texts("sms")
    assert states(house) == [("failed", "30008")]


def test_an_account_out_of_order_that_only_receipts_tell_of(house: House) -> None:
    put(house)
    house.texts("sms")
    house.receipt(ReceiptStatus.FAILED, SMS, provider_id="sms-1", code="30034")
    assert "30034" in told(house)[0]
    house.later(seconds=61)
    assert house.texts("sms") == ["Hello"]
    assert told(house) == []  # it was taken the first time too: that proves nothing
    house.receipt(ReceiptStatus.DELIVERED, SMS, provider_id="sms-2")
    assert "sends again" in told(house)[0]
    assert states(house)[0][0] == "sent"


def test_while_an_account_is_out_of_order_only_one_message_tries_it_and_its_arrival_frees_the_others(
    house: House,
) -> None:
    numbers = [Address("sms", "main", f"+120255501{n:02}") for n in range(10, 13)]
    for number in numbers:
        put(house, number.value, number)
    assert len(house.texts("sms")) == 3
    for n, number in enumerate(numbers):
        house.receipt(ReceiptStatus.FAILED, number, provider_id=f"sms-{n + 1}", code="30034")
    house.later(seconds=61)
    assert house.texts("sms") == [numbers[0].value]
    house.later(minutes=30)
    assert house.texts("sms") == []
    house.receipt(ReceiptStatus.DELIVERED, numbers[0], provider_id="sms-4")
    assert house.texts("sms") == [numbers[1].value, numbers[2].value]


def test_what_a_carrier_filters_is_told_and_not_said_again(store: Store) -> None:
    errors = ErrorTable({"30007": Outcome.CONTENT_REJECTED}, {"30007": "alert"})
    house = House(store, errors={("sms", "main"): errors})
    put(house)
    house.texts("sms")
    for _ in range(2):
        house.receipt(ReceiptStatus.FAILED, SMS, provider_id="sms-1", code="30007")
    (alarm,) = told(house)
    assert "30007" in alarm
    assert states(house) == [("failed", "30007")]
    assert open_now(house) == []


def test_a_day_s_cap_that_only_receipts_tell_of_lets_marketing_rest(store: Store) -> None:
    errors = ErrorTable({"30023": Outcome.PACE}, {"30023": "alert"})
    house = House(store, errors={("sms", "main"): errors})
    put(house)
    house.texts("sms")
    house.receipt(ReceiptStatus.FAILED, SMS, provider_id="sms-1", code="30023")
    put(house, "offer", Address("sms", "main", "+12025550199"), Speaker.MARKETING)
    house.later(minutes=59)
    assert house.texts("sms") == []
    house.later(minutes=2)
    assert house.texts("sms") == ["Hello"]


@pytest.mark.parametrize(("speaker", "code"), [(Speaker.MARKETING, "30008"), (Speaker.BOT, "dead")])
def test_marketing_and_what_is_final_is_not_said_again(house: House, speaker: Speaker, code: str) -> None:
    put(house, speaker=speaker)
    house.texts("sms")
    house.receipt(ReceiptStatus.FAILED, SMS, provider_id="sms-1", code=code)
    assert states(house) == [("failed", code)]


def test_a_receipt_that_proves_the_first_try_ends_the_second(house: House) -> None:
    put(house)
    house.texts("sms")
    part = house.parts()[0]
    house.receipt(ReceiptStatus.FAILED, SMS, provider_id="sms-1", code="30008")
    house.receipt(ReceiptStatus.DELIVERED, SMS, correlation=part.id)
    house.later(minutes=2)
    assert house.texts("sms") == []
    assert states(house)[0][0] == "sent"


# --- news and templates


def news(house: House, kind: str, state: str, **more: str) -> None:
    house.accept(AccountNews(house.fresh("n"), "whatsapp", "main", house.clock(), kind, state=state, **more))
    house.drain()


def test_news_of_a_template_is_kept_and_told(house: House) -> None:
    news(house, "template_status", "PAUSED", subject="order_shipped", language="en")
    news(house, "template_category", "MARKETING", subject="order_delayed", language="en")
    kept = {row.name: (row.status, row.category) for row in house.rows(templates_table)}
    assert kept == {"order_shipped": ("paused", ""), "order_delayed": ("approved", "marketing")}
    assert [("order_shipped" in line, "order_delayed" in line) for line in told(house)] == [
        (True, False),
        (False, True),
    ]
    news(house, "template_status", "APPROVED", subject="order_shipped", language="en")
    assert told(house) == []


def test_the_same_news_of_several_numbers_is_told_once(house: House) -> None:
    for account in ("main", "second", "third"):
        event = AccountNews(
            house.fresh("n"), "whatsapp", account, house.clock(), "template_status", "a", "en", "PAUSED"
        )
        house.accept(event)
    house.drain()
    assert len(told(house)) == 1
    assert [(row.account, row.status) for row in house.rows(templates_table)] == [
        ("main", "paused"),
        ("second", "paused"),
        ("third", "paused"),
    ]


def test_good_news_is_no_alarm(house: House) -> None:
    for word in ("UNFLAGGED", "ALLOWED", "restored"):
        news(house, "quality", word)
    assert told(house) == []


def test_quality_is_told_when_it_is_bad(house: House) -> None:
    news(house, "quality", "GREEN")
    assert told(house) == []
    news(house, "quality", "RED", detail="many blocks")
    assert "many blocks" in told(house)[0]


def test_the_provider_s_list_replaces_ours(store: Store) -> None:
    first = [TemplateState("a", "en", "utility", "approved"), TemplateState("b", "en", "utility", "approved")]
    second = [TemplateState("a", "en", "marketing", "approved")]
    with store.write() as conn:
        assert templates.sync(conn, store, "whatsapp", "main", first, NOW) == []
        deleted = TemplateState("b", "en", "utility", "deleted")
        changed = [(first[0], second[0]), (first[1], deleted)]
        assert templates.sync(conn, store, "whatsapp", "main", second, NOW) == changed
        assert templates.of_channels(conn, ["whatsapp"]) == {
            ("whatsapp", "main"): [*second, TemplateState("b", "en", "utility", "deleted")]
        }


# --- budgets


class OneADay(FreePace):
    def admit(self, key: str, member: str, most: int) -> float:
        self.asked = (key, member, most)
        return 3600.0


def test_a_day_s_budget_holds_first_messages_only(store: Store) -> None:
    house = House(store, budgets={"sms": 1, "whatsapp": 1})
    pace = OneADay()
    wrote(house, WHATSAPP)
    put(house, to=WHATSAPP)
    jobs, _ = take_due(house.hub, pace, 10)
    assert [job.posting.key for job in jobs] == [WHATSAPP.key]  # the window is open: no first message
    assert not hasattr(pace, "asked")


# --- upkeep


def all_new(arrivals: Sequence[Arrival]) -> list[bool]:
    return [True] * len(arrivals)


def look(house: House, accept: Accept = all_new, hub: Hub | None = None) -> None:
    """Looks after the accounts whose turn it is."""
    kind = Kind(Upkeep(accept, "https://shop.example").look_after, upkeep.accounts)
    asyncio.run(Timers(hub or house.hub, {UPKEEP: kind}).look())


def test_messages_that_were_missed_are_taken_in(house: House) -> None:
    channel = house.channels["sms"]
    channel.list_missed = [InboundMessage("SM77", SMS, house.clock(), "anybody there?")]
    channel.list_templates = [TemplateState("a", "en", "utility", "approved")]
    accepted: list[str] = []

    def accept(arrivals: Sequence[Arrival]) -> list[bool]:
        accepted.extend(each.external_id for each in arrivals)
        return all_new(arrivals)

    for _ in range(2):
        look(house, accept)
    assert accepted == ["i:SM77"]
    assert [row.name for row in house.rows(templates_table)] == ["a"]
    due = {row.subject: row.due_at for row in house.rows(timers) if row.kind == UPKEEP}
    assert due == dict.fromkeys((f"{name}:main" for name in house.channels), house.clock() + house.hub.timing.upkeep)


@pytest.mark.parametrize("trouble", [SendError(Outcome.RETRY, "connect"), RuntimeError("a crash")])
def test_a_failed_look_asks_again_from_the_same_time_on(house: House, trouble: Exception) -> None:
    channel = house.channels["sms"]
    look(house)
    began = house.clock()
    channel.trouble = trouble
    for _ in range(3):
        house.later(minutes=11)
        look(house)
    assert channel.since[1:] == [began - OVERLAP] * 3
    channel.trouble = None
    house.later(minutes=11)
    look(house)
    assert channel.since[-1] == began - OVERLAP
    house.later(minutes=11)
    look(house)
    assert channel.since[-1] > began


def test_what_could_not_be_asked_for_at_first_is_asked_for_from_then_on(house: House) -> None:
    channel = house.channels["sms"]
    began = house.clock()
    channel.trouble = SendError(Outcome.RETRY, "connect")
    look(house)
    channel.trouble = None
    house.later(minutes=11)
    look(house)
    assert channel.since == [began - OVERLAP] * 2


def test_an_account_that_is_switched_off_waits_for_its_return(house: House) -> None:
    look(house)
    began = house.clock()
    house.later(minutes=11)
    without = dataclasses.replace(house.hub, channels={})
    look(house, hub=without)
    assert {row.due_at for row in house.rows(timers) if row.kind == UPKEEP} == {house.clock() + without.timing.upkeep}
    house.later(minutes=11)
    look(house)
    assert house.channels["sms"].since[-1] == began - OVERLAP


def test_templates_that_cannot_be_listed_keep_nothing_from_being_mended(house: House) -> None:
    channel = house.channels["messenger"]
    channel.no_templates = SendError(Outcome.MISCONFIGURED, "10")
    channel.findings = [Finding("subscription", False, "gone")]
    look(house)
    assert channel.set_up == ["https://shop.example"]


def test_a_lost_subscription_is_renewed(house: House) -> None:
    channel = house.channels["messenger"]
    channel.findings = [Finding("subscription", False, "gone")]
    look(house)
    assert channel.set_up == ["https://shop.example"]


# --- numbers that no setting names


def unnamed(house: House, account: str, day: str = "1") -> None:
    name = f"unnamed:{account}:{day}"
    house.accept(
        AccountNews(name, "whatsapp", account, house.clock(), UNNAMED, subject="+1 202 555 0100", detail="add it")
    )
    house.drain()


def test_a_number_of_ours_that_no_setting_names_is_told_of_once(house: House) -> None:
    unnamed(house, "other")
    (said,) = told(house)
    assert said.startswith(":warning: WhatsApp: customers write to `+1 202 555 0100`, which no setting names.")
    assert said.endswith("nobody answers them: add it.")
    house.later(days=3)
    unnamed(house, "other", "4")
    unnamed(house, "third")
    assert len(told(house)) == 1
    with house.store.read() as conn:
        lasting = incidents.lasting(conn, UNNAMED, house.clock() - timedelta(days=1))
        assert incidents.open_keys(conn) == []
    assert [(row.account, row.detail) for row in lasting] == [("other", "add it"), ("third", "add it")]


def test_a_number_that_is_named_meanwhile_is_not_told_of(house: House) -> None:
    unnamed(house, "main")
    assert told(house) == []

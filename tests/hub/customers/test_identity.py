"""Tests who a customer is, across their addresses: joined by what proves it, moved along, and never guessed."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from core.messages.pieces import Profile
from core.people.addresses import Address
from core.people.conversations import Owner, Proof
from core.ports.calls import Sent
from core.shop.orders import Buyer
from hub import shards
from hub.conversation import receive
from hub.conversation.reply import take_turn
from hub.customers import identity, sends
from hub.hub import Timing
from hub.notices.recipients import recipient_for
from storage.desk.tables import cases as cases_table
from storage.engine.batch import Batch
from storage.engine.store import Store
from storage.people import customers, merges, privacy
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations as conversations_table
from storage.people.tables import customers as customers_table
from storage.people.tables import merges as merges_table
from storage.people.tables import messages as messages_table
from storage.queues import inbox, outbox, pending
from storage.queues.outbox import Posting
from storage.queues.pending import Look
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox as outbox_table
from tests.fakes import PHONE
from tests.hub.house import SMS, TELEGRAM, WHATSAPP, House
from tests.hub.people import (
    ASKS,
    HIDDEN,
    JANE,
    NEW,
    OTHER_ID,
    conversation,
    customer_of,
    home,
    knows_as,
    moves,
    said,
    shares_contact,
)
from tests.statements import listening
from tests.storage.orders_sample import saved_order

# --- one person, several addresses on a channel


def test_a_hidden_number_that_is_shown_later_makes_one_customer_with_both_threads(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello", HIDDEN)
    stranger = customer_of(house, HIDDEN)
    house.hear(ASKS, WHATSAPP, profile=knows_as(HIDDEN))
    assert stranger != jane
    assert customer_of(house, HIDDEN) == customer_of(house, WHATSAPP) == jane
    old, current = conversation(house, HIDDEN), conversation(house, WHATSAPP)
    assert said(house) == {old.id: ["hello"], current.id: [ASKS]}
    assert {row.customer_id for row in house.rows(messages_table)} == {jane}
    assert (old.in_use, current.in_use) == (False, True)
    assert [(row.kept_id, row.gone_id, row.reason) for row in house.rows(merges_table)] == [(jane, stranger, "channel")]
    house.texts()
    house.hear(ASKS, HIDDEN)  # the number is hidden again: the thread in use goes on, and the number stays proved
    assert "DHL" in house.texts()[0]
    assert said(house)[current.id] == [ASKS, ASKS]


def test_a_known_number_that_is_hidden_later_goes_on_in_its_thread(house: House) -> None:
    saved_order(house.store, JANE)
    house.hear("hello", profile=knows_as(HIDDEN))
    house.hear(ASKS, HIDDEN)
    current = conversation(house, WHATSAPP)
    assert said(house) == {current.id: ["hello", ASKS]}
    assert "DHL" in house.texts()[-1]
    assert home(house, HIDDEN) == WHATSAPP.key
    assert len(house.rows(conversations_table)) == len(house.rows(customers_table)) == 1


def test_a_number_told_by_a_hidden_ones_profile_proves_their_orders(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello", HIDDEN, profile=knows_as(WHATSAPP))
    assert customer_of(house, HIDDEN) == jane
    house.texts()
    house.hear(ASKS, HIDDEN)
    assert "DHL" in house.texts()[0]
    house.hear(ASKS, WHATSAPP)  # whichever of their addresses a webhook names
    assert len(house.rows(conversations_table)) == 1


def test_a_providers_answer_tells_of_an_alias(house: House) -> None:
    house.hear("hello", HIDDEN)
    house.channels["whatsapp"].script.append(Sent("wamid.1", aliases=(WHATSAPP,)))
    house.texts()
    assert home(house, WHATSAPP) == HIDDEN.key
    assert conversation(house, HIDDEN).phone_number == PHONE
    house.channels["whatsapp"].script.append(Sent("wamid.2", aliases=(WHATSAPP,)))
    house.hear("hello", WHATSAPP)
    assert house.texts()
    assert len(house.rows(conversations_table)) == 1


def test_aliases_that_are_known_write_nothing(house: House) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    before = [house.rows(table) for table in (addresses_table, customers_table, merges_table)]
    with house.store.write() as conn:
        assert not identity.learn_aliases(
            house.hub, conn, conversation(house, WHATSAPP), (HIDDEN, WHATSAPP), house.clock()
        )
    assert [house.rows(table) for table in (addresses_table, customers_table, merges_table)] == before


def test_aliases_that_are_known_are_asked_for_once_in_a_group(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    house.hear("hello", NEW, profile=knows_as(OTHER_ID))
    posted = [posting_of(house, row.id) for row in house.messages()]

    def never(*_: Any) -> None:
        raise AssertionError("nothing is new")

    monkeypatch.setattr(identity, "learn_aliases", never)
    monkeypatch.setattr(sends, "learn_from", never)
    house.say("again", profile=knows_as(HIDDEN, WHATSAPP))
    house.say("again", NEW, profile=knows_as(OTHER_ID))
    house.drain()
    assert {row.state for row in house.rows(inbox_table)} == {inbox.HANDLED}
    told = [(posted[0], Sent("1", aliases=(HIDDEN,))), (posted[1], Sent("2", aliases=(OTHER_ID, NEW)))]
    asked: list[str] = []
    with house.store.write() as conn, listening(lambda text, _: asked.append(text)):
        sends.learn_from_all(house.hub, conn, told, house.clock())
        sends.learn_from_all(house.hub, conn, [(posted[0], Sent("3"))], house.clock())
    assert len(asked) == 1


def posting_of(house: House, id_: str) -> Posting:
    with house.store.read() as conn:
        found = outbox.by_id(conn, id_)
    assert found is not None
    return found


def test_what_an_agent_has_under_way_goes_on_where_they_write_now(house: House) -> None:
    house.hear("agent", HIDDEN)
    assert conversation(house, HIDDEN).owner == Owner.AGENT
    house.texts()
    house.hear("it is me", WHATSAPP, profile=knows_as(HIDDEN))
    house.texts()
    current = conversation(house, WHATSAPP)
    assert (current.owner, conversation(house, HIDDEN).owner) == (Owner.AGENT, Owner.BOT)
    assert house.row(cases_table).conversation_id == current.id
    house.writes("How can I help?")
    house.texts()
    house.hear("my boots", HIDDEN)
    assert [row.key for row in house.messages()][-1] == WHATSAPP.key
    assert "my boots" in [getattr(post, "text", "") for post in house.posts()]


def test_two_accounts_of_the_store_stay_two_customers(house: House) -> None:
    jane = saved_order(house.store, JANE)
    john = saved_order(house.store, Buyer(id="c2", name="John", phone="+12025550102"), number="1002")
    house.hear("hello", HIDDEN)
    with house.store.write() as conn:
        merges.merge(conn, john, customer_of(house, HIDDEN), "operator", house.clock())
    house.hear("hello", WHATSAPP, profile=knows_as(HIDDEN))
    assert (customer_of(house, WHATSAPP), customer_of(house, HIDDEN)) == (jane, john)
    assert home(house, HIDDEN) is None


def test_an_operators_word_holds_against_the_channels(house: House) -> None:
    house.hear("hello", HIDDEN)
    house.hear("hello", WHATSAPP, profile=knows_as(HIDDEN))
    merge_id = house.row(merges_table).id
    with house.store.write() as conn:
        merges.unmerge(conn, merge_id, house.clock())
    house.hear("hello", WHATSAPP, profile=knows_as(HIDDEN))
    assert customer_of(house, WHATSAPP) != customer_of(house, HIDDEN)
    assert home(house, HIDDEN) is None
    house.hear("me again", HIDDEN)
    assert said(house)[conversation(house, HIDDEN).id] == ["hello", "me again"]


# --- consent


def test_a_stop_said_at_one_address_holds_at_all_of_the_same_person(house: House) -> None:
    saved_order(house.store, msgspec.structs.replace(JANE, notify=("whatsapp",)))
    house.hear("STOP", HIDDEN)
    house.hear("hello", profile=knows_as(HIDDEN))
    assert reachable(house) == {("whatsapp", PHONE): False}
    house.hear("START")
    assert reachable(house) == {("whatsapp", PHONE): True}
    house.hear("STOP", HIDDEN)
    assert reachable(house) == {("whatsapp", PHONE): False}


def reachable(house: House) -> dict[tuple[str, str], bool]:
    """Tells whether service notices are allowed, by (channel, value) of those where something was said."""
    with house.store.read() as conn:
        id_ = conn.scalar(select(customers_table.c.id).where(customers_table.c.store_id == "c1"))
        known = customers.by_id(conn, str(id_))
        assert known is not None
        reached = recipient_for(house.hub, conn, known, None)
    return {
        (c.address.channel, c.address.value): s.granted
        for c in reached.candidates
        for s in c.consents
        if s.purpose == "service"
    }


# --- numbers that are proved


def test_their_own_contact_joins_telegram_to_their_number(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello", SMS)
    house.hear("hello", TELEGRAM)
    stranger = customer_of(house, TELEGRAM)
    shares_contact(house, PHONE, own=True)
    assert {customer_of(house, address) for address in (SMS, TELEGRAM)} == {jane}
    assert [(row.gone_id, row.reason) for row in house.rows(merges_table)] == [(stranger, "shared_contact")]
    house.texts("telegram")
    house.hear(ASKS, TELEGRAM)
    assert "DHL" in house.texts("telegram")[0]
    house.hear("agent", TELEGRAM)
    house.send()
    view = house.desk.views[-1]
    assert view is not None
    assert view.proof == Proof.CONTACT


def test_a_number_proved_first_is_known_when_it_writes(house: House) -> None:
    shares_contact(house, "+1 (202) 555-0101", own=True)
    house.hear("hello", WHATSAPP)
    house.hear("hello", SMS)
    assert len(house.rows(customers_table)) == 1
    assert house.row(customers_table).phone == PHONE
    shares_contact(house, PHONE, own=True)
    assert house.rows(merges_table) == []


def test_somebody_elses_contact_proves_nothing(house: House) -> None:
    jane = saved_order(house.store, JANE)
    shares_contact(house, PHONE, own=False)
    assert customer_of(house, TELEGRAM) != jane
    assert conversation(house, TELEGRAM).phone_number is None
    house.texts("telegram")
    house.hear(ASKS, TELEGRAM)
    assert "DHL" not in house.texts("telegram")[0]


def test_a_name_or_an_e_mail_typed_proves_nothing(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("I am Jane Doe, jane@example.com, my number is +12025550101", TELEGRAM, profile=Profile("Jane Doe"))
    assert customer_of(house, TELEGRAM) != jane


def test_the_proof_of_an_order_makes_a_stranger_the_buyer_with_all_they_said(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello", TELEGRAM)
    stranger = customer_of(house, TELEGRAM)
    house.hear("where is order 1001?", TELEGRAM)
    house.hear("12345", TELEGRAM)
    assert "DHL" in house.texts("telegram")[-1]
    assert customer_of(house, TELEGRAM) == jane != stranger
    assert {row.customer_id for row in house.rows(messages_table)} == {jane}
    assert [(row.kept_id, row.gone_id, row.reason) for row in house.rows(merges_table)] == [
        (jane, stranger, "order_proof")
    ]


@pytest.mark.parametrize("buyer", [Buyer(id="c2", phone="+12025550102"), Buyer(phone="+12025550102")])
def test_the_proof_of_an_order_takes_nobody_from_herself(house: House, buyer: Buyer) -> None:
    saved_order(house.store, JANE)
    other = saved_order(house.store, buyer, number="1002")
    own = msgspec.structs.replace(SMS, value=buyer.phone)
    house.hear("hello", own)
    with house.store.write() as conn:
        for number in ("1001", "no such order"):
            identity.adopt(conn, conversation(house, own).id, number, house.clock())
    assert customer_of(house, own) == other


# --- operators


def test_an_operators_merge_is_taken_back_with_what_was_said_since(house: House) -> None:
    house.hear("hello", TELEGRAM)
    house.hear("hello")
    one, other = customer_of(house, WHATSAPP), customer_of(house, TELEGRAM)
    with house.store.write() as conn:
        merge_id = merges.merge(conn, one, other, identity.OPERATOR, house.clock())
    house.hear("agent", TELEGRAM)
    assert {row.customer_id for row in house.rows(messages_table)} == {one}
    with house.store.write() as conn:
        merges.unmerge(conn, merge_id, house.clock())
    owned = {row.text: row.customer_id for row in house.rows(messages_table) if row.author == "customer"}
    assert owned["agent"] == other
    assert house.row(cases_table).customer_id == customer_of(house, TELEGRAM) == other
    assert customer_of(house, WHATSAPP) == one


def test_erasing_covers_a_number_they_gave_up_but_not_who_has_it_now(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("from jane")
    moves(house)
    house.later(seconds=5)
    house.hear("from the next one")
    with house.store.write() as conn:
        privacy.erase(conn, jane, house.clock())
    left = [row.payload for row in house.rows(inbox_table)]
    assert ["from the next one" in payload for payload in left] == [True]
    assert [row.customer_id for row in house.rows(messages_table) if row.author == "customer"] == [
        customer_of(house, WHATSAPP)
    ]


# --- two workers at once


def interrupt(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Does something once between a turn's decision and its writing."""
    acts = [act]

    def interrupted(*given: Any, **more: Any) -> Batch:
        batch = take_turn(*given, **more)
        if acts:
            acts.pop()()
        return batch

    monkeypatch.setattr(receive, "take_turn", interrupted)


def handle_alone(house: House, address: Address) -> None:
    """Handles what is pending at one address, as the worker that has its shard."""
    lease = shards.renew(house.hub, "house")
    with house.store.read() as conn:
        waiting = Look({inbox.CONVERSATION: 50}).take(conn, lease.shards, house.clock())
    receive.handle(house.hub, lease, {address.key: pending.by_key(waiting[inbox.CONVERSATION])[address.key]})


@pytest.mark.parametrize("writes", [WHATSAPP, HIDDEN])
@pytest.mark.parametrize("told_by", ["message", "answer"])
def test_a_turn_in_flight_does_not_undo_a_hand_over(
    house: House, monkeypatch: pytest.MonkeyPatch, writes: Address, told_by: str
) -> None:
    house.hear("hello")
    house.hear("agent", HIDDEN)
    house.texts()
    second = House(house.store, clock=house.clock)

    def another_worker_learns() -> None:
        if told_by == "message" and writes == HIDDEN:
            second.say("it is me", WHATSAPP, profile=knows_as(HIDDEN), external_id="second")
            handle_alone(second, WHATSAPP)
            return
        posting = posting_of(house, house.messages()[0].id)
        with house.store.write() as conn:
            sends.learn_from_all(house.hub, conn, [(posting, Sent("wamid.9", aliases=(HIDDEN,)))], house.clock())

    interrupt(monkeypatch, another_worker_learns)
    house.hear("where are you?", writes)
    case, current = house.row(cases_table), conversation(house, WHATSAPP)
    assert (current.owner, current.case_id, case.conversation_id) == (Owner.AGENT, case.id, current.id)
    assert (conversation(house, HIDDEN).owner, conversation(house, HIDDEN).case_id) == (Owner.BOT, None)
    assert said(house)[current.id][-1] == "where are you?"  # in the conversation that goes on
    assert "where are you?" in [getattr(post, "text", "") for post in house.posts()]
    asked = max(row.id for row in house.rows(inbox_table) if row.external_id != "i:second")
    assert asked not in [row.cause_id for row in house.messages()]  # the bot is silent


def test_conversations_that_never_rest_are_tried_again_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.hear("hello")
    decided: list[str] = []

    def restless(*given: Any) -> Batch:
        decided.append("x" * (len(decided) + 1))
        with house.store.write() as conn:
            conn.execute(conversations_table.update().values(session="", case_id=decided[-1]))
        return take_turn(*given)

    monkeypatch.setattr(receive, "take_turn", restless)
    house.hear("hello again")
    assert said(house) == {conversation(house, WHATSAPP).id: ["hello"]}
    monkeypatch.undo()
    house.later(minutes=1)
    house.drain()
    assert said(house) == {conversation(house, WHATSAPP).id: ["hello", "hello again"]}


def test_a_turn_that_was_decided_before_a_merge_belongs_to_the_customer_who_is_left(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hear("hello")
    house.hear("hello", TELEGRAM)
    one, other = customer_of(house, WHATSAPP), customer_of(house, TELEGRAM)

    def merges_them() -> None:
        with house.store.write() as conn:
            merges.merge(conn, one, other, identity.OPERATOR, house.clock())

    interrupt(monkeypatch, merges_them)
    house.hear("agent", TELEGRAM)
    assert {row.customer_id for row in house.rows(messages_table)} == {one}
    assert house.row(cases_table).customer_id == one


PAIRS = [(Address("whatsapp", "main", f"US.{n}"), Address("whatsapp", "main", f"+1202555011{n}")) for n in range(4)]


def test_a_merge_under_concurrent_turns_loses_no_message(store: Store) -> None:
    houses = [House(store, clock=lambda: datetime.now(UTC), timing=Timing(rest=timedelta(seconds=1))) for _ in "ab"]
    house = houses[0]
    workers = [threading.Thread(target=live, args=(each, n)) for n, each in enumerate(houses)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    heard = [row for row in house.rows(messages_table) if row.author == "customer"]
    assert {row.state for row in house.rows(inbox_table)} == {inbox.HANDLED}
    assert len(heard) == len(house.rows(inbox_table)) == 48
    assert {row.id for row in house.rows(inbox_table)} == {row.cause_id for row in house.rows(outbox_table)}
    holders = {row.id: row.customer_id for row in house.rows(conversations_table)}
    assert {(row.conversation_id, row.customer_id) for row in heard} <= set(holders.items())
    for hidden, shown in PAIRS:
        assert customer_of(house, hidden) == customer_of(house, shown)
        assert home(house, hidden) == shown.key


def live(house: House, n: int) -> None:
    """Lets customers write who hide their number (0) or show it (1), and a worker handle them, to the end."""
    for turn in range(6):
        for hidden, shown in PAIRS:
            profile = knows_as(hidden) if n and turn >= 2 else Profile()
            house.say("hi", shown if n else hidden, external_id=f"{hidden.value}-{n}-{turn}", profile=profile)
        house.drain()
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while inbox_waits(house) and datetime.now(UTC) < deadline:
        house.drain()


def inbox_waits(house: House) -> bool:
    with house.store.read() as conn:
        return inbox.counts(conn)["pending"] > 0


def test_items_are_handed_to_another_key_only_while_they_wait(house: House) -> None:
    house.hear("done")
    house.say("waiting")
    ids = [row.id for row in house.rows(inbox_table)]
    with house.store.write() as conn:
        pending.rekey(conn, ids, NEW.key, 8)
        pending.rekey(conn, [], NEW.key, 8)
    assert [(row.key, row.state) for row in house.rows(inbox_table)] == [
        (WHATSAPP.key, inbox.HANDLED),
        (NEW.key, inbox.PENDING),
    ]

"""Buyers: who wrote and who bought are the same person when a proof says so, and only then."""

import msgspec
import pytest
from sqlalchemy import select

from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.customers import buyers, newcomers
from storage.conversations import conversations, timeline
from storage.conversations.conversations import Conversation
from storage.engine.store import Store
from storage.people import addresses, customers, merges, numbers
from storage.people.tables import messages
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", email="Jane@Example.com", phone="(202) 555-0101", locale="en", tier="vip")
WHATSAPP, SMS = Address("whatsapp", "main", PHONE), Address("sms", "main", PHONE)
TELEGRAM = Address("telegram", "main", "42")


def learn(store: Store, buyer: Buyer, country: str = "US") -> str:
    with store.write() as conn:
        return buyers.learn(conn, buyer, country, NOW)[0]


def ensure(store: Store, *wanted: tuple[Address, str]) -> list[Conversation]:
    with store.write() as conn:
        newcomers.ensure(conn, store, wanted, NOW)
    with store.read() as conn:
        found = conversations.by_keys(conn, [address.key for address, _ in wanted])
    return [found[address.key] for address, _ in wanted]


def customer(store: Store, id_: str) -> customers.Customer:
    with store.read() as conn:
        found = customers.by_id(conn, id_)
    assert found is not None
    return found


# --- what the store tells


def test_a_new_buyer_is_a_new_customer_with_their_number_in_e164(store: Store) -> None:
    with store.write() as conn:
        id_, buyer = buyers.learn(conn, JANE, "US", NOW)
    assert buyer.phone == PHONE
    known = customer(store, id_)
    assert (known.store_id, known.name, known.email, known.phone) == ("c1", "Jane Doe", "jane@example.com", PHONE)


def test_a_number_nobody_can_read_is_no_number(store: Store) -> None:
    known = customer(store, learn(store, Buyer(id="c9", phone="call the shop")))
    assert known.phone is None


def test_the_stores_own_id_decides(store: Store) -> None:
    first = learn(store, JANE)
    moved = Buyer(id="c1", phone="+12025550109", email="new@example.com")
    assert learn(store, moved) == first
    known = customer(store, first)
    assert (known.phone, known.email, known.name) == ("+12025550109", "new@example.com", "Jane Doe")


def test_two_accounts_of_the_store_stay_two_customers_with_one_number(store: Store) -> None:
    assert learn(store, JANE) != learn(store, Buyer(id="c2", phone=PHONE, email="jane@example.com"))


def test_a_guest_order_belongs_to_the_number_else_to_the_e_mail(store: Store) -> None:
    jane = learn(store, JANE)
    assert learn(store, Buyer(phone=PHONE)) == jane
    assert learn(store, Buyer(email=" JANE@example.com ")) == jane
    assert learn(store, Buyer(email="other@example.com")) != jane


def test_a_guest_becomes_the_account_that_they_open(store: Store) -> None:
    guest = learn(store, Buyer(email="jane@example.com"))
    assert learn(store, Buyer(id="c1", email="jane@example.com")) == guest
    assert customer(store, guest).store_id == "c1"


GUEST = Buyer(name="Jane", email="jane@example.com", phone=PHONE)
STRANGER = Buyer(name="Evil", email="evil@example.com", phone=PHONE)


@pytest.mark.parametrize(
    "known", [GUEST, Buyer(name="Jane", phone=PHONE), Buyer(phone=PHONE, email="jane@example.com")]
)
@pytest.mark.parametrize("email", ["evil@example.com", ""])
def test_a_number_typed_by_a_new_account_makes_it_nobody_else(store: Store, known: Buyer, email: str) -> None:
    jane = saved_order(store, known)
    before = customer(store, jane)
    (conversation,) = ensure(store, (WHATSAPP, ""))
    evil = learn(store, msgspec.structs.replace(STRANGER, id="c9", email=email))
    assert evil != jane
    assert (customer(store, jane), customer(store, evil).store_id) == (before, "c9")
    (again,) = ensure(store, (SMS, ""))
    assert {conversation.customer_id, again.customer_id} == {jane}  # who had the number first


def test_a_guest_is_the_account_they_open_with_their_number_and_e_mail(store: Store) -> None:
    jane = saved_order(store, GUEST)
    assert learn(store, msgspec.structs.replace(GUEST, id="c1", email="Jane@example.com")) == jane
    assert customer(store, jane).store_id == "c1"


def test_the_one_who_wrote_is_the_account_of_their_number(store: Store) -> None:
    (stranger,) = ensure(store, (WHATSAPP, "Jane"))
    assert learn(store, JANE) == stranger.customer_id


@pytest.mark.parametrize("jane", [JANE, GUEST, Buyer(email="jane@example.com")])
def test_an_e_mail_typed_by_a_guest_gives_nobody_another_number(store: Store, jane: Buyer) -> None:
    known = saved_order(store, jane)
    other = Address("whatsapp", "main", "+12025550199")
    (writes,) = ensure(store, (other, "Evil"))
    before = customer(store, known)
    guest = learn(store, Buyer(name="Evil", email="jane@example.com", phone=other.value))
    assert guest != known
    assert customer(store, known) == before
    assert ensure(store, (other, ""))[0].customer_id != known
    assert writes.customer_id != known


def test_a_number_typed_by_a_guest_with_another_e_mail_is_another_guest(store: Store) -> None:
    jane = saved_order(store, GUEST)
    assert learn(store, STRANGER) != jane
    assert learn(store, STRANGER) == learn(store, STRANGER)


def test_a_guests_order_changes_nothing_that_is_known(store: Store) -> None:
    jane = learn(store, JANE)
    assert learn(store, Buyer(name="Evil", phone=PHONE, locale="zh", timezone="Asia/Shanghai")) == jane
    known = customer(store, jane)
    assert (known.name, known.locale, known.timezone) == ("Jane Doe", "en", "Asia/Shanghai")


def test_an_order_that_a_guest_corrects_stays_where_it_was_and_gives_nobody_a_number(store: Store) -> None:
    jane = learn(store, GUEST)
    typed = Buyer(name="Evil", email="evil@example.com", phone="+12025550199")
    before = customer(store, jane)
    with store.write() as conn:
        id_, buyer = buyers.learn(conn, typed, "US", NOW, known_id=jane)
    assert (id_, buyer.phone, customer(store, jane)) == (jane, "+12025550199", before)
    with store.write() as conn:
        id_, _ = buyers.learn(conn, msgspec.structs.replace(typed, id="c9"), "US", NOW, known_id=jane)
    assert id_ != jane
    assert customer(store, jane) == before


def test_a_number_of_whoever_was_merged_leads_to_the_one_who_is_left(store: Store) -> None:
    jane, guest = learn(store, JANE), learn(store, Buyer(phone="+12025550102"))
    with store.write() as conn:
        merges.merge(conn, jane, guest, "operator", NOW)
    assert learn(store, Buyer(phone="+12025550102", email="jane@example.com")) == jane
    assert customer(store, jane).phone == PHONE


def test_silence_takes_nothing_away(store: Store) -> None:
    jane = learn(store, JANE)
    learn(store, Buyer(id="c1"))
    assert customer(store, jane) == customers.Customer(
        jane, "c1", "Jane Doe", "jane@example.com", PHONE, "en", "", "vip"
    )


# --- who writes


def test_a_buyers_number_that_writes_is_the_buyer(store: Store) -> None:
    jane = learn(store, JANE)
    (conversation,) = ensure(store, (WHATSAPP, "jane :)"))
    assert (conversation.customer_id, conversation.name, conversation.tier) == (jane, "Jane Doe", "vip")


def test_a_stranger_who_wrote_first_is_joined_to_their_account(store: Store) -> None:
    learn(store, Buyer(id="c1", email="jane@example.com"))
    (stranger,) = ensure(store, (WHATSAPP, "Jane"))
    jane = learn(store, JANE)
    assert jane != stranger.customer_id
    with store.read() as conn:
        assert [each.id for each in conversations.of_customer(conn, jane)] == [stranger.id]
        assert conversations.of_customer(conn, stranger.customer_id) == []


def test_a_dead_address_stays_dead_when_its_owner_becomes_known(store: Store) -> None:
    learn(store, Buyer(id="c1", email="jane@example.com"))
    ensure(store, (WHATSAPP, "Jane"))
    with store.write() as conn:
        conn.execute(addresses.MARK_DEAD, [{"row": WHATSAPP.key, "at": NOW}])
    jane = learn(store, JANE)
    with store.read() as conn:
        assert [(row.address, row.dead_at) for row in addresses.of_customer(conn, jane)] == [(WHATSAPP, NOW)]


def test_a_stranger_brings_along_what_was_said(store: Store) -> None:
    learn(store, Buyer(id="c1", email="jane@example.com"))
    (stranger,) = ensure(store, (WHATSAPP, "Jane"))
    with store.write() as conn:
        conn.execute(
            store.insert(messages), timeline.row("m1", stranger.id, stranger.customer_id, "customer", "hi", NOW)
        )
    jane = learn(store, JANE)
    with store.read() as conn:
        assert conn.scalar(select(messages.c.customer_id)) == jane
        assert [(each.kept_id, each.gone_id, each.reason) for each in merges.of_customers(conn, [jane])] == [
            (jane, stranger.customer_id, "phone")
        ]


def test_whoever_was_merged_is_found_by_their_old_account(store: Store) -> None:
    jane, other = learn(store, JANE), learn(store, Buyer(id="c2", phone="+12025550102"))
    with store.write() as conn:
        merges.merge(conn, jane, other, "operator", NOW)
    assert learn(store, Buyer(id="c2", phone="+12025550102")) == jane
    assert customer(store, other) == customer(store, jane)
    assert customer(store, jane).store_id == "c1"
    (conversation,) = ensure(store, (Address("sms", "main", "+12025550102"), ""))
    assert conversation.customer_id == jane


def test_a_number_they_gave_up_is_not_theirs_again_because_the_store_repeats_it(store: Store) -> None:
    jane = learn(store, JANE)
    with store.write() as conn:
        numbers.note(conn, jane, PHONE, "+12025550109", NOW)
        assert buyers.learn(conn, JANE, "US", NOW)[1].phone == "+12025550109"
    (stranger,) = ensure(store, (WHATSAPP, "Somebody"))
    assert stranger.customer_id != jane
    with store.write() as conn:
        assert buyers.learn(conn, Buyer(phone=PHONE), "US", NOW, known_id=jane) == (
            jane,
            Buyer(phone="+12025550109"),
        )
        assert buyers.learn(conn, Buyer(phone=PHONE), "US", NOW)[0] == stranger.customer_id


def test_two_spellings_of_a_number_are_one_customer(store: Store) -> None:
    rosa = learn(store, Buyer(id="c5", phone="+55 11 98765-4321"))
    found = ensure(
        store, (Address("whatsapp", "main", "+551187654321"), "Rosa"), (Address("sms", "main", "+5511987654321"), "")
    )
    assert {each.customer_id for each in found} == {rosa}
    assert [each.value for each in found] == ["+551187654321", "+5511987654321"]
    assert {each.phone_number for each in found} == {"+5511987654321"}

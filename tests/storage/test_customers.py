"""Customers: who wrote and who bought are the same person when a proof says so, and only then."""

from datetime import timedelta

from sqlalchemy import select

from core.addresses import Address
from core.conversations import Grant, Proof
from core.orders import Buyer
from storage import conversations, customers
from storage.conversations import Conversation
from storage.engine import Store
from storage.tables import addresses
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", email="Jane@Example.com", phone="(202) 555-0101", locale="en", tier="vip")
WHATSAPP, SMS = Address("whatsapp", "main", PHONE), Address("sms", "main", PHONE)


def learn(store: Store, buyer: Buyer, country: str = "US") -> str:
    with store.write() as conn:
        return customers.learn(conn, buyer, country, NOW)[0]


def ensure(store: Store, *wanted: tuple[Address, str]) -> list[Conversation]:
    with store.write() as conn:
        conversations.ensure(conn, store, wanted, NOW)
    with store.read() as conn:
        found = conversations.by_keys(conn, [address.key for address, _ in wanted])
    return [found[address.key] for address, _ in wanted]


def customer(store: Store, id_: str) -> customers.Customer:
    with store.read() as conn:
        found = customers.by_id(conn, id_)
    assert found is not None
    return found


# --- what the store tells


def test_a_new_buyer_is_a_new_customer_with_her_number_in_e164(store: Store) -> None:
    with store.write() as conn:
        id_, buyer = customers.learn(conn, JANE, "US", NOW)
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


def test_a_guest_becomes_the_account_that_she_opens(store: Store) -> None:
    guest = learn(store, Buyer(email="jane@example.com"))
    assert learn(store, Buyer(id="c1", email="jane@example.com")) == guest
    assert customer(store, guest).store_id == "c1"


def test_silence_takes_nothing_away(store: Store) -> None:
    jane = learn(store, JANE)
    learn(store, Buyer(id="c1"))
    assert customer(store, jane) == customers.Customer(
        jane, "c1", "Jane Doe", "jane@example.com", PHONE, "en", "", "vip"
    )


# --- who writes


def test_a_number_that_writes_on_two_channels_is_one_customer(store: Store) -> None:
    first, second = ensure(store, (WHATSAPP, "Jane"), (SMS, ""))
    assert first.customer_id == second.customer_id
    assert (first.name, first.phone) == ("Jane", PHONE)


def test_two_strangers_without_a_number_stay_strangers(store: Store) -> None:
    people = [(Address("telegram", "main", str(n)), f"Guest {n}") for n in range(3)]
    found = ensure(store, *people)
    assert len({conversation.customer_id for conversation in found}) == 3
    assert [conversation.name for conversation in found] == ["Guest 0", "Guest 1", "Guest 2"]


def test_whoever_writes_again_is_known(store: Store) -> None:
    (first,) = ensure(store, (WHATSAPP, "Jane"))
    (again,) = ensure(store, (WHATSAPP, "Somebody"))
    assert (again.id, again.customer_id, again.name) == (first.id, first.customer_id, "Jane")


def test_a_buyers_number_that_writes_is_the_buyer(store: Store) -> None:
    jane = learn(store, JANE)
    (conversation,) = ensure(store, (WHATSAPP, "jane :)"))
    assert (conversation.customer_id, conversation.name, conversation.tier) == (jane, "Jane Doe", "vip")


def test_a_stranger_who_wrote_first_is_joined_to_her_account(store: Store) -> None:
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
        conn.execute(conversations.MARK_DEAD, [{"row": WHATSAPP.key, "at": NOW}])
    jane = learn(store, JANE)
    with store.read() as conn:
        assert conversations.addresses_of(conn, jane) == [(WHATSAPP, NOW)]


def test_proof_of_an_order_makes_a_stranger_the_buyer_but_takes_nobody_from_an_account(store: Store) -> None:
    jane = saved_order(store, JANE)
    (stranger,) = ensure(store, (Address("telegram", "main", "7"), "J"))
    adopted = conversations.adopt_parameters(stranger, "1001")
    with store.write() as conn:
        conn.execute(conversations.ADOPT, [adopted])
        conn.execute(conversations.ADOPT, [conversations.adopt_parameters(stranger, "no such order")])
        found = conversations.by_id(conn, stranger.id)
    assert found is not None
    assert found.customer_id == jane
    other = learn(store, Buyer(id="c2", phone="+12025550102"))
    (owned,) = ensure(store, (Address("sms", "main", "+12025550102"), ""))
    with store.write() as conn:
        conn.execute(conversations.ADOPT, [conversations.adopt_parameters(owned, "1001")])
        kept = conversations.by_id(conn, owned.id)
    assert kept is not None
    assert kept.customer_id == other


def test_a_very_long_name_does_not_stop_anybody(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "J" * 1000))
    assert conversation.name.startswith("JJJ")


# --- a turn's end


def test_a_turn_is_saved_and_read_back(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "Jane"))
    grants = (Grant(Proof.ORDER, "1001", NOW + timedelta(hours=24)),)
    saved = conversations.turn_parameters(conversation, '{"a": 1}', "agent", "case1", grants, NOW)
    with store.write() as conn:
        conn.execute(conversations.SAVE_TURN, [saved])
        conn.execute(
            conversations.SAVE_PROFILE, [{"row": conversation.customer_id, "name_": "Jane D.", "locale_": "zh"}]
        )
        found = conversations.by_id(conn, conversation.id)
    assert found is not None
    assert (found.session, found.owner, found.case_id, found.grants) == ('{"a": 1}', "agent", "case1", grants)
    assert (found.last_inbound_at, found.name, found.locale, found.address) == (NOW, "Jane D.", "zh", WHATSAPP)


def test_an_address_belongs_to_the_first_who_was_reached_there(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "Jane"))
    with store.write() as conn:
        conversations.add_address(conn, store, WHATSAPP, "somebody else", NOW)
        owner = conn.scalar(select(addresses.c.customer_id).where(addresses.c.key == WHATSAPP.key))
    assert owner == conversation.customer_id

"""Tests conversations: one for each address, found or made for whoever writes, saved at the end of a turn."""

from datetime import timedelta

from sqlalchemy import delete, update

from core.people.addresses import Address
from core.people.conversations import Grant, Proof
from hub.customers import newcomers
from storage.conversations import conversations, turns
from storage.conversations.conversations import Conversation
from storage.engine.store import Store
from storage.people.tables import conversations as conversations_table
from tests.fakes import NOW, PHONE

WHATSAPP, SMS = Address("whatsapp", "main", PHONE), Address("sms", "main", PHONE)
TELEGRAM = Address("telegram", "main", "42")


def ensure(store: Store, *wanted: tuple[Address, str]) -> list[Conversation]:
    with store.write() as conn:
        newcomers.ensure(conn, store, wanted, NOW)
    with store.read() as conn:
        found = conversations.by_keys(conn, [address.key for address, _ in wanted])
    return [found[address.key] for address, _ in wanted]


def test_a_turn_is_saved_and_read_back(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "Jane"))
    grants = (Grant(Proof.ORDER, "1001", NOW + timedelta(hours=24)),)
    saved = turns.turn_parameters(conversation, '{"a": 1}', "agent", "case1", grants, NOW, "7")
    with store.write() as conn:
        conn.execute(turns.SAVE_TURN, [saved])
        conn.execute(
            turns.SAVE_PROFILE,
            [{"row": conversation.customer_id, "name_": "Jane D.", "locale_": "zh", "language_": ""}],
        )
        found = conversations.by_id(conn, conversation.id)
    assert found is not None
    assert (found.session, found.owner, found.case_id, found.grants) == ('{"a": 1}', "agent", "case1", grants)
    assert (found.last_inbound_at, found.locale, found.address) == (NOW, "zh", WHATSAPP)
    assert found.route == "7"
    assert found.name == "Jane", "a name that is known stays: a turn may have begun before the store told it"


def test_a_turn_names_who_has_no_name(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, ""))
    with store.write() as conn:
        conn.execute(
            turns.SAVE_PROFILE,
            [{"row": conversation.customer_id, "name_": "Jane", "locale_": "en", "language_": ""}],
        )
        found = conversations.by_id(conn, conversation.id)
    assert found is not None
    assert found.name == "Jane"


def test_a_turn_notices_what_was_changed_meanwhile(store: Store) -> None:
    read = ensure(store, (WHATSAPP, "Jane"), (TELEGRAM, ""))
    changes = {
        "owner": "agent",
        "case_id": "case1",
        "session": "{}",
        "grants": '[{"level":"order","order_number":"1","until":"2026-12-01T00:00:00Z"}]',
        "last_inbound_at": NOW,
        "key": "retired:1",
        "customer_id": "somebody",
    }
    for column, value in changes.items():
        with store.write() as conn:
            assert turns.unchanged(conn, read) == frozenset()
            conn.execute(
                update(conversations_table).where(conversations_table.c.id == read[1].id).values({column: value})
            )
            assert turns.unchanged(conn, read) is None, column
            conn.rollback()
    with store.write() as conn:
        conn.execute(delete(conversations_table).where(conversations_table.c.id == read[0].id))
        assert turns.unchanged(conn, read) is None
        assert turns.unchanged(conn, read[1:]) == frozenset()

"""Tests that two customers become one and two again, and nothing is lost on either way."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from core.ids import new_id
from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.customers import newcomers
from storage.conversations import conversations, timeline
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.tables import audit
from storage.desk.tables import cases as cases_table
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.media.tables import media as media_table
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice
from storage.people import addresses, consents, customers, families, merges, privacy
from storage.people.tables import addresses as addresses_table
from storage.people.tables import consents as consents_table
from storage.people.tables import customers as customers_table
from storage.people.tables import merges as merges_table
from storage.people.tables import messages as messages_table
from storage.shop.tables import returns as returns_table
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE)
GUEST = Buyer(name="Jane D.", email="jane@example.com", phone="+12025550102")
LATER = NOW + timedelta(hours=1)
TELEGRAM = Address("telegram", "main", "42")


def ensure(store: Store, address: Address) -> Conversation:
    with store.write() as conn:
        newcomers.ensure(conn, store, [(address, "")], NOW)
        return conversations.by_keys(conn, [address.key])[address.key]


def say(store: Store, who: Conversation, id_: str, customer_id: str = "") -> None:
    line = timeline.row(id_, who.id, customer_id or who.customer_id, timeline.CUSTOMER, f"words {id_}", NOW)
    with store.write() as conn:
        conn.execute(store.insert(messages_table), line)


def guest_with_everything(store: Store) -> tuple[str, Conversation]:
    """Makes a customer who has a row in every table that knows customers."""
    id_ = saved_order(store, GUEST, number="2002")
    who = ensure(store, Address("sms", "main", GUEST.phone))
    assert who.customer_id == id_
    say(store, who, "guest-1")
    with store.write() as conn:
        conn.execute(store.insert(cases_table), cases.row("f" * 24, who.id, id_, "other", "", "C0", NOW))
        conn.execute(
            returns_table.insert(),
            {
                "id": "f" * 24,
                "reference": "R1",
                "order_number": "2002",
                "customer_id": id_,
                "conversation_id": who.id,
                "state": "requested",
                "resolution": "refund",
                "lines": "[]",
                "created_at": NOW,
            },
        )
        conn.execute(
            media_table.insert(),
            {
                "id": "f" * 24,
                "customer_id": id_,
                "conversation_id": who.id,
                "source": "sms",
                "account": "main",
                "ref": "https://example.com/1",
                "kind": "image",
                "not_before": NOW,
                "created_at": NOW,
            },
        )
        notice = NewNotice(new_id(NOW), "shipped:2002:s1", "shipped", "service", id_, "{}", "2002")
        notices.add(conn, store, [(notice, Decided(notices.HELD, not_before=NOW))], NOW)
        conn.execute(store.insert(consents_table), consents.row("sms", GUEST.phone, "service", False, "keyword", NOW))
    return id_, who


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Reads every row of every table, but for the record of what was done."""
    with store.read() as conn:
        return {
            table.name: [dict(row._mapping) for row in conn.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table not in (merges_table, audit)
        }


def merge(store: Store, kept: str, gone: str) -> str:
    with store.write() as conn:
        return merges.merge(conn, kept, gone, "operator", NOW)


def unmerge(store: Store, merge_id: str) -> None:
    with store.write() as conn:
        merges.unmerge(conn, merge_id, LATER)


def owners(store: Store) -> dict[str, set[str]]:
    """Lists who has something in each table: table -> customers."""
    return {
        name: {row["customer_id"] for row in rows}
        for name, rows in everything(store).items()
        if rows and "customer_id" in rows[0]
    }


def test_everything_moves_to_the_kept_customer_and_back_again_exactly(store: Store) -> None:
    jane = saved_order(store, JANE)
    own = ensure(store, Address("whatsapp", "main", PHONE))
    say(store, own, "jane-1")
    guest, who = guest_with_everything(store)
    say(store, who, "jane-2", customer_id=jane)  # something of Jane's stands in the guest's conversation
    before = everything(store)
    merge_id = merge(store, jane, guest)
    moved = owners(store)
    assert {name: owned for name, owned in moved.items() if owned != {jane}} == {}
    assert moved.keys() == {
        "addresses",
        "cases",
        "conversations",
        "media",
        "messages",
        "notifications",
        "orders",
        "returns",
    }
    unmerge(store, merge_id)
    assert everything(store) == before
    with store.read() as conn:
        (record,) = merges.of_customers(conn, [guest])
    assert (record.kept_id, record.gone_id, record.reason, record.at, record.undone_at) == (
        jane,
        guest,
        "operator",
        NOW,
        LATER,
    )


def test_the_kept_customer_takes_over_what_they_have_no_word_of(store: Store) -> None:
    stranger = ensure(store, TELEGRAM).customer_id
    jane = saved_order(store, JANE)
    before = everything(store)
    merge_id = merge(store, stranger, jane)
    with store.read() as conn:
        known = customers.by_id(conn, stranger)
        assert known is not None
        assert (known.store_id, known.name, known.phone) == ("c1", "Jane Doe", PHONE)
        assert customers.by_id(conn, jane) == known
    unmerge(store, merge_id)
    assert everything(store) == before


def test_what_changed_since_stays_with_whom_it_was_said_of(store: Store) -> None:
    jane, (guest, who) = saved_order(store, msgspec.structs.replace(JANE, name="")), guest_with_everything(store)
    merge_id = merge(store, jane, guest)
    say(store, who, "guest-2", customer_id=jane)
    with store.write() as conn:
        conn.execute(update(customers_table).where(customers_table.c.id == jane).values(name="Janet"))
        alias = Address("sms", "main", "short-code")
        addresses.add(conn, store, alias, jane, NOW, home=who.key)
        addresses.add(conn, store, TELEGRAM, jane, NOW, home=who.key)
    unmerge(store, merge_id)
    with store.read() as conn:
        names = {row.id: row.name for row in conn.execute(select(customers_table))}
        assert names == {jane: "Janet", guest: "Jane D."}
        assert set(conn.scalars(select(messages_table.c.customer_id))) == {guest}
        assert {row.key for row in addresses.of_customer(conn, guest)} == {who.key, alias.key, TELEGRAM.key}


def test_a_merge_is_taken_back_once(store: Store) -> None:
    jane, guest = saved_order(store, JANE), ensure(store, TELEGRAM).customer_id
    merge_id = merge(store, jane, guest)
    with pytest.raises(ValueError, match="one customer already"):
        merge(store, guest, jane)
    unmerge(store, merge_id)
    with pytest.raises(ValueError, match="already"):
        unmerge(store, merge_id)
    with pytest.raises(LookupError, match="no such merge"):
        unmerge(store, "nothing")
    with pytest.raises(LookupError, match="no such customer"):
        merge(store, jane, "nobody")


def test_the_later_of_two_merges_is_taken_back_first(store: Store) -> None:
    jane, guest = saved_order(store, JANE), ensure(store, TELEGRAM).customer_id
    third = ensure(store, Address("messenger", "main", "7")).customer_id
    before = everything(store)
    first = merge(store, guest, third)
    second = merge(store, jane, guest)
    with store.read() as conn:
        assert families.survivors(conn, [jane, guest, third]) == dict.fromkeys((jane, guest, third), jane)
        assert set(families.members(conn, jane)) == {jane, guest, third}
    with pytest.raises(ValueError, match=second):
        unmerge(store, first)
    unmerge(store, second)
    with store.read() as conn:
        assert families.survivors(conn, [jane, guest, third]) == {jane: jane, guest: guest, third: guest}
    unmerge(store, first)
    assert everything(store) == before


def test_export_and_erase_cover_who_was_merged(store: Store) -> None:
    jane, (guest, who) = saved_order(store, JANE), guest_with_everything(store)
    say(store, who, "late")
    merge(store, jane, guest)
    say(store, who, "raced", customer_id=guest)  # written by a turn that knew nothing of the merge
    with store.read() as conn:
        assert {privacy.find(conn, word) for word in (jane, guest, PHONE, GUEST.phone, GUEST.email)} == {jane}
        exported = privacy.export(conn, jane)
    assert [row["id"] for row in exported["messages"]] == ["guest-1", "late", "raced"]
    assert [row["id"] for row in exported["customer"]] == [jane, guest]
    assert {row["number"] for row in exported["orders"]} == {"1001", "2002"}
    assert len(exported["merges"]) == len(exported["files"]) == len(exported["consents"]) == 1
    with store.write() as conn:
        privacy.erase(conn, jane, NOW)
    left = msgspec.json.encode(everything(store) | {"merges": []}).decode()
    for word in (PHONE, "Jane", "words", GUEST.email):
        assert word not in left.replace(f'"subject":"{GUEST.phone}"', "")  # a STOP is kept
    with store.read() as conn:
        (record,) = merges.of_customers(conn, [jane])
    assert record.moved == {}
    with pytest.raises(ValueError, match="erased"):
        unmerge(store, record.id)


def test_addresses_never_lead_to_the_other_customer_once_parted(store: Store) -> None:
    hidden = ensure(store, Address("whatsapp", "main", "US.1"))
    jane = ensure(store, Address("whatsapp", "main", PHONE))
    merge_id = merge(store, jane.customer_id, hidden.customer_id)
    with store.write() as conn:
        conn.execute(update(addresses_table).where(addresses_table.c.key == hidden.key).values(home=jane.key))
    unmerge(store, merge_id)
    with store.read() as conn:
        rows = addresses.by_keys(conn, [hidden.key, jane.key])
    assert [(row.customer_id, row.home) for row in (rows[hidden.key], rows[jane.key])] == [
        (hidden.customer_id, None),
        (jane.customer_id, None),
    ]

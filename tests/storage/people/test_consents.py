"""Tests the ledger of consents: the newest entry of a purpose holds, for the channel and number it was given on."""

from datetime import timedelta

from core.people.consent import MARKETING, SERVICE
from storage.engine.store import Store
from storage.people import consents
from storage.people.tables import consents as table
from tests.fakes import NOW, PHONE

SMS, WHATSAPP = ("sms", PHONE), ("whatsapp", PHONE)


def note(store: Store, where: tuple[str, str], purpose: str, granted: bool, source: str) -> None:
    with store.write() as conn:
        conn.execute(store.insert(table), consents.row(*where, purpose, granted, source, NOW))


def state(store: Store, *where: tuple[str, str]) -> dict[tuple[str, str, str], tuple[bool, str]]:
    with store.read() as conn:
        return consents.state(conn, where)


def test_the_newest_entry_holds_even_within_one_moment(store: Store) -> None:
    note(store, SMS, SERVICE, True, "order:1001")
    note(store, SMS, SERVICE, False, "keyword")
    assert state(store, SMS) == {(*SMS, SERVICE): (False, "keyword")}
    note(store, SMS, SERVICE, True, "keyword")
    assert state(store, SMS) == {(*SMS, SERVICE): (True, "keyword")}


def test_purposes_and_channels_are_apart(store: Store) -> None:
    note(store, SMS, SERVICE, True, "order:1001")
    note(store, SMS, MARKETING, False, "keyword")
    note(store, WHATSAPP, MARKETING, True, "checkout")
    note(store, ("sms", "+12025550102"), SERVICE, False, "keyword")
    assert state(store, SMS, WHATSAPP) == {
        (*SMS, SERVICE): (True, "order:1001"),
        (*SMS, MARKETING): (False, "keyword"),
        (*WHATSAPP, MARKETING): (True, "checkout"),
    }


def test_nobody_asked_is_nobody_answered(store: Store) -> None:
    note(store, SMS, SERVICE, True, "order:1001")
    assert state(store) == {}
    assert state(store, ("sms", "+12025550109")) == {}


def test_entries_are_appended_with_their_time(store: Store) -> None:
    for hours in (0, 1):
        with store.write() as conn:
            row = consents.row(*SMS, SERVICE, bool(hours), "keyword", NOW + timedelta(hours=hours), proof="STOP")
            conn.execute(store.insert(table), row)
    with store.read() as conn:
        kept = conn.execute(table.select().order_by(table.c.id)).all()
    assert [(row.granted, row.at, row.proof) for row in kept] == [
        (False, NOW, "STOP"),
        (True, NOW + timedelta(hours=1), "STOP"),
    ]

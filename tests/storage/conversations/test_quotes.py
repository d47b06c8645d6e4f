"""Tests that what others point at is found by whatever id the channel has for it."""

from typing import Any

from core.messages.pieces import Quote
from core.messages.quotes import Known
from core.people.addresses import Address
from storage.conversations import quotes, timeline
from storage.engine.store import Store
from storage.people.tables import conversations, customers, messages
from storage.queues.tables import outbox_parts
from tests.fakes import NOW

HERE, THERE = Address("whatsapp", "main", "+12025550101"), Address("whatsapp", "main", "+12025550102")


def part(id_: str, outbox_id: str, n: int, **more: Any) -> dict[str, Any]:
    row = {"id": id_, "outbox_id": outbox_id, "n": n, "key": HERE.key, "channel": "whatsapp", "account": "main"}
    return {**row, "call": "messages", "payload": "{}", "silent": False, "state": "sent", "provider_id": None, **more}


def fill(store: Store) -> None:
    said = [
        timeline.row("m1", "k1", "c1", "customer", "left", NOW, external_id="wamid.IN1"),
        timeline.row("m2", "k1", "c1", "UANNA", "Left or right?", NOW, attachments="image", reply_to="m1"),
        timeline.row("m3", "k1", "c1", "bot", "never went out", NOW),
        {**timeline.row("m4", "k1", "c1", "customer", "", NOW, external_id="wamid.IN4"), "deleted_at": NOW},
        timeline.row("m5", "k2", "c2", "customer", "mine", NOW, external_id="wamid.OTHER"),
    ]
    calls = [
        part("p0", "m2", 0, provider_id="wamid.MARK", silent=True),
        part("p2", "m2", 2, provider_id="wamid.OUT2"),
        part("p1", "m2", 1, provider_id="wamid.OUT1"),
        part("p3", "m3", 0, state="failed"),
    ]
    with store.write() as conn:
        conn.execute(customers.insert(), [{"id": each, "created_at": NOW} for each in ("c1", "c2")])
        for id_, where in (("k1", HERE), ("k2", THERE)):
            place = {"key": where.key, "channel": where.channel, "account": where.account, "value": where.value}
            conn.execute(conversations.insert(), {"id": id_, "customer_id": f"c{id_[1]}", "created_at": NOW, **place})
        conn.execute(messages.insert(), [{"deleted_at": None, **row} for row in said])
        conn.execute(outbox_parts.insert(), calls)


def test_what_is_pointed_at_is_found_by_each_of_its_names(store: Store) -> None:
    fill(store)
    agents = Known("agent", "Left or right?", ("image",))
    with store.read() as conn:
        found = quotes.pointed_at(conn, "k1", ["wamid.IN1", "wamid.OUT1", "wamid.OUT2", "m2", "wamid.IN4", "wamid.X"])
        assert found == {
            "wamid.IN1": Known("customer", "left"),
            "wamid.OUT1": agents,
            "wamid.OUT2": agents,
            "m2": agents,
            "wamid.IN4": Known("customer", "", deleted=True),
        }
        assert quotes.pointed_at(conn, "k1", ["wamid.OTHER", "m5"]) == {}, "it is somebody else's"
        assert quotes.pointed_at(conn, "k1", []) == {}


def test_a_line_is_quoted_by_the_providers_id_of_its_first_part(store: Store) -> None:
    fill(store)
    with store.read() as conn:
        named = {line: quotes.providers_id(conn, HERE.key, line) for line in ("m1", "m2", "m3", "m4", "m5", "m9")}
        assert quotes.providers_id(conn, THERE.key, "m2") == "", "not in another chat"
    assert named == {"m1": "wamid.IN1", "m2": "wamid.OUT1", "m3": "", "m4": "", "m5": "", "m9": ""}


def test_a_line_keeps_what_it_points_at(store: Store) -> None:
    row = timeline.row("m1", "k1", "c1", "customer", "this", NOW, reply_to="wamid.1", quoted=Quote(part="2. Hat"))
    hostile = timeline.row("m2", "k1", "c1", "customer", "that", NOW, reply_to="x" * 300)
    with store.write() as conn:
        conn.execute(messages.insert(), [row, hostile])
        first, second = timeline.last(conn, "k1", 8)
    assert (first.reply_to, first.quoted) == ("wamid.1", Quote(part="2. Hat"))
    assert (second.reply_to, second.quoted) == (None, None)

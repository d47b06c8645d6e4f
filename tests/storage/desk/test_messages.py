"""Tests agents' messages: kept once, released once."""

import msgspec

from core.content.styles import Formatted
from core.ids import new_id
from storage.desk import messages
from storage.desk.messages import HELD, NOTE, SENT, DeskMessage
from storage.engine.store import Store
from tests.fakes import NOW, PLACE


def test_a_held_message_is_kept_and_released_once(store: Store) -> None:
    held = DeskMessage(new_id(NOW), PLACE, "3.3", "case", "U2", "Hello", HELD, None, NOW)
    with store.write() as conn:
        messages.keep(conn, store, held)
        messages.keep(conn, store, msgspec.structs.replace(held, id=new_id(NOW), text="again"))
        assert messages.by_id(conn, held.id) == held
        messages.rewrite(conn, held.id, Formatted("Hello!"))
        assert messages.go(conn, held.id, (HELD,), "outbox1", NOW)
        assert not messages.become(conn, held.id, (HELD,), NOTE)
        kept = messages.find(conn, PLACE, "3.3")
    assert kept == msgspec.structs.replace(held, text="Hello!", state=SENT, outbox_id="outbox1", leaves_at=NOW)

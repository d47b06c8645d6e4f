"""Tests the notices that an operator wants sent."""

from sqlalchemy import event

from hub.notices.wanted import Subjects, send, want
from storage.engine.store import Store
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import ordered, parcel


def test_what_is_sent_again_and_again_costs_no_more_statements(store: Store) -> None:
    house = House(store)
    house.told(ordered(), parcel())

    def again() -> int:
        said: list[str] = []
        with store.read() as conn:
            event.listen(conn, "before_cursor_execute", lambda *call: said.append(call[2]))
            found = want(house.hub, conn, "shipped", Subjects(order="1001"), house.clock(), again=True)
        assert send(house.hub, found, house.clock())
        return len(said)

    assert len({again() for _ in range(4)}) == 1
    shipped = [key for key, _, _ in house.notices() if key.startswith("shipped")]
    assert shipped == ["shipped:1001:s1", *(f"shipped:1001:s1#{n}" for n in range(2, 6))]

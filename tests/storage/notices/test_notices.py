"""Tests notices: one for each piece of news, and a trace of what was decided."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from core.ids import new_id
from storage.engine.store import Store
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice, NoticeRow
from tests.fakes import NOW, notice_by_key


def add(store: Store, key: str = "shipped:1001:s1", order: str = "1001") -> str | None:
    with store.write() as conn:
        notice = NewNotice(new_id(NOW), key, "shipped", "service", "customer", "{}", order)
        return next(iter(notices.add(conn, store, [(notice, Decided(notices.HELD, not_before=NOW))], NOW)), None)


def load(store: Store, id_: str | None) -> NoticeRow:
    with store.read() as conn:
        found = notices.by_id(conn, id_ or "")
    assert found is not None
    return found


def test_the_same_news_is_registered_once(store: Store) -> None:
    first = add(store)
    assert first is not None
    assert add(store) is None
    with store.read() as conn:
        found = notice_by_key(conn, "shipped:1001:s1")
    assert found is not None
    assert found.id == first


def test_one_of_many_wins_the_registration(store: Store) -> None:
    start = threading.Barrier(6)

    def register(_n: int) -> str | None:
        start.wait()
        return add(store)

    with ThreadPoolExecutor(6) as pool:
        assert sum(id_ is not None for id_ in pool.map(register, range(6))) == 1


def test_the_keys_of_an_order_are_known(store: Store) -> None:
    add(store)
    add(store, "delay:1001:-:2026-12-09")
    add(store, "shipped:1002:s1", "1002")
    with store.read() as conn:
        told = notices.told_of_orders(conn, ["1001", "1003"])
        assert told == {"1001": {"shipped:1001:s1": True, "delay:1001:-:2026-12-09": True}, "1003": {}}
        assert list(told["1001"]) == ["shipped:1001:s1", "delay:1001:-:2026-12-09"]
        many = [f"shipped:{n}:s1" for n in range(1000, 2200)]
        assert notices.known_keys(conn, many) == {"shipped:1001:s1", "shipped:1002:s1"}


def test_those_of_an_order_are_read_newest_first(store: Store) -> None:
    ids = []
    for day in range(3):
        now = NOW + timedelta(days=day)
        notice = NewNotice(new_id(now), f"delay:1001:{day}", "delay", "service", "customer", "{}", "1001")
        with store.write() as conn:
            notices.add(conn, store, [(notice, Decided(notices.HELD))], now)
        ids.append(notice.id)
    add(store, "shipped:1002:s1", "1002")
    with store.read() as conn:
        assert [row.id for row in notices.of_order(conn, "1001", 9)] == ids[::-1]
        assert [row.id for row in notices.of_order(conn, "1001", 9, before=ids[1])] == ids[:1]


def test_held_notices_come_due_oldest_first(store: Store) -> None:
    late, early, sent = (load(store, add(store, f"shipped:{n}:s1")) for n in range(3))
    with store.write() as conn:
        for row, hours in ((late, 2), (early, 1)):
            until = NOW + timedelta(hours=hours)
            notices.record(conn, row, Decided(notices.HELD, "quiet_hours", not_before=until), NOW)
        notices.record(conn, sent, Decided(notices.SENT, channel="sms"), NOW)
        assert notices.due(conn, NOW) == []
        assert [row.id for row in notices.due(conn, NOW + timedelta(hours=2))] == [early.id, late.id]
        assert [row.id for row in notices.due(conn, NOW + timedelta(hours=2), 1)] == [early.id]


def test_decisions_make_a_trace(store: Store) -> None:
    row = load(store, add(store))
    with store.write() as conn:
        refused = [("messenger", "no_template")]
        notices.record(conn, row, Decided(notices.QUEUED, channel="whatsapp", refusals=refused), NOW)
    row = load(store, row.id)
    with store.write() as conn:
        notices.record(conn, row, Decided(notices.FAILED, "dead"), NOW, tried=["whatsapp:main:+1"])
    row = load(store, row.id)
    assert (row.state, row.reason, row.tried) == ("failed", "dead", ("whatsapp:main:+1",))
    at = "2026-12-02T15:00:00.000+00:00"
    assert row.trace == [
        {"at": at, "state": "held"},
        {"at": at, "state": "queued", "channel": "whatsapp", "refused": ["messenger: no_template"]},
        {"at": at, "state": "failed", "reason": "dead"},
    ]

"""Tests tags: each once, found by whose they are and by their order, gone with whoever is erased."""

from datetime import timedelta

from storage.engine.store import Store
from storage.people import customers, merges, privacy
from storage.shop import tags
from storage.shop.tags import Tag
from tests.fakes import NOW


def put(store: Store, *wanted: Tag) -> None:
    with store.write() as conn:
        tags.add(conn, store, wanted, NOW)


def somebody(store: Store, name: str = "Jane") -> str:
    with store.write() as conn:
        return customers.add(conn, NOW, name=name)


def test_a_tag_is_there_once_and_found_by_customer_and_by_order(store: Store) -> None:
    jane = somebody(store)
    parcel = Tag("parcel", "1001/s1", "stuck", jane, "1001")
    put(store, parcel, Tag("customer", jane, "vip_stuck", jane), Tag("order", "1001", "late", jane, "1001"))
    put(store, parcel)
    with store.read() as conn:
        assert tags.of_customers(conn, [jane, "nobody"]) == {jane: ("vip_stuck",)}
        assert tags.of_orders(conn, ["1001", "1002"]) == {"1001": ("stuck", "late")}
        assert tags.about(conn, [jane], ["1001"]) == ("stuck", "vip_stuck", "late")
        assert tags.about(conn, [], []) == ()


def test_tags_follow_a_merge_and_go_back(store: Store) -> None:
    jane, again = somebody(store), somebody(store, "J.")
    put(store, Tag("customer", again, "dear", again))
    with store.write() as conn:
        merged = merges.merge(conn, jane, again, "the store's word", NOW)
        assert tags.of_customers(conn, [jane]) == {jane: ("dear",)}
        merges.unmerge(conn, merged, NOW + timedelta(hours=1))
        assert tags.of_customers(conn, [jane, again]) == {again: ("dear",)}


def test_tags_are_exported_and_erased_with_the_customer(store: Store) -> None:
    jane = somebody(store)
    put(store, Tag("customer", jane, "dear", jane), Tag("order", "1001", "late", jane, "1001"))
    with store.write() as conn:
        assert [each["tag"] for each in privacy.export(conn, jane)["tags"]] == ["dear", "late"]
        assert privacy.erase(conn, jane, NOW)["tags"] == 2
        assert privacy.export(conn, jane)["tags"] == []

"""Tests that an agent may see everything of a case, for their eyes only, and that this is written down."""

from core.desk.posts import PostDetails, PostEphemeral
from hub.desk.showing import whole
from storage.desk.tables import audit
from storage.engine.store import Store
from storage.queues.tables import outbox, outbox_parts
from tests.fakes import PHONE
from tests.hub.house import BEN, GUEST, House
from tests.hub.people import JANE
from tests.storage.orders_sample import saved_order


def with_case(store: Store) -> House:
    house = House(store)
    saved_order(store, JANE)
    house.hear("where is *my* order 1001? <!channel>")
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def seen(house: House) -> list[PostDetails]:
    return [post for post in house.posts() if isinstance(post, PostDetails)]


def test_whoever_presses_sees_it_all_alone_and_it_is_written_down(store: Store) -> None:
    house = with_case(store)
    house.presses("case_details", BEN)
    page, history = seen(house)
    told = {f"{each.label}: {each.text}" for each in (*page.shown, *history.shown)}
    assert (page.user, page.place, bool(page.thread)) == (BEN, house.hub.place, True)
    assert f"WhatsApp: {PHONE}" in told
    assert "Goes to: Jane Doe, 1 Main St, 12345 Springfield, NY, US" in told
    assert "Item: 3 × 靴下, SOCK · $10.00 · final sale" in told
    assert any(line.endswith("Customer: where is *my* order 1001? <!channel>") for line in told)
    (entry,) = (row for row in house.rows(audit) if row.action == "reveal")
    assert (entry.actor, entry.object) == (BEN, f"case:{page.case_id}")


def test_nothing_of_it_is_kept(store: Store) -> None:
    house = with_case(store)
    house.presses("case_details")
    assert seen(house)
    kept = [row.payload for table in (outbox, outbox_parts) for row in house.rows(table) if row.channel == "slack"]
    assert not [payload for payload in kept if "Main St" in payload or PHONE in payload]


def test_who_may_not_is_told_and_sees_nothing(store: Store) -> None:
    house = with_case(store)
    house.presses("case_details", GUEST)
    (refusal,) = house.posts()
    assert isinstance(refusal, PostEphemeral)
    assert not [row for row in house.rows(audit) if row.action == "reveal"]


def test_a_long_history_comes_in_pages_of_which_the_newest_are_kept(store: Store) -> None:
    house = with_case(store)
    for n in range(70):
        house.hear(f"{n} {'x' * 1900}")
    house.send()
    house.desk.posts.clear()
    house.presses("case_details")
    pages = seen(house)
    assert [page.page for page in pages] == list(range(len(pages)))
    assert {page.pages for page in pages} == {len(pages)}
    assert len(pages) <= whole.PAGES + 1
    assert whole.LEFT_OUT in pages[1].shown
    assert pages[-1].shown[-1].text.startswith("69 x")
    assert all(sum(len(each.text) for each in page.shown) <= whole.PAGE for page in pages)

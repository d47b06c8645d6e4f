"""What flows count, as rows: where questions are asked, answered and left."""

from datetime import timedelta

from hub.timers.kinds import housekeeping
from storage.conversations.flow_events import Passage, passages
from storage.conversations.tables import flow_events
from storage.engine.store import Store
from tests.fakes import NOW
from tests.hub.house import SMS, WHATSAPP, House

DAY = timedelta(days=1)


def counted(house: House, since: timedelta = DAY) -> dict[tuple[str, str], Passage]:
    with house.store.read() as conn:
        return passages(conn, house.clock() - since)


def happened(house: House) -> list[tuple[str, str, str, str]]:
    return [(row.name, row.flow, row.step, row.detail) for row in house.rows(flow_events)]


def test_a_question_that_is_left_stands_beside_one_that_is_answered(store: Store) -> None:
    house = House(store)
    house.hear("I want to return something", WHATSAPP)
    house.hear("I want to return something", SMS)
    asked = next(place for place, each in counted(house).items() if each.asked == 2)
    house.hear("2002 and 12345", SMS)
    house.hear("cancel", WHATSAPP)
    assert (counted(house)[asked].asked, counted(house)[asked].answered) == (2, 1)
    assert {row.version for row in house.rows(flow_events) if row.name == "asked"} <= {
        flow.version for flow in house.hub.flows.flows.values()
    }


def test_asking_again_counts_once_and_an_answer_counts_for_its_question(store: Store) -> None:
    house = House(store)
    for text in ("menu", "xq zzkt vrrp", "menu"):
        house.hear(text)
    house.hear("menu", SMS)
    house.hear("1", SMS)
    assert counted(house)[("menu", "topic")] == Passage(asked=2, answered=1)
    assert counted(house)[("menu", "topic")].left == 50


def test_what_ends_a_flow_says_where_it_was(store: Store) -> None:
    house = House(store)
    house.hear("I want to return something")
    house.hear("cancel")
    assert [(name, flow) for name, flow, step, _ in happened(house) if name == "flow_cancelled" and step] == [
        ("flow_cancelled", "returns")
    ]
    house.hear("agent")
    assert ("handed_off", "human", "asked_human") in {
        (name, flow, detail) for name, flow, _, detail in happened(house) if name == "handed_off"
    }


def test_words_of_nobody_are_in_the_rows(store: Store) -> None:
    house = House(store)
    house.hear("xq zzkt vrrp jane@example.com")
    told = [" ".join(map(str, row)) for row in house.rows(flow_events)]
    assert any("no_match" in each for each in told)
    assert not [each for each in told if "zzkt" in each or "jane" in each]


def test_old_counts_are_removed(store: Store) -> None:
    house = House(store)
    house.hear("menu")
    housekeeping.KIND.handle(house.hub, "", NOW + housekeeping.KEEP_COUNTED - DAY)
    assert house.rows(flow_events)
    housekeeping.KIND.handle(house.hub, "", NOW + housekeeping.KEEP_COUNTED + DAY)
    assert not house.rows(flow_events)

"""Tests how a new case is ranked, what it keeps of what the customer told, and how a second reason adds to it."""

from pathlib import Path

import pytest

from core.cases.routing import load_routing
from core.shop.orders import Buyer
from flows.engine.effects import Handoff
from hub.conversation.acting.effects import perform
from hub.conversation.receive import carry_out
from hub.conversation.turn import Turn
from hub.desk.showing.case_view import case_view
from storage.conversations import conversations
from storage.desk import cases as case_rows
from storage.desk.tables import cases
from storage.engine.store import Store
from tests.fakes import PHONE
from tests.hub.house import WHATSAPP, House
from tests.storage.orders_sample import saved_order


def the_case(house: House) -> case_rows.Case:
    with house.store.read() as conn:
        found = case_rows.by_id(conn, house.row(cases).id)
    assert found is not None
    return found


def hand_off(house: House, effect: Handoff) -> None:
    """Writes a turn in which a flow hands over."""
    with house.store.read() as conn:
        conversation = conversations.by_keys(conn, [WHATSAPP.key])[WHATSAPP.key]
    turn = Turn(house.hub, conversation, house.clock())
    perform(turn, effect)
    batch = turn.close()
    with house.store.write() as conn:
        batch.apply(conn, house.store)
        for consequence in batch.consequences:
            carry_out(house.hub, conn, consequence, house.clock())


def test_a_case_is_ranked_by_the_store_s_rules(store: Store, tmp_path: Path) -> None:
    rules = tmp_path / "routing.yaml"
    rules.write_text(
        "teams: {gold: {channel: C0GOLD}}\n"
        "rules:\n"
        "  - {id: dear, if: \"tier == 'vip' and channel == 'whatsapp' and intent == 'human'\","
        " then: {priority: high, team: gold, tags: [dear], sla: fast}}\n"
    )
    house = House(store, routing=load_routing(rules))
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en", tier="vip"))
    house.hear("agent")
    case = the_case(house)
    assert (case.priority, case.team, case.tags, case.sla, case.place) == ("high", "gold", ("dear",), "fast", "C0GOLD")


def test_anger_is_heard_in_the_words(house: House) -> None:
    house.hear("this is ridiculous, I am furious!!!")
    case = the_case(house)
    assert case.priority in ("high", "urgent")
    assert "angry" in case.tags


@pytest.mark.parametrize(
    ("words", "reason", "priority"),
    [
        ("my lawyer will sue you", "legal", "urgent"),
        ("我要找律师起诉你们", "legal", "urgent"),
        ("this product burned my child", "safety", "urgent"),
        ("产品伤了我的孩子", "safety", "urgent"),
        ("I am furious!!!", "angry", "high"),
        ("agent", "asked_human", "normal"),
    ],
)
def test_a_risk_in_the_words_is_why_a_person_is_wanted(house: House, words: str, reason: str, priority: str) -> None:
    house.hear(words)
    case = the_case(house)
    assert (case.reason, case.priority) == (reason, priority)


def test_a_second_reason_makes_a_case_more_urgent_and_never_less(house: House) -> None:
    house.hear("agent")
    assert the_case(house).priority == "normal"
    hand_off(house, Handoff("legal", "", {"words": "my lawyer"}))
    raised = the_case(house)
    assert (raised.priority, raised.tags, raised.details) == ("urgent", ("risk", "legal"), {"words": "my lawyer"})
    hand_off(house, Handoff("media_only", "", {"photos": []}))
    again = the_case(house)
    assert (again.priority, again.tags, again.reason) == ("urgent", ("risk", "legal"), "asked_human")
    assert again.details == {"words": "my lawyer", "photos": []}


def test_what_the_customer_told_stands_on_the_card_in_words(house: House) -> None:
    house.hear("hello")
    told = {
        "order_number": "1001",
        "items": ["Leather boots, 42"],
        "gift": True,
        "photos": [{"id": "x", "kind": "image"}],
    }
    hand_off(house, Handoff("damaged", "", told))
    case = the_case(house)
    assert case.order_number == "1001"
    with house.store.read() as conn:
        view = case_view(house.hub, conn, case)
    shown = [(each.label, each.text, len(each.files)) for each in view.details]
    # A file that is gone by now leaves no line of code behind.
    assert shown == [("Order", "1001", 0), ("Items", "Leather boots, 42", 0), ("Gift", "yes", 0), ("Photos", "", 0)]
    assert (view.priority, view.team) == ("normal", "support")

"""Tests that a conversation in the middle of a flow survives that flow's being replaced or taken away."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from flows.engine.effects import Effect, Handoff, Say
from flows.engine.flowset import FlowSet
from flows.engine.model import UTTER, Flow, Step
from flows.library import HERE
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, orders_from

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
ORDERS = orders_from(
    [
        {
            "number": number,
            "placed_at": "2026-11-20T12:00:00+00:00",
            "status": "fulfilled",
            "customer": {"email": "jane@example.com", "phone": "+12025550101"},
            "shipping_address": {"postcode": "12345", "country": "US"},
            "lines": [{"id": "l1", "title": "Boots", "quantity": 2}],
            "shipments": [{"id": "s1", "status": "delivered", "delivered_at": "2026-11-25T20:00:00+00:00"}],
        }
        for number in ("1001", "1002")
    ]
)
BEFORE = (
    ["where is my order"],
    ["where is my order", "1001"],
    ["i want to return something"],
    ["i want to return something", "1001"],
    ["i want to return something", "1001", "damaged"],
    ["i want to return something", "1001", "where is my order"],
    ["where is order 77"],
    ["menu"],
)


def engine_s_own(flow: Flow) -> bool:
    return flow.place.file.startswith(tuple(str(HERE / name) for name in ("common", "human")))


def shortened(flow: Flow) -> Flow:
    """Makes a flow of that name with one step that nobody knows."""
    step = Step("new_step", UTTER, "utter_thanks", flow.place)
    return replace(flow, version="newer", steps={"new_step": step}, first="new_step")


def without(flows: FlowSet) -> FlowSet:
    kept = {name: flow for name, flow in flows.flows.items() if engine_s_own(flow)}
    kept["menu"] = shortened(flows.flows["menu"])  # it would lead to those that are gone
    return replace(
        flows, flows=kept, triggers={intent: name for intent, name in flows.triggers.items() if name in kept}
    )


def all_shortened(flows: FlowSet) -> FlowSet:
    return replace(
        flows, flows={name: flow if engine_s_own(flow) else shortened(flow) for name, flow in flows.flows.items()}
    )


def begun(flows: FlowSet) -> Chat:
    address = "+12025550101"
    return Chat(flows, MemoryStore(ORDERS), "whatsapp", "en", NOW, address, "America/New_York", Policies())


@pytest.mark.parametrize("change", [without, all_shortened])
@pytest.mark.parametrize("said", BEFORE, ids=" / ".join)
@pytest.mark.parametrize("answer", ["1", "yes", "damaged", "where is my order", "thanks", "agent"])
def test_it_goes_on_with_a_clean_word(flows: FlowSet, change: object, said: list[str], answer: str) -> None:
    assert callable(change)
    before = begun(flows)
    for text in said:
        before.say(text)
    chat = begun(change(flows))
    chat.session, chat.context = before.session, before.context
    effects: list[Effect] = list(chat.say(answer))
    assert [effect for effect in effects if isinstance(effect, Say)], effects
    reasons = [effect.reason for effect in effects if isinstance(effect, Handoff)]
    assert not set(reasons) & {"internal_error", "action_failed"}
    assert chat.say("menu")

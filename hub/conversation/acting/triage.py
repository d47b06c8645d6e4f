"""Gathers what the store's rules may ask about a new case, and has them decide how it is ranked."""

from collections.abc import Callable
from typing import Protocol

from core.cases.routing import Facts, OrderFacts
from core.people.conversations import Routed
from core.shop.orders import Order
from hub.hub import Hub
from storage.conversations.conversations import Conversation

FindOrder = Callable[[str], Order | None]


class Heard(Protocol):
    """Holds what a turn knows: whose it is, in which language, and the customer's last words."""

    hub: Hub
    conversation: Conversation
    words: str

    @property
    def language(self) -> str:
        """Returns the language that the customer reads, like "zh"."""
        ...


ASKED = "asked_human"
OF_RISK = {"anger": "angry"}  # where the reason is called otherwise than the risk


def reason_of(turn: Heard, reason: str) -> str:
    """Returns why a person is wanted: where that is all the bot knows, the risk that the customer's words speak of."""
    risk = turn.hub.flows.interpreter.read(turn.words).risk if turn.words and reason == ASKED else ""
    return OF_RISK.get(risk, risk) or reason


def rank(turn: Heard, reason: str, intent: str, order: Order | None) -> Routed:
    """Decides on a case that opens now."""
    hub, who = turn.hub, turn.conversation
    angry = bool(turn.words) and hub.flows.interpreter.read(turn.words).risk == "anger"
    return hub.routing.route(
        Facts(
            reason=reason,
            channel=who.channel,
            intent=intent,
            language=turn.language,
            tier=who.tier,
            order=order_facts(order) if order else OrderFacts(),
            closed=not hub.notices.shop.answers(hub.now()),
            mood="angry" if angry else "calm",
        )
    )


def order_facts(order: Order) -> OrderFacts:
    """Says what the store's rules may ask about an order."""
    return OrderFacts(order.number, order.status.value, float(order.total), order.currency, order.shipping.country)

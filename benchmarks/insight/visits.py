"""Lets a customer come with a request: what they write, what the bot asks and answers, and how it ends."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from benchmarks.insight import causes
from benchmarks.insight.talk import Talk
from benchmarks.insight.words import words, written

LEAVES, LEAVES_THERE = 0.04, 0.55  # shares of those asked
MISREADS, MISREADS_THERE = 0.05, 0.5
SECOND_TRY = 0.6  # of those who are not understood at once are then
THANKS = 0.5
KEYS = {"confirm": "utter_ask_return_confirm"}  # of the texts that ask; others are named as their step


class Topic(NamedTuple):
    """Describes a request: the sheet's intents for what is written, the steps of its flow, why people are called, its
    weight among what is asked of no order (0: orders bring it), and the key of the text that answers it."""

    intents: tuple[str, ...]
    steps: tuple[str, ...] = ()
    reason: str = "asked_human"
    weight: int = 0
    response: str = ""


TOPICS: Mapping[str, Topic] = MappingProxyType(
    {
        "order_status": Topic(("order_status",), (), "order_late", 0, "utter_order_status"),
        "returns": Topic(("return_item",), ("items", "reason", "resolution", "confirm"), "refund_exception"),
        "refund_status": Topic(("refund_status",), (), "refund_overdue", 14, "utter_refund_status"),
        "change_address": Topic(
            ("change_address",), ("address_from", "new_address", "confirm_address"), "address_change", 12
        ),
        "cancel_order": Topic(("cancel_order",), ("cancel_reason", "confirm_cancel"), "order_cancel", 9),
        "faq": Topic(("store_hours", "payment_methods"), weight=14, response="utter_answer"),
        "shipping": Topic(("shipping_cost", "shipping_time", "delivery_area"), weight=12, response="utter_delivery"),
        "product": Topic(("product_question", "availability"), (), "advice", 14, "utter_product_about"),
        "promo": Topic(("promo_code",), (), "promo_code", 6, "utter_promo_tips"),
        "complaint": Topic(("complaint",), reason="complaint", weight=5),
        "": Topic((), reason="no_match_3", weight=14),
    }
)


def visit(talk: Talk, topic: str, late: bool = False) -> str:
    """Lets the customer come with a topic (of `TOPICS`); "" is one that nobody understands. Returns why a person has
    to go on: the reason of the case; "" where the bot is done or the customer has left."""
    if not topic:
        return _not_understood(talk)
    wanted = TOPICS[topic]
    intent = "order_late" if late else talk.chance.choice(wanted.intents)
    talk.hears(talk.chance.choice(written(intent, talk.person.language)))
    if topic == "complaint":
        return wanted.reason
    talk.counts("flow_started", topic)
    if not wanted.steps:
        talk.asks(words().answers[topic], topic, wanted.response)
        talk.counts("flow_completed", topic)
        _thanks(talk)
        return wanted.reason if late else ""
    return _form(talk, topic, wanted)


def hand_off(talk: Talk, topic: str, reason: str) -> None:
    """Says that a person answers from now on, and counts it."""
    talk.counts("handed_off", topic, "", reason)
    talk.asks(words().questions["person"], topic, f"utter_handoff_{reason}")


def _form(talk: Talk, topic: str, wanted: Topic) -> str:
    """Goes through the steps of a flow; some are not understood, some leave."""
    for step in wanted.steps:
        talk.counts("asked", topic, step)
        talk.asks(words().questions[step], topic, KEYS.get(step, f"utter_ask_{step}"))
        if talk.chance.random() < (LEAVES_THERE if (topic, step) == (causes.LEFT_FLOW, causes.LEFT_STEP) else LEAVES):
            return ""
        talk.waits(talk.chance.expovariate(1 / 25))
        if not _answered(talk, topic, step):
            return wanted.reason
    talk.counts("flow_completed", topic)
    talk.asks(words().questions["done"], topic)
    return ""


def _answered(talk: Talk, topic: str, step: str) -> bool:
    """Lets the customer answer a step; false where they were not understood twice."""
    here = (topic, step, talk.person.language)
    is_there = here == (causes.MISREAD_FLOW, causes.MISREAD_STEP, causes.MISREAD_LANGUAGE)
    if talk.chance.random() < (MISREADS_THERE if is_there else MISREADS):
        _misread(talk, topic, step)
        if talk.chance.random() > SECOND_TRY:
            _misread(talk, topic, step)
            return False
    talk.hears(talk.draws(words().replies[step]))
    talk.counts("answered", topic, step)
    return True


def _misread(talk: Talk, topic: str, step: str) -> None:
    talk.hears(talk.draws(words().replies["misread" if step == "reason" else "thanks"]))
    talk.counts("no_match", topic, step)
    talk.counts("reprompted", topic, step)
    talk.asks(words().questions["again"], topic, f"utter_retry_{step}")
    talk.waits(talk.chance.expovariate(1 / 20))


def _not_understood(talk: Talk) -> str:
    """Lets the customer write what nobody understands; after three attempts a person is called."""
    is_planted = talk.chance.random() < 0.6
    for attempt in range(3):
        known = words().unanswered if is_planted else {talk.person.language: written("", talk.person.language)}
        talk.hears(talk.draws(known))
        talk.counts("no_match")
        if attempt == 2:
            return TOPICS[""].reason
        talk.asks(words().questions["menu"], "menu", "utter_ask_topic")
        if talk.chance.random() < 0.6:
            return ""
        talk.waits(talk.chance.expovariate(1 / 30))
    return ""


def _thanks(talk: Talk) -> None:
    if talk.chance.random() < THANKS:
        talk.waits(talk.chance.expovariate(1 / 30))
        talk.hears(talk.draws(words().replies["thanks"]))

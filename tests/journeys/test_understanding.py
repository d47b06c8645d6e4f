"""An installation as it is by default understands what n-grams alone do not: its worker has the sentence encoder."""

from collections.abc import Iterator

import pytest

from flows.engine.flowset import FlowSet
from flows.loading.loader import load_flows
from flows.understanding.reading import Outcome
from tests.journeys.actors import until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system
from tests.journeys.wording import said

ODD = (
    "tell me how far along my merchandise is",
    "我买的宝贝跑到啥地方去了",
)  # where is my order
LOADED = 90.0  # seconds: the first time in a folder its files are unpacked, on a busy machine


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with system(tmp_path_factory.mktemp("desk")) as made:
        made.start({**QUICK, "UNDERSTANDING": "full"})
        yield made


@pytest.fixture(scope="module")
def light() -> FlowSet:
    return load_flows()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("words", "locale"), [(ODD[0], "en"), (ODD[1], "zh")])
def test_what_only_the_encoder_understands_is_served(desk: System, light: FlowSet, words: str, locale: str) -> None:
    assert light.interpreter.read(words).outcome is Outcome.NONE

    def served() -> bool:
        phone = desk.meet()
        desk.say(phone, words)
        until(lambda: desk.fresh(phone), lambda: f"an answer; {desk.output()}")
        return [bubble["text"] for bubble in desk.fresh(phone)] == [said("utter_ask_order_number", locale)]

    until(served, lambda: f"an answer to what was meant; {desk.output()}", LOADED)

"""A language model is asked what nobody here understood. It may be slow, lie, die or refuse: customers are answered in
time, once, and read nothing that it wrote."""

import json
import random
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from storage import tables
from tests.journeys.actors import call, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system
from tests.journeys.wording import said
from tests.llm_server import KEY, MODEL, LlmServer, completion, llm_server, meaning

ODD = "they pinch my toes, have them again please"  # means a return, and no phrase of ours says so
IN_TIME = 6.0  # three seconds for the model, and a busy machine
advice = tables.advice.c


class Desk(NamedTuple):
    """Holds a running system and the model that it asks."""

    system: System
    model: LlmServer


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with llm_server() as model, system(tmp_path_factory.mktemp("desk")) as made:
        made.start({**QUICK, "LLM_URL": model.url, "LLM_MODEL": MODEL, "LLM_API_KEY": KEY})
        yield Desk(made, model)


@pytest.fixture(autouse=True)
def well(desk: Desk) -> None:
    """Lets the model behave, and answer one question: five failures in a row and it is left alone."""
    model = desk.model
    model.status, model.headers, model.delay, model.hangs_up = 200, {}, 0.0, False
    model.say = lambda _told: meaning("shipping_time")
    phone = desk.system.meet()
    ask(desk, phone, f"{ODD}, {''.join(random.choices(['la', 'mo', 'ti', 'ru'], k=8))}")
    until(lambda: desk.system.fresh(phone), desk.system.output)
    assert results(desk)[-1] == "answered"
    model.asked.clear()


def ask(desk: Desk, phone: str, words: str) -> float:
    desk.system.say(phone, words)
    return time.monotonic()


def answered_once(desk: Desk, phone: str, since: float, within: float = IN_TIME) -> str:
    """Waits for the answer, and that there is no second; returns it."""
    until(lambda: desk.system.fresh(phone), lambda: f"an answer; {desk.system.output()}", 20)
    took = time.monotonic() - since
    desk.system.settled()
    (answer,) = desk.system.fresh(phone)
    assert took < within, f"answered after {took:.1f} s"
    return str(answer["text"])


def results(desk: Desk) -> list[str]:
    found = desk.system.rows(tables.advice.select().order_by(advice.id))
    return [row.result for row in found]


@pytest.mark.timeout(200)
def test_what_nobody_here_understood_is_understood(desk: Desk) -> None:
    told = [{"name": "reason", "value": "size_small", "words": "pinch my toes"}]
    desk.model.say = lambda _told: meaning("return_item", slots=told)
    phone = desk.system.meet(name="Marta Quint")
    number = desk.system.phone(phone)["number"]
    since = ask(desk, phone, f"{ODD} or call {number}, Marta")
    assert answered_once(desk, phone, since) == said("utter_ask_order_number")
    (asked,) = desk.model.asked
    assert (asked["model"], asked["temperature"]) == (MODEL, 0)
    sent = json.dumps(asked, ensure_ascii=False)
    assert "pinch my toes" in sent
    for secret in ("Marta", "Quint", number, number[-4:]):
        assert secret not in sent
    newest = desk.system.rows(tables.advice.select().order_by(advice.id.desc()).limit(1))[0]
    steps = json.loads(desk.system.command("trace", newest.inbox_id, "--json").stdout)
    step = next(each for each in steps if each["what"] == "language model asked")
    assert (step["result"], step["chose"]) == ("answered", "return_item reason")
    assert "pinch" not in json.dumps(steps)
    assert "pinch" not in desk.system.log.read_text(errors="replace")
    counted = call(f"{desk.system.product}/metrics").body.decode()
    assert 'doorstep_advice_total{result="asked"}' in counted
    assert 'doorstep_advice_total{result="answered"}' in counted


@pytest.mark.timeout(200)
def test_others_are_answered_while_it_thinks(desk: Desk) -> None:
    desk.model.delay = 2.5
    slow, quick = desk.system.meet(), desk.system.meet()
    began = ask(desk, slow, f"{ODD} slowly")
    until(lambda: desk.model.asked, "the question")
    since = ask(desk, quick, "menu")
    desk.system.expect(quick, said("utter_ask_topic"))
    assert time.monotonic() - since < 1.5
    assert not desk.system.fresh(slow)
    answered_once(desk, slow, began)


@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "trouble", ["slow", "garbage", "lies", "writes to the customer", "broken", "hangs up", "endless", "html", "empty"]
)
def test_whatever_it_does_the_answer_is_our_own(desk: Desk, trouble: str) -> None:
    says: dict[str, Any] = {
        "garbage": "Sure! That sounds like a return.",
        "lies": meaning("give_full_refund"),
        "writes to the customer": {**meaning("return_item"), "reply": "We refund you twice!"},
        "html": b"<html>502</html>",
        "empty": b"",
        "endless": completion("x" * 300_000),
    }
    model = desk.model
    if trouble in says:
        model.say = lambda _told: says[trouble]
    model.delay = 8.0 if trouble == "slow" else 0.0
    model.hangs_up = trouble == "hangs up"
    model.status = 500 if trouble == "broken" else 200
    phone = desk.system.meet()
    local = said("utter_ask_topic", slots={"opening": "greeting"})
    since = ask(desk, phone, f"{ODD} {trouble}")
    answer = answered_once(desk, phone, since)
    assert model.asked
    assert len(model.asked) == (2 if trouble in ("broken", "hangs up") else 1)
    assert answer == local
    assert results(desk)[-1] in ("timeout", "unreadable", "failed")


@pytest.mark.timeout(200)
def test_a_question_that_dies_with_the_worker_loses_nothing(desk: Desk) -> None:
    desk.model.delay = 2.0
    phone = desk.system.meet()
    ask(desk, phone, f"{ODD} twice")
    until(lambda: desk.model.asked, "the question")
    assert desk.system.kill("worker")
    until(lambda: desk.system.fresh(phone), lambda: f"an answer; {desk.system.output()}", 40)
    desk.system.settled()
    assert len(desk.system.fresh(phone)) == 1


@pytest.mark.timeout(200)
def test_doctor_says_how_it_is(desk: Desk) -> None:
    found = json.loads(desk.system.command("doctor", "--json").stdout)
    told = [each["words"] for each in found if each["subject"] == "language model"]
    assert told[0] == f"lets us in, and has {MODEL}"
    assert "of 1000 calls used" in told[1]
    desk.model.key = "sk-another"
    found = json.loads(desk.system.command("doctor", "--json").stdout)
    desk.model.key = KEY
    bad = next(each for each in found if each["subject"] == "language model")
    assert bad["state"] == "bad"
    assert "check LLM_URL, LLM_MODEL and LLM_API_KEY" in bad["words"]


@pytest.mark.timeout(200)
def test_it_is_left_alone_when_it_wants_that_and_when_it_is_gone(desk: Desk) -> None:
    desk.model.status, desk.model.headers = 429, {"Retry-After": "600"}
    first, second = desk.system.meet(), desk.system.meet()
    since = ask(desk, first, f"{ODD} now")
    answered_once(desk, first, since)
    assert results(desk)[-1] == "refused"
    desk.model.stop()
    asked = len(desk.model.asked)
    since = ask(desk, second, f"{ODD} and now")
    answered_once(desk, second, since, within=2.0)
    assert len(desk.model.asked) == asked

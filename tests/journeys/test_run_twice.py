"""Runs the product twice on one folder, as `make run`, Ctrl-C, `make run` does; clears chats amid a case."""

import json
from collections.abc import Iterator

import pytest

from tests.journeys.actors import until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system

JANE, OMAR, XIAOMING = "jane-whatsapp", "omar-whatsapp", "xiaoming-whatsapp"


@pytest.fixture(scope="module")
def run_twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, str]]:
    """Runs it until Jane has an open case, and once more; gives the second and the thread of the first."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        made.run(QUICK)
        made.say(JANE, "I'd like to talk to a person")
        made.expect(JANE, "colleague")
        root = made.slack_root("Jane")
        made.settled()
        made.stop()
        made.run(QUICK)
        yield made, root


def test_an_open_case_goes_on(run_twice: tuple[System, str]) -> None:
    desk, root = run_twice
    assert "colleague" in " ".join(bubble["text"] for bubble in desk.bubbles(JANE))
    desk.say(JANE, "Are you still there?")
    desk.slack_expect(root, "Are you still there?")
    desk.slack_reply(root, "Here I am again")
    desk.expect(JANE, "Here I am again")


def test_its_webhooks_are_registered(run_twice: tuple[System, str]) -> None:
    desk, _ = run_twice
    said = desk.command("channels", "status", "--json")
    assert [one for each in json.loads(said.stdout) for one in each["findings"] if not one["ok"]] == []
    assert said.returncode == 0


@pytest.mark.parametrize(
    ("phone", "name", "person", "order"),
    [
        (OMAR, "Omar", "I'd like to talk to a person", "where is my order"),
        (XIAOMING, "王小明", "我要找人工客服", "我的订单到哪了？"),
    ],
)
def test_cleared_chats_leave_nobody_in_silence(
    run_twice: tuple[System, str], phone: str, name: str, person: str, order: str
) -> None:
    desk, _ = run_twice
    desk.say(phone, person)
    root = desk.slack_root(name)
    desk.settled()
    assert desk.api("clear", {})["resolved"] >= 1
    assert desk.bubbles(phone) == desk.slack() == []
    desk.say(phone, order)
    until(lambda: desk.fresh(phone), lambda: f"an answer on {phone}: {desk.told(phone)}")
    desk.say(phone, person)
    assert desk.slack_root(name) != root

"""Tests in the running system that a case whose card was deleted in Slack is seen by people again."""

import json

from tests.journeys.actors import until
from tests.journeys.system import System


def _case(desk: System, root: str) -> str:
    """Finds the number of the case with this card."""
    listed = json.loads(desk.command("cases", "list", "--json").stdout)
    return str(next(case["number"] for case in listed if case["thread"] == root))


def test_a_card_that_was_deleted_comes_again_and_the_talk_goes_on(desk: System) -> None:
    lost = desk.meet(name="Lotte Lost")
    desk.say(lost, "agent")
    first = desk.slack_root("Lotte Lost")
    desk.settled()
    desk.api("slack/delete", {"ts": first})
    desk.say(lost, "hello? are you there?")

    def again() -> bool:
        return desk.slack_root("Lotte Lost") != first

    until(again, "a new card")
    second = desk.slack_root("Lotte Lost")
    desk.slack_expect(second, "goes on here")
    desk.slack_expect(second, "hello? are you there?")
    desk.slack_reply(second, "I am here, Lotte")
    desk.expect(lost, "I am here, Lotte")


def test_an_operator_frees_a_customer_whom_nobody_answers(desk: System) -> None:
    waiting = desk.meet(name="Walt Waiting")
    desk.say(waiting, "agent")
    root = desk.slack_root("Walt Waiting")
    desk.settled()
    desk.slack_press(root, "case_claim")
    desk.expect(waiting, "is here now")
    number = _case(desk, root)
    assert f"Case {number} waits for an agent again." in desk.command("cases", "release", number).stdout
    desk.slack_expect(root, "Claim")
    desk.mark(waiting)
    assert desk.command("cases", "resolve", number).returncode == 0
    desk.expect(waiting, "back with me")
    desk.say(waiting, "menu")
    desk.expect(waiting, "order")

"""Slack does not let us in for a while: customers are answered, operators are told, nothing is lost or double."""

import json
from collections.abc import Iterator

import pytest

from tests.journeys.actors import call, until
from tests.journeys.mailbox import Mailbox
from tests.journeys.system import System, system

LATER = 150  # seconds: what was refused for its token is tried each minute


@pytest.fixture(scope="module")
def watched_desk(tmp_path_factory: pytest.TempPathFactory, mailbox: tuple[Mailbox, int]) -> Iterator[System]:
    """Starts a system with a mail server and an operator."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{mailbox[1]}", "MAIL_FROM": "Northwind <help@shop.example>"}
        made.start({"BURST_SECONDS": "0", "ALERT_EMAIL": "ops@shop.example", **mail})
        yield made


def test_a_token_that_was_revoked_for_a_while(watched_desk: System, mailbox: tuple[Mailbox, int]) -> None:
    desk, box = watched_desk, mailbox[0]
    desk.fault("slack", "error", value="token_revoked", method="*")
    waiting = [desk.meet(name=name) for name in ("Rita Revoked", "Rob Revoked")]
    for phone in waiting:
        desk.say(phone, "agent")
        desk.expect(phone, "colleague")
        desk.say(phone, "my parcel is wet")
    until(lambda: len(box.subjects) == 1, lambda: f"an alarm; there are {box.subjects}", LATER)
    assert "The desk (Slack) cannot be used (token_revoked" in box.subjects[0]
    assert "doorstep cases list" in box.texts[0]
    assert box.recipients == [["ops@shop.example"]]
    assert call(f"{desk.product}/readyz").json["missing"] == ["slack"]
    listed = json.loads(desk.command("cases", "list", "--json").stdout)
    assert [case["state"] for case in listed] == ["open", "open"]
    assert desk.command("cases", "resolve", str(listed[1]["number"])).returncode == 0
    desk.say(waiting[1], "menu")
    desk.expect(waiting[1], "order")
    desk.heal()
    root = desk.slack_root("Rita Revoked", LATER)
    desk.slack_expect(root, "my parcel is wet", LATER)
    until(lambda: len(box.subjects) == 2, lambda: f"the end of the alarm; there are {box.subjects}", LATER)
    assert "works again" in box.subjects[1]
    desk.settled(LATER)
    said = [message for message in desk.slack() if "my parcel is wet" in str(message)]
    assert len([each for each in said if each["ts"] != each.get("thread_ts") and each.get("thread_ts") == root]) == 1
    assert call(f"{desk.product}/readyz").json.get("missing", []) == []
    desk.slack_reply(root, "I am here again")
    desk.expect(waiting[0], "I am here again")
    assert len(box.subjects) == 2

"""The worker dies in the middle of what the desk does: pictures, forms and replies arrive once all the same."""

import json

import pytest

from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.presses.team import Team, Waiting
from tests.journeys.system import System

SHARE = "files.completeUploadExternal"
LATE = 90  # seconds: a call whose worker died is in doubt for some time

outbox = tables.outbox.c


@pytest.fixture
def team(sqlite_desk: System) -> Team:
    return Team(sqlite_desk)


def pictures(case: Waiting) -> list[Json]:
    """Lists the messages in the thread that show a picture, by a file of Slack's or a link."""
    shown = case.team.desk.slack_thread(case.root)
    return [each for each in shown if each.get("files") or "image" in json.dumps(each.get("blocks", []))]


@pytest.mark.timeout(200)
def test_a_picture_is_in_the_thread_once_though_the_worker_died_between_upload_and_share(team: Team) -> None:
    desk, case = team.desk, team.waiting("Pictured Pia")
    seen = max(entry["id"] for entry in desk.api("log?limit=1"))
    desk.fault("slack", "delay", times=1, value=2.0, method=SHARE)
    desk.send(case.phone, "image")
    until(lambda: called(team, "/slack/upload/", seen), lambda: f"the upload; {desk.output()}")
    until(lambda: desk.kill("worker"), "a worker to kill")
    until(lambda: pictures(case), lambda: f"the picture; {desk.slack_told()}", LATE)
    desk.settled(LATE)
    assert len(pictures(case)) == 1


def called(team: Team, path: str, since: int) -> bool:
    """Tells whether there was a call to that path since an entry of the log."""
    return any(path in entry["path"] for entry in team.desk.api("log?limit=300") if entry["id"] > since)


@pytest.mark.timeout(200)
def test_a_form_that_was_taken_is_carried_out_once_by_the_next_worker(team: Team) -> None:
    case = team.waiting("Formal Finn")
    asked = case.says("which size is it?")
    team.bea.shortcut("case_quote", asked["ts"])
    form = team.bea.form("case_quote")
    assert team.desk.kill("worker")
    form.submit(words="It is a 42.")
    until(lambda: team.desk.kill("worker"), "the next worker, which dies too")
    case.hears("It is a 42.")
    team.desk.settled(LATE)
    assert case.heard("It is a 42.") == 1


@pytest.mark.timeout(200)
def test_a_reply_that_was_on_its_way_reaches_the_customer_once(team: Team) -> None:
    case = team.waiting("Underway Uma")
    team.bea.press(case.root, "case_claim")
    case.hears("is here now")
    team.desk.settled()
    team.desk.fault("whatsapp", "delay", times=1, value=0.8)
    reply = team.bea.reply(case.root, "it is on its way")
    until(lambda: team.desk.count(tables.outbox, outbox.state == "sending"), "the reply on its way")
    assert team.desk.kill("worker")
    case.hears("it is on its way")
    team.desk.slack_reaction(reply, "white_check_mark", "mailbox_with_mail", "eyes", timeout=LATE)
    team.desk.settled(LATE)
    assert case.heard("it is on its way") == 1

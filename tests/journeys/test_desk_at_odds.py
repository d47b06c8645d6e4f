"""The desk of the running system meets what people and programs do at once, too late, twice, or never meant."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.people.conversations import CaseState
from tests.journeys.actors import Json
from tests.journeys.presses.team import Team, Waiting
from tests.journeys.slack_wire import FORM, event, interaction, pressed, signed
from tests.journeys.system import System

DEEP = 1_000


@pytest.fixture
def team(sqlite_desk: System) -> Team:
    return Team(sqlite_desk)


def button(case: Waiting, action: str) -> Json:
    """Finds a button of the card, as it stands there now."""
    blocks = case.card_shows(action)["blocks"]
    return next(e for block in blocks for e in block.get("elements", []) if e.get("action_id") == action)


def test_of_two_who_press_at_once_one_has_the_case(team: Team) -> None:
    cases = [team.waiting(f"Rushed {name}") for name in ("Ro", "Ri", "Ra", "Ru")]
    claims = [(case, button(case, "case_claim")) for case in cases]
    with ThreadPoolExecutor(8) as threads:
        both = [
            threads.submit(pressed, team.desk, case.root, claim, agent.id)
            for case, claim in claims
            for agent in (team.bea, team.sam)
        ]
        assert {each.result().status for each in both} == {200}
    team.desk.handled()
    for case in cases:
        case.is_now(CaseState.CLAIMED)
        (holder,) = (agent for agent in (team.bea, team.sam) if agent.id == case.row.claimed_by)
        case.hears("is here now")
        assert case.heard("is here now") == 1
        other = team.sam if holder is team.bea else team.bea
        other.was_told(f"{holder.name.title()} has this case", case.root)


def test_a_button_of_yesterday_s_card_is_answered_by_how_the_case_stands(team: Team) -> None:
    case = team.waiting("Stale Stan")
    old = button(case, "case_claim")
    team.bea.press(case.root, "case_claim")
    case.is_now(CaseState.CLAIMED)
    assert pressed(team.desk, case.root, old, team.sam.id).status == 200
    team.sam.told("Bea has this case")
    assert case.row.claimed_by == team.bea.id


def test_a_form_that_was_open_while_another_resolved_changes_nothing(team: Team) -> None:
    case = team.waiting("Slow Sal")
    team.bea.press(case.root, "case_claim")
    team.bea.press(case.root, "case_hold")
    form = team.bea.form("case_hold")
    team.sam.press(case.root, "case_resolve")
    team.sam.form("case_resolve").submit()
    case.is_now(CaseState.RESOLVED)
    form.submit(why="the carrier")
    team.bea.told("resolved")
    assert (case.row.state, case.row.waits_for) == (CaseState.RESOLVED, "")


def test_a_form_that_comes_twice_is_carried_out_once(team: Team) -> None:
    case = team.waiting("Double Di")
    asked = case.says("which one is it?")
    team.bea.shortcut("case_quote", asked["ts"])
    team.bea.form("case_quote").submit(words="The left one.")
    case.hears("The left one.")
    came = next(
        each["request"]
        for entry in team.desk.api("log?limit=200&q=view_submission")
        if "left+one" in (each := team.desk.api(f"log/{entry['id']}"))["request"]
    )
    assert signed(team.desk, came, FORM).status == 200
    team.desk.settled()
    assert case.heard("The left one.") == 1


def test_what_no_button_means_is_said_or_passed_over(team: Team) -> None:
    case = team.waiting("Odd Olga")
    claim = button(case, "case_claim")
    assert pressed(team.desk, case.root, {**claim, "action_id": "case_dance"}, team.bea.id).status == 200
    team.bea.told("This button is no longer in use.")
    assert pressed(team.desk, case.root, {**claim, "action_id": "somebody_else_s"}, team.bea.id).status == 200
    gone = {"subject": "no-such-case", "place": team.desk.sandbox.settings["SLACK_CHANNEL"]}
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": "case_saved",
        "private_metadata": json.dumps(gone),
        "hash": "1.1",
    }
    who = {"user": {"id": team.bea.id}, "view": view}
    search = {"type": "block_suggestion", **who, "action_id": "form_changed", "block_id": "reply", "value": "refund"}
    found = interaction(team.desk, search)
    assert (found.status, found.json) == (200, {"options": []})
    assert interaction(team.desk, {"type": "view_closed", **who, "is_cleared": False}).status == 200
    left = interaction(team.desk, {"type": "view_submission", **who})
    assert (left.json["response_action"], list(left.json["errors"])) == ("errors", ["reply"])
    filled = {"values": {"reply": {"form_changed": {"selected_option": {"value": "all_settled"}}}}}
    filled["values"]["text_all_settled"] = {"text_all_settled": {"value": "Good bye."}}
    assert interaction(team.desk, {"type": "view_submission", **who, "view": {**view, "state": filled}}).status == 200
    team.bea.told("This message is in no case's thread")
    assert case.row.state == CaseState.OPEN


def test_bodies_a_thousand_deep_are_taken_and_harm_nobody(team: Team) -> None:
    deep = "[" * DEEP + "]" * DEEP
    blocks = f'{{"type": "event_callback", "event_id": "EvDEEP", "event": {{"type": "message", "blocks": {deep}}}}}'
    assert signed(team.desk, blocks).status == 200
    assert signed(team.desk, f'{{"a":{deep}}}').status == 200
    assert signed(team.desk, f"payload=%7B%22type%22%3A%22block_actions%22%2C%22a%22%3A{deep}%7D", FORM).status == 200
    assert signed(team.desk, '{"a":' * DEEP + "1" + "}" * DEEP).status == 200
    case = team.waiting("Deep Dan")
    team.bea.reply(case.root, "still here")
    case.hears("still here")


def test_only_what_the_team_writes_reaches_the_customer(team: Team) -> None:
    case = team.waiting("Quiet Quinn")
    team.bea.reply(case.root, "first word")
    case.hears("first word")
    bea, inside = team.bea.id, {"thread_ts": case.root}
    told = [
        event(team.desk, **inside, user="U0OTHERBOT", bot_id="B0OTHERBOT", text="unwanted by a bot"),
        event(team.desk, **inside, subtype="bot_message", bot_id="B0OTHERBOT", text="unwanted by a bot, too"),
        event(team.desk, **inside, user=bea, subtype="channel_topic", text="unwanted topic"),
        event(team.desk, **inside, user=team.desk.sandbox.extra["slack_guest"], text="unwanted by a guest"),
        event(team.desk, user=bea, text="unwanted beside the thread"),
        event(
            team.desk,
            subtype="message_changed",
            message={"ts": "1700000000.000100", **inside, "user": bea, "text": "unwanted edit of an old message"},
            previous_message={"ts": "1700000000.000100", **inside, "user": bea, "text": "old"},
        ),
    ]
    assert {each.status for each in told} == {200}
    team.desk.api("slack/reply", {"thread_ts": case.root, "text": "for all to see", "user": "bea", "broadcast": True})
    case.hears("for all to see")
    team.desk.settled()
    assert case.heard("unwanted") == 0
    assert case.heard("for all to see") == 1

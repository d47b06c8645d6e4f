"""Tests a desk in two workspaces: whose a request is, how ids are named, and where posts go."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from adapters.desks.slack.blocks.form import carried, modal
from adapters.desks.slack.inbound.app import create_app, handle, handle_envelope
from adapters.desks.slack.inbound.parse import Unreadable
from adapters.desks.slack.outbound.desks import SlackDesks
from adapters.desks.slack.settings import SlackSettings
from adapters.transport.http import Http
from core.desk.events import AgentMessage, Command, DeskUser, Pressed
from core.desk.forms import Field, Form
from core.desk.home import CaseLine, CaseList, Home
from core.desk.posts import PostCard, PostEphemeral, PostErased, PostFile, PostHome, PostMark, PostNote
from core.errors import Outcome, SendError
from core.messages.inbound import AccountNews
from core.people.conversations import CaseState
from core.ports.webhooks import HttpAnswer
from tests.adapters.desks.slack.fake_slack import FakeSlack
from tests.adapters.desks.slack.test_app import FORM, SECRETS, Capture, Reader, Store, signed
from tests.adapters.desks.slack.test_gateway import VIEW, KeptPicture

MAIN = SlackSettings(
    bot_token="xoxb-1", channel="C0SUPPORT", signing_secrets=SECRETS, api_url="http://127.0.0.1:9/api/"
)
EU_SECRET = "eu742231b10e8888abcd99yyyzzz85a5"
EU = SlackSettings(bot_token="xoxb-2", channel="C0EU", account="eu", signing_secrets=(EU_SECRET,), api_url=MAIN.api_url)
TEAM, EU_TEAM = "T0DOORSTEP", "T0EUROPE"
ROOT = "1796119200.000100"


def received(
    payload: dict[str, Any], now: datetime, secret: str, *settings: SlackSettings, form: bool = False
) -> tuple[HttpAnswer, list[Any]]:
    """Returns the answer to one signed request, and what was kept of it."""
    store = Store()
    app = create_app(settings or (MAIN, EU), store.accept, Reader(), lambda: now)
    body = urlencode({"payload": json.dumps(payload)}) if form else json.dumps(payload)
    return handle(app, signed(body, now, secret, FORM if form else "application/json")), store.kept


def of_team(payload: dict[str, Any], team: str) -> dict[str, Any]:
    return json.loads(json.dumps(payload).replace(TEAM, team))  # type: ignore[no-any-return]


def test_what_another_workspace_says_has_its_accounts_ids(now: datetime, capture: Capture) -> None:
    _, kept = received(capture("reply_file"), now, EU_SECRET)
    (said,) = kept
    assert isinstance(said, AgentMessage)
    assert (said.place, said.user) == ("eu/C0SUPPORT", "eu/U0BEA")
    assert all(file.id.startswith("eu/F") for file in said.files)
    assert said.files
    _, kept = received(capture("pressed_claim"), now, EU_SECRET, form=True)
    assert [(each.place, each.user) for each in kept] == [("eu/C0SUPPORT", "eu/U0BEA")]


def test_the_main_workspace_keeps_its_ids(now: datetime, capture: Capture) -> None:
    _, kept = received(capture("reply"), now, SECRETS[0])
    assert [(each.place, each.user) for each in kept] == [("C0SUPPORT", "U0BEA")]


def test_a_command_names_people_of_its_workspace(now: datetime, capture: Capture) -> None:
    store = Store()
    app = create_app((MAIN, EU), store.accept, Reader(), lambda: now)
    form = {**capture("command"), "text": "assign 7 <@U0CAI|cai>"}
    handle(app, signed(urlencode(form), now, EU_SECRET, FORM))
    (asked,) = store.kept
    assert isinstance(asked, Command)
    assert (asked.people, asked.user.partition("/")[0]) == (("eu/U0CAI",), "eu")


def test_a_connection_says_whose_an_envelope_is(now: datetime, capture: Capture) -> None:
    store = Store()
    app = create_app((MAIN, EU), store.accept, Reader(), lambda: now)
    assert handle_envelope(app, json.dumps(capture("reply")), "eu").status == 200
    assert handle_envelope(app, json.dumps(capture("reply"))).status == 200
    assert [each.place for each in store.kept] == ["eu/C0SUPPORT", "C0SUPPORT"]


def test_a_form_of_another_workspace_has_its_ids_and_comes_back_with_the_accounts(now: datetime) -> None:
    person = Form("case_assign", "case-1", "Give it to", (Field("person", "Whom", "person", "eu/U0CAI"),), "Give")
    pressed = Pressed("x", "eu/C0EU", ROOT, ROOT, "eu/U0BEA", "case_assign", "case-1", now)
    view = modal(person, pressed)
    assert (carried(view["private_metadata"]).place, view["blocks"][0]["element"]["initial_user"]) == ("C0EU", "U0CAI")
    elsewhere = modal(person, replace(pressed, user="U0ANNA"))
    assert (
        "initial_user" not in elsewhere["blocks"][0]["element"]
    )  # Slack refuses a form with somebody it does not know
    state = {"values": {"person": {"person": {"type": "users_select", "selected_user": "U0DAN"}}}}
    filled = {"type": "view_submission", "user": {"id": "U0BEA"}, "view": {**view, "id": "V1", "state": state}}
    _, kept = received(filled, now, EU_SECRET, form=True)
    assert [(each.place, each.user, each.values) for each in kept] == [("eu/C0EU", "eu/U0BEA", {"person": "eu/U0DAN"})]


def told(team: str) -> dict[str, Any]:
    return {"ok": True, "team_id": team, "url": f"https://{team.lower()}.slack.com/"}


def one_app(now: datetime, payload: dict[str, Any], first: Any, second: Any) -> tuple[int, list[Any]]:
    """Receives for one app in two workspaces, whose one secret signs for both; they say who they are, or do not."""

    async def scenario() -> tuple[int, list[Any]]:
        async with FakeSlack({"auth.test": first}) as one, FakeSlack({"auth.test": second}) as other:
            settings = (replace(MAIN, api_url=one.url), replace(EU, signing_secrets=SECRETS, api_url=other.url))
            answer, kept = await asyncio.to_thread(received, payload, now, SECRETS[0], *settings)
            return answer.status, kept

    return asyncio.run(scenario())


def test_one_secret_for_two_workspaces_goes_by_the_team(now: datetime, capture: Capture) -> None:
    reply = capture("reply")
    assert [each.place for each in one_app(now, reply, told(TEAM), told(EU_TEAM))[1]] == ["C0SUPPORT"]
    status, kept = one_app(now, of_team(reply, EU_TEAM), told(TEAM), told(EU_TEAM))
    assert (status, [each.place for each in kept]) == (200, ["eu/C0SUPPORT"])


def test_a_team_that_is_none_of_ours_is_refused(now: datetime, capture: Capture) -> None:
    assert one_app(now, of_team(capture("reply"), "T0NOBODY"), told(TEAM), told(EU_TEAM)) == (401, [])


def test_what_a_member_of_another_company_writes_in_a_shared_channel_is_for_our_workspace(
    now: datetime, capture: Capture
) -> None:
    """Slack Connect: `team_id` may be theirs; for whose installation the event is says `authorizations`."""
    reply = {**of_team(capture("reply"), EU_TEAM), "team_id": "T0ABROAD", "is_ext_shared_channel": True}
    status, kept = one_app(now, reply, told(TEAM), told(EU_TEAM))
    assert (status, [(each.place, each.user) for each in kept]) == (200, [("eu/C0SUPPORT", "eu/U0BEA")])


def test_a_body_nested_too_deep_is_kept_as_it_came(now: datetime) -> None:
    store = Store()
    app = create_app((MAIN, EU), store.accept, Reader(), lambda: now)
    body = '{"type": "event_callback", "team_id": ' + "[" * 20_000 + "]" * 20_000 + "}"
    assert handle(app, signed(body, now, EU_SECRET)).status == 200
    (kept,) = store.kept
    assert isinstance(kept, Unreadable)
    assert kept.raw == body


def test_what_cannot_be_told_apart_now_comes_again(now: datetime, capture: Capture) -> None:
    refused = {"ok": False, "error": "internal_error"}
    assert one_app(now, capture("reply"), refused, told(EU_TEAM)) == (503, [])


def test_its_own_secret_is_enough_where_a_workspace_cannot_say_who_it_is(now: datetime, capture: Capture) -> None:
    answer, kept = received(of_team(capture("reply"), EU_TEAM), now, EU_SECRET)  # nobody listens there
    assert (answer.status, [each.place for each in kept]) == (200, ["eu/C0SUPPORT"])


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_a_replayed_request_and_an_unsigned_one_are_nobodys(now: datetime, capture: Capture, late: timedelta) -> None:
    store = Store()
    app = create_app((MAIN, EU), store.accept, Reader(), lambda: now)
    old = signed(json.dumps(capture("reply")), now + late, EU_SECRET)
    bare = replace(old, headers={})
    assert [handle(app, each).status for each in (old, bare)] == [401, 401]
    assert store.kept == []


EVENTS = [
    ({"type": "group_archive", "channel": "C0EU", "user": "U1", "event_ts": ROOT}, "C0EU", "archived", "is_archived"),
    ({"type": "channel_deleted", "channel": "C0EU", "event_ts": ROOT}, "C0EU", "deleted", "channel_not_found"),
    ({"type": "group_left", "channel": "C0EU", "event_ts": ROOT}, "C0EU", "left", "not_in_channel"),
    ({"type": "member_left_channel", "channel": "C0EU", "user": "U0BOT"}, "C0EU", "left", "not_in_channel"),
    ({"type": "channel_unarchive", "channel": "C0EU", "user": "U1", "event_ts": ROOT}, "C0EU", "unarchived", ""),
    ({"type": "member_joined_channel", "channel": "C0EU", "user": "U0BOT"}, "C0EU", "joined", ""),
    ({"type": "group_rename", "channel": {"id": "C0EU", "name": "x", "created": 1}}, "C0EU", "renamed", ""),
    ({"type": "app_uninstalled"}, "", "uninstalled", "account_inactive"),
    ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}, "", "revoked", "token_revoked"),
]


@pytest.mark.parametrize(("event", "place", "state", "code"), EVENTS, ids=lambda value: str(value)[:40])
def test_news_of_channels_and_of_ourselves(
    event: dict[str, Any], place: str, state: str, code: str, now: datetime, capture: Capture
) -> None:
    wrapped = {**capture("reply"), "event": event}
    _, kept = received(wrapped, now, EU_SECRET)
    (news,) = kept
    assert isinstance(news, AccountNews)
    assert (news.account, news.state, news.subject) == (f"eu/{place}", state, code)
    assert bool(news.detail) == bool(code)  # whoever has to mend it reads how
    assert received(wrapped, now, SECRETS[0])[1][0].account == place


@pytest.mark.parametrize(
    "event",
    [
        {"type": "member_left_channel", "channel": "C0EU", "user": "U0BEA"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0BEA"]}},
    ],
)
def test_what_happens_to_others_is_no_news(event: dict[str, Any], now: datetime, capture: Capture) -> None:
    answer, kept = received({**capture("reply"), "event": event}, now, EU_SECRET)
    assert (answer.status, kept) == (200, [])


Calls = list[tuple[str, dict[str, Any]]]


def at_both(act: Callable[[SlackDesks], Any], eu: dict[str, Any] | None = None) -> tuple[Any, Calls, Calls]:
    """Returns the result of `act`, and the calls to each workspace."""

    async def scenario() -> tuple[Any, Calls, Calls]:
        http = Http()
        async with FakeSlack({"auth.test": told(TEAM)}) as one, FakeSlack(eu or {"auth.test": told(EU_TEAM)}) as other:
            settings = (replace(MAIN, api_url=one.url), replace(EU, api_url=other.url))
            upload = {"ok": True, "file_id": "F1", "upload_url": other.url.replace("/api/", "/upload/F1")}
            other.answers.setdefault("files.getUploadURLExternal", upload)
            try:
                result = await act(SlackDesks(settings, http, KeptPicture()))
            finally:
                await http.close()
            assert set(one.tokens) <= {"xoxb-1"}
            assert set(other.tokens) <= {"xoxb-2"}
            return result, one.calls, other.calls

    return asyncio.run(scenario())


def test_a_post_goes_to_its_own_workspace_by_the_ids_that_it_knows() -> None:
    mine = replace(VIEW, claimed_by="eu/U0BEA", state=CaseState.CLAIMED)
    _, here, there = at_both(lambda desks: desks.post(PostCard("case-1"), mine, "eu/C0EU", ""))
    assert (here, [(method, body["channel"]) for method, body in there]) == ([], [("chat.postMessage", "C0EU")])
    assert "<@U0BEA> has it" in json.dumps(there[0][1]["blocks"])


def test_somebody_of_another_workspace_is_named_and_not_mentioned() -> None:
    for user, place in (("U0BEA", "eu/C0EU"), ("eu/U0BEA", "C0SUPPORT")):
        view = replace(VIEW, claimed_by=user, state=CaseState.CLAIMED)
        _, here, there = at_both(lambda desks, v=view, p=place: desks.post(PostCard("case-1"), v, p, ""))
        ((_, body),) = here + there
        assert "<@" not in json.dumps(body["blocks"])
        _, here, there = at_both(
            lambda desks, u=user, p=place: desks.post(PostNote("case-1", "Look", user=u), VIEW, p, ROOT)
        )
        assert "<@" not in (here + there)[0][1]["text"]


@pytest.mark.parametrize(
    ("post", "method", "sent"),
    [
        (PostMark("case-1", ROOT, "eyes", place="eu/C0EU"), "reactions.add", {"channel": "C0EU"}),
        (PostEphemeral("eu/C0EU", "eu/U0BEA", "Hello"), "chat.postEphemeral", {"channel": "C0EU", "user": "U0BEA"}),
        (PostEphemeral("", "eu/U0BEA", "Hello"), "chat.postMessage", {"channel": "U0BEA"}),
        (PostErased("eu/C0EU", ROOT), "chat.delete", {"channel": "C0EU"}),
        (PostErased("", file="eu/F0PICTURE"), "files.delete", {"file": "F0PICTURE"}),
    ],
)
def test_what_names_its_own_place_goes_there(post: Any, method: str, sent: dict[str, str]) -> None:
    _, here, there = at_both(lambda desks: desks.post(post, None, "C0SUPPORT", ROOT))
    ((called, body),) = there
    assert (here, called) == ([], method)
    assert {name: body[name] for name in sent} == sent


@pytest.mark.parametrize(("refusal", "id_"), [({}, "eu/F1"), ({"ok": False, "error": "missing_scope"}, "")])
def test_an_uploaded_file_names_its_workspace(refusal: dict[str, Any], id_: str) -> None:
    picture = PostFile("case-1", "m1", "a.png", "image/png")
    answers = {"files.getUploadURLExternal": refusal} if refusal else None
    sent, here, _ = at_both(lambda desks: desks.post(picture, VIEW, "eu/C0EU", ROOT), answers)
    assert (sent.provider_id, here) == (id_, [])


def test_people_and_files_are_looked_up_in_their_workspace() -> None:
    answers = {
        "auth.test": told(EU_TEAM),
        "users.info": {"ok": True, "user": {"id": "U0BEA", "team_id": EU_TEAM, "real_name": "Bea"}},
    }
    user, here, _ = at_both(lambda desks: desks.user("eu/U0BEA"), answers)
    assert (user, here) == (DeskUser("eu/U0BEA", "Bea", True), [])


def test_a_page_links_into_both_workspaces_and_does_without_one_that_is_away() -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    line = CaseLine("case-1", 1, "asked_human", "Jane", "sms", at, place="C0SUPPORT", thread=ROOT)
    other = CaseLine("case-2", 2, "asked_human", "Jim", "sms", at, place="eu/C0EU", thread=ROOT)
    page = PostHome(DeskUser("U0BEA", "Bea", True), shown=Home(mine=CaseList((line, other), 2)))
    _, here, _ = at_both(lambda desks: desks.post(page, None, "C0SUPPORT", ""))
    shown = json.dumps(here[-1][1]["view"])
    assert f"https://{TEAM.lower()}.slack.com/archives/C0SUPPORT/" in shown
    assert f"https://{EU_TEAM.lower()}.slack.com/archives/C0EU/" in shown
    _, here, _ = at_both(
        lambda desks: desks.post(page, None, "C0SUPPORT", ""), {"auth.test": {"ok": False, "error": "token_revoked"}}
    )
    shown = json.dumps(here[-1][1]["view"])
    assert "archives/C0SUPPORT/" in shown
    assert "C0EU" not in shown


def test_a_missing_scope_of_one_workspace_is_named(now: datetime) -> None:
    granted = {"x-oauth-scopes": "chat:write,commands"}
    answers = {"auth.test": (200, told(EU_TEAM), granted)}

    async def act(desks: SlackDesks) -> SendError:
        with pytest.raises(SendError) as caught:
            await desks.workspaces["eu"].check()
        return caught.value

    error, here, _ = at_both(act, answers)
    assert (error.code, here) == ("missing_scope", [])
    assert "groups:read" in error.detail


def test_an_account_that_was_taken_away_took_its_threads_along() -> None:
    async def act(desks: SlackDesks) -> SendError:
        with pytest.raises(SendError) as caught:
            await desks.post(PostCard("case-1"), VIEW, "us/C0US", ROOT)
        return caught.value

    error, here, there = at_both(act)
    assert (error.outcome, error.scope, here, there) == (Outcome.ADDRESS_DEAD, "thread", [], [])

"""Tests desk posts through the real AsyncWebClient to a local Slack."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from adapters.desks.slack.outbound import uploads
from adapters.desks.slack.outbound.errors import CURES, TABLE
from adapters.desks.slack.outbound.gateway import SlackDesk
from adapters.desks.slack.settings import SlackSettings
from adapters.transport.http import Http
from core.desk.card import CaseView
from core.desk.glances import ButtonGlance, DetailGlance, FileGlance
from core.desk.posts import (
    DeskPost,
    PostCard,
    PostCustomer,
    PostDetails,
    PostEphemeral,
    PostErased,
    PostFile,
    PostMark,
    PostNote,
)
from core.errors import Outcome, SendError
from core.people.conversations import CaseState, Proof
from core.ports.calls import Sent
from tests.adapters.desks.slack.fake_slack import FakeSlack

T = TypeVar("T")
ROOT, PLACE = "1796119200.000100", "C0SUPPORT"
VIEW = CaseView(
    case_id="case-1",
    number=7,
    state=CaseState.OPEN,
    reason="asked_human",
    customer="Jane Doe",
    channel="whatsapp",
    address="+1•••••0101",
    proof=Proof.NONE,
    opened_at=datetime(2026, 12, 1, 10, tzinfo=UTC),
)
NOTE = PostNote("case-1", "Delivered <!channel> & read")
USER: dict[str, Any] = {
    "id": "U0BEA",
    "team_id": "T0DOORSTEP",
    "name": "bea",
    "deleted": False,
    "real_name": "Bea Miller",
    "is_bot": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "profile": {"real_name": "Bea Miller", "display_name": "Bea"},
}
WHO = {
    "ok": True,
    "team": "Example",
    "user": "doorstep",
    "team_id": "T0DOORSTEP",
    "user_id": "U0BOT",
    "bot_id": "B0DOORSTEP",
}
CHANNEL: dict[str, Any] = {
    "ok": True,
    "channel": {"id": PLACE, "name": "support", "is_member": True, "is_archived": False},
}


class KeptPicture:
    """Keeps one picture, whatever is asked for."""

    async def read(self, media_id: str) -> bytes:
        """Reads it."""
        return f"bytes of {media_id}".encode()


def with_desk(act: Callable[[SlackDesk], Awaitable[T]], **answers: Any) -> tuple[T, list[tuple[str, dict[str, Any]]]]:
    """Returns the result of `act`, and the calls it made. `chat_postMessage=…` scripts that method's answer."""

    async def scenario() -> tuple[T, list[tuple[str, dict[str, Any]]]]:
        http = Http()
        async with FakeSlack({name.replace("_", ".", 1): answer for name, answer in answers.items()}) as slack:
            settings = SlackSettings(bot_token="xoxb-1-test", channel=PLACE, api_url=slack.url)
            try:
                result = await act(SlackDesk(settings, http, KeptPicture()))
            finally:
                await http.close()
            assert set(slack.tokens) <= {"xoxb-1-test"}
            return result, slack.calls

    return asyncio.run(scenario())


def posted(
    post: DeskPost, root: str = ROOT, view: CaseView | None = VIEW, correlation: str = "", **answers: Any
) -> tuple[Sent, str, dict[str, Any]]:
    sent, calls = with_desk(lambda desk: desk.post(post, view, PLACE, root, correlation), **answers)
    assert len(calls) == 1
    return sent, *calls[0]


def refused(post: DeskPost, **answers: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        posted(post, **answers)
    return caught.value


def test_a_first_card_is_posted_into_the_channel() -> None:
    sent, method, body = posted(PostCard("case-1"), root="", correlation="part-1")
    assert (sent.provider_id, method, body["channel"]) == (ROOT, "chat.postMessage", PLACE)
    assert body["text"].startswith("Case 7: Jane Doe")
    assert body["blocks"][0]["type"] == "header"
    assert body["metadata"] == {
        "event_type": "doorstep_post",
        "event_payload": {"case": "case-1", "correlation": "part-1"},
    }
    assert "thread_ts" not in body


def test_a_card_that_is_there_is_drawn_again() -> None:
    sent, method, body = posted(PostCard("case-1"))
    assert (sent.provider_id, method, body["ts"]) == (ROOT, "chat.update", ROOT)
    assert body["text"]
    assert body["blocks"]


def test_a_card_without_its_case_is_rejected() -> None:
    async def act(desk: SlackDesk) -> Sent:
        return await desk.post(PostCard("gone"), None, PLACE, "")

    with pytest.raises(SendError) as caught:
        with_desk(act)
    assert caught.value.outcome == Outcome.CONTENT_REJECTED


def test_a_customers_words_stand_under_their_name() -> None:
    _, method, body = posted(PostCustomer("case-1", "where is *it*? <!channel>", ("image",)))
    assert method == "chat.postMessage"
    assert (body["thread_ts"], body["username"], body["icon_emoji"]) == (
        ROOT,
        "Jane Doe (WhatsApp)",
        ":large_green_circle:",
    )
    assert body["unfurl_links"] is False
    assert body["unfurl_media"] is False
    assert body["text"] == "where is *it*? &lt;!channel&gt;"
    words = body["blocks"][0]["elements"][0]["elements"]
    assert [element["text"] for element in words] == ["where is *it*? <!channel>", "\n", "📎 image"]


def test_a_customer_cannot_pose_as_somebody_else() -> None:
    view = CaseView(
        **{**{f: getattr(VIEW, f) for f in VIEW.__struct_fields__}, "customer": "Finance\nTeam" + "!" * 200}
    )
    _, _, body = posted(PostCustomer("case-1", "hi"), view=view)
    assert body["username"].startswith("Finance Team!")
    assert body["username"].endswith("… (WhatsApp)")
    assert len(body["username"]) <= 80


def test_without_a_view_they_are_a_customer() -> None:
    assert posted(PostCustomer("case-1", "hi"), view=None)[2]["username"] == "Customer (customer)"


def test_a_note_is_escaped_and_stays_in_the_thread() -> None:
    _, method, body = posted(NOTE)
    assert method == "chat.postMessage"
    assert body["text"] == "Delivered &lt;!channel&gt; &amp; read"
    assert body["thread_ts"] == ROOT
    assert "reply_broadcast" not in body


def test_a_broadcast_note_shows_in_the_channel() -> None:
    assert posted(PostNote("case-1", "They wrote again", broadcast=True))[2]["reply_broadcast"] is True


@pytest.mark.parametrize("broadcast", [False, True])
def test_a_note_of_no_case_stands_in_the_channel(broadcast: bool) -> None:
    body = posted(PostNote("", "WhatsApp cannot send", broadcast), view=None, root="")[2]
    assert (body["channel"], body["text"]) == (PLACE, "WhatsApp cannot send")
    assert not {"thread_ts", "reply_broadcast"} & body.keys()


@pytest.mark.parametrize("post", [NOTE, PostCustomer("case-1", "hi")])
def test_nothing_is_posted_beside_a_thread(post: DeskPost) -> None:
    async def act(desk: SlackDesk) -> Sent:
        return await desk.post(post, VIEW, PLACE, "")

    with pytest.raises(SendError) as caught:
        with_desk(act)
    assert (caught.value.outcome, caught.value.code) == (Outcome.ADDRESS_DEAD, "no_root")


@pytest.mark.parametrize(("remove", "method"), [(False, "reactions.add"), (True, "reactions.remove")])
def test_a_mark(remove: bool, method: str) -> None:
    sent, called, body = posted(PostMark("case-1", "1796119260.1", "white_check_mark", remove))
    assert (sent.provider_id, called) == ("1796119260.1", method)
    assert (body["channel"], body["timestamp"], body["name"]) == (PLACE, "1796119260.1", "white_check_mark")


def test_a_mark_that_is_so_already_is_a_success() -> None:
    posted(PostMark("case-1", "1.1", "eyes"), reactions_add={"ok": False, "error": "already_reacted"})
    posted(PostMark("case-1", "1.1", "eyes", remove=True), reactions_remove={"ok": False, "error": "no_reaction"})


def test_a_mark_on_nothing_is_rejected() -> None:
    error = refused(PostMark("case-1", "1.1", "eyes"), reactions_add={"ok": False, "error": "message_not_found"})
    assert error.outcome == Outcome.ADDRESS_DEAD


@pytest.mark.parametrize(
    ("code", "outcome", "scope"),
    [
        ("thread_not_found", Outcome.ADDRESS_DEAD, "thread"),
        ("cannot_reply_to_message", Outcome.ADDRESS_DEAD, "thread"),
        ("is_archived", Outcome.MISCONFIGURED, "place"),
        ("channel_not_found", Outcome.MISCONFIGURED, "place"),
        ("token_revoked", Outcome.MISCONFIGURED, "all"),
    ],
)
def test_a_refusal_says_what_is_gone(code: str, outcome: Outcome, scope: str) -> None:
    error = refused(NOTE, chat_postMessage={"ok": False, "error": code})
    assert (error.outcome, error.scope) == (outcome, scope)


def test_words_pass_without_their_form_where_that_is_refused() -> None:
    no_blocks = {"ok": False, "error": "invalid_blocks"}
    taken = {"ok": True, "ts": "1.7", "channel": PLACE}
    sent, calls = with_desk(
        lambda desk: desk.post(PostCard("case-1"), VIEW, PLACE, "", "p-1"), chat_postMessage=[no_blocks, taken]
    )
    assert sent.provider_id == "1.7"
    (_, whole), (_, plain) = calls
    assert whole["blocks"]
    assert not plain.get("blocks")
    assert plain["text"] == whole["text"]
    assert "Jane Doe" in plain["text"]


def test_an_ephemeral() -> None:
    sent, method, body = posted(PostEphemeral(PLACE, "U0BEA", "Guests cannot answer", ROOT))
    assert (sent.provider_id, method) == ("1796119200.000900", "chat.postEphemeral")
    assert (body["channel"], body["user"], body["thread_ts"]) == (PLACE, "U0BEA", ROOT)
    assert "blocks" not in body


def test_an_ephemeral_has_its_buttons() -> None:
    shown = (ButtonGlance("held_send", "Send", "held-1"), ButtonGlance("held_keep", "Keep", "held-1"))
    body = posted(PostEphemeral(PLACE, "U0BEA", "Bea has it", ROOT, shown))[2]
    assert [button["action_id"] for button in body["blocks"][-1]["elements"]] == ["held_send", "held_keep"]


def test_429_paces() -> None:
    error = refused(NOTE, chat_postMessage=(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}))
    assert (error.outcome, error.retry_after) == (Outcome.PACE, 30.0)


def test_429_without_json_paces() -> None:
    error = refused(NOTE, chat_postMessage=(429, "<html>", {"Retry-After": "soon"}))
    assert (error.outcome, error.code, error.retry_after) == (Outcome.PACE, "http_429", None)


@pytest.mark.parametrize("code", sorted(TABLE.codes))
def test_every_code_of_the_table(code: str) -> None:
    error = refused(NOTE, chat_postMessage={"ok": False, "error": code})
    assert (error.outcome, error.code) == (TABLE.codes[code], code)


@pytest.mark.parametrize("code", sorted(CURES))
def test_every_cure_belongs_to_a_misconfiguration(code: str) -> None:
    assert TABLE.codes[code] == Outcome.MISCONFIGURED
    assert refused(NOTE, chat_postMessage={"ok": False, "error": code}).detail == CURES[code]


def test_a_missing_scope_is_named() -> None:
    answer = {"ok": False, "error": "missing_scope", "needed": "reactions:write", "provided": "chat:write"}
    assert "reactions:write" in refused(PostMark("c", "1.1", "eyes"), reactions_add=answer).detail


def test_an_unknown_code_is_not_repeated() -> None:
    assert refused(NOTE, chat_postMessage={"ok": False, "error": "new_in_2027"}).outcome == Outcome.CONTENT_REJECTED


def test_invalid_blocks_say_where() -> None:
    answer = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["[ERROR] /blocks/0/text"]}}
    assert refused(NOTE, chat_postMessage=answer).detail == "[ERROR] /blocks/0/text"


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        ((503, "<html>down</html>", {}), Outcome.RETRY, "http_503"),
        ((500, {}, {}), Outcome.RETRY, "http_500"),
        ((404, "<html>", {}), Outcome.MISCONFIGURED, "http_404"),
        ((200, "<html>login</html>", {}), Outcome.AMBIGUOUS, "no_json"),
        (None, Outcome.AMBIGUOUS, "connection_lost"),
    ],
)
def test_trouble_on_the_way(answer: Any, outcome: Outcome, code: str) -> None:
    error = refused(NOTE, chat_postMessage=answer)
    assert (error.outcome, error.code) == (outcome, code)


def test_what_may_be_repeated_is() -> None:
    assert refused(PostCard("case-1"), chat_update=None).outcome == Outcome.RETRY
    assert refused(PostMark("case-1", "1.1", "eyes"), reactions_add=None).outcome == Outcome.RETRY


def test_nobody_listens() -> None:
    async def scenario() -> None:
        async with FakeSlack() as slack:
            url = slack.url
        http = Http()
        desk = SlackDesk(SlackSettings(bot_token="xoxb-1-test", channel=PLACE, api_url=url), http, KeptPicture())
        try:
            await desk.post(NOTE, VIEW, PLACE, ROOT)
        finally:
            await http.close()

    with pytest.raises(SendError) as caught:
        asyncio.run(scenario())
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, "connect")


def test_the_desk_survives_a_new_session() -> None:
    async def scenario() -> int:
        http = Http()
        async with FakeSlack() as slack:
            settings = SlackSettings(bot_token="xoxb-1-test", channel=PLACE, api_url=slack.url)
            desk = SlackDesk(settings, http, KeptPicture())
            await desk.post(NOTE, VIEW, PLACE, ROOT)
            await http.close()
            await desk.post(NOTE, VIEW, PLACE, ROOT)
            await http.close()
            return len(slack.calls)

    assert asyncio.run(scenario()) == 2


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert posted(NOTE)[0].provider_id == ROOT


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({}, True),
        ({"deleted": True}, False),
        ({"is_bot": True}, False),
        ({"is_restricted": True}, False),
        ({"is_ultra_restricted": True}, False),
        ({"is_stranger": True}, False),
        ({"team_id": "T0PARTNER"}, False),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0DOORSTEP"]}}, True),
    ],
)
def test_who_is_a_member(change: dict[str, Any], member: bool) -> None:
    user, calls = with_desk(
        lambda desk: desk.user("U0BEA"), users_info={"ok": True, "user": {**USER, **change}}, auth_test=WHO
    )
    assert (user.id, user.name, user.member) == ("U0BEA", "Bea", member)
    assert calls[0] == ("users.info", {"user": "U0BEA"})


def test_slackbot_is_no_member() -> None:
    user, _ = with_desk(lambda desk: desk.user("USLACKBOT"), users_info={"ok": True, "user": USER}, auth_test=WHO)
    assert not user.member


def test_our_team_is_asked_once() -> None:
    async def act(desk: SlackDesk) -> None:
        await desk.user("U0BEA")
        await desk.user("U0BEA")

    _, calls = with_desk(act, users_info={"ok": True, "user": USER}, auth_test=WHO)
    assert [method for method, _ in calls].count("auth.test") == 1


def test_check_says_who_and_where() -> None:
    told, _ = with_desk(lambda desk: desk.check(), auth_test=WHO, conversations_info=CHANNEL)
    assert told == "doorstep in Example, #support"


@pytest.mark.parametrize(
    ("answers", "code", "cure"),
    [
        ({"auth_test": {"ok": False, "error": "invalid_auth"}}, "invalid_auth", "SLACK_BOT_TOKEN"),
        ({"conversations_info": {"ok": False, "error": "channel_not_found"}}, "channel_not_found", "SLACK_CHANNEL"),
        ({"conversations_info": {"ok": True, "channel": {"is_member": False}}}, "not_in_channel", "/invite"),
        ({"conversations_info": {"ok": True, "channel": {"is_archived": True}}}, "is_archived", "unarchive"),
        ({"auth_test": (200, WHO, {"x-oauth-scopes": "chat:write,commands"})}, "missing_scope", "users:read"),
    ],
)
def test_check_names_the_cure(answers: dict[str, Any], code: str, cure: str) -> None:
    with pytest.raises(SendError) as caught:
        with_desk(lambda desk: desk.check(), **{"auth_test": WHO, "conversations_info": CHANNEL, **answers})
    assert (caught.value.outcome, caught.value.code) == (Outcome.MISCONFIGURED, code)
    assert cure in caught.value.detail


# --- files


def file_info(**more: Any) -> dict[str, Any]:
    return {"ok": True, "file": {"id": "F1", "name": "label.pdf", "mimetype": "application/pdf", **more}}


@pytest.mark.parametrize(
    "url", ["https://files.slack.com/files-pri/T1-F1/download/label.pdf", "https://acme.slack.com/files/label.pdf"]
)
def test_a_shared_file_is_asked_for_with_our_token(url: str) -> None:
    found, calls = with_desk(lambda desk: desk.locate("F1"), files_info=file_info(url_private_download=url))
    assert (found.url, found.headers, found.mime, found.filename) == (
        url,
        {"Authorization": "Bearer xoxb-1-test"},
        "application/pdf",
        "label.pdf",
    )
    assert calls == [("files.info", {"file": "F1"})]


@pytest.mark.parametrize(
    "file",
    [
        {"url_private": "https://drive.google.com/x", "is_external": True},
        {"url_private": "https://files.slack.com/x", "is_external": True},
        {"url_private": "https://evilslack.com/x"},
        {"url_private": "https://slack.com.evil.example/x"},
        {"url_private": "http://files.slack.com/x"},
        {"url_private": "http://127.0.0.1:1/x"},
        {},
    ],
)
def test_our_token_is_shown_to_slack_only(file: dict[str, Any]) -> None:
    with pytest.raises(SendError) as caught:
        with_desk(lambda desk: desk.locate("F1"), files_info=file_info(**file))
    assert (caught.value.outcome, caught.value.code) == (Outcome.CONTENT_REJECTED, "external_file")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("missing_scope", Outcome.MISCONFIGURED), ("file_not_found", Outcome.CONTENT_REJECTED)],
)
def test_a_file_that_slack_does_not_give(code: str, outcome: Outcome) -> None:
    with pytest.raises(SendError) as caught:
        with_desk(lambda desk: desk.locate("F1"), files_info={"ok": False, "error": code})
    assert (caught.value.outcome, caught.value.code) == (outcome, code)


PICTURE = FileGlance("image", "boots.jpg", "image/jpeg", 1000, "https://desk.example/m/1", shared="F1")
BROKEN = PostCustomer("case-1", "*broken* <!channel>", ("image",), files=(PICTURE,))
SHARED = {"ok": True, "file": {"id": "F1", "shares": {"private": {PLACE: [{"ts": "1796119300.000100"}]}}}}
UNSEEN: dict[str, Any] = {"ok": True, "file": {"id": "F1", "shares": {}}}


def calls_for(post: DeskPost, *, again: bool = False, **answers: Any) -> tuple[Sent, list[tuple[str, dict[str, Any]]]]:
    return with_desk(lambda desk: desk.post(post, VIEW, PLACE, ROOT, "p-1", again=again), **answers)


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LOOKS", (0.0, 0.0))


def test_a_file_is_uploaded_in_its_bytes_and_seen_by_nobody() -> None:
    async def act(desk: SlackDesk) -> Sent:
        return await desk.post(PostFile("case-1", "m1", "boots.jpg", "image/jpeg"), None, PLACE, ROOT)

    async def scenario() -> tuple[Sent, list[tuple[str, dict[str, Any]]], list[bytes]]:
        http = Http()
        async with FakeSlack() as slack:
            slack.answers["files.getUploadURLExternal"] = {
                "ok": True,
                "file_id": "F1",
                "upload_url": slack.url.replace("/api/", "/upload/F1"),
            }
            settings = SlackSettings(bot_token="xoxb-1-test", channel=PLACE, api_url=slack.url)
            sent = await act(SlackDesk(settings, http, KeptPicture()))
            await http.close()
            return sent, slack.calls, slack.uploads

    sent, calls, taken = asyncio.run(scenario())
    assert sent.provider_id == "F1"
    ((method, asked),) = calls
    assert (method, asked["filename"], asked["length"]) == ("files.getUploadURLExternal", "boots.jpg", "11")
    assert taken == [b"bytes of m1"]


@pytest.mark.parametrize("code", ["missing_scope", "file_upload_size_restricted", "storage_limit_reached"])
def test_a_file_that_slack_does_not_take_has_no_id(code: str) -> None:
    refusal = {"ok": False, "error": code}
    sent, calls = calls_for(PostFile("case-1", "m1", "boots.jpg"), files_getUploadURLExternal=refusal)
    assert (sent.provider_id, len(calls)) == ("", 1)


def test_a_pause_that_slack_asks_for_is_no_refusal_of_the_file() -> None:
    limited = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "3"})
    with pytest.raises(SendError) as caught:
        calls_for(PostFile("case-1", "m1", "boots.jpg"), files_getUploadURLExternal=limited)
    assert (caught.value.outcome, caught.value.retry_after) == (Outcome.PACE, 3)


def test_a_picture_is_shared_in_the_thread_with_the_words_it_came_with() -> None:
    sent, calls = calls_for(BROKEN, files_info=SHARED)
    assert sent.provider_id == "1796119300.000100"
    method, body = calls[0]
    assert method == "files.completeUploadExternal"
    assert (body["files"], body["channel_id"], body["thread_ts"]) == ([{"id": "F1"}], PLACE, ROOT)
    assert (body["username"], body["icon_emoji"]) == ("Jane Doe (WhatsApp)", ":large_green_circle:")
    (said,) = body["blocks"][0]["elements"][0]["elements"]
    assert said == {"type": "text", "text": "*broken* <!channel>"}  # literal, and no line for the picture
    assert "initial_comment" not in body


def test_a_picture_alone_is_one_post_without_words() -> None:
    alone = PostCustomer("case-1", "", ("image",), files=(PICTURE,))
    _, calls = calls_for(alone, files_info=SHARED)
    assert [method for method, _ in calls] == ["files.completeUploadExternal", "files.info"]
    assert "blocks" not in calls[0][1]


@pytest.mark.usefixtures("_no_pauses")
def test_what_is_not_seen_is_in_doubt_and_looked_for_before_it_is_shared_again() -> None:
    with pytest.raises(SendError) as caught:
        calls_for(BROKEN, files_info=UNSEEN)
    assert caught.value.outcome is Outcome.AMBIGUOUS
    sent, calls = calls_for(BROKEN, again=True, files_info=SHARED)
    assert (sent.provider_id, [method for method, _ in calls]) == ("1796119300.000100", ["files.info"])


@pytest.mark.usefixtures("_no_pauses")
def test_what_is_never_seen_is_posted_as_a_link() -> None:
    _, calls = calls_for(BROKEN, again=True, files_info=UNSEEN)
    method, body = calls[-1]
    assert method == "chat.postMessage"
    words = "".join(element["text"] for element in body["blocks"][0]["elements"][0]["elements"])
    assert words == "*broken* <!channel>\n📎 image, 1.0 kB: boots.jpg (Slack did not take it)"


def test_blocks_that_slack_refuses_beside_a_file_become_its_comment() -> None:
    refusal = {"ok": False, "error": "invalid_blocks"}
    _, calls = calls_for(BROKEN, files_completeUploadExternal=[refusal, {"ok": True}], files_info=SHARED)
    assert [method for method, _ in calls[:2]] == ["files.completeUploadExternal"] * 2
    assert "blocks" not in calls[1][1]
    assert calls[1][1]["initial_comment"] == "*broken* &lt;!channel&gt;"


def test_a_thread_that_is_gone_is_told_of_a_share_too() -> None:
    gone = {"ok": False, "error": "thread_not_found"}
    with pytest.raises(SendError) as caught:
        calls_for(BROKEN, files_completeUploadExternal=gone)
    assert caught.value.scope == "thread"


def test_what_was_erased_is_deleted_and_twice_is_as_well() -> None:
    sent, method, body = posted(PostErased("C0OTHER", ROOT))
    assert (sent.provider_id, method, body["channel"], body["ts"]) == (ROOT, "chat.delete", "C0OTHER", ROOT)
    sent, method, body = posted(PostErased("", file="F1"))
    assert (sent.provider_id, method, body["file"]) == ("F1", "files.delete", "F1")
    posted(PostErased(PLACE, ROOT), chat_delete={"ok": False, "error": "message_not_found"})
    posted(PostErased("", file="F1"), files_delete={"ok": False, "error": "file_deleted"})
    error = refused(PostErased(PLACE, ROOT), chat_delete={"ok": False, "error": "cant_delete_message"})
    assert (error.outcome, error.code) == (Outcome.CONTENT_REJECTED, "cant_delete_message")


def test_who_is_in_the_channel() -> None:
    found, calls = with_desk(
        lambda desk: desk.members(), conversations_members={"ok": True, "members": ["U0BEA", "U0BOT"]}
    )
    assert found == ["U0BEA", "U0BOT"]
    assert [(method, body["channel"]) for method, body in calls] == [("conversations.members", PLACE)]


def test_details_are_shown_to_one_user_alone_and_literally() -> None:
    shown = (DetailGlance("Goes to", "*1 Main St* <!channel>"),)
    post = PostDetails("case-1", PLACE, "U0BEA", ROOT, 1, 3, shown)
    _, method, body = posted(post)
    assert (method, body["user"], body["thread_ts"]) == ("chat.postEphemeral", "U0BEA", ROOT)
    words = "".join(element["text"] for element in body["blocks"][0]["elements"][0]["elements"])
    assert words == "🔎 Everything of this case, 2 of 3\nGoes to: *1 Main St* <!channel>"
    assert "Main" not in body["text"]  # which a notification shows

"""Tests Slack, as slack_sdk sees it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.platforms.slack import blocks
from sandbox.platforms.slack.errors import SlackError
from tests.sandbox.playground import Hook, Playground, play

Json = dict[str, Any]


def with_client(scenario: Callable[[Playground, AsyncWebClient], Awaitable[None]]) -> None:
    async def run(place: Playground) -> None:
        client = AsyncWebClient(
            place.settings["SLACK_BOT_TOKEN"], base_url=place.settings["SLACK_API_URL"], session=place.session
        )
        await scenario(place, client)

    play(run)


def events(place: Playground, **wanted: Any) -> list[Json]:
    hooks = [hook for hook in place.product.on("/slack/events") if hook.headers["Content-Type"] == "application/json"]
    found = [hook.json["event"] for hook in hooks if "event" in hook.json]
    return [event for event in found if all(event.get(name) == value for name, value in wanted.items())]


def payload(hook: Hook) -> Json:
    body: Json = json.loads(parse_qs(hook.body.decode())["payload"][0])
    return body


async def after(client: AsyncWebClient, channel: str, root: str, name: str) -> Json:
    """Waits for the message with the file of this name in a thread."""
    for _ in range(100):
        for message in (await client.conversations_replies(channel=channel, ts=root))["messages"]:
            if any(file["name"] == name for file in message.get("files", [])):
                return dict(message)
        await asyncio.sleep(0.05)
    raise AssertionError("no file in the thread")


def card(value: str = "case-1") -> list[Json]:
    buttons = [
        {"type": "button", "action_id": name, "text": {"type": "plain_text", "text": name.title()}, "value": value}
        for name in ("claim", "resolve")
    ]
    options = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in ("hour", "day")]
    select = {"type": "static_select", "action_id": "snooze", "options": options}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Jane* &lt;3"}}
    return [section, {"type": "actions", "elements": [*buttons, select]}]


def modal() -> Json:
    element = {"type": "plain_text_input", "action_id": "reason"}
    block = {"type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Why?"}, "element": element}
    text = {"type": "plain_text", "text": "Resolve"}
    return {
        "type": "modal",
        "callback_id": "resolve",
        "title": text,
        "submit": text,
        "private_metadata": "case-1",
        "blocks": [block],
    }


def test_a_thread_with_an_agents_reply() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        assert (await client.auth_test())["team_id"] == place.config.extra["slack_team_id"]
        root = await client.chat_postMessage(channel=channel, text="New case", blocks=card())
        await client.chat_postMessage(
            channel=channel, text="hello", thread_ts=root["ts"], username="Jane", icon_emoji=":iphone:"
        )
        reply = await place.api(
            "slack/reply",
            {"thread_ts": root["ts"], "text": "Hi <b> & @sam see https://a.example/x?y=1&z=2", "user": "bea"},
        )
        await place.until(lambda: events(place, ts=reply["ts"]))
        hook = next(hook for hook in place.product.on("/slack/events") if reply["ts"].encode() in hook.body)
        assert SignatureVerifier(place.settings["SLACK_SIGNING_SECRET"]).is_valid_request(hook.body, hook.headers)
        event = events(place, ts=reply["ts"])[0]
        assert event["thread_ts"] == root["ts"]
        assert event["text"].startswith(f"Hi &lt;b&gt; &amp; <@{place.config.extra['slack_agent_sam']}> see <https://")
        own = events(place, ts=root["ts"])[0]
        assert own["bot_id"] == place.config.extra["slack_bot_id"]
        thread = await client.conversations_replies(channel=channel, ts=root["ts"])
        assert [message["text"] for message in thread["messages"]][:2] == ["New case", "hello"]
        assert len({message["ts"] for message in thread["messages"]}) == 3

    with_client(scenario)


def test_edits_deletes_broadcasts_files_and_reactions() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        root = (await client.chat_postMessage(channel=channel, text="New case"))["ts"]
        reply = await place.api("slack/reply", {"thread_ts": root, "text": "one", "broadcast": True})
        await place.api("slack/edit", {"ts": reply["ts"], "text": "two"})
        await place.api("slack/delete", {"ts": reply["ts"]})
        await place.until(lambda: len(events(place)) >= 4)
        assert events(place, subtype="thread_broadcast")
        changed = events(place, subtype="message_changed")[0]
        assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")
        assert events(place, subtype="message_deleted")[0]["deleted_ts"] == reply["ts"]
        await client.reactions_add(channel=channel, timestamp=root, name="eyes")
        with pytest.raises(SlackApiError, match="already_reacted"):
            await client.reactions_add(channel=channel, timestamp=root, name="eyes")
        await client.reactions_remove(channel=channel, timestamp=root, name="eyes")
        with pytest.raises(SlackApiError, match="no_reaction"):
            await client.reactions_remove(channel=channel, timestamp=root, name="eyes")
        shared = await place.api("slack/reply", {"thread_ts": root, "text": "see", "file": "image"})
        url = shared["files"][0]["url_private"]
        async with place.session.get(url) as response:
            assert response.content_type == "text/html"
        async with place.session.get(
            url, headers={"Authorization": f"Bearer {place.settings['SLACK_BOT_TOKEN']}"}
        ) as response:
            assert response.content_type == "image/png"
        await client.files_upload_v2(
            channel=channel, thread_ts=root, content="hello", filename="a.txt", initial_comment="file"
        )
        file = (await after(client, channel, root, "a.txt"))["files"][0]
        assert file["mimetype"] == "text/plain"

    with_client(scenario)


def test_buttons_selects_and_response_url() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        root = (await client.chat_postMessage(channel=channel, text="New case", blocks=card()))["ts"]
        assert (await place.api("slack/press", {"message_ts": root, "action_id": "claim", "user": "sam"}))["ok"]
        hook = place.product.on("/slack/events")[-1]
        assert SignatureVerifier(place.settings["SLACK_SIGNING_SECRET"]).is_valid_request(hook.body, hook.headers)
        pressed = payload(hook)
        assert (pressed["type"], pressed["user"]["name"], pressed["actions"][0]["value"]) == (
            "block_actions",
            "sam",
            "case-1",
        )
        assert pressed["message"]["ts"] == pressed["container"]["message_ts"] == root
        async with place.session.post(
            pressed["response_url"], json={"text": "Sam has it", "replace_original": False}
        ) as response:
            assert response.status == 200
        await place.api("slack/press", {"message_ts": root, "action_id": "snooze", "value": "day", "user": "sam"})
        assert payload(place.product.on("/slack/events")[-1])["actions"][0]["selected_option"]["value"] == "day"
        ephemeral = await client.chat_postEphemeral(
            channel=channel, user=place.config.extra["slack_agent_bea"], text="x", blocks=card("e")
        )
        await place.api("slack/press", {"message_ts": ephemeral["message_ts"], "action_id": "claim", "user": "bea"})
        pressed = payload(place.product.on("/slack/events")[-1])
        assert pressed["container"]["is_ephemeral"] is True
        assert "message" not in pressed
        await place.api("slack/press", {"message_ts": root, "action_id": "nothing"}, status=400)
        updated = await client.chat_update(channel=channel, ts=root, text="Claimed", blocks=card("case-2"))
        assert updated["message"]["text"] == "Claimed"

    with_client(scenario)


def test_a_modal_from_trigger_to_submission() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        root = (await client.chat_postMessage(channel=place.settings["SLACK_CHANNEL"], text="c", blocks=card()))["ts"]
        await place.api("slack/press", {"message_ts": root, "action_id": "resolve", "user": "bea"})
        trigger = payload(place.product.on("/slack/events")[-1])["trigger_id"]
        view = (await client.views_open(trigger_id=trigger, view=modal()))["view"]
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await client.views_open(trigger_id=trigger, view=modal())
        answer = await place.api("slack/submit", {"view_id": view["id"], "values": {}})
        assert answer["errors"] == {"why": "Please complete this required field."}
        place.product.answer(
            "/slack/events", web.json_response({"response_action": "errors", "errors": {"why": "Too short"}})
        )
        answer = await place.api("slack/submit", {"view_id": view["id"], "values": {"why": "x"}})
        assert answer["errors"] == {"why": "Too short"}
        await place.api("slack/submit", {"view_id": view["id"], "values": {"why": "Refunded"}})
        submitted = payload(place.product.on("/slack/events")[-1])
        assert submitted["view"]["state"]["values"]["why"]["reason"] == {
            "type": "plain_text_input",
            "value": "Refunded",
        }
        assert submitted["view"]["private_metadata"] == "case-1"
        state = await place.api("state")
        assert state["slack"]["modals"][place.config.extra["slack_agent_bea"]] == []
        home = {"type": "home", "blocks": card()}
        await client.views_publish(user_id=place.config.extra["slack_agent_bea"], view=home)

    with_client(scenario)


def test_the_slash_command_and_its_answer() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        place.product.answer("/slack/events", web.json_response({"response_type": "ephemeral", "text": "2 open cases"}))
        assert (await place.api("slack/command", {"text": "queue", "user": "bea"}))["ok"]
        form = place.product.on("/slack/events")[0].form
        assert (form["command"], form["text"], form["user_name"]) == ("/desk", "queue", "bea")
        await place.api("slack/command", {"text": "assign 1 @bea", "user": "bea"})
        named = place.product.on("/slack/events")[1].form["text"]
        assert named == f"assign 1 <@{place.config.extra['slack_agent_bea']}|bea>"
        state = await place.api("state")
        shown = state["slack"]["channels"][0]["messages"][0]
        assert (shown["text"], shown["ephemeral_to"]) == ("2 open cases", place.config.extra["slack_agent_bea"])

    with_client(scenario)


def test_events_are_retried_with_their_number() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        place.product.answer("/slack/events", web.Response(status=500))
        await place.api("slack/reply", {"text": "hi"})
        await place.until(lambda: len(place.product.hooks) == 2)
        first, second = place.product.hooks
        assert "X-Slack-Retry-Num" not in first.headers
        assert (second.headers["X-Slack-Retry-Num"], second.headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
        assert first.json["event_id"] == second.json["event_id"]

    with_client(scenario)


def test_people_and_errors() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        extra = place.config.extra
        assert (await client.users_info(user=extra["slack_guest"]))["user"]["is_restricted"] is True
        assert (await client.users_info(user=extra["slack_stranger"]))["user"]["is_stranger"] is True
        assert (await client.users_info(user=extra["slack_bot_user"]))["user"]["is_bot"] is True
        members = (await client.conversations_members(channel=place.settings["SLACK_CHANNEL"]))["members"]
        assert extra["slack_agent_bea"] in members
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client.chat_postMessage(channel="C0NONE", text="x")
        client.token = "xoxb-wrong"
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await client.auth_test()

    with_client(scenario)


def test_posting_too_fast_is_429() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        await place.api("pace", {"slack_burst": 2})
        for _ in range(2):
            await client.chat_postMessage(channel=channel, text="x")
        with pytest.raises(SlackApiError, match="ratelimited") as caught:
            await client.chat_postMessage(channel=channel, text="x")
        assert caught.value.response.headers["Retry-After"] == "1"

    with_client(scenario)


def test_url_verification() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        async def echo() -> web.Response:
            return web.Response(text=place.product.hooks[-1].json["challenge"])

        place.product.answer("/slack/events", echo)
        assert (await place.api("verify/slack", {}))["ok"] is True
        assert (await place.api("verify/slack", {}))["ok"] is False

    with_client(scenario)


def test_socket_mode_takes_everything_while_connected() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        app_token = AsyncWebClient(
            place.config.extra["slack_app_token"], base_url=place.settings["SLACK_API_URL"], session=place.session
        )
        url = (await app_token.apps_connections_open(app_token=place.config.extra["slack_app_token"]))["url"]
        async with place.session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await place.api("slack/reply", {"text": "hi"})
            envelope = await socket.receive_json()
            assert (envelope["type"], envelope["payload"]["event"]["text"]) == ("events_api", "hi")
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            asked = asyncio.create_task(place.api("slack/command", {"text": "queue"}))
            envelope = await socket.receive_json()
            assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "queue")
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "none"}})
            assert (await asked)["ok"] is True
        assert place.product.on("/slack/events") == []
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await place.session.ws_connect(url.replace("ticket=", "ticket=x"))

    with_client(scenario)


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def pressed(**extra: Any) -> Json:
    return {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A"}, **extra}],
    }


def asked(element: Json, **extra: Any) -> Json:
    label = {"type": "plain_text", "text": "Which?"}
    return {"type": "input", "label": label, "element": {"action_id": "a", **element}, **extra}


def option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": "Choose"}, "value": value}


@pytest.mark.parametrize(
    "wrong",
    [
        [section("x")] * 51,
        [section("x" * 3001)],
        [section("")],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [pressed(text={"type": "plain_text", "text": "x" * 76})],
        [pressed(value="x" * 2001)],
        [pressed(action_id="x" * 256)],
        [pressed(style="blue")],
        [{"type": "actions", "elements": pressed()["elements"] * 2}],
        [{"type": "carousel3d"}],
        [section("x" * 3000)] * 5,
        [asked({"type": "plain_text_input", "max_length": 3001})],
        [asked({"type": "plain_text_input", "initial_value": "x" * 3001})],
        [asked({"type": "datepicker", "initial_date": "2.12.2026"})],
        [asked({"type": "timepicker", "initial_time": "9"})],
        [asked({"type": "plain_text_input"}, hint={"type": "plain_text", "text": "x" * 2001})],
        [asked({"type": "plain_text_input"}, label={"type": "mrkdwn", "text": "x"})],
        [asked({"type": "static_select", "options": [option("a")], "initial_option": option("b")})],
        [asked({"type": "static_select", "options": [option("a")] * 101})],
        [asked({"type": "overflow", "options": [option("a")] * 6})],
    ],
)
def test_block_limits(wrong: list[Json]) -> None:
    with pytest.raises(SlackError):
        blocks.check_message({"blocks": wrong})


def test_blocks_at_the_limit_pass() -> None:
    blocks.check_message({"blocks": [section("x" * 3000), pressed(value="x" * 2000), *[section("x")] * 48]})
    with pytest.raises(SlackError, match="no_text"):
        blocks.check_message({})


def test_an_agent_shares_several_files_at_once() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        root = (await client.chat_postMessage(channel=place.settings["SLACK_CHANNEL"], text="New case"))["ts"]
        label = {"name": "label.txt", "mime": "text/plain", "base64": "bGFiZWw="}
        shared = await place.api("slack/reply", {"thread_ts": root, "text": "see", "files": ["image", label]})
        event = (await place.until(lambda: events(place, ts=shared["ts"])))[0]
        assert (event["subtype"], [file["name"] for file in event["files"]]) == (
            "file_share",
            ["photo.png", "label.txt"],
        )
        bearer = {"Authorization": f"Bearer {place.settings['SLACK_BOT_TOKEN']}"}
        async with place.session.get(event["files"][1]["url_private"], headers=bearer) as response:
            assert await response.text() == "label"
        async with place.session.get(event["files"][1]["url_private"]) as response:
            assert "Sign in" in await response.text()
        await place.api("slack/reply", {"thread_ts": root, "text": "", "file": "hologram"}, status=400)

    with_client(scenario)


def test_a_file_that_the_event_only_names() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        root = (await client.chat_postMessage(channel=place.settings["SLACK_CHANNEL"], text="New case"))["ts"]
        shared = await place.api(
            "slack/reply", {"thread_ts": root, "text": "", "files": ["image"], "check_file_info": True}
        )
        named = (await place.until(lambda: events(place, ts=shared["ts"])))[0]["files"][0]
        assert (named["file_access"], "url_private" in named) == ("check_file_info", False)
        file = (await client.files_info(file=named["id"]))["file"]
        assert (file["mimetype"], "url_private" in file) == ("image/png", True)

    with_client(scenario)


def test_the_products_files_stand_in_the_thread() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        root = (await client.chat_postMessage(channel=channel, text="New case"))["ts"]
        uploads: list[Any] = [
            {"file": b"\x89PNG", "filename": "a.png", "title": "A"},
            {"file": b"%PDF", "filename": "b.pdf", "title": "B"},
        ]
        done = await client.files_upload_v2(
            file_uploads=uploads, channel=channel, thread_ts=root, initial_comment="two files"
        )
        ids = [file["id"] for file in done["files"]]
        assert "shares" not in (await client.files_info(file=ids[0]))["file"]  # Slack shares a moment later
        message = await after(client, channel, root, "a.png")
        assert (message["text"], [file["title"] for file in message["files"]]) == ("two files", ["A", "B"])
        share = (await client.files_info(file=ids[0]))["file"]["shares"]["private"][channel][0]
        assert (share["ts"], share["thread_ts"]) == (message["ts"], root)
        await client.files_delete(file=ids[0])
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_info(file=ids[0])

    with_client(scenario)


def test_a_file_is_uploaded_whole_and_once_before_it_is_shared() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        root = (await client.chat_postMessage(channel=channel, text="New case"))["ts"]
        given = await client.files_getUploadURLExternal(filename="a.png", length=4)
        shared = {"files": [{"id": given["file_id"]}], "channel_id": channel, "thread_ts": root}
        with pytest.raises(SlackApiError, match="file_not_found"):  # nothing was uploaded
            await client.api_call("files.completeUploadExternal", json=shared)
        for content, status in ((b"\x89PNG and more", 400), (b"\x89PNG", 200), (b"\x89PNG", 404)):
            async with place.session.post(given["upload_url"], data=content) as response:
                assert response.status == status
        words = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}]
        by = {"username": "Jane (WhatsApp)", "icon_emoji": ":iphone:", "blocks": words}
        with pytest.raises(SlackApiError, match="thread_not_found"):
            await client.api_call("files.completeUploadExternal", json={**shared, "thread_ts": "1.1"})
        with pytest.raises(SlackApiError, match="internal_error"):
            await client.api_call("files.completeUploadExternal", json={**shared, "blocks": [{"type": "markdown"}]})
        await client.api_call("files.completeUploadExternal", json={**shared, **by})
        message = await after(client, channel, root, "a.png")
        assert (message["username"], message["files"][0]["mimetype"]) == ("Jane (WhatsApp)", "image/png")
        assert message["blocks"][0]["type"] == "rich_text"
        with pytest.raises(SlackApiError, match="file_upload_size_restricted"):
            await client.files_getUploadURLExternal(filename="a.png", length=2_000_000_000)

    with_client(scenario)


def test_a_share_counts_as_a_post_and_may_be_dropped() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        channel = place.settings["SLACK_CHANNEL"]
        await place.api("pace", {"slack_burst": 2, "slack_share": -1})
        for _ in range(2):
            done = await client.files_upload_v2(content="x", filename="a.txt", channel=channel)
        assert "shares" not in (await client.files_info(file=done["files"][0]["id"]))["file"]
        with pytest.raises(SlackApiError, match="ratelimited"):
            await client.files_upload_v2(content="x", filename="a.txt", channel=channel)

    with_client(scenario)


def test_every_listed_error_can_be_armed() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        for entry in await place.api("errors/slack"):
            await place.api("faults", {"platform": "slack", "kind": "error", "value": entry["value"], "times": 1})
            with pytest.raises(SlackApiError) as caught:
                await client.chat_postMessage(channel=place.settings["SLACK_CHANNEL"], text="hi")
            assert caught.value.response["error"] == entry["title"]

    with_client(scenario)


def test_a_token_of_one_workspace_sees_nothing_of_the_other() -> None:
    async def scenario(place: Playground, client: AsyncWebClient) -> None:
        extra = place.config.extra
        other = AsyncWebClient(extra["slack_second_bot_token"], base_url=client.base_url, session=place.session)
        here, there = await client.auth_test(), await other.auth_test()
        assert (here["team_id"], there["team_id"]) == (extra["slack_team_id"], extra["slack_second_team_id"])
        sent = await other.chat_postMessage(channel=extra["slack_second_channel"], text="in the second one")
        for method in (client.conversations_info, client.conversations_history):
            with pytest.raises(SlackApiError, match="channel_not_found"):
                await method(channel=extra["slack_second_channel"])
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await other.chat_postMessage(channel=place.settings["SLACK_CHANNEL"], text="in the first one")
        with pytest.raises(SlackApiError, match="message_not_found"):
            await client.chat_update(channel=place.settings["SLACK_CHANNEL"], ts=sent["ts"], text="changed")

    with_client(scenario)


def test_the_second_workspace_signs_with_its_own_secret() -> None:
    async def scenario(place: Playground, _client: AsyncWebClient) -> None:
        await place.api("slack/archive", {"workspace": "second"})
        await place.until(lambda: len(events(place, type="group_archive")) == 1)
        (hook,) = place.product.on("/slack/events")
        assert hook.json["team_id"] == place.config.extra["slack_second_team_id"]
        signed = {"body": hook.body.decode(), "headers": dict(hook.headers)}
        secrets = (place.config.extra["slack_second_signing_secret"], place.settings["SLACK_SIGNING_SECRET"])
        assert [SignatureVerifier(secret).is_valid_request(**signed) for secret in secrets] == [True, False]

    with_client(scenario)

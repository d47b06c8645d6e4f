"""Tests that the app's manifest, the scopes that doctor looks for, and what is called and listened to are the same."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from adapters.desks.slack.inbound.news import KINDS
from adapters.desks.slack.inbound.parse import COMMAND, EVENTS
from adapters.desks.slack.outbound.gateway import SCOPES
from core.desk.events import ON_DESK
from hub.desk.buttons import BUTTONS
from hub.desk.commands import WORDS
from hub.desk.deeds import DEEDS

HERE = Path("adapters/desks/slack")
MANIFEST: dict[str, Any] = yaml.safe_load((HERE / "manifest.yaml").read_text(encoding="utf-8"))

# What Slack's reference says that each method and event takes ("Required scopes"; several: any does for its channel).
OF_METHODS = {
    "auth_test": (),
    "chat_postMessage": ("chat:write", "chat:write.customize"),
    "chat_postEphemeral": ("chat:write",),
    "chat_update": ("chat:write",),
    "chat_delete": ("chat:write",),
    "conversations_info": ("channels:read", "groups:read"),
    "conversations_members": ("channels:read", "groups:read"),
    "files_completeUploadExternal": ("files:write",),
    "files_delete": ("files:write",),
    "files_getUploadURLExternal": ("files:write",),
    "files_info": ("files:read",),
    "reactions_add": ("reactions:write",),
    "reactions_remove": ("reactions:write",),
    "users_info": ("users:read",),
    "views_open": (),
    "views_publish": (),
    "views_update": (),
}
OF_EVENTS = {
    "app_home_opened": (),
    "app_uninstalled": (),
    **{f"channel_{what}": ("channels:read",) for what in ("archive", "deleted", "left", "rename", "unarchive")},
    **{f"group_{what}": ("groups:read",) for what in ("archive", "deleted", "left", "rename", "unarchive")},
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "tokens_revoked": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
}
_METHOD = re.compile(r"\b(?:auth|chat|conversations|files|reactions|users|views)[._][a-z]\w+")


def called() -> set[str]:
    """Lists the methods that the adapter's source names."""
    source = "".join(path.read_text(encoding="utf-8") for path in HERE.rglob("*.py"))
    named = {name.replace(".", "_", 1) for name in _METHOD.findall(source)}
    return {name for name in named if name in OF_METHODS or f"_web.{name}" in source or f"_client.{name}" in source}


def test_the_scopes_are_those_of_what_is_called_and_listened_to() -> None:
    assert called() == set(OF_METHODS)
    needed = [OF_METHODS[name] for name in called()] + [OF_EVENTS[event] for event in bot_events()]
    assert {scope for each in needed for scope in each} | {"commands"} == set(SCOPES)
    assert tuple(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_the_events_are_those_that_are_read() -> None:
    assert set(bot_events()) == set(OF_EVENTS)
    assert {event.partition(".")[0] for event in bot_events()} == {*EVENTS, *KINDS}


def test_the_command_and_the_home_are_there() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
    assert json.dumps(MANIFEST).count("/slack/events") == 3


def test_shortcuts_are_short_enough_and_each_is_carried_out() -> None:
    for each in MANIFEST["features"]["shortcuts"]:
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
        word = each["callback_id"].removeprefix(ON_DESK)
        assert (each["type"] == "global") == (word != each["callback_id"])
        assert each["callback_id"] in BUTTONS or word in {*WORDS, *DEEDS}


def test_the_sandboxs_page_offers_the_same_shortcuts() -> None:
    page = Path("sandbox/page/slack.js").read_text(encoding="utf-8")
    offered = dict(re.findall(r'\["((?:case|desk)_\w+)", "([^"]+)"\]', page))
    assert offered == {each["callback_id"]: each["name"] for each in MANIFEST["features"]["shortcuts"]}


def bot_events() -> list[str]:
    events: list[str] = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    return events

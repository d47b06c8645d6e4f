"""Answers the Web API methods for messages, reactions, conversations and users."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.platforms.slack import blocks
from sandbox.platforms.slack.desk import Desk, add_reaction, changed_event, remove_reaction
from sandbox.platforms.slack.errors import SlackError
from sandbox.platforms.slack.workspace import Channel
from sandbox.world import ids

Json = dict[str, Any]


Method = Callable[[Desk, Json], Awaitable[Json]]


async def _auth_test(desk: Desk, _params: Json) -> Json:
    workspace = desk.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": desk.world.config.shop,
        "user": "doorstep",
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


async def _post_message(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.writable(params.get("channel"))
    blocks.check_message(params)
    desk.pace(channel)
    message = desk.post(channel, params)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


async def _update(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.writable(params.get("channel"))
    message = desk.workspace.message(channel, params.get("ts"))
    if message.get("bot_id") != desk.workspace.bot_id:
        raise SlackError("cant_update_message")
    if len(str(params.get("text") or "")) > 4000:
        raise SlackError("msg_too_long")
    blocks.check_message(params)
    before = dict(message)
    message["text"] = str(params.get("text") or "")
    message["blocks"] = [{"block_id": ids.slack_id("")[:5], **block} for block in params.get("blocks") or []]
    if not params.get("blocks"):
        message["edited"] = {"user": desk.workspace.bot_user, "ts": desk.workspace.next_ts()}
    desk.workspace.touch(channel, message)
    if desk.world.pace.bot_events:
        desk.tell(changed_event(desk, channel, message, before))
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


async def _delete(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.writable(params.get("channel"))
    message = desk.workspace.message(channel, params.get("ts"))
    if message.get("bot_id") != desk.workspace.bot_id:
        raise SlackError("cant_delete_message")
    desk.workspace.remove(channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


async def _post_ephemeral(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.writable(params.get("channel"))
    user = params.get("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    blocks.check_message(params)
    message = {**desk.bot_message(params), "ephemeral_to": user}
    desk.workspace.put(channel, message)
    return {"message_ts": message["ts"]}


async def _permalink(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
    ts = desk.workspace.message(channel, params.get("message_ts"))["ts"]
    return {
        "channel": channel.id,
        "permalink": f"https://{desk.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}",
    }


async def _react(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.writable(params.get("channel"))
    message = desk.workspace.message(channel, params.get("timestamp"))
    add_reaction(desk, channel, message, _reaction_name(params), desk.workspace.bot_user)
    return {}


async def _unreact(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.writable(params.get("channel"))
    message = desk.workspace.message(channel, params.get("timestamp"))
    remove_reaction(desk, channel, message, _reaction_name(params), desk.workspace.bot_user)
    return {}


async def _channel_info(desk: Desk, params: Json) -> Json:
    return {"channel": _described(desk.workspace.channel(params.get("channel")))}


async def _channels(desk: Desk, _params: Json) -> Json:
    return {
        "channels": [_described(channel) for channel in desk.workspace.channels.values() if not channel.direct],
        "response_metadata": {"next_cursor": ""},
    }


async def _members(desk: Desk, params: Json) -> Json:
    return {"members": desk.workspace.channel(params.get("channel")).members, "response_metadata": {"next_cursor": ""}}


async def _replies(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
    return {"messages": desk.workspace.replies(channel, str(params.get("ts"))), "has_more": False}


async def _history(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
    shown = [
        m for m in channel.messages.values() if m.get("thread_ts", m["ts"]) == m["ts"] and not m.get("ephemeral_to")
    ]
    return {"messages": list(reversed(shown))[: int(params.get("limit") or 100)], "has_more": False}


async def _open_conversation(desk: Desk, params: Json) -> Json:
    users = str(params.get("users") or "").split(",")
    channel = desk.workspace.direct(desk.workspace.human(users[0])["id"])
    return {"channel": {"id": channel.id}}


async def _user(desk: Desk, params: Json) -> Json:
    if params.get("user") not in desk.workspace.users:
        raise SlackError("user_not_found")
    return {"user": desk.workspace.users[params["user"]]}


async def _users(desk: Desk, _params: Json) -> Json:
    return {"members": list(desk.workspace.users.values()), "response_metadata": {"next_cursor": ""}}


async def _user_by_email(desk: Desk, params: Json) -> Json:
    for user in desk.workspace.users.values():
        if user["profile"].get("email") == params.get("email"):
            return {"user": user}
    raise SlackError("users_not_found")


async def _bot(desk: Desk, _params: Json) -> Json:
    return {
        "bot": {
            "id": desk.workspace.bot_id,
            "app_id": desk.workspace.app_id,
            "user_id": desk.workspace.bot_user,
            "name": "Doorstep",
            "deleted": False,
        }
    }


async def _team(desk: Desk, _params: Json) -> Json:
    return {"team": {"id": desk.workspace.team_id, "name": desk.world.config.shop, "domain": desk.workspace.domain}}


METHODS: dict[str, Method] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.postEphemeral": _post_ephemeral,
    "chat.getPermalink": _permalink,
    "reactions.add": _react,
    "reactions.remove": _unreact,
    "conversations.info": _channel_info,
    "conversations.list": _channels,
    "conversations.members": _members,
    "conversations.replies": _replies,
    "conversations.history": _history,
    "conversations.open": _open_conversation,
    "conversations.join": _channel_info,
    "users.info": _user,
    "users.list": _users,
    "users.lookupByEmail": _user_by_email,
    "bots.info": _bot,
    "team.info": _team,
}


def _reaction_name(params: Json) -> str:
    name = str(params.get("name") or "").strip(":")
    if not name:
        raise SlackError("invalid_name")
    return name


def _described(channel: Channel) -> Json:
    kind = {
        "is_channel": not channel.direct,
        "is_private": True,
        "is_im": channel.direct,
        "is_archived": channel.archived,
        "is_member": not channel.removed,
    }
    return {"id": channel.id, "name": channel.name, **kind, "num_members": len(channel.members)}

"""Web API methods for messages, reactions, conversations and users."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox import ids
from sandbox.buckets import Buckets
from sandbox.slack import blocks
from sandbox.slack.errors import RateLimited, SlackError
from sandbox.slack.outlet import Outlet, message_event
from sandbox.slack.workspace import Channel, Workspace
from sandbox.world import World

Json = dict[str, Any]


class Desk:
    """The workspace with its way to the product."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.workspace = Workspace(world)
        self.outlet = Outlet(world, self.workspace)
        self._channels = Buckets(rate=1, burst=1)

    def reset(self) -> None:
        """Empty the channels and fill the rate limits again."""
        self.workspace.reset()
        self._channels.clear()

    def pace(self, channel: Channel) -> None:
        """Count a post; raises RateLimited."""
        if not self.world.pace.limits:
            return
        self._channels.rate, self._channels.burst = self.world.pace.slack_rate, self.world.pace.slack_burst
        wait = self._channels.take(channel.id, self.world.clock())
        if wait:
            raise RateLimited(wait)

    def tell(self, event: Json) -> None:
        """Send an event to the product in the background."""
        self.world.spawn(self.outlet.event(event))

    def post(self, channel: Channel, params: Json) -> Json:
        """Put a message of the bot into a channel; returns it."""
        workspace = self.workspace
        if params.get("thread_ts") and str(params["thread_ts"]) not in channel.messages:
            raise SlackError("thread_not_found")
        message = self.bot_message(params)
        workspace.put(channel, message)
        if self.world.pace.bot_events:
            self.tell(message_event(channel, message))
        return message

    def bot_message(self, params: Json) -> Json:
        """A message object as the bot writes it."""
        workspace = self.workspace
        message: Json = {
            "type": "message",
            "user": workspace.bot_user,
            "bot_id": workspace.bot_id,
            "app_id": workspace.app_id,
            "team": workspace.team_id,
            "ts": workspace.next_ts(),
            "text": str(params.get("text") or "")[:40_000],
        }
        if params.get("username"):
            message |= {"subtype": "bot_message", "username": params["username"]}
            del message["user"]
        for name in ("blocks", "attachments", "thread_ts", "metadata", "files"):
            if params.get(name):
                message[name] = params[name]
        if params.get("icon_emoji") or params.get("icon_url"):
            message["icons"] = {name: params[f"icon_{name}"] for name in ("emoji", "url") if params.get(f"icon_{name}")}
        if params.get("reply_broadcast") and params.get("thread_ts"):
            message["subtype"] = "thread_broadcast"
        if "blocks" in message:
            message["blocks"] = [{"block_id": ids.slack_id("")[:5], **block} for block in message["blocks"]]
        return message


Method = Callable[[Desk, Json], Awaitable[Json]]


async def _auth_test(desk: Desk, _params: Json) -> Json:
    workspace = desk.workspace
    return {
        "url": "https://northwind.slack.com/",
        "team": "Northwind",
        "user": "doorstep",
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


async def _post_message(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
    blocks.check_message(params)
    desk.pace(channel)
    message = desk.post(channel, params)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


async def _update(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
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
    channel = desk.workspace.channel(params.get("channel"))
    message = desk.workspace.message(channel, params.get("ts"))
    if message.get("bot_id") != desk.workspace.bot_id:
        raise SlackError("cant_delete_message")
    desk.workspace.remove(channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


async def _post_ephemeral(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
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
        "permalink": f"https://northwind.slack.com/archives/{channel.id}/p{ts.replace('.', '')}",
    }


async def _react(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
    message = desk.workspace.message(channel, params.get("timestamp"))
    add_reaction(desk, channel, message, _reaction_name(params), desk.workspace.bot_user)
    return {}


async def _unreact(desk: Desk, params: Json) -> Json:
    channel = desk.workspace.channel(params.get("channel"))
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
    return {"team": {"id": desk.workspace.team_id, "name": "Northwind", "domain": "northwind"}}


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


def changed_event(desk: Desk, channel: Channel, message: Json, before: Json) -> Json:
    """The message_changed event of an edit."""
    ts = desk.workspace.next_ts()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
    }
    return {**event, "ts": ts, "event_ts": ts, "channel_type": "group"}


def add_reaction(desk: Desk, channel: Channel, message: Json, name: str, user: str) -> None:
    """Add a reaction; raises SlackError already_reacted."""
    reactions = message.setdefault("reactions", [])
    known = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if known and user in known["users"]:
        raise SlackError("already_reacted")
    if known is None:
        known = {"name": name, "users": [], "count": 0}
        reactions.append(known)
    known["users"].append(user)
    known["count"] = len(known["users"])
    _reacted(desk, "reaction_added", channel, message, name, user)


def remove_reaction(desk: Desk, channel: Channel, message: Json, name: str, user: str) -> None:
    """Remove a reaction; raises SlackError no_reaction."""
    known = next((reaction for reaction in message.get("reactions", []) if reaction["name"] == name), None)
    if known is None or user not in known["users"]:
        raise SlackError("no_reaction")
    known["users"].remove(user)
    known["count"] = len(known["users"])
    message["reactions"] = [reaction for reaction in message["reactions"] if reaction["users"]]
    _reacted(desk, "reaction_removed", channel, message, name, user)


def _reacted(desk: Desk, kind: str, channel: Channel, message: Json, name: str, user: str) -> None:
    desk.workspace.touch(channel, message)
    item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    if user != desk.workspace.bot_user or desk.world.pace.bot_events:
        desk.tell({"type": kind, "user": user, "reaction": name, "item": item, "event_ts": desk.workspace.next_ts()})


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
        "is_archived": False,
        "is_member": True,
    }
    return {"id": channel.id, "name": channel.name, **kind, "num_members": len(channel.members)}

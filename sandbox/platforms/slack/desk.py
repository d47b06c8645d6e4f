"""Posts and reacts in the workspace, and tells the product of it."""

from typing import Any

from sandbox.config import MAIN
from sandbox.platforms.slack.errors import RateLimited, SlackError
from sandbox.platforms.slack.outlet import Outlet, message_event
from sandbox.platforms.slack.workspace import Channel, Workspace
from sandbox.wire.buckets import Buckets
from sandbox.world import ids
from sandbox.world.world import World

Json = dict[str, Any]


class Desk:
    """Joins the workspace with its way to the product."""

    def __init__(self, world: World, account: str = MAIN) -> None:
        self.world = world
        self.workspace = Workspace(world, account)
        self.outlet = Outlet(world, self.workspace)
        self._channels = Buckets(rate=1, burst=1)

    def reset(self) -> None:
        """Empties the channels and fills the rate limits again."""
        self.workspace.reset()
        self._channels.clear()

    def person(self, body: Json) -> Json:
        """Finds the user that {"user"} names by id or name; Bea when there is none. Raises SlackError."""
        return self.workspace.human(str(body.get("user") or "bea"))

    def place(self, body: Json) -> Channel:
        """Finds the channel that {"thread_ts"} or {"channel"} names; without them the main one. Raises SlackError."""
        if body.get("thread_ts"):
            return self.workspace.locate(str(body["thread_ts"]))[0]
        return self.workspace.channel(body.get("channel") or self.workspace.setting("slack_channel"))

    def pace(self, channel: Channel) -> None:
        """Counts a post; raises RateLimited."""
        if not self.world.pace.limits:
            return
        self._channels.rate, self._channels.burst = self.world.pace.slack_rate, self.world.pace.slack_burst
        wait = self._channels.take(channel.id, self.world.clock())
        if wait:
            raise RateLimited(wait)

    def tell(self, event: Json) -> None:
        """Sends an event to the product in the background."""
        self.world.spawn(self.outlet.event(event))

    def post(self, channel: Channel, params: Json) -> Json:
        """Puts a message of the bot into a channel; returns it."""
        workspace = self.workspace
        if params.get("thread_ts") and str(params["thread_ts"]) not in channel.messages:
            raise SlackError("thread_not_found")
        message = self.bot_message(params)
        workspace.put(channel, message)
        if self.world.pace.bot_events:
            self.tell(message_event(channel, message))
        return message

    def bot_message(self, params: Json) -> Json:
        """Makes a message object as the bot writes it."""
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


def changed_event(desk: Desk, channel: Channel, message: Json, before: Json) -> Json:
    """Makes the message_changed event of an edit."""
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
    """Adds a reaction; raises SlackError already_reacted."""
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
    """Removes a reaction; raises SlackError no_reaction."""
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

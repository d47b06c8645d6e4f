"""Keeps the Slack workspace: people, channels, messages."""

from typing import Any

import msgspec

from sandbox.config import MAIN, TEAMS
from sandbox.platforms.slack.errors import SlackError
from sandbox.world import ids
from sandbox.world.world import World

Json = dict[str, Any]
KEPT = 5000


class Channel(msgspec.Struct):
    """A channel or direct message; messages by ts, oldest first. Admins archive it, and remove the bot from it."""

    id: str
    name: str
    members: list[str]
    direct: bool = False
    messages: dict[str, Json] = {}
    archived: bool = False
    removed: bool = False


class Workspace:
    """Keeps one workspace with one app installed."""

    def __init__(self, world: World, account: str = MAIN) -> None:
        self.world = world
        self.account = account
        self.team_id = self.setting("slack_team_id")
        self.app_id = self.setting("slack_app_id")
        self.bot_id = self.setting("slack_bot_id")
        self.bot_user = self.setting("slack_bot_user")
        self.domain = "northwind" if account == MAIN else f"northwind-{account}"
        self.revoked = False  # the app was removed: its token is good for nothing
        self.users = _users(world.config.extra, self.team_id)  # ids are unique only within a workspace
        self.channels: dict[str, Channel] = {}
        self.reset()
        self._last_ts = 0

    def reset(self) -> None:
        """Empties all channels."""
        teams = {self.setting(f"slack_{team}_channel"): team for team in TEAMS}
        named, everybody = {self.setting("slack_channel"): "customer-desk", **teams}, list(self.users)
        self.revoked = False
        self.channels = {channel_id: Channel(channel_id, name, everybody) for channel_id, name in named.items()}

    def setting(self, name: str) -> str:
        """Returns a setting or extra of this workspace."""
        return self.world.config.of(name, self.account)

    @property
    def prefix(self) -> str:
        """Returns how the paths of its files, hooks and links begin."""
        return "/slack" if self.account == MAIN else f"/slack/{self.account}"

    @property
    def topic(self) -> str:
        """Returns the topic of its changes in the stream."""
        return "slack" if self.account == MAIN else f"slack_{self.account}"

    def writable(self, wanted: Any) -> Channel:
        """Finds a channel into which the bot may write; raises SlackError."""
        channel = self.channel(wanted)
        if channel.archived:
            raise SlackError("is_archived")
        if channel.removed:
            raise SlackError("not_in_channel")
        return channel

    def next_ts(self) -> str:
        """Makes a timestamp id: unique and increasing, six digits after the point."""
        self._last_ts = max(int(self.world.clock() * 1_000_000), self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def channel(self, wanted: Any) -> Channel:
        """Finds a channel by id, #name or user id (direct message); raises SlackError channel_not_found."""
        if wanted in self.users:
            return self.direct(str(wanted))
        for channel in self.channels.values():
            if wanted in {channel.id, channel.name, f"#{channel.name}"}:
                return channel
        raise SlackError("channel_not_found")

    def direct(self, user: str) -> Channel:
        """Finds the direct message channel between the bot and a user."""
        known = next(
            (channel for channel in self.channels.values() if channel.direct and user in channel.members), None
        )
        if known is None:
            known = Channel("D" + ids.slack_id("")[:10], f"dm-{user}", [self.bot_user, user], direct=True)
            self.channels[known.id] = known
        return known

    def message(self, channel: Channel, ts: Any) -> Json:
        """Finds a message that is not ephemeral; raises SlackError message_not_found."""
        found = channel.messages.get(str(ts))
        if found is None or found.get("ephemeral_to"):
            raise SlackError("message_not_found")
        return found

    def locate(self, ts: str) -> tuple[Channel, Json]:
        """Finds any message, ephemeral ones too, by ts alone; raises SlackError."""
        for channel in self.channels.values():
            if ts in channel.messages:
                return channel, channel.messages[ts]
        raise SlackError("message_not_found")

    def put(self, channel: Channel, message: Json) -> Json:
        """Puts a message into a channel and counts it in its thread."""
        channel.messages[message["ts"]] = message
        if len(channel.messages) > KEPT:
            del channel.messages[next(iter(channel.messages))]
        root = channel.messages.get(message.get("thread_ts", ""))
        if root and root is not message and not message.get("ephemeral_to"):
            root.setdefault("thread_ts", root["ts"])
            root["reply_count"] = root.get("reply_count", 0) + 1
            root["latest_reply"] = message["ts"]
        return self.touch(channel, message)

    def touch(self, channel: Channel, message: Json) -> Json:
        """Announces a changed message."""
        place = {"channel": channel.id, "channel_name": channel.name}
        self.world.feed.publish(self.topic, f"{channel.id}/{message['ts']}", {**message, **place})
        return message

    def remove(self, channel: Channel, ts: str) -> None:
        """Takes a message out of a channel."""
        channel.messages.pop(ts, None)
        self.world.feed.publish(self.topic, f"{channel.id}/{ts}", {"ts": ts, "channel": channel.id, "deleted": True})

    def replies(self, channel: Channel, ts: str) -> list[Json]:
        """Returns a thread: the root and its replies; raises SlackError thread_not_found."""
        if ts not in channel.messages:
            raise SlackError("thread_not_found")
        return [
            m
            for m in list(channel.messages.values())
            if (m["ts"] == ts or m.get("thread_ts") == ts) and not m.get("ephemeral_to")
        ]

    def human(self, user: str) -> Json:
        """Finds a user by id or by name ("bea"); raises SlackError user_not_found."""
        for known in self.users.values():
            if known["id"] == user or known["name"] == user.casefold():
                return known
        raise SlackError("user_not_found")

    def short_channel(self, channel: Channel) -> Json:
        """Describes a channel as it stands in interactive payloads."""
        return {"id": channel.id, "name": "directmessage" if channel.direct else channel.name}


def _users(extra: Any, team: str) -> dict[str, Json]:
    people: tuple[tuple[str, str, str, Json, str], ...] = (
        (extra["slack_agent_bea"], "bea", "Bea Martin", {"is_admin": True}, "America/New_York"),
        (extra["slack_agent_sam"], "sam", "Sam Okoye", {}, "America/Chicago"),
        (extra["slack_guest"], "gus", "Gus (guest)", {"is_restricted": True}, "America/New_York"),
        (
            extra["slack_stranger"],
            "stella",
            "Stella (other company)",
            {"is_stranger": True, "team_id": "T0OTHERTEAM"},
            "Europe/Berlin",
        ),
        (extra["slack_bot_user"], "doorstep", "Doorstep", {"is_bot": True}, "America/Los_Angeles"),
    )
    return {person[0]: _user(team, *person) for person in people}


def _user(team: str, user_id: str, name: str, real_name: str, flags: Json, zone: str) -> Json:
    profile = {
        "real_name": real_name,
        "display_name": real_name.split(maxsplit=1)[0],
        "email": f"{name}@northwind.example",
        "team": team,
    }
    if flags.get("is_bot"):
        profile.pop("email")
    roles = dict.fromkeys(
        ("is_admin", "is_owner", "is_bot", "is_restricted", "is_ultra_restricted", "is_app_user", "deleted"), False
    )
    return {
        "id": user_id,
        "team_id": team,
        "name": name,
        "real_name": real_name,
        "tz": zone,
        "tz_offset": 0,
        "profile": profile,
        **roles,
        **flags,
    }

"""Lets admins of a workspace change its channels, and remove the app (docs: Events API, the events of each)."""

from typing import Any

from sandbox.platforms.slack.desk import Desk
from sandbox.platforms.slack.workspace import Channel

Json = dict[str, Any]


class Admins:
    """Acts for admins; each act is told by the event that Slack has for it. Channels of the desk are private."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def archive(self, body: Json) -> None:
        """Archives {"channel"}."""
        channel = self.desk.place(body)
        channel.archived = True
        self._tell("group_archive", channel, user=self.desk.person(body)["id"], is_moved=0)

    def unarchive(self, body: Json) -> None:
        """Opens {"channel"} again."""
        channel = self.desk.place(body)
        channel.archived = False
        self._tell("group_unarchive", channel, user=self.desk.person(body)["id"])

    def rename(self, body: Json) -> None:
        """Gives {"channel"} another {"name"}."""
        channel = self.desk.place(body)
        channel.name = str(body["name"])
        told = {"id": channel.id, "name": channel.name, "created": int(self.desk.world.clock())}
        self._event({"type": "group_rename", "channel": told})

    def delete(self, body: Json) -> None:
        """Deletes {"channel"} with all that is in it."""
        channel = self.desk.place(body)
        del self.desk.workspace.channels[channel.id]
        self._tell("group_deleted", channel)

    def remove_bot(self, body: Json) -> None:
        """Removes the bot from {"channel"}."""
        channel = self.desk.place(body)
        channel.removed = True
        self._tell("group_left", channel, actor_id=self.desk.person(body)["id"])

    def invite_bot(self, body: Json) -> None:
        """Invites the bot to {"channel"} (again)."""
        workspace, channel = self.desk.workspace, self.desk.place(body)
        channel.removed = False
        who = {"user": workspace.bot_user, "inviter": self.desk.person(body)["id"], "team": workspace.team_id}
        self._tell("member_joined_channel", channel, **who, channel_type="G")

    def uninstall(self, _body: Json) -> None:
        """Removes the app: its tokens are revoked."""
        self.desk.workspace.revoked = True
        self.desk.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.desk.workspace.bot_user]}})
        self.desk.tell({"type": "app_uninstalled"})

    def install(self, _body: Json) -> None:
        """Lets the app in again, with the token that it had. Slack tells nobody."""
        self.desk.workspace.revoked = False

    def event(self, body: Json) -> None:
        """Sends any {"event"}; a {"team"} is what it names, signed by this workspace's secret all the same."""
        team = self.desk.workspace.team_id
        self.desk.workspace.team_id = str(body.get("team") or team)
        told = self.desk.outlet.payload(dict(body["event"]))
        self.desk.workspace.team_id = team
        self.desk.world.spawn(self.desk.outlet.post_event(told))

    def _tell(self, kind: str, channel: Channel, **more: Any) -> None:
        self._event({"type": kind, "channel": channel.id, **more})

    def _event(self, event: Json) -> None:
        self.desk.tell({**event, "event_ts": self.desk.workspace.next_ts()})

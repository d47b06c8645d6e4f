"""Lets people write in Slack: replies, edits, reactions."""

from typing import Any

from sandbox.platforms.slack.desk import Desk, add_reaction, changed_event, remove_reaction
from sandbox.platforms.slack.files import Files, withheld
from sandbox.platforms.slack.outlet import message_event
from sandbox.platforms.slack.wording import markup, rich_text
from sandbox.world import ids

Json = dict[str, Any]
HOOK_USES = 5
HOOK_SECONDS = 1800


class Agents:
    """Acts for the people of the workspace."""

    def __init__(self, desk: Desk, files: Files) -> None:
        self.desk = desk
        self.files = files

    def reply(self, body: Json) -> Json:
        """Writes {"text", "user", "thread_ts"?, "channel"?, "broadcast"?, "files"?}; the event follows by itself.

        A file is a kind (image, document, …) or {"kind"?, "name"?, "mime"?, "base64"?, "size"?}; "file" is one.
        "check_file_info": the event only names the files, as in channels shared with other companies.
        """
        desk, user = self.desk, self.desk.person(body)
        channel = desk.place(body)
        text = self._stored(str(body.get("text", "")))
        message: Json = {
            "type": "message",
            "user": user["id"],
            "client_msg_id": ids.sid("")[:8],
            "text": text,
            "team": user["team_id"],
            "ts": desk.workspace.next_ts(),
            "blocks": [rich_text(text)],
        }
        if user.get("is_stranger"):
            message |= {"user_team": user["team_id"], "source_team": user["team_id"]}
        if body.get("thread_ts"):
            message["thread_ts"] = str(body["thread_ts"])
        files = [*body.get("files", []), *([body["file"]] if body.get("file") else [])]
        if files:
            shared = [self.files.share(self.files.made(file), user["id"]) for file in files]
            for file in shared:
                self.files.place(file, channel.id, message["ts"], str(body.get("thread_ts") or ""))
            shown = [withheld(file) for file in shared] if body.get("check_file_info") else shared
            message |= {"subtype": "file_share", "files": shown, "upload": False}
        if body.get("broadcast"):
            message["subtype"] = "thread_broadcast"
        desk.workspace.put(channel, message)
        desk.tell(message_event(channel, message))
        return message

    def edit(self, body: Json) -> Json:
        """Changes one's own message: {"ts", "text"}."""
        channel, message = self.desk.workspace.locate(str(body.get("ts")))
        before = dict(message)
        text = self._stored(str(body.get("text", "")))
        message |= {
            "text": text,
            "blocks": [rich_text(text)],
            "edited": {"user": message.get("user", ""), "ts": self.desk.workspace.next_ts()},
        }
        self.desk.workspace.touch(channel, message)
        self.desk.tell(changed_event(self.desk, channel, message, before))
        return message

    def delete(self, body: Json) -> None:
        """Deletes a message: {"ts"}."""
        channel, message = self.desk.workspace.locate(str(body.get("ts")))
        self.desk.workspace.remove(channel, message["ts"])
        ts = self.desk.workspace.next_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message["ts"],
        }
        self.desk.tell({**event, "previous_message": message, "ts": ts, "event_ts": ts, "channel_type": "group"})

    def react(self, body: Json) -> None:
        """Adds or removes a reaction: {"ts", "name", "user", "remove"?}."""
        channel, message = self.desk.workspace.locate(str(body.get("ts")))
        change = remove_reaction if body.get("remove") else add_reaction
        change(self.desk, channel, message, str(body.get("name")), self.desk.person(body)["id"])

    def home(self, body: Json) -> None:
        """Opens the App Home: {"user"}."""
        user = self.desk.person(body)["id"]
        channel = self.desk.workspace.direct(user)
        self.desk.tell(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": channel.id,
                "tab": "home",
                "event_ts": self.desk.workspace.next_ts(),
            }
        )

    def _stored(self, text: str) -> str:
        return markup(text, {user["name"]: user["id"] for user in self.desk.workspace.users.values()})

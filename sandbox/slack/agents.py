"""What people do in Slack: reply, edit, press, submit, command, react."""

import json
import re
from typing import Any

from sandbox import ids
from sandbox.slack import forms
from sandbox.slack.errors import SlackError
from sandbox.slack.files import Files
from sandbox.slack.methods import Desk, add_reaction, changed_event, remove_reaction
from sandbox.slack.outlet import message_event
from sandbox.slack.views import Views
from sandbox.slack.workspace import Channel
from sandbox.webhooks import Answer

Json = dict[str, Any]
HOOK_USES = 5
HOOK_SECONDS = 1800
LINK = re.compile(r"https?://[^\s<>|]+")
MENTION = re.compile(r"@([a-z]+)\b", re.IGNORECASE)
TOKEN = re.compile(r"<(@[A-Z0-9]+|https?://[^>|]+)>")


class Agents:
    """The people of the workspace at work."""

    def __init__(self, desk: Desk, views: Views, files: Files) -> None:
        self.desk = desk
        self.views = views
        self.files = files
        self._hooks: dict[str, Json] = {}

    def reply(self, body: Json) -> Json:
        """Write a message: {"text", "user", "thread_ts"?, "channel"?, "broadcast"?, "file"?}; returns it, the event follows in the background."""
        desk, user = self.desk, self._person(body)
        channel = self._channel(body)
        text = self._markup(str(body.get("text", "")))
        message: Json = {
            "type": "message",
            "user": user["id"],
            "client_msg_id": ids.sid("")[:8],
            "text": text,
            "team": user["team_id"],
            "ts": desk.workspace.next_ts(),
            "blocks": [_rich_text(text)],
        }
        if user.get("is_stranger"):
            message |= {"user_team": user["team_id"], "source_team": user["team_id"]}
        if body.get("thread_ts"):
            message["thread_ts"] = str(body["thread_ts"])
        if body.get("file"):
            stored = desk.world.media.sample(str(body["file"]))
            message |= {"subtype": "file_share", "files": [self.files.share(stored, user["id"])], "upload": False}
        if body.get("broadcast"):
            message["subtype"] = "thread_broadcast"
        desk.workspace.put(channel, message)
        desk.tell(message_event(channel, message))
        return message

    def edit(self, body: Json) -> Json:
        """Change one's own message: {"ts", "text"}."""
        channel, message = self.desk.workspace.locate(str(body.get("ts")))
        before = dict(message)
        text = self._markup(str(body.get("text", "")))
        message |= {
            "text": text,
            "blocks": [_rich_text(text)],
            "edited": {"user": message.get("user", ""), "ts": self.desk.workspace.next_ts()},
        }
        self.desk.workspace.touch(channel, message)
        self.desk.tell(changed_event(self.desk, channel, message, before))
        return message

    def delete(self, body: Json) -> None:
        """Delete a message: {"ts"}."""
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
        """Add or remove a reaction: {"ts", "name", "user", "remove"?}."""
        channel, message = self.desk.workspace.locate(str(body.get("ts")))
        change = remove_reaction if body.get("remove") else add_reaction
        change(self.desk, channel, message, str(body.get("name")), self._person(body)["id"])

    async def press(self, body: Json) -> Answer:
        """Use an element: {"message_ts" or "view_id", "action_id", "value"?, "user"}; value chooses an option, a user or one of several buttons."""
        user = self._person(body)
        place, blocks = self._place(body, user)
        block, part = forms.element(blocks, str(body.get("action_id")), body.get("value"))
        action = {
            "action_id": part["action_id"],
            "block_id": block["block_id"],
            "type": part["type"],
            "action_ts": self.desk.workspace.next_ts(),
        }
        if part["type"] == "button":
            action |= {name: part[name] for name in ("text", "value", "style", "url") if part.get(name)}
        else:
            action |= forms.entry(part, body.get("value"))
        payload = {
            "type": "block_actions",
            **self._frame(user),
            **place,
            "actions": [action],
            "state": forms.state(blocks, body.get("values") or {}),
        }
        return await self.desk.outlet.interaction(payload)

    async def submit(self, body: Json) -> Json:
        """Submit the modal {"view_id", "values": {block or action id: value}}; returns the product's answer."""
        user, view = self.views.find(str(body.get("view_id")))
        view["state"] = forms.state(view["blocks"], body.get("values") or {})
        view["errors"] = _unfilled(view)
        if view["errors"]:
            self.views.touch(user)
            return {"response_action": "errors", "errors": view["errors"]}
        shown = {name: value for name, value in view.items() if name != "errors"}
        payload = {
            "type": "view_submission",
            **self._frame(self.desk.workspace.human(user)),
            "view": shown,
            "response_urls": [],
        }
        answer = await self.desk.outlet.interaction(payload)
        if not answer.ok:
            raise SlackError("dispatch_failed")
        result = _object(answer.body)
        self.views.respond(user, result)
        return result

    async def close(self, body: Json) -> None:
        """Close the top modal of {"user"}."""
        user = self._person(body)
        view = self.views.close(user["id"])
        if view and view.get("notify_on_close"):
            await self.desk.outlet.interaction(
                {"type": "view_closed", **self._frame(user), "view": view, "is_cleared": False}
            )

    async def suggest(self, body: Json) -> Json:
        """Ask for the options of an external select: {"message_ts" or "view_id", "action_id", "query", "user"}."""
        user = self._person(body)
        place, blocks = self._place(body, user)
        block, part = forms.element(blocks, str(body.get("action_id")))
        asked = {"action_id": part["action_id"], "block_id": block["block_id"], "value": str(body.get("query", ""))}
        answer = await self.desk.outlet.interaction({"type": "block_suggestion", **self._frame(user), **place, **asked})
        return _object(answer.body)

    async def command(self, body: Json) -> Answer:
        """A slash command: {"command", "text", "user", "channel"?}; the answer becomes an ephemeral message."""
        user, channel = self._person(body), self._channel(body)
        form = {
            "token": "verification-token",
            "team_id": self.desk.workspace.team_id,
            "team_domain": "northwind",
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user["id"],
            "user_name": user["name"],
            "command": str(body.get("command", "/desk")),
            "text": str(body.get("text", "")),
            "api_app_id": self.desk.workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self._hook(channel, user["id"], ""),
            "trigger_id": self.views.trigger(user["id"]),
        }
        answer = await self.desk.outlet.command(form)
        if answer.ok and answer.body:
            self._answered(channel, user["id"], answer)
        return answer

    async def shortcut(self, body: Json) -> Answer:
        """A global shortcut, or one on a message: {"callback_id", "user", "message_ts"?}."""
        user = self._person(body)
        payload = {
            "type": "shortcut",
            **self._frame(user),
            "callback_id": body.get("callback_id"),
            "action_ts": self.desk.workspace.next_ts(),
        }
        if body.get("message_ts"):
            place, _ = self._place(body, user)
            payload |= {**place, "type": "message_action", "message_ts": body["message_ts"]}
        return await self.desk.outlet.interaction(payload)

    def home(self, body: Json) -> None:
        """Open the App Home: {"user"}."""
        user = self._person(body)["id"]
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

    def respond(self, hook_id: str, body: Json) -> None:
        """A post to a response_url; raises SlackError when it is spent."""
        hook = self._hooks.get(hook_id)
        if hook is None or hook["uses"] >= HOOK_USES or self.desk.world.clock() > hook["until"]:
            raise SlackError("used_url")
        hook["uses"] += 1
        channel, original = hook["channel"], hook["ts"]
        if body.get("delete_original") and original:
            self.desk.workspace.remove(channel, original)
        elif body.get("replace_original") and original in channel.messages:
            self._replace(channel, original, body)
        else:
            message = self.desk.bot_message({**body, "thread_ts": body.get("thread_ts") or hook["thread"]})
            if body.get("response_type") != "in_channel":
                message["ephemeral_to"] = hook["user"]
            self.desk.workspace.put(channel, message)

    def _replace(self, channel: Channel, ts: str, body: Json) -> None:
        message = channel.messages[ts]
        message["text"] = str(body.get("text") or "")
        message["blocks"] = [{"block_id": ids.slack_id("")[:5], **block} for block in body.get("blocks") or []]
        self.desk.workspace.touch(channel, message)

    def _answered(self, channel: Channel, user: str, answer: Answer) -> None:
        body = _object(answer.body) if "json" in answer.content_type else {"text": answer.body.decode(errors="replace")}
        if not (body.get("text") or body.get("blocks")):
            return
        message = self.desk.bot_message(body)
        if body.get("response_type") != "in_channel":
            message["ephemeral_to"] = user
        self.desk.workspace.put(channel, message)

    def _place(self, body: Json, user: Json) -> tuple[Json, list[Json]]:
        workspace = self.desk.workspace
        if body.get("view_id"):
            home = self.views.homes.get(user["id"])
            view = home if home and home["id"] == body["view_id"] else self.views.find(str(body["view_id"]))[1]
            return {"view": view, "container": {"type": "view", "view_id": view["id"]}}, view["blocks"]
        channel, message = workspace.locate(str(body.get("message_ts")))
        hidden = bool(message.get("ephemeral_to"))
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": hidden}
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        place: Json = {"container": container, "channel": workspace.short_channel(channel)}
        if not hidden:
            place["message"] = message
        place["response_url"] = self._hook(channel, user["id"], message["ts"])
        return place, message.get("blocks") or []

    def _frame(self, user: Json) -> Json:
        workspace = self.desk.workspace
        return {
            "team": {"id": workspace.team_id, "domain": "northwind"},
            "user": {"id": user["id"], "username": user["name"], "name": user["name"], "team_id": user["team_id"]},
            "api_app_id": workspace.app_id,
            "token": "verification-token",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.views.trigger(user["id"]),
        }

    def _hook(self, channel: Channel, user: str, ts: str) -> str:
        hook_id = ids.sid("H")
        thread = channel.messages.get(ts, {}).get("thread_ts", "")
        self._hooks[hook_id] = {
            "channel": channel,
            "user": user,
            "ts": ts,
            "thread": thread,
            "uses": 0,
            "until": self.desk.world.clock() + HOOK_SECONDS,
        }
        if len(self._hooks) > 500:
            del self._hooks[next(iter(self._hooks))]
        return f"{self.desk.world.config.base}/slack/hooks/{hook_id}"

    def _person(self, body: Json) -> Json:
        return self.desk.workspace.human(
            str(body.get("user", "bea")).casefold() if len(str(body.get("user", "bea"))) < 9 else str(body["user"])
        )

    def _channel(self, body: Json) -> Channel:
        if body.get("thread_ts"):
            return self.desk.workspace.locate(str(body["thread_ts"]))[0]
        return self.desk.workspace.channel(body.get("channel") or self.desk.world.setting("SLACK_CHANNEL"))

    def _markup(self, text: str) -> str:
        """Typed words as Slack stores them: escaped, links and mentions in angle brackets."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        linked = LINK.sub(lambda match: f"<{match[0]}>", escaped)
        names = {user["name"]: user["id"] for user in self.desk.workspace.users.values()}
        return MENTION.sub(
            lambda match: f"<@{names[match[1].lower()]}>" if match[1].lower() in names else match[0], linked
        )


def _rich_text(text: str) -> Json:
    parts: list[Json] = []
    for index, piece in enumerate(TOKEN.split(text)):
        if index % 2:
            parts.append(
                {"type": "user", "user_id": piece[1:]}
                if piece.startswith("@")
                else {"type": "link", "url": piece.replace("&amp;", "&")}
            )
        elif piece:
            parts.append(
                {"type": "text", "text": piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")}
            )
    section = {"type": "rich_text_section", "elements": parts}
    return {"type": "rich_text", "block_id": ids.slack_id("")[:5], "elements": [section]}


def _unfilled(view: Json) -> dict[str, str]:
    values = view["state"]["values"]
    required = [block for block in view["blocks"] if block.get("type") == "input" and not block.get("optional")]
    empty = [
        block["block_id"]
        for block in required
        if not any(_filled(entry) for entry in values.get(block["block_id"], {}).values())
    ]
    return dict.fromkeys(empty, "Please complete this required field.")


def _filled(entry: Json) -> bool:
    return any(value not in (None, "", []) for name, value in entry.items() if name != "type")


def _object(content: bytes) -> Json:
    try:
        body = json.loads(content or b"{}")
    except json.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}

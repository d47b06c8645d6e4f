"""Lets people press, submit and command in Slack."""

import re
from typing import Any

from sandbox.platforms.slack import forms
from sandbox.platforms.slack.desk import Desk
from sandbox.platforms.slack.errors import SlackError
from sandbox.platforms.slack.hooks import Hooks, answer_object
from sandbox.platforms.slack.views import Views
from sandbox.wire.webhooks import Answer

Json = dict[str, Any]


class Interactions:
    """Sends block actions, modals, options, slash commands and shortcuts."""

    def __init__(self, desk: Desk, views: Views, hooks: Hooks) -> None:
        self.desk = desk
        self.views = views
        self._hooks = hooks

    async def press(self, body: Json) -> Answer:
        """Uses an element: {"message_ts" or "view_id", "action_id", "value"?, "user"}.

        The value chooses an option, a user or one of several buttons.
        """
        user = self.desk.person(body)
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
        state = forms.state(blocks, body.get("values") or {})
        if "view" in place:  # there it stands in the view itself (docs: block_actions payload)
            place = {**place, "view": {**place["view"], "state": state}}
        payload = {"type": "block_actions", **self._frame(user), **place, "actions": [action], "state": state}
        return await self.desk.outlet.interaction(payload)

    async def submit(self, body: Json) -> Json:
        """Submits the modal {"view_id", "values": {block or action id: value}}; returns the product's answer."""
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
        result = answer_object(answer.body)
        self.views.respond(user, result)
        return result

    async def close(self, body: Json) -> None:
        """Closes the top modal of {"user"}."""
        user = self.desk.person(body)
        view = self.views.close(user["id"])
        if view and view.get("notify_on_close"):
            await self.desk.outlet.interaction(
                {"type": "view_closed", **self._frame(user), "view": view, "is_cleared": False}
            )

    async def suggest(self, body: Json) -> Json:
        """Asks for the options of an external select: {"message_ts" or "view_id", "action_id", "query", "user"}."""
        user = self.desk.person(body)
        place, blocks = self._place(body, user)
        block, part = forms.element(blocks, str(body.get("action_id")))
        asked = {"action_id": part["action_id"], "block_id": block["block_id"], "value": str(body.get("query", ""))}
        answer = await self.desk.outlet.interaction({"type": "block_suggestion", **self._frame(user), **place, **asked})
        return answer_object(answer.body)

    async def command(self, body: Json) -> Answer:
        """Sends a slash command: {"command", "text", "user", "channel"?}; the answer becomes an ephemeral message."""
        user, channel = self.desk.person(body), self.desk.place(body)
        form = {
            "token": "verification-token",
            "team_id": self.desk.workspace.team_id,
            "team_domain": self.desk.workspace.domain,
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user["id"],
            "user_name": user["name"],
            "command": str(body.get("command", "/desk")),
            "text": self._escaped(str(body.get("text", ""))),
            "api_app_id": self.desk.workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self._hooks.make(channel, user["id"], ""),
            "trigger_id": self.views.trigger(user["id"]),
        }
        answer = await self.desk.outlet.command(form)
        if answer.ok and answer.body:
            self._hooks.answered(channel, user["id"], answer)
        return answer

    def _escaped(self, text: str) -> str:
        """Names the people that a command's text mentions, as Slack does where the manifest says `should_escape`."""
        known = {user["name"].casefold(): user for user in self.desk.workspace.users.values()}

        def mention(found: re.Match[str]) -> str:
            user = known.get(found[1].casefold())
            return f"<@{user['id']}|{user['name']}>" if user else found[0]

        return re.sub(r"(?<!\S)@([\w.-]+)", mention, text)

    async def shortcut(self, body: Json) -> Answer:
        """Sends a global shortcut, or one on a message: {"callback_id", "user", "message_ts"?}."""
        user = self.desk.person(body)
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
        place["response_url"] = self._hooks.make(channel, user["id"], message["ts"])
        return place, message.get("blocks") or []

    def _frame(self, user: Json) -> Json:
        workspace = self.desk.workspace
        return {
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "user": {"id": user["id"], "username": user["name"], "name": user["name"], "team_id": user["team_id"]},
            "api_app_id": workspace.app_id,
            "token": "verification-token",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.views.trigger(user["id"]),
        }


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

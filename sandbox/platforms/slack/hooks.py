"""Serves response_url: where the product answers an interaction later."""

import json
from typing import Any

from sandbox.platforms.slack.desk import Desk
from sandbox.platforms.slack.errors import SlackError
from sandbox.platforms.slack.workspace import Channel
from sandbox.wire.webhooks import Answer
from sandbox.world import ids

Json = dict[str, Any]
HOOK_USES = 5
HOOK_SECONDS = 1800


class Hooks:
    """Keeps the response_urls that are still good: five uses within half an hour."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._hooks: dict[str, Json] = {}

    def make(self, channel: Channel, user: str, ts: str) -> str:
        """Makes a new response_url for a user, about the message `ts` (or "")."""
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
        return f"{self.desk.world.config.base}{self.desk.workspace.prefix}/hooks/{hook_id}"

    def respond(self, hook_id: str, body: Json) -> None:
        """Takes a post to a response_url; raises SlackError when it is spent."""
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

    def answered(self, channel: Channel, user: str, answer: Answer) -> None:
        """Shows the direct answer to a slash command."""
        body = (
            answer_object(answer.body)
            if "json" in answer.content_type
            else {"text": answer.body.decode(errors="replace")}
        )
        if not (body.get("text") or body.get("blocks")):
            return
        message = self.desk.bot_message(body)
        if body.get("response_type") != "in_channel":
            message["ephemeral_to"] = user
        self.desk.workspace.put(channel, message)

    def _replace(self, channel: Channel, ts: str, body: Json) -> None:
        message = channel.messages[ts]
        message["text"] = str(body.get("text") or "")
        message["blocks"] = [{"block_id": ids.slack_id("")[:5], **block} for block in body.get("blocks") or []]
        self.desk.workspace.touch(channel, message)


def answer_object(content: bytes) -> Json:
    """Reads the JSON object of an answer; {} when it is none."""
    try:
        body = json.loads(content or b"{}")
    except json.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}

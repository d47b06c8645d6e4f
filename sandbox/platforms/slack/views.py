"""Keeps modals and the App Home."""

from typing import Any

from sandbox.platforms.slack import blocks
from sandbox.platforms.slack.desk import Desk
from sandbox.platforms.slack.errors import SlackError
from sandbox.platforms.slack.methods import Method
from sandbox.world import ids

Json = dict[str, Any]
TRIGGER_SECONDS = 3.0


class Views:
    """Keeps open modals per user (the last is on top), and published homes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.modals: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        self._triggers: dict[str, tuple[str, float]] = {}

    def reset(self) -> None:
        """Closes everything."""
        self.modals.clear()
        self.homes.clear()

    def trigger(self, user: str) -> str:
        """Makes a new trigger id, good for three seconds."""
        trigger = f"{int(self.desk.world.clock() * 1000)}.{ids.numeric(user, 12)}.{ids.slack_id('').lower()}"
        self._triggers[trigger] = (user, self.desk.world.clock() + TRIGGER_SECONDS)
        if len(self._triggers) > 500:
            del self._triggers[next(iter(self._triggers))]
        return trigger

    def find(self, view_id: str) -> tuple[str, Json]:
        """Finds (user, view) of an open modal; raises SlackError not_found."""
        for user, stack in self.modals.items():
            for view in stack:
                if view_id in {view["id"], view.get("external_id")}:
                    return user, view
        raise SlackError("not_found")

    def methods(self) -> dict[str, Method]:
        """Lists the views.* methods."""
        return {
            "views.open": self._open,
            "views.push": self._push,
            "views.update": self._update,
            "views.publish": self._publish,
        }

    def respond(self, user: str, answer: Json) -> None:
        """Applies a response_action of the product to a submitted modal; none closes it."""
        stack = self.modals.setdefault(user, [])
        action = answer.get("response_action")
        if action == "errors":
            stack[-1]["errors"] = answer.get("errors") or {}
        elif action == "update":
            stack[-1] = {**self._made(answer["view"]), "id": stack[-1]["id"]}
        elif action == "push":
            stack.append(self._made(answer["view"]))
        elif action == "clear":
            stack.clear()
        elif stack:
            stack.pop()
        self.touch(user)

    def close(self, user: str) -> Json | None:
        """Closes a user's top modal, as the user does; returns it."""
        stack = self.modals.get(user) or []
        view = stack.pop() if stack else None
        self.touch(user)
        return view

    def touch(self, user: str) -> None:
        """Announces a user's modals and home."""
        value = {"user": user, "modals": self.modals.get(user, []), "home": self.homes.get(user)}
        topic = "views" if self.desk.workspace.topic == "slack" else f"{self.desk.workspace.topic}_views"
        self.desk.world.feed.publish(topic, user, value)

    async def _open(self, _desk: Desk, params: Json) -> Json:
        user = self._user(params)
        view = self._made(params.get("view"))
        self.modals[user] = [view]
        self.touch(user)
        return {"view": view}

    async def _push(self, _desk: Desk, params: Json) -> Json:
        user = self._user(params)
        stack = self.modals.setdefault(user, [])
        if len(stack) >= 3:
            raise SlackError("push_limit_reached")
        view = self._made(params.get("view"))
        stack.append(view)
        self.touch(user)
        return {"view": view}

    async def _update(self, _desk: Desk, params: Json) -> Json:
        user, view = self.find(str(params.get("view_id") or params.get("external_id")))
        if params.get("hash") and params["hash"] != view["hash"]:
            raise SlackError("hash_conflict")
        fresh = {**self._made(params.get("view")), "id": view["id"]}
        stack = self.modals[user]
        stack[stack.index(view)] = fresh
        self.touch(user)
        return {"view": fresh}

    async def _publish(self, desk: Desk, params: Json) -> Json:
        user = desk.workspace.human(str(params.get("user_id")))["id"]
        self.homes[user] = self._made(params.get("view"), kinds=("home",))
        self.touch(user)
        return {"view": self.homes[user]}

    def _user(self, params: Json) -> str:
        known = self._triggers.get(str(params.get("trigger_id")))
        if known is None:
            raise SlackError("invalid_trigger_id")
        user, expires = known
        if self.desk.world.clock() > expires:
            raise SlackError("expired_trigger_id")
        del self._triggers[str(params["trigger_id"])]
        return user

    def _made(self, view: Any, kinds: tuple[str, ...] = ("modal",)) -> Json:
        if not isinstance(view, dict) or view.get("type") not in kinds:
            raise SlackError(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] view type must be one of {kinds}"]}
            )
        blocks.check(view.get("blocks"), blocks.VIEW_BLOCKS)
        _titles(view)
        workspace = self.desk.workspace
        return {
            **view,
            "id": ids.slack_id("V"),
            "team_id": workspace.team_id,
            "app_id": workspace.app_id,
            "bot_id": workspace.bot_id,
            "blocks": [{"block_id": ids.slack_id("")[:5], **block} for block in view["blocks"]],
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "state": {"values": {}},
            "hash": f"{workspace.next_ts()}.{ids.slack_id('')[:8]}",
            "errors": {},
        }


def _titles(view: Json) -> None:
    for name in ("title", "submit", "close"):
        text = (view.get(name) or {}).get("text", "")
        if len(text) > 24 or (name == "title" and view["type"] == "modal" and not text):
            raise SlackError(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] {name} must be 1 to 24 characters"]}
            )
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(name) or "") > limit:
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] {name} must be less than {limit + 1} characters"]},
            )
    if (
        view["type"] == "modal"
        and not view.get("submit")
        and any(block.get("type") == "input" for block in view["blocks"])
    ):
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: submit"]}
        )

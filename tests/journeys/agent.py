"""Acts as one agent in Slack, in front of the running system, and keeps what they used of the desk.

What they use is named: a button by its id, others as `shortcut: id`, `home: id`, `/desk word`; what they did to a form
as `id: opened`, `id: redrawn`, `id: searched`, `id: refused`, `id: submitted`.
"""

import json

from tests.journeys.actors import Json, until
from tests.journeys.system import System

REDRAWS = "form_changed"  # the action id of a field that has its form drawn anew


class Agent:
    """Acts for one person of the workspace. `used` is added to, by all agents of a story."""

    def __init__(self, desk: System, name: str, used: set[str]) -> None:
        self.desk, self.name, self.used = desk, name, used
        self.id = desk.sandbox.extra[f"slack_agent_{name}"]
        self._seen = ""

    def press(self, message: str, action: str, value: str = "") -> None:
        """Presses a button of a message, once it is there; `value` is that of one among several with the same id."""
        until(lambda: self._buttons(message, action), lambda: f"{action} on {message}; {self.desk.slack_told()}")
        self._use(action, "press", {"message_ts": message, "action_id": action, "value": value or None})

    def press_at_home(self, action: str, value: str = "") -> None:
        """Presses a button of their own page."""
        body = {"view_id": self.home()["id"], "action_id": action, "value": value or None}
        self._use(f"home: {action}", "press", body)

    def shortcut(self, action: str, message: str = "") -> None:
        """Uses a shortcut: on a message, or without one from anywhere."""
        body = {"callback_id": action, **({"message_ts": message} if message else {})}
        self._use(f"shortcut: {action}", "shortcut", body)

    def command(self, words: str) -> None:
        """Types `/desk words`."""
        self._use(f"/desk {words.partition(' ')[0]}", "command", {"text": words})

    def form(self, action: str) -> "OpenForm":
        """Waits for the form that a press opens."""
        view = until(lambda: self._window(action), lambda: f"the form of {action}; {self.desk.output()}")
        elements = [part for block in view["blocks"] for part in (*block.get("elements", ()), block.get("element", {}))]
        can = {"redrawn": any(each.get("action_id") == REDRAWS for each in elements)}
        can["searched"] = any(each.get("type") == "external_select" for each in elements)
        self.used |= {f"{action}: opened", *(f"{action}: can be {how}" for how, is_so in can.items() if is_so)}
        return OpenForm(self, action, view["id"])

    def home(self, shows: str = "") -> Json:
        """Opens their own page, and waits until it shows this."""
        before = self._state()["homes"].get(self.id, {}).get("hash", "")
        self.desk.api("slack/home", {"user": self.name})

        def drawn() -> Json | None:
            view: Json = self._state()["homes"].get(self.id) or {}
            return view if view.get("hash", before) != before and shows in words_of(view) else None

        return until(drawn, lambda: f"a page with {shows!r}; there is {self._state()['homes'].get(self.id)}")

    def home_shows(self, fragment: str, but: str = "\0") -> None:
        """Waits until their page, as it was published last, shows the one and not the other."""

        def page() -> str:
            return words_of(self._state()["homes"].get(self.id) or {})

        until(lambda: fragment in page() and but not in page(), lambda: f"{fragment!r} without {but!r} in {page()}")

    def told(self, fragment: str) -> Json:
        """Waits for words for their eyes alone, since they acted last, also in their chat with the app."""

        def found() -> Json | None:
            new = (m for m in self.messages() if m["ts"] > self._seen)
            mine = (m for m in new if m.get("ephemeral_to") == self.id or self.id in m["place"])
            return next((m for m in mine if fragment in words_of(m)), None)

        return until(found, lambda: f"{fragment!r} for {self.name}; there is\n{self.desk.slack_told()}")

    def was_told(self, fragment: str, thread: str) -> None:
        """Waits for words for their eyes alone, at any time, in or beside a thread."""

        def found() -> bool:
            mine = (m for m in self.messages() if m.get("ephemeral_to") == self.id)
            return any(fragment in words_of(m) and m.get("thread_ts", thread) == thread for m in mine)

        until(found, lambda: f"{fragment!r} for {self.name}; there is\n{self.desk.slack_told()}")

    def reply(self, root: str, text: str) -> str:
        """Writes into a thread; returns the message's ts."""
        self._mark()
        return self.desk.slack_reply(root, text, self.name)

    def edits(self, message: str, text: str) -> None:
        """Changes a message of theirs."""
        self._mark()
        self.desk.api("slack/edit", {"ts": message, "text": text})

    def messages(self) -> list[Json]:
        """Lists all messages of the workspace, also those that they alone see."""
        channels = self._state()["channels"]
        return [{**message, "place": each["name"]} for each in channels for message in each["messages"]]

    def windows(self) -> list[Json]:
        """Lists the forms that they have open, the one on top last."""
        listed: list[Json] = self._state()["modals"].get(self.id) or []
        return listed

    def _use(self, action: str, how: str, body: Json) -> None:
        self._mark()
        answer = self.desk.api(f"slack/{how}", {**body, "user": self.name})
        assert answer["ok"], answer
        self.used.add(action)

    def _buttons(self, ts: str, action: str) -> list[Json]:
        shown = next((m.get("blocks", []) for m in self.messages() if m["ts"] == ts), [])
        return [each for block in shown for each in block.get("elements", []) if each.get("action_id") == action]

    def _window(self, action: str) -> Json | None:
        return next((view for view in reversed(self.windows()) if view["callback_id"] == action), None)

    def _mark(self) -> None:
        self._seen = max((m["ts"] for m in self.messages()), default="")

    def _state(self) -> Json:
        state: Json = self.desk.api("state")["slack"]
        return state


class OpenForm:
    """Fills in an open form."""

    def __init__(self, agent: Agent, action: str, view: str) -> None:
        self.agent, self.action, self.view = agent, action, view

    def shows(self, fragment: str) -> None:
        """Waits until it shows this."""
        until(lambda: fragment in words_of(self._drawn()), lambda: f"{fragment!r} in {words_of(self._drawn())}")

    def search(self, field: str, typed: str) -> list[str]:
        """Types into a field that searches; returns the titles that are offered."""
        asked = {"view_id": self.view, "action_id": self._element(field), "query": typed, "user": self.agent.name}
        found = self.agent.desk.api("slack/options", asked)["options"]
        self._did("searched")
        return [each["text"]["text"] for each in found]

    def choose(self, value: str, **filled: str) -> None:
        """Chooses in the field that has the form drawn anew, with what is filled in so far, and waits until it is."""
        before = self._drawn()["hash"]
        chosen = {"view_id": self.view, "action_id": REDRAWS, "value": value, "values": {REDRAWS: value, **filled}}
        assert self.agent.desk.api("slack/press", {**chosen, "user": self.agent.name})["ok"]
        until(lambda: self._drawn()["hash"] != before, f"another look of the form {self.action}")
        self._did("redrawn")

    def fields(self) -> list[str]:
        """Lists the ids of its fields."""
        return [block["block_id"] for block in self._drawn()["blocks"] if block["type"] == "input"]

    def refused(self, **values: str) -> dict[str, str]:
        """Submits what cannot be right; returns what is said below which field, and the form stays open."""
        answer = self._submit(values)
        assert answer.get("response_action") == "errors", answer
        assert self._drawn(), "the form was closed"
        self._did("refused")
        return dict(answer["errors"])

    def submit(self, **values: str) -> None:
        """Submits it, which closes it. Fields that are not named stay as they are."""
        self.agent._mark()
        answer = self._submit(values)
        assert "errors" not in answer, answer
        assert not self._drawn(), "the form stays open"
        self._did("submitted")

    def _submit(self, values: dict[str, str]) -> Json:
        answer: Json = self.agent.desk.api("slack/submit", {"view_id": self.view, "values": values})
        return answer

    def _drawn(self) -> Json:
        return next((view for view in self.agent.windows() if view["id"] == self.view), {})

    def _element(self, field: str) -> str:
        return next(str(b["element"]["action_id"]) for b in self._drawn()["blocks"] if b["block_id"] == field)

    def _did(self, what: str) -> None:
        self.agent.used.add(f"{self.action}: {what}")


def words_of(shown: Json) -> str:
    """Reads all that a message or view shows."""
    return f"{shown.get('text', '')} {json.dumps(shown.get('blocks', []), ensure_ascii=False)}"

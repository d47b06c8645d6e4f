"""Acts in front of the running system: customers on their phones, agents in Slack, the store at its panel.

Everything goes over HTTP to the sandbox's control API; waiting is polling with a deadline, never a fixed sleep.
"""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from hub.desk.forms import FORMS

Json = dict[str, Any]
T = TypeVar("T")

FIRST_LOOK, LONGEST_LOOK = 0.02, 0.15  # seconds between two looks: soon at first, then a look costs more than it gains
PATIENCE = 40.0


class Answer:
    """What a server said; `headers` by their names in small letters."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, method: str = "", timeout: float = 30
) -> Answer:
    """Makes one HTTP request: GET without a body, POST with one. Raises OSError when nobody answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method or ("GET" if body is None else "POST"), path, body, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def until(done: Callable[[], T | None], what: str | Callable[[], str], timeout: float = PATIENCE) -> T:
    """Asks until `done` gives something true and returns that; fails with `what` at the deadline."""
    deadline, pause = time.monotonic() + timeout, FIRST_LOOK
    while True:
        found = done()
        if found:
            return found
        if time.monotonic() > deadline:
            said = what if isinstance(what, str) else what()
            raise AssertionError(f"not within {timeout:g} s: {said}")
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_LOOK)


class Actors:
    """Acts for customers, agents and the store of one sandbox."""

    def __init__(self, product: str, page: str) -> None:
        self.product = product
        self.page = page
        self._seen: dict[str, int] = {}

    def api(self, path: str, body: Json | None = None, method: str = "", status: int = 200) -> Any:
        """Calls the sandbox's control API; fails on another status than the expected one."""
        content = None if body is None else json.dumps(body).encode()
        answer = call(f"{self.page}sandbox/api/{path}", content, {"Content-Type": "application/json"}, method)
        assert answer.status == status, f"{path}: {answer.status} {answer.body[:500]!r}"
        return answer.json

    # --- customers

    def bubbles(self, phone: str) -> list[Json]:
        """Reads the phone's transcript, oldest first."""
        listed: list[Json] = self.api(f"transcripts?phone={quote(phone)}")["phones"].get(phone, [])
        return listed

    def mark(self, phone: str) -> None:
        """Marks the transcript: from here on `expect` looks only at what is new."""
        self._seen[phone] = len(self.bubbles(phone))

    def say(self, phone: str, text: str, **more: Any) -> None:
        """Writes, as the customer."""
        self.mark(phone)
        self.api(f"phones/{phone}/send", {"text": text, **more})

    def press(self, phone: str, title: str) -> None:
        """Taps the newest choice whose title contains this, as the customer."""
        for bubble in reversed(self.bubbles(phone)):
            for choice in bubble["choices"]:
                if title in choice["title"]:
                    self.mark(phone)
                    self.api(f"phones/{phone}/send", {"choice": choice["id"], "bubble": bubble["id"]})
                    return
        raise AssertionError(f"nothing called {title!r} to tap:\n{self.told(phone)}")

    def expect(self, phone: str, fragment: str, timeout: float = PATIENCE) -> Json:
        """Waits for the store's next message on this phone that contains the fragment (text, header, choices)."""

        def found() -> Json | None:
            return next((bubble for bubble in self.fresh(phone) if fragment in shown(bubble)), None)

        return until(found, lambda: f"{fragment!r} on {phone}; there is\n{self.told(phone)}", timeout)

    def answers(self, phone: str) -> list[Json]:
        """Lists what the store sent to this phone, oldest first."""
        return [bubble for bubble in self.bubbles(phone) if bubble["direction"] == "out"]

    def fresh(self, phone: str) -> list[Json]:
        """Lists what the store sent since the last `mark`, oldest first."""
        return [bubble for bubble in self.bubbles(phone)[self._seen.get(phone, 0) :] if bubble["direction"] == "out"]

    def told(self, phone: str) -> str:
        """Reads the end of the transcript, for messages of failed tests."""
        lines = [f"  {b['direction']:3} {b['status']:9} {shown(b)!r} {b['error']}" for b in self.bubbles(phone)[-8:]]
        return "\n".join(lines) or "  (nothing)"

    def meet(self, **person: Any) -> str:
        """Makes a customer with one WhatsApp phone (or `channels`); returns the id of the first phone."""
        made: Json = self.api("people", person)
        return str(made["phones"][0]["id"])

    def phones_of(self, *channels: str, **person: Any) -> dict[str, str]:
        """Makes a customer with a phone on each channel: channel -> phone id."""
        made: Json = self.api("people", {"channels": list(channels), **person})
        return {phone["channel"]: str(phone["id"]) for phone in made["phones"]}

    def phone(self, phone: str) -> Json:
        """Reads what the sandbox knows of a phone: address, number, user_id …"""
        found: Json = next(each for each in self.api("state")["phones"] if each["id"] == phone)
        return found

    def send(self, phone: str, kind: str, **more: Any) -> None:
        """Sends something else than words, as the customer: a picture, a contact …"""
        self.mark(phone)
        self.api(f"phones/{phone}/send", {"kind": kind, **more})

    def act(self, phone: str, act: Json) -> int:
        """Acts as the customer (sandbox/README.md, "Acts"); returns what the product answered to its webhook."""
        self.mark(phone)
        return int(self.api(f"phones/{phone}/send", {**act, "wait": True})["status"])

    # --- agents

    def slack(self) -> list[Json]:
        """Reads the messages of the desk's channel, oldest first, ephemeral ones too."""
        found = self.api("state")["slack"]
        main = next(channel for channel in found["channels"] if channel["id"] == found["main"])
        messages: list[Json] = main["messages"]
        return messages

    def slack_root(self, name: str, timeout: float = PATIENCE) -> str:
        """Finds the ts of the newest case's card that names this customer."""

        def found() -> str | None:
            roots = [m for m in self.slack() if "bot_id" in m and m.get("thread_ts", m["ts"]) == m["ts"]]
            return next((m["ts"] for m in reversed(roots) if name in m["text"]), None)

        return until(found, lambda: f"a case of {name}; there is\n{self.slack_told()}", timeout)

    def slack_thread(self, root: str) -> list[Json]:
        """Reads the replies below a card."""
        return [m for m in self.slack() if m.get("thread_ts") == root and m["ts"] != root]

    def slack_expect(self, root: str, fragment: str, timeout: float = PATIENCE) -> Json:
        """Waits for a message in the thread, or the card itself, that contains the fragment in its text or blocks."""

        def found() -> Json | None:
            thread = [m for m in self.slack() if root in (m["ts"], m.get("thread_ts"))]
            return next((m for m in reversed(thread) if fragment in _all_words(m)), None)

        return until(found, lambda: f"{fragment!r} in {root}; there is\n{self.slack_told()}", timeout)

    def slack_reply(self, root: str, text: str, user: str = "bea") -> str:
        """Writes into the thread, as an agent; returns the ts."""
        return str(self.api("slack/reply", {"thread_ts": root, "text": text, "user": user})["ts"])

    def slack_press(self, message: str, action: str, user: str = "bea", **values: str) -> None:
        """Presses a button, as an agent; the form that it opens is filled in with `values`, and submitted."""
        answer = self.api("slack/press", {"message_ts": message, "action_id": action, "user": user})
        assert answer["ok"], answer
        if action in FORMS:
            view = until(lambda: self._form(action), f"the form of {action}")
            answer = self.api("slack/submit", {"view_id": view["id"], "values": values})
            assert "errors" not in answer, answer

    def _form(self, action: str) -> Json | None:
        """Finds the open form of a button."""
        open_now = [view for views in self.api("state")["slack"]["modals"].values() for view in views]
        return next((view for view in open_now if view["callback_id"] == action), None)

    def slack_sent(self, message: str) -> None:
        """Waits until an agent's message is marked as sent, or as more than that."""
        self.slack_reaction(message, "white_check_mark", "mailbox_with_mail", "eyes")

    def slack_reaction(self, message: str, *names: str, timeout: float = PATIENCE) -> None:
        """Waits until the message has one of these reactions."""

        def found() -> bool:
            mine = next(m for m in self.slack() if m["ts"] == message)
            return any(reaction["name"] in names for reaction in mine.get("reactions", []))

        until(found, lambda: f"{names} on {message}; there is\n{self.slack_told()}", timeout)

    def slack_told(self) -> str:
        """Reads the end of the channel, for messages of failed tests."""
        lines = [
            f"  {m['ts']} in {m.get('thread_ts', '-')} {m['text']!r} {[r['name'] for r in m.get('reactions', [])]}"
            for m in self.slack()[-12:]
        ]
        return "\n".join(lines) or "  (nothing)"

    # --- the store, and misbehaviour

    def shop(self, number: str, action: str) -> None:
        """Presses a button of the store's panel; the product must take the event."""
        answer = self.api(f"store/orders/{number}/{action}", {})
        assert answer["ok"], answer

    def sells(self, number: str, phone: str, pieces: int = 1, **more: Any) -> Json:
        """Reports a paid order of so many cups by whoever has this number; `more` goes into its customer."""
        order = {
            "number": number,
            "placed_at": datetime.now(UTC).isoformat(),
            "status": "paid",
            "currency": "USD",
            "total": f"{20 * pieces}.00",
            "customer": {"id": f"buyer-{number}", "name": f"Buyer {number}", "phone": phone, "locale": "en", **more},
            "shipping_address": {"line1": "1 Mill Lane", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB"},
            "lines": [{"id": "l1", "sku": "CUP", "title": "Cup", "quantity": pieces, "unit_price": "20.00"}],
        }
        self.reports("order.created", {"order": order})
        return order

    def ships(self, number: str, carrier: str = "DHL") -> None:
        """Reports that the parcel of an order left, as the store."""
        shipment = {"id": f"s-{number}", "carrier": carrier, "status": "in_transit", "tracking_number": f"T{number}"}
        self.reports("shipment.created", {"order_number": number, "shipment": shipment})

    def reports(self, kind: str, data: Json) -> None:
        """Reports any event of the store; the product must take it."""
        answer = self.api("store/events", {"type": kind, "data": data})
        assert answer["ok"], answer

    def fault(self, platform: str, kind: str, times: int | None = None, value: Any = None, method: str = "") -> None:
        """Lets a platform misbehave from now on."""
        self.api("faults", {"platform": platform, "kind": kind, "times": times, "value": value, "method": method})

    def sends(self, platform: str, words: str, since: int = 0) -> list[Json]:
        """Lists the calls to a platform that carry these words (a recipient, a text), oldest first."""
        made = [
            self.api(f"log/{entry['id']}")
            for entry in self.api("log?limit=2000")
            if (entry["platform"], entry["direction"], entry["method"]) == (platform, "out", "POST")
            and entry["id"] > since
        ]
        return [call for call in made if words in call["request"] and not _is_courtesy(call["request"])]

    def heal(self) -> None:
        """Lets all platforms behave again."""
        self.api("faults", method="DELETE")


def shown(bubble: Json) -> str:
    """Reads all words of a bubble."""
    titles = [f"[{choice['title']}]" for choice in bubble["choices"]]
    return " ".join(part for part in (bubble["header"], bubble["text"], bubble["footer"], *titles) if part)


def _is_courtesy(body: str) -> bool:
    """Tells whether it is a read mark or typing sign."""
    return "sender_action" in body or "typing_indicator" in body or '"status":"read"' in body.replace(" ", "")


def _all_words(message: Json) -> str:
    """Returns what a message shows, its files by their names and types."""
    shown = [message.get("blocks", []), [(each.get("name"), each.get("mimetype")) for each in message.get("files", [])]]
    return f"{message['text']} {json.dumps(shown, ensure_ascii=False)}"

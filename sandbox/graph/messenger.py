"""Messenger Platform: what the product calls."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox import ids
from sandbox.buckets import Buckets
from sandbox.graph import messenger_limits, signing
from sandbox.graph.errors import GraphError
from sandbox.people import Bubble, Choice, Media, Phone
from sandbox.receipts import Receipts, Step
from sandbox.world import World

Json = dict[str, Any]
PAGE_INBOX_APP = "263902037430900"


class Messenger:
    """One page."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.subscribed = True
        self._receipts = receipts
        self._page = Buckets(rate=300, burst=300)

    async def post_message(self, body: Json) -> web.Response:
        """POST /{page}/messages; raises GraphError."""
        recipient = str((body.get("recipient") or {}).get("id", ""))
        phone = self.world.directory.find("messenger", recipient)
        if phone is None or phone.last_in is None:
            raise GraphError(100, subcode=2018001, message="(#100) No matching user found")
        if phone.blocked:
            raise GraphError(551, subcode=1545041)
        if body.get("sender_action"):
            return self._sender_action(phone, body)
        messenger_limits.check(body)
        self._window(phone, body)
        if self.world.pace.limits and self._page.take("page", self.world.clock()):
            raise GraphError(613)
        message_id = ids.mid()
        self._deliver(phone, message_id, body["message"])
        return web.json_response({"recipient_id": recipient, "message_id": message_id})

    def reset(self) -> None:
        """Fill the rate limit again."""
        self._page.clear()

    def envelope(self, item: Json) -> Json:
        """A webhook body with one messaging item."""
        page = self.world.setting("MESSENGER_PAGE_ID")
        return {"object": "page", "entry": [{"id": page, "time": self.millis(), "messaging": [item]}]}

    def millis(self) -> int:
        """Now in epoch milliseconds."""
        return int(self.world.clock() * 1000)

    def pair(self, phone: Phone, from_page: bool) -> Json:
        """Sender and recipient of a messaging item, with its timestamp."""
        user, page = {"id": phone.address}, {"id": self.world.setting("MESSENGER_PAGE_ID")}
        sender, recipient = (page, user) if from_page else (user, page)
        return {"sender": sender, "recipient": recipient, "timestamp": self.millis()}

    async def echo(self, phone: Phone, message_id: str, message: Json, app_id: str) -> None:
        """Post the echo of a message of the page."""
        echo: Json = {"mid": message_id, "is_echo": True, "app_id": int(app_id), "text": message.get("text", "")}
        if message.get("metadata"):
            echo["metadata"] = message["metadata"]
        if message.get("attachment"):
            echo = {**echo, "attachments": [message["attachment"]]}
        await signing.deliver(self.world, "messenger", self.envelope({**self.pair(phone, True), "message": echo}))

    def _window(self, phone: Phone, body: Json) -> None:
        kind = body.get("messaging_type", "RESPONSE")
        if kind == "UTILITY":
            return
        hours = 168 if kind == "MESSAGE_TAG" else 24
        if not phone.window_open(self.world.clock(), hours):
            raise GraphError(10, subcode=2018278, message="(#10) This message is sent outside of allowed window.")

    def _deliver(self, phone: Phone, message_id: str, message: Json) -> None:
        bubble = Bubble(
            id=message_id,
            phone=phone.id,
            direction="out",
            kind="text",
            text="",
            time=self.world.stamp(),
            status="sent",
            reply_to=(message.get("reply_to") or {}).get("mid", ""),
            correlation=message.get("metadata", ""),
            raw=message,
        )
        self.world.show(phone, _fill(bubble, message))
        pace = self.world.pace
        app = self.world.config.extra["meta_app_id"]
        steps = [
            Step("echo", pace.sent, lambda: self.echo(phone, message_id, message, app)),
            Step("delivered", pace.delivered, lambda: self._delivered(phone, bubble)),
            Step("read", pace.read, lambda: self._read(phone, bubble)),
        ]
        self._receipts.play("messenger", phone, steps)

    async def _delivered(self, phone: Phone, bubble: Bubble) -> None:
        self.world.progress(bubble, "delivered")
        delivery = {"mids": [bubble.id], "watermark": self.millis()}
        await signing.deliver(self.world, "messenger", self.envelope({**self.pair(phone, False), "delivery": delivery}))

    async def _read(self, phone: Phone, bubble: Bubble) -> None:
        self.world.progress(bubble, "read")
        await signing.deliver(
            self.world, "messenger", self.envelope({**self.pair(phone, False), "read": {"watermark": self.millis()}})
        )

    def _sender_action(self, phone: Phone, body: Json) -> web.Response:
        action = body["sender_action"]
        if action not in {"typing_on", "typing_off", "mark_seen", "react", "unreact"}:
            raise GraphError(
                100,
                message=f"(#100) Param sender_action must not be {action}.",
            )
        if action.startswith("typing"):
            phone.typing = action == "typing_on"
            self.world.touch_phone(phone)
        if action == "mark_seen":
            for bubble in phone.bubbles:
                if bubble.direction == "in":
                    self.world.progress(bubble, "read")
        return web.json_response({"recipient_id": phone.address})


def _fill(bubble: Bubble, message: Json) -> Bubble:
    bubble.text = message.get("text", "")
    bubble.choices = [
        Choice(reply.get("payload", ""), reply.get("title", "Share"), "quick_reply")
        for reply in message.get("quick_replies") or []
    ]
    if message.get("template"):
        bubble.kind, bubble.template = "template", message["template"]["name"]
        parts = message["template"].get("components") or []
        bubble.text = "\n".join(
            value.get("text", "")
            for part in parts
            for value in part.get("parameters") or []
            if part.get("type") == "body"
        )
    attachment = message.get("attachment")
    if attachment:
        _attach(bubble, attachment)
    return bubble


def _attach(bubble: Bubble, attachment: Json) -> None:
    payload = attachment.get("payload") or {}
    if attachment["type"] == "template":
        TEMPLATES[payload["template_type"]](bubble, payload)
    else:
        bubble.kind = attachment["type"]
        bubble.media = Media(attachment["type"], link=payload.get("url", ""))


def _button_template(bubble: Bubble, payload: Json) -> None:
    bubble.text = payload["text"]
    bubble.choices += [_button(button) for button in payload["buttons"]]


def _generic_template(bubble: Bubble, payload: Json) -> None:
    elements = payload["elements"]
    bubble.text = "\n\n".join(
        element["title"] + ("\n" + element["subtitle"] if element.get("subtitle") else "") for element in elements
    )
    bubble.choices += [_button(button) for element in elements for button in element.get("buttons") or []]


def _media_template(bubble: Bubble, payload: Json) -> None:
    bubble.kind = "image"
    bubble.media = Media("image", link=payload["elements"][0].get("url", ""))


def _button(button: Json) -> Choice:
    if button.get("type") == "web_url":
        return Choice(button["url"], button["title"], "url", url=button["url"])
    return Choice(button.get("payload", ""), button.get("title", ""), "postback")


TEMPLATES: dict[str, Callable[[Bubble, Json], None]] = {
    "button": _button_template,
    "generic": _generic_template,
    "media": _media_template,
}

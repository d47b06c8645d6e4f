"""Answers what the product calls on one Messenger page."""

from typing import Any

import msgspec
from aiohttp import ClientError, web

from sandbox.platforms.meta import signing
from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.media_rules import MESSENGER
from sandbox.platforms.meta.messenger import limits, render
from sandbox.platforms.meta.subscription import Subscription
from sandbox.platforms.meta.templates.registered import Template, Templates
from sandbox.platforms.wordings.registered import MESSENGER as MESSENGER_LANGUAGES
from sandbox.wire.buckets import Buckets
from sandbox.wire.webhooks import Answer
from sandbox.world import ids
from sandbox.world.media import Stored
from sandbox.world.people import Bubble, Media, Phone
from sandbox.world.receipts import Receipts, Step
from sandbox.world.world import World

Json = dict[str, Any]
PAGE_INBOX_APP = "263902037430900"
HELD = "(#10) Message failed to send because another app is controlling this thread now."
ATTACHMENT_OWNER = "messenger:"


class KeptPage(msgspec.Struct):
    """What a page goes on with after a restart."""

    templates: list[Template]
    strict: bool
    fields: list[str]
    profile: Json


class Messenger:
    """Plays one page."""

    def __init__(self, world: World, receipts: Receipts, account: str) -> None:
        self.world = world
        self.account = account
        self.subscription = Subscription()
        self.templates = Templates(MESSENGER_LANGUAGES, buttons=False)
        self.profile: Json = {}
        self._receipts = receipts
        self._page = Buckets(rate=300, burst=300)

    async def post_message(self, body: Json) -> web.Response:
        """Answers POST /{page}/messages; raises GraphError."""
        phone = self._phone(body)
        if body.get("sender_action"):
            return self._sender_action(phone, body)
        limits.check(body)
        self._allowed(phone, body)
        if self.world.pace.limits and self._page.take("page", self.world.clock()):
            raise GraphError(613)
        message = body["message"]
        stored = await self._file(message)
        template = self._template(message)
        message_id = ids.mid()
        answer = {"recipient_id": phone.address, "message_id": message_id}
        await self._deliver(phone, message_id, message, stored, template)
        return web.json_response({**answer, "attachment_id": stored.id} if stored and stored.owner else answer)

    async def keep_attachment(self, message: Json, stored: Stored | None) -> web.Response:
        """Answers POST /{page}/message_attachments, with the file (`stored`) or its address; raises GraphError."""
        attachment = message.get("attachment") or {}
        limits.check_attachment(attachment, given=stored is not None)
        if stored is None:
            stored = await self._fetched(str(attachment["payload"].get("url", "")))
        if stored is None:
            stored = self.world.media.add("application/octet-stream", b"", "file")
        _check_file(attachment["type"], stored)
        stored.owner = ATTACHMENT_OWNER + self.account
        return web.json_response({"attachment_id": stored.id})

    def reset(self) -> None:
        """Makes the page as it was at the start, but for the templates."""
        self._page.clear()
        self.subscription = Subscription()

    def kept(self) -> KeptPage:
        """Says what is to outlive a restart."""
        return KeptPage(self.templates.kept(), self.templates.strict, self.subscription.fields, self.profile)

    def take_up(self, kept: KeptPage) -> None:
        """Goes on where it ended."""
        self.templates.take_up(kept.templates)
        self.templates.strict = kept.strict
        self.subscription.fields = kept.fields
        self.profile = kept.profile

    def resume(self) -> None:
        """Plays again the receipts that were on their way, or waited for somebody to look."""
        for phone, bubble in self.world.directory.under_way("messenger", self.account):
            self._receipts.play("messenger", phone, self._steps(phone, bubble))

    def setting(self, name: str) -> str:
        """Returns a setting of this account."""
        return self.world.setting(name, self.account)

    async def tell(self, payload: Json) -> Answer:
        """Posts what of a webhook body the app is subscribed to."""
        kept = self.subscription.kept(payload)
        return await signing.deliver(self.world, "messenger", kept) if kept else Answer(204)

    def envelope(self, *items: Json, part: str = "messaging") -> Json:
        """Makes a webhook body of items; `part` "standby" while another app has the thread, "changes" for news."""
        page = self.setting("MESSENGER_PAGE_ID")
        return {"object": "page", "entry": [{"id": page, "time": self.millis(), part: list(items)}]}

    def millis(self) -> int:
        """Returns the present time in epoch milliseconds."""
        return int(self.world.clock() * 1000)

    def pair(self, phone: Phone, from_page: bool) -> Json:
        """Names sender and recipient of a messaging item, with its timestamp."""
        user, page = {"id": phone.address}, {"id": self.setting("MESSENGER_PAGE_ID")}
        sender, recipient = (page, user) if from_page else (user, page)
        return {"sender": sender, "recipient": recipient, "timestamp": self.millis()}

    async def echo(self, phone: Phone, message_id: str, message: Json, app_id: str) -> None:
        """Posts the echo of a message of the page."""
        echo: Json = {"mid": message_id, "is_echo": True, "app_id": int(app_id), "text": message.get("text", "")}
        if message.get("metadata"):
            echo["metadata"] = message["metadata"]
        if message.get("attachment"):
            echo = {**echo, "attachments": [message["attachment"]]}
        await self.tell(self.envelope({**self.pair(phone, True), "message": echo}))

    def _phone(self, body: Json) -> Phone:
        recipient = str((body.get("recipient") or {}).get("id", ""))
        phone = self.world.directory.find("messenger", recipient, self.account)
        if phone is None or phone.last_in is None:
            raise GraphError(100, subcode=2018001, message="(#100) No matching user found")
        if phone.blocked:
            raise GraphError(551, subcode=1545041)
        return phone

    def _allowed(self, phone: Phone, body: Json) -> None:
        if phone.held:
            raise GraphError(10, subcode=2018300, message=HELD)
        kind = body.get("messaging_type", "RESPONSE")
        if kind == "UTILITY":
            return
        hours = 168 if kind == "MESSAGE_TAG" else 24
        if not phone.window_open(self.world.clock(), hours):
            raise GraphError(10, subcode=2018278, message="(#10) This message is sent outside of allowed window.")

    async def _file(self, message: Json) -> Stored | None:
        attachment = message.get("attachment") or {}
        if attachment.get("type") not in MESSENGER:
            return None
        payload = attachment.get("payload") or {}
        if payload.get("attachment_id"):
            stored = self.world.media.get(str(payload["attachment_id"]))
            if stored is None or stored.owner != ATTACHMENT_OWNER + self.account:
                raise GraphError(100, subcode=2018074, message="(#100) Invalid Data: attachment_id is not valid.")
            return stored
        stored = await self._fetched(str(payload["url"]))
        if stored:
            _check_file(attachment["type"], stored)
            stored.owner = ATTACHMENT_OWNER + self.account if payload.get("is_reusable") else ""
        return stored

    async def _fetched(self, link: str) -> Stored | None:
        try:
            return await self.world.media.fetch(link, self.world.session)
        except (ClientError, TimeoutError, ValueError) as error:
            raise GraphError(100, subcode=2018008, message="(#100) Failed to fetch the file from the url.") from error

    def _template(self, message: Json) -> Template | None:
        if not message.get("template"):
            return None
        try:
            return self.templates.use(message["template"])
        except GraphError as error:
            text = f"(#100) The utility template cannot be sent: {error.details or error.message}"
            raise GraphError(100, message=text) from error

    async def _deliver(
        self, phone: Phone, message_id: str, message: Json, stored: Stored | None, template: Template | None
    ) -> None:
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
        render.fill(bubble, message, template)
        if stored and bubble.media:
            link = bubble.media.link
            bubble.media = Media(
                bubble.kind, stored.mime, f"/media/{stored.id}", link, stored.name, len(stored.content)
            )
        self.world.show(phone, bubble)
        app = self.world.setting("META_APP_ID")
        if self.world.faults.take("messenger", ("early_echo",)):
            bare = {name: value for name, value in message.items() if name != "metadata"}
            await self.echo(phone, message_id, bare, app)
        echo = Step("echo", self.world.pace.sent, lambda: self.echo(phone, message_id, message, app))
        self._receipts.play("messenger", phone, [echo, *self._steps(phone, bubble)])

    def _steps(self, phone: Phone, bubble: Bubble) -> list[Step]:
        pace = self.world.pace
        return [
            Step("delivered", pace.delivered, lambda: self._delivered(phone, bubble)),
            Step("read", pace.read, lambda: self._read(phone, bubble)),
        ]

    async def _delivered(self, phone: Phone, bubble: Bubble) -> None:
        self.world.progress(bubble, "delivered")
        delivery: Json = {"watermark": self.millis()}
        if self.world.pace.mids:
            delivery = {"mids": [bubble.id], **delivery}
        await self.tell(self.envelope({**self.pair(phone, False), "delivery": delivery}))

    async def _read(self, phone: Phone, bubble: Bubble) -> None:
        self.world.progress(bubble, "read")
        await self.tell(self.envelope({**self.pair(phone, False), "read": {"watermark": self.millis()}}))

    def _sender_action(self, phone: Phone, body: Json) -> web.Response:
        action = body["sender_action"]
        if action not in {"typing_on", "typing_off", "mark_seen", "react", "unreact"}:
            raise GraphError(100, message=f"(#100) Param sender_action must not be {action}.")
        if action.startswith("typing"):
            phone.typing = action == "typing_on"
            self.world.touch_phone(phone)
        if action == "mark_seen":
            for bubble in phone.bubbles:
                if bubble.direction == "in":
                    self.world.progress(bubble, "read")
        if action in {"react", "unreact"}:
            self._react(phone, body.get("payload") or {}, action == "react")
        return web.json_response({"recipient_id": phone.address})

    def _react(self, phone: Phone, payload: Json, on: bool) -> None:
        target = phone.find(str(payload.get("message_id", "")))
        if target is None:
            raise GraphError(100, message="(#100) Param payload[message_id] is not a message of this conversation.")
        target.reaction = str(payload.get("reaction", "love")) if on else ""
        self.world.touch(target)


def _check_file(kind: str, stored: Stored) -> None:
    if len(stored.content) > MESSENGER[kind]:
        raise GraphError(100, subcode=2018109, message="(#100) Attachment size exceeds allowable limit.")
    family = stored.mime.split("/")[0]
    if kind != "file" and stored.content and family not in {kind, "application"}:
        text = "(#100) Upload attachment failure: the media type does not match the type of the file."
        raise GraphError(100, subcode=2018047, message=text)

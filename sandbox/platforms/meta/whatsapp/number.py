"""Answers what the product calls on one WhatsApp business number."""

from typing import Any

import msgspec
from aiohttp import ClientError, web

from sandbox.config import ACCOUNTS
from sandbox.platforms.meta import media_rules, signing
from sandbox.platforms.meta.budgets import Portfolio, Rates
from sandbox.platforms.meta.errors import GraphError, invalid, status_error
from sandbox.platforms.meta.templates.registered import Template, Templates
from sandbox.platforms.meta.whatsapp import limits, obstacles, render
from sandbox.platforms.meta.whatsapp.statuses import Statuses
from sandbox.platforms.wordings.registered import WHATSAPP
from sandbox.wire.webhooks import Answer
from sandbox.world import ids
from sandbox.world.numbers import wa_id
from sandbox.world.people import Bubble, Phone
from sandbox.world.receipts import Receipts
from sandbox.world.world import World

Json = dict[str, Any]


class KeptNumber(msgspec.Struct):
    """What a number goes on with after a restart."""

    templates: list[Template]
    strict: bool
    subscribed: bool
    quality: str
    tier: str
    trouble: str
    callback: str


class WhatsApp:
    """Plays one business number in its own WhatsApp business account; both numbers are of one portfolio.

    `callback` is the override of the webhook's address, `trouble` what stands in the way of sending.
    """

    def __init__(self, world: World, receipts: Receipts, account: str, portfolio: Portfolio) -> None:
        self.world = world
        self.account = account
        self.templates = Templates(WHATSAPP)
        self.subscribed = True
        self.quality = "GREEN"
        self.tier = "TIER_2K"
        self.trouble = ""
        self.callback = ""
        self._portfolio = portfolio
        self._rates = Rates(world)
        self._statuses = Statuses(self, receipts)

    async def post_message(self, body: Json) -> web.Response:
        """Answers POST /{phone_number_id}/messages; raises GraphError."""
        if body.get("status"):
            return self._mark_read(body)
        kind = limits.check(body)
        self._own_media(kind, body[kind])
        template = self.templates.use(body["template"]) if kind == "template" else None
        to_user = not body.get("to")
        if template and to_user and template.category == "AUTHENTICATION":
            raise GraphError(131062, "Authentication templates cannot be sent to a business-scoped user ID.")
        recipient = str(body.get("to") or body["recipient"])
        phone = self._find(recipient, to_user)
        self._rates.take(phone.address if phone else recipient)
        number = _shown(phone, recipient, to_user)
        bubble = self._bubble(phone, ids.wamid(number or recipient), kind, body)
        render.fill(bubble, kind, body[kind], template)
        self._deliver(phone, bubble, body, number, template)
        return web.json_response(self._accepted(recipient, number, phone, bubble, template))

    def reset(self) -> None:
        """Makes the number as it was at the start, but for the templates."""
        self._rates.clear()
        self._portfolio.clear()
        self.subscribed, self.quality, self.tier, self.trouble = True, "GREEN", "TIER_2K", ""

    def kept(self) -> KeptNumber:
        """Says what is to outlive a restart."""
        templates = self.templates
        standing = self.subscribed, self.quality, self.tier, self.trouble, self.callback
        return KeptNumber(templates.kept(), templates.strict, *standing)

    def take_up(self, kept: KeptNumber) -> None:
        """Goes on where it ended."""
        self.templates.take_up(kept.templates)
        self.templates.strict = kept.strict
        self.subscribed, self.quality, self.tier = kept.subscribed, kept.quality, kept.tier
        self.trouble, self.callback = kept.trouble, kept.callback

    def resume(self) -> None:
        """Plays again the receipts that were on their way, or waited for somebody to look."""
        for phone, bubble in self.world.directory.under_way("whatsapp", self.account):
            number = _shown(phone, phone.address, not bubble.raw.get("to"))
            self._statuses.play(phone, bubble, number, "UTILITY" if bubble.template else "service", None)

    def setting(self, name: str) -> str:
        """Returns a setting of this account."""
        return self.world.setting(name, self.account)

    async def tell(self, payload: Json) -> Answer:
        """Posts a webhook, if the app is subscribed to this business account."""
        if not self.subscribed:
            return Answer(204)
        return await signing.deliver(self.world, "whatsapp", payload, self.callback)

    def envelope(self, value: Json, field: str = "messages") -> Json:
        """Makes a webhook body with this change value."""
        metadata = {
            "display_phone_number": self.setting("WHATSAPP_NUMBER"),
            "phone_number_id": self.setting("WHATSAPP_PHONE_NUMBER_ID"),
        }
        return self.news({"messaging_product": "whatsapp", "metadata": metadata, **value}, field)

    def news(self, value: Json, field: str, at: int | None = None) -> Json:
        """Makes a webhook body about the business account itself."""
        entry: Json = {"id": self.setting("WHATSAPP_BUSINESS_ID"), "changes": [{"value": value, "field": field}]}
        return {"object": "whatsapp_business_account", "entry": [entry if at is None else {**entry, "time": at}]}

    def _find(self, recipient: str, to_user: bool) -> Phone | None:
        """Finds the chat with this user; a user of the other number gets one here as well, since it is one WhatsApp."""
        directory = self.world.directory
        address = recipient if to_user else wa_id(recipient)
        for account in (self.account, *ACCOUNTS):
            phone = directory.find("whatsapp", address, account)
            if phone:
                return directory.open(directory.people[phone.person], "whatsapp", self.account)
        return None

    def _own_media(self, kind: str, part: Any) -> None:
        if kind not in media_rules.WHATSAPP or not part.get("id"):
            return
        stored = self.world.media.get(str(part["id"]))
        if stored is None or stored.owner not in {"", self.account}:
            text = f"(#100) Param {kind}['id'] is not a valid whatsapp business account media attachment ID"
            raise GraphError(100, message=text)

    def _bubble(self, phone: Phone | None, message_id: str, kind: str, body: Json) -> Bubble:
        return Bubble(
            id=message_id,
            phone=phone.id if phone else "",
            direction="out",
            kind=kind,
            text="",
            time=self.world.stamp(),
            status="queued",
            reply_to=(body.get("context") or {}).get("message_id", ""),
            correlation=body.get("biz_opaque_callback_data", ""),
            raw=body,
        )

    def _accepted(
        self, recipient: str, number: str, phone: Phone | None, bubble: Bubble, template: Template | None
    ) -> Json:
        contact = {"input": recipient}
        if number:
            contact["wa_id"] = number
        if phone and phone.user_id:
            contact["user_id"] = phone.user_id
        message = {"id": bubble.id}
        if template:
            message["message_status"] = "held_for_quality_assessment" if template.pacing else "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}

    def _deliver(self, phone: Phone | None, bubble: Bubble, body: Json, number: str, template: Template | None) -> None:
        category = template.category if template else "service"
        error, lost = obstacles.find(self.world, self._portfolio, phone, template)
        if phone and bubble.kind == "reaction":
            _react(self.world, phone, body["reaction"])
        elif phone:
            self.world.show(phone, bubble)
        if lost:
            return
        if not error and bubble.media:
            self.world.spawn(self._with_media(phone, bubble, number, category))
        else:
            self._statuses.play(phone, bubble, number, category, error)

    async def _with_media(self, phone: Phone | None, bubble: Bubble, number: str, category: str) -> None:
        refused = await self._fetch(bubble)
        error = status_error(131053, refused) if refused else None
        self._statuses.play(phone, bubble, number, category, error)

    async def _fetch(self, bubble: Bubble) -> str:
        """Fetches the message's file as Meta does; returns why it cannot be shown, or ""."""
        media = bubble.media
        if media is None:
            return ""
        try:
            stored = (
                await self.world.media.fetch(media.link, self.world.session)
                if media.link
                else self.world.media.get(media.path.rsplit("/", 1)[-1])
            )
        except (ClientError, TimeoutError, ValueError) as error:
            return f"Media download error: {type(error).__name__} for the given link."
        if stored is None:
            return ""
        refused = media_rules.refusal(media.kind, stored)
        if not refused:
            media.path, media.mime, media.size = f"/media/{stored.id}", stored.mime, len(stored.content)
            self.world.touch(bubble)
        return refused

    def _mark_read(self, body: Json) -> web.Response:
        if body["status"] != "read" or not body.get("message_id"):
            raise invalid("status must be read, with a message_id.")
        bubble = self.world.bubble(body["message_id"])
        phone = self.world.directory.phones.get(bubble.phone) if bubble else None
        if bubble is None or phone is None or phone.account != self.account:
            raise invalid("Message id is not known to this phone number.")
        self.world.progress(bubble, "read")
        if body.get("typing_indicator"):
            phone.typing = True
            self.world.touch_phone(phone)
        return web.json_response({"success": True})


def _shown(phone: Phone | None, recipient: str, to_user: bool) -> str:
    """Returns the wa_id that answers and receipts name; "" when only the user id may be known."""
    if phone:
        return "" if to_user and phone.hidden_number else phone.address
    return "" if to_user else wa_id(recipient)


def _react(world: World, phone: Phone, reaction: Json) -> None:
    target = phone.find(reaction["message_id"])
    if target:
        target.reaction = reaction.get("emoji", "")
        world.touch(target)

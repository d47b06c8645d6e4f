"""Answers Twilio's Messages resource: sending, and what the account holds."""

import asyncio
from typing import Any

import msgspec

from sandbox.config import ACCOUNTS
from sandbox.platforms.twilio import contents, limits, optout
from sandbox.platforms.twilio.contents import Content
from sandbox.platforms.twilio.delivery import STATUSES, Delivery
from sandbox.platforms.twilio.errors import TwilioError
from sandbox.platforms.twilio.numbers import PREFIX, Number, Numbers
from sandbox.platforms.twilio.records import Records, Sent, resource
from sandbox.world import ids
from sandbox.world.media import Stored
from sandbox.world.people import Bubble, Media, Phone
from sandbox.world.receipts import Receipts
from sandbox.world.world import World

Json = dict[str, Any]
TYPING_SECONDS = 25.0


class KeptTwilio(msgspec.Struct):
    """What the account goes on with after a restart."""

    numbers: list[Number]
    messages: list[Sent]
    contents: list[Content]
    alerts: list[Json]
    advanced: bool


class Messages:
    """Keeps the messages of one account. `advanced`: Advanced Opt-Out is on, and inbound forms say OptOutType."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.numbers = Numbers(world)
        self.records = Records()
        self.contents = contents.seeded()
        self.alerts: list[Json] = []
        self.advanced = False
        self._delivery = Delivery(world, receipts)

    @property
    def all(self) -> dict[str, Sent]:
        """Returns the messages by SID."""
        return self.records.all

    async def create(self, form: Json, links: list[str]) -> Json:
        """Answers POST Messages.json; returns the resource or raises TwilioError."""
        to = str(form.get("To") or "")
        number = limits.sender(self.numbers, form, to)
        if form.get("MessagingServiceSid") and not form.get("From"):
            number = self._sticky(to, number)
        limits.check(form, to, links)
        phone = self._phone(to, number)
        if phone and phone.opted_out:
            raise TwilioError(21610)
        values = contents.variables_of(form)
        files, flaw = await limits.fetch(self.world, to, links)
        sent = Sent(
            sid=ids.sid("MM" if links else "SM"),
            to=to,
            sender=number.name,
            body=self._body(form, values),
            direction="outbound-api",
            created=self.world.clock(),
            status="accepted" if form.get("MessagingServiceSid") else "queued",
            media=[file.id for file in files if file],
            types=[file.mime for file in files if file],
            count=len(links),
            callback=str(form.get("StatusCallback") or number.status_url),
            service=str(form.get("MessagingServiceSid") or ""),
        )
        self.records.keep(sent)
        if phone:
            self.world.show(phone, self._bubble(phone, sent, form, links, files))
        self._delivery.play(phone, sent, self._obstacle(phone, sent, form, values) or flaw)
        return resource(self.world.setting("TWILIO_ACCOUNT_SID"), sent)

    async def status(self, body: Json) -> Json:
        """Sends a status callback by hand: {"sid"?, "status", "error"?}; without `sid` of the newest message sent."""
        status = str(body.get("status"))
        if status not in STATUSES:
            raise ValueError(f"unknown status {status!r}; one of {', '.join(STATUSES)}")
        out = [sent for sent in self.all.values() if sent.direction != "inbound"]
        sent = self.all.get(str(body["sid"])) if "sid" in body else (out[-1] if out else None)
        if sent is None:
            raise LookupError("no such message")
        await self._delivery.tell(sent, status, body.get("error"))
        return resource(self.world.setting("TWILIO_ACCOUNT_SID"), sent)

    def typing(self, message_id: str) -> None:
        """Answers Indicators/Typing: marks the customer's message read, and shows the dots. Raises TwilioError."""
        sent = self.all.get(message_id)
        bubble = self.world.bubble(message_id)
        if sent is None or bubble is None or not sent.sender.startswith(PREFIX):
            raise TwilioError(20404, f"The requested message {message_id} was not found", 400)
        phone = self.world.directory.phones[bubble.phone]
        phone.typing = True
        self.world.progress(bubble, "read")
        self.world.touch_phone(phone)
        self.world.spawn(self._stop_typing(phone))

    def say(self, phone: Phone, text: str) -> None:
        """Shows Twilio's own texts on a phone (opt-out answers, TwiML)."""
        bubble = Bubble(
            id=ids.sid("SM"),
            phone=phone.id,
            direction="out",
            kind="text",
            text=text,
            time=self.world.stamp(),
            status="delivered",
        )
        self.world.show(phone, bubble)

    def heard(self, phone: Phone, text: str) -> None:
        """Obeys STOP, START and HELP of an SMS customer."""
        answer = optout.heard(phone, text)
        if answer:
            self.say(phone, answer)
            self.world.touch_phone(phone)

    def alert(self, code: int, url: str, sid: str) -> None:
        """Notes an error of the product for monitor's Alerts."""
        self.alerts = [*self.alerts, {"code": code, "url": url, "sid": sid, "at": self.world.clock()}][-200:]

    def reset(self) -> None:
        """Forgets messages, alerts and the addresses of numbers."""
        self.all.clear()
        self.alerts.clear()
        self.numbers.reset()
        self.advanced = False

    def kept(self) -> KeptTwilio:
        """Says what is to outlive a restart."""
        numbers, messages = list(self.numbers.all.values()), list(self.all.values())
        return KeptTwilio(numbers, messages, list(self.contents.values()), self.alerts, self.advanced)

    def take_up(self, kept: KeptTwilio) -> None:
        """Goes on where it ended."""
        self.numbers.all.update({number.name: number for number in kept.numbers if number.name in self.numbers.all})
        self.records.all.update({sent.sid: sent for sent in kept.messages})
        self.contents.update({content.sid: content for content in kept.contents})
        self.alerts, self.advanced = kept.alerts, kept.advanced

    def resume(self) -> None:
        """Plays again the callbacks that were on their way, or waited for somebody to look."""
        for account in ACCOUNTS:
            for channel, ended in (("sms", "delivered"), ("twilio_whatsapp", "read")):
                for phone, bubble in self.world.directory.under_way(channel, account):
                    sent = self.all.get(bubble.id)
                    if sent and sent.status != ended:
                        self._delivery.play(phone, sent, None)

    async def _stop_typing(self, phone: Phone) -> None:
        await asyncio.sleep(TYPING_SECONDS)
        phone.typing = False
        self.world.touch_phone(phone)

    def _phone(self, to: str, number: Number) -> Phone | None:
        channel = "twilio_whatsapp" if to.startswith(PREFIX) else "sms"
        return self.world.directory.find(channel, to.removeprefix(PREFIX), number.account)

    def _sticky(self, to: str, number: Number) -> Number:
        """Chooses the number of the service that this customer knows ("sticky sender"), else the one given."""
        known = [(phone.last_in or 0.0, each) for each in self.numbers.sms() if (phone := self._phone(to, each))]
        return max(known, key=lambda pair: pair[0], default=(0.0, number))[1]

    def _body(self, form: Json, values: Json) -> str:
        if not form.get("ContentSid"):
            return str(form.get("Body") or "")
        content = self.contents.get(str(form["ContentSid"]))
        if content is None or not content.body:
            return "\n".join(str(value) for value in values.values())
        return content.filled(values)

    def _obstacle(self, phone: Phone | None, sent: Sent, form: Json, values: Json) -> int | None:
        whatsapp = sent.to.startswith(PREFIX)
        if phone is None or phone.blocked:
            return 63024 if whatsapp else 30005
        is_open = phone.window_open(self.world.clock())
        if whatsapp and not form.get("ContentSid"):
            return None if is_open else 63016
        return contents.flaw(self.contents.get(str(form.get("ContentSid"))), values, is_open) if whatsapp else None

    def _bubble(self, phone: Phone, sent: Sent, form: Json, links: list[str], files: list[Stored | None]) -> Bubble:
        content = self.contents.get(str(form.get("ContentSid") or ""))
        media = [_shown(file, link) for file, link in zip(files, links, strict=False)]
        return Bubble(
            id=sent.sid,
            phone=phone.id,
            direction="out",
            kind=media[0].kind if media else "text",
            text=sent.body,
            time=self.world.stamp(),
            status="queued",
            menu=content.menu if content and content.items else "",
            template=str(form.get("ContentSid") or ""),
            correlation=sent.callback,
            choices=content.choices() if content else [],
            media=media[0] if media else None,
            files=media[1:],
            raw={name: value for name, value in form.items() if isinstance(value, str)},
        )


def _shown(file: Stored | None, link: str) -> Media:
    name = link.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
    if file is None:
        return Media("image", link=link, name=name)
    half = file.mime.split("/", maxsplit=1)[0]
    kind = half if half in {"image", "video", "audio"} else "document"
    return Media(kind, file.mime, f"/media/{file.id}", name=file.name or name, size=len(file.content))

"""Twilio's Messages resource: sending, opt-out, status callbacks."""

import json
from email.utils import formatdate
from typing import Any

import msgspec

from sandbox import ids
from sandbox.people import Bubble, Choice, Media, Phone
from sandbox.receipts import Receipts, Step
from sandbox.twilio import limits, segments, signing
from sandbox.twilio.errors import TwilioError
from sandbox.world import World

Json = dict[str, Any]
STOP_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
START_WORDS = {"start", "unstop", "yes"}
HELP_WORDS = {"help", "info"}
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class Sent(msgspec.Struct):
    """A message of the account in either direction."""

    sid: str
    to: str
    sender: str
    body: str
    direction: str
    created: float
    status: str
    error: int | None = None
    media: int = 0
    callback: str = ""
    service: str = ""


class Content(msgspec.Struct):
    """A Content API template."""

    sid: str
    body: str = ""
    buttons: list[str] = []


class Messages:
    """The messages of one account."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.contents: dict[str, Content] = {}
        self.all: dict[str, Sent] = {}
        self._receipts = receipts

    def create(self, form: Json, media: list[str]) -> Json:
        """POST Messages.json; returns the resource or raises TwilioError."""
        to = str(form.get("To") or "")
        sender = limits.sender(self.world, form, to)
        limits.check(form, to, media)
        phone = self._phone(to)
        if phone and phone.opted_out:
            raise TwilioError(21610)
        sent = Sent(
            sid=ids.sid("MM" if media else "SM"),
            to=to,
            sender=sender,
            body=self._body(form),
            direction="outbound-api",
            created=self.world.clock(),
            status="queued",
            media=len(media),
            callback=str(form.get("StatusCallback") or ""),
            service=str(form.get("MessagingServiceSid") or ""),
        )
        self.keep(sent)
        self._deliver(phone, sent, form, media)
        return self.resource(sent)

    def keep(self, sent: Sent) -> None:
        """Remember a message, the newest 5000."""
        self.all[sent.sid] = sent
        if len(self.all) > 5000:
            del self.all[next(iter(self.all))]

    def resource(self, sent: Sent) -> Json:
        """A message as the REST API shows it."""
        account = self.world.setting("TWILIO_ACCOUNT_SID")
        uri = f"/2010-04-01/Accounts/{account}/Messages/{sent.sid}"
        date = formatdate(sent.created).replace("-0000", "+0000")
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": sent.body,
            "date_created": date,
            "date_sent": None if sent.status == "queued" else date,
            "date_updated": date,
            "direction": sent.direction,
            "error_code": sent.error,
            "error_message": None,
            "from": sent.sender or None,
            "messaging_service_sid": sent.service or None,
            "num_media": str(sent.media),
            "num_segments": str(segments.count(sent.body)),
            "price": None,
            "price_unit": "USD",
            "sid": sent.sid,
            "status": sent.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": sent.to,
            "uri": f"{uri}.json",
        }

    def say(self, phone: Phone, text: str) -> None:
        """Twilio's own words on a phone (opt-out answers, TwiML)."""
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
        """Handle STOP, START and HELP of an SMS customer as Twilio's default opt-out does."""
        word = text.strip().lower()
        if word in STOP_WORDS and not phone.opted_out:
            self.say(phone, STOPPED)
            self._opt(phone, True)
        elif word in START_WORDS and phone.opted_out:
            self._opt(phone, False)
            self.say(phone, STARTED)
        elif word in HELP_WORDS:
            self.say(phone, HELP)

    def _opt(self, phone: Phone, out: bool) -> None:
        phone.opted_out = out
        self.world.touch_phone(phone)

    def _phone(self, to: str) -> Phone | None:
        channel = "twilio_whatsapp" if to.startswith("whatsapp:") else "sms"
        return self.world.directory.find(channel, to.removeprefix("whatsapp:"))

    def _body(self, form: Json) -> str:
        if not form.get("ContentSid"):
            return str(form.get("Body") or "")
        try:
            values = json.loads(form.get("ContentVariables") or "{}")
        except json.JSONDecodeError as error:
            raise TwilioError(21656) from error
        content = self.contents.get(str(form["ContentSid"]))
        if content is None or not content.body:
            return "\n".join(str(value) for value in values.values())
        text = content.body
        for name, value in values.items():
            text = text.replace(f"{{{{{name}}}}}", str(value))
        return text

    def _deliver(self, phone: Phone | None, sent: Sent, form: Json, media: list[str]) -> None:
        error = self._obstacle(phone, sent, form)
        bubble = self._bubble(phone, sent, form, media)
        if phone:
            self.world.show(phone, bubble)
        pace, whatsapp = self.world.pace, sent.to.startswith("whatsapp:")
        times = [("sent", pace.sent), ("delivered", pace.delivered), *([("read", pace.read)] if whatsapp else [])]
        if error:
            unreachable = [("sent", pace.sent), ("undelivered", pace.delivered)]
            times = [("failed", pace.sent)] if whatsapp else unreachable
        steps = [
            Step(name, after, self._callback(sent, bubble, name, error if name in {"failed", "undelivered"} else None))
            for name, after in times
        ]
        self._receipts.play("twilio", phone, steps)

    def _obstacle(self, phone: Phone | None, sent: Sent, form: Json) -> int | None:
        whatsapp = sent.to.startswith("whatsapp:")
        if phone is None or phone.blocked:
            return 63024 if whatsapp else 30005
        if whatsapp and not form.get("ContentSid") and not phone.window_open(self.world.clock()):
            return 63016
        return None

    def _bubble(self, phone: Phone | None, sent: Sent, form: Json, media: list[str]) -> Bubble:
        content = self.contents.get(str(form.get("ContentSid") or ""))
        return Bubble(
            id=sent.sid,
            phone=phone.id if phone else "",
            direction="out",
            kind="image" if media else "text",
            text=sent.body,
            time=self.world.stamp(),
            status="queued",
            template=str(form.get("ContentSid") or ""),
            correlation=sent.callback,
            choices=[Choice(title, title, "template") for title in content.buttons] if content else [],
            media=Media("image", link=media[0]) if media else None,
            raw={name: value for name, value in form.items() if isinstance(value, str)},
        )

    def _callback(self, sent: Sent, bubble: Bubble, name: str, error: int | None) -> Any:
        async def send() -> None:
            sent.status, sent.error = name, error
            self.world.progress(bubble, "failed" if error else name, str(error or ""))
            if sent.callback:
                await signing.deliver(self.world, sent.callback, self._status_form(sent, name, error))

        return send

    def _status_form(self, sent: Sent, name: str, error: int | None) -> dict[str, str]:
        form = {
            "AccountSid": self.world.setting("TWILIO_ACCOUNT_SID"),
            "ApiVersion": "2010-04-01",
            "From": sent.sender,
            "To": sent.to,
            "MessageSid": sent.sid,
            "MessageStatus": name,
            "SmsSid": sent.sid,
            "SmsStatus": name,
        }
        if sent.to.startswith("whatsapp:"):
            form |= {
                "ChannelPrefix": "whatsapp",
                "ChannelToAddress": sent.to,
                **({"EventType": "READ"} if name == "read" else {}),
            }
        if sent.service:
            form["MessagingServiceSid"] = sent.service
        return {**form, "ErrorCode": str(error)} if error else form

"""Posts what a customer does on SMS or on WhatsApp by Twilio, as forms."""

import html
import re

from sandbox.platforms.twilio import forms, optout, segments, signing
from sandbox.platforms.twilio.messages import Messages
from sandbox.platforms.twilio.records import Sent, stored_id
from sandbox.wire.webhooks import Answer
from sandbox.world import ids
from sandbox.world.acts import Act, own_bubble
from sandbox.world.people import Phone

MESSAGE = re.compile(r"<Message[^>]*>(.*?)</Message>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
SMS_KINDS = frozenset(forms.SMS) - {"choice"}
WHATSAPP_KINDS = frozenset(forms.WHATSAPP) - {"choice"}
KINDS = SMS_KINDS | WHATSAPP_KINDS
HTTP_RETRIEVAL_FAILURE = 11200


def kinds(channel: str) -> frozenset[str]:
    """Lists what a phone of this channel can send."""
    return SMS_KINDS if channel == "sms" else WHATSAPP_KINDS


async def send(messages: Messages, phone: Phone, acts: list[Act]) -> Answer:
    """Shows what the customer does and posts it, one form per act; returns the last answer."""
    answer = Answer(204)
    for act in acts:
        if act.kind != "choice" and act.kind not in kinds(phone.channel):
            raise ValueError(f"Twilio passes on no {act.kind} of {phone.channel}")
        answer = await _send(messages, phone, act)
    return answer


async def _send(messages: Messages, phone: Phone, act: Act) -> Answer:
    world = messages.world
    sid = ids.sid("MM" if act.kind in {*forms.FILES, "mms"} else "SM")
    bubble = own_bubble(world, phone, sid, act)
    form = {**forms.base(messages, phone, sid), **forms.part(messages, phone, act, bubble)}
    form["NumSegments"] = str(segments.count(form["Body"]))
    world.show(phone, bubble)
    if phone.channel == "sms":
        messages.heard(phone, act.text)
        if messages.advanced and optout.word_of(act.text):
            form["OptOutType"] = optout.word_of(act.text)
    number = messages.numbers.of(phone)
    service = messages.numbers.service_of(number)
    if service:
        form["MessagingServiceSid"] = service.sid
    _keep(messages, form)
    if act.data.get("lost"):
        return Answer(0)
    # An address that was set by the API says itself how often to try again.
    own = service.url if service else number.url
    url, retries = (own, 0) if own else (f"{world.config.product}/webhooks/twilio", 5)
    answer = await signing.deliver(world, url, form, retries)
    if not answer.ok:
        messages.alert(HTTP_RETRIEVAL_FAILURE, url, sid)
    for text in _twiml(answer):
        messages.say(phone, text)
    return answer


def _keep(messages: Messages, form: dict[str, str]) -> None:
    count = int(form["NumMedia"])
    messages.records.keep(
        Sent(
            form["MessageSid"],
            form["To"],
            form["From"],
            form["Body"],
            "inbound",
            messages.world.clock(),
            "received",
            media=[stored_id(form[f"MediaUrl{number}"].rsplit("/", 1)[-1]) for number in range(count)],
            types=[form[f"MediaContentType{number}"] for number in range(count)],
            service=form.get("MessagingServiceSid", ""),
        )
    )


def _twiml(answer: Answer) -> list[str]:
    if not answer.ok or "xml" not in answer.content_type:
        return []
    words = MESSAGE.findall(answer.body.decode(errors="replace"))
    return [html.unescape(TAG.sub("", text)).strip() for text in words]

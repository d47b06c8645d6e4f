"""Checks of an outgoing Twilio message."""

import re
from typing import Any

from sandbox.twilio.errors import TwilioError
from sandbox.world import World

Json = dict[str, Any]
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def sender(world: World, form: Json, to: str) -> str:
    """The account's number that this send leaves from; raises TwilioError."""
    sender, service = str(form.get("From") or ""), form.get("MessagingServiceSid")
    if not sender and not service:
        raise TwilioError(21603)
    own = world.setting("TWILIO_WHATSAPP_FROM" if to.startswith("whatsapp:") else "TWILIO_SMS_FROM")
    expected = f"whatsapp:{own}" if to.startswith("whatsapp:") else own
    if sender and sender != expected:
        raise TwilioError(
            21606,
            f"The 'From' number {sender} is not a valid, message-capable Twilio phone number for this destination.",
        )
    return expected


def check(form: Json, to: str, media: list[str]) -> None:
    """Check a send against the documented limits; raises TwilioError."""
    number = to.removeprefix("whatsapp:")
    if not to:
        raise TwilioError(21604)
    if not E164.fullmatch(number) and not re.fullmatch(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}", number):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {number[:4]}XXXX")
    if not (form.get("Body") or media or form.get("ContentSid")):
        raise TwilioError(21602)
    if len(str(form.get("Body") or "")) > 1600:
        raise TwilioError(21617)
    if len(media) > 10:
        raise TwilioError(21623)
    if not all(link.startswith(("http://", "https://")) for link in media):
        raise TwilioError(21620)
    validity = str(form.get("ValidityPeriod") or "14400")
    if not validity.isdigit() or not 1 <= int(validity) <= 36000:
        raise TwilioError(21601, "ValidityPeriod must be between 1 and 36000 seconds.")

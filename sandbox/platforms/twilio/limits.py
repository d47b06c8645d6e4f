"""Checks an outgoing Twilio message."""

import re
from typing import Any

import aiohttp

from sandbox.platforms.twilio.errors import TwilioError
from sandbox.platforms.twilio.numbers import PREFIX, Number, Numbers
from sandbox.world.media import Stored
from sandbox.world.world import World

Json = dict[str, Any]
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
SERVICE = re.compile(r"MG[0-9a-f]{32}")
MEGABYTE = 1024 * 1024
RESIZED = {"image/jpeg", "image/png", "image/gif"}
SMS_TYPES = ("image/", "audio/", "video/", "text/", "application/pdf")
WHATSAPP_TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "audio/",
    "video/mp4",
    "video/3gpp",
    "application/pdf",
    "application/vnd.",
    "application/msword",
    "text/vcard",
    "text/x-vcard",
)


def sender(numbers: Numbers, form: Json, to: str) -> Number:
    """Finds the account's number that this send leaves from; raises TwilioError."""
    given, service = str(form.get("From") or ""), form.get("MessagingServiceSid")
    whatsapp = to.startswith(PREFIX)
    if not given and not service:
        raise TwilioError(21603)
    if service and not SERVICE.fullmatch(str(service)):
        raise TwilioError(21705)
    if not given:
        return numbers.first(whatsapp)
    number = numbers.all.get(given)
    if number is None and whatsapp:
        raise TwilioError(63007)
    if number is None or number.name.startswith(PREFIX) != whatsapp:
        raise TwilioError(
            21606,
            f"The 'From' number {given} is not a valid, message-capable Twilio phone number for this destination.",
        )
    return number


def check(form: Json, to: str, media: list[str]) -> None:
    """Checks a send against the documented limits; raises TwilioError."""
    _check_recipient(to)
    validity = str(form.get("ValidityPeriod") or "14400")
    broken = {
        21602: not (form.get("Body") or media or form.get("ContentSid")),
        21617: len(str(form.get("Body") or "")) > 1600,
        21623: len(media) > 10,
        21620: not all(link.startswith(("http://", "https://")) for link in media),
        21601: not validity.isdigit() or not 1 <= int(validity) <= 36000,
        21609: not str(form.get("StatusCallback") or "http").startswith("http"),
    }
    code = next((code for code, is_broken in broken.items() if is_broken), None)
    if code:
        raise TwilioError(code)


async def fetch(world: World, to: str, links: list[str]) -> tuple[list[Stored | None], int | None]:
    """Fetches the media as Twilio does; returns them and the code with which they fail later.

    None stands for somebody else's address, which counts as fetched. Raises TwilioError 21620 for an MMS whose
    address does not answer; on WhatsApp that becomes 63019.
    """
    whatsapp = to.startswith(PREFIX)
    found: list[Stored | None] = []
    for link in links:
        try:
            found.append(await world.media.fetch(link, world.session))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            if whatsapp:
                return found, 63019
            raise TwilioError(21620, f"Invalid media URL(s): {link.split('?', maxsplit=1)[0]}") from error
    return found, _flaw([one for one in found if one], whatsapp)


def _check_recipient(to: str) -> None:
    number = to.removeprefix(PREFIX)
    if not to:
        raise TwilioError(21604)
    if not E164.fullmatch(number) and not (to.startswith(PREFIX) and BSUID.fullmatch(number)):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {number[:4]}XXXX")


def _flaw(files: list[Stored], whatsapp: bool) -> int | None:
    known = WHATSAPP_TYPES if whatsapp else SMS_TYPES
    if any(not file.mime.startswith(known) for file in files):
        return 63021 if whatsapp else 12300
    if whatsapp:
        return 63019 if any(len(file.content) > 16 * MEGABYTE for file in files) else None
    heavy = [file for file in files if file.mime not in RESIZED and len(file.content) > 600 * 1024]
    return 30019 if heavy or sum(len(file.content) for file in files) > 5 * MEGABYTE else None

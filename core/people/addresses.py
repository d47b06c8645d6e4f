"""Says where a customer is reached, and how a phone number is written."""

import re
import unicodedata
import zlib
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import phonenumbers

SHARDS = 8  # ordering keys are spread over so many; the workers that live share them (hub.shards)


class Address(msgspec.Struct, frozen=True):
    """One customer on one account of a channel.

    `value` is E.164 (`+12025550101`) on SMS and WhatsApp, a business-scoped id (`US.1349…`) on WhatsApp when the phone
    is hidden, a page-scoped id on Messenger, a chat id on Telegram.
    """

    channel: str
    account: str
    value: str

    @property
    def key(self) -> str:
        """Returns the conversation's ordering key."""
        return f"{self.channel}:{self.account}:{self.value}"

    @property
    def phone(self) -> str | None:
        """Returns the number that the channel vouches for, in its canonical form; None where it proves none."""
        if self.channel in ("whatsapp", "sms") and self.value.startswith("+"):
            return canonical(self.value)
        return None


def provider_of(channel: str, account: str) -> str:
    """Names who carries an account's messages: the channel itself, or a reseller that stands in the account's name."""
    reseller, colon, _ = account.partition(":")
    return reseller if colon else channel


class _TwoWays(NamedTuple):
    """A country that writes its mobile numbers in two ways; WhatsApp keeps the one that a person signed up with."""

    one: re.Pattern[str]
    other: re.Pattern[str]
    to_one: str
    to_other: str


_COUNTRIES = {
    # Brazil: eight digits, the first 6 to 9, until a 9 was put in front of all of them.
    "+55": _TwoWays(
        re.compile(r"\+55([1-9][0-9])9([6-9][0-9]{7})"),
        re.compile(r"\+55([1-9][0-9])([6-9][0-9]{7})"),
        r"+55\g<1>9\g<2>",
        r"+55\1\2",
    ),
    # Mexico: until 2019 calls from abroad needed a 1 before the ten digits.
    "+52": _TwoWays(re.compile(r"\+52([2-9][0-9]{9})"), re.compile(r"\+521([2-9][0-9]{9})"), r"+52\1", r"+521\1"),
    # Argentina: calls from abroad need a 9 before the ten digits.
    "+54": _TwoWays(re.compile(r"\+549([1-3][0-9]{9})"), re.compile(r"\+54([1-3][0-9]{9})"), r"+549\1", r"+54\1"),
}


def canonical(phone: str) -> str:
    """Returns the one form of an E.164 number by which it is compared; anything else is left as it is.

    It is a form that can be dialled, but an address keeps the spelling that its channel uses.
    """
    ways = _COUNTRIES.get(phone[:3])
    found = ways.other.fullmatch(phone) if ways else None
    return found.expand(ways.to_one) if ways and found else phone


def country_of(value: str) -> str:
    """Tells the country of a customer's number or WhatsApp id (`US.1349…`), like "US"; "" where it says none."""
    if not value.startswith("+"):
        country, dot, _ = value.partition(".")
        return country if dot and len(country) == 2 and country.isupper() else ""
    sharing = _sharing(value)
    return sharing[0] if len(sharing) == 1 else _region(value)


def is_in(value: str, countries: Collection[str]) -> bool:
    """Tells whether a customer's number or WhatsApp id is of one of these countries: quicker than `country_of`."""
    sharing = _sharing(value) if value.startswith("+") else ()
    return (not sharing or not set(sharing).isdisjoint(countries)) and country_of(value) in countries


def _sharing(phone: str) -> tuple[str, ...]:
    """Lists the regions that share a number's calling code; none for one that is no code."""
    for end in (2, 3, 4):
        code = phone[1:end]
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code.isdecimal() else None
        if regions:
            return tuple(region for region in regions if region in phonenumbers.SUPPORTED_REGIONS)
    return ()


def _region(phone: str) -> str:
    """Tells the region of a number whose calling code several share; of America's once for each area code."""
    area = phone[:5] if phone.startswith("+1") else ""
    if area in _AREAS:
        return _AREAS[area]
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    # A number that nobody was given yet is of the country that its code is of, the first where several share it.
    region = phonenumbers.region_code_for_number(number)
    region = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
    found = region if region in phonenumbers.SUPPORTED_REGIONS else ""
    if area and found:
        _AREAS[area] = found
    return found


_AREAS: dict[str, str] = {}  # "+1416" -> CA: not more than there are area codes


def spellings(phone: str) -> tuple[str, ...]:
    """Lists every way to write the same E.164 number, the canonical one first."""
    one = canonical(phone)
    ways = _COUNTRIES.get(one[:3])
    found = ways.one.fullmatch(one) if ways else None
    return (one, found.expand(ways.to_other)) if ways and found else (one,)


def e164(raw: str, region: str | None = None) -> str | None:
    """Reads `raw` as E.164 in its canonical form; None when it is no possible number.

    `region` (like "US") is for numbers without a country. After 00 stands one, as after `+`, unless the region dials
    otherwise and makes more sense of it (Australia's 0011, Singapore's 001).
    """
    raw = unicodedata.normalize("NFKC", raw)  # Chinese keyboards write ＋ and ０
    abroad = _number(_ABROAD.sub("+", raw), None) if _ABROAD.match(raw) else None
    if abroad and region and not phonenumbers.is_valid_number(abroad):
        abroad = None
    number = abroad or _number(raw, region)
    return canonical(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if number else None


def _number(raw: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """Reads a number that is possible in its country."""
    try:
        number = phonenumbers.parse(canonical(_NOT_DIALLED.sub("", raw)) if raw.startswith("+") else raw, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


_NOT_DIALLED = re.compile(r"[\s().-]")
_ABROAD = re.compile(r"\s*\(?00\)?[\s.-]*(?=[1-9(])")


def mask(value: str) -> str:
    """Masks a phone, e-mail or id, so that people recognise it but do not learn it: `+1•••••0101`, `j•••@e•••`."""
    if "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}•••@{host[:1]}•••"
    if len(value) <= 6:
        return "•" * len(value)
    return f"{value[:2]}•••••{value[-4:]}"


def shard_of(key: str, shards: int) -> int:
    """Finds the shard of an ordering key: the same key always falls into the same one, in every process."""
    return zlib.crc32(key.encode()) % shards

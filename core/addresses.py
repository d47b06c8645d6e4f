"""Where a customer is reached, and how a phone number is written."""

import zlib

import msgspec
import phonenumbers

SHARDS = 8  # ordering keys are spread over so many; a worker drains one after the other
CHANNELS = ("whatsapp", "messenger", "telegram", "sms")


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
        """The conversation's ordering key."""
        return f"{self.channel}:{self.account}:{self.value}"

    @property
    def phone(self) -> str | None:
        """The number the channel vouches for, in E.164; None where the address proves no number."""
        if self.channel in ("whatsapp", "sms") and self.value.startswith("+"):
            return self.value
        return None


def e164(raw: str, region: str | None = None) -> str | None:
    """`raw` as E.164, or None when it is no possible number. `region` (like "US") is for numbers without a `+`."""
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask(value: str) -> str:
    """A phone, e-mail or id that people may recognise but not learn: `+1•••••0101`, `j•••@e•••`."""
    if "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}•••@{host[:1]}•••"
    if len(value) <= 6:
        return "•" * len(value)
    return f"{value[:2]}•••••{value[-4:]}"


def shard_of(key: str, shards: int) -> int:
    """The same key always falls into the same shard, in every process."""
    return zlib.crc32(key.encode()) % shards

"""Chooses the language in which a customer is spoken to, and names languages."""

import re

from babel import Locale, UnknownLocaleError

SPOKEN = ("en", "zh")

HAN = re.compile(r"[\u3400-\u9fff]")  # a Chinese sign


def guess_locale(known: str, channel: str, text: str, shop: str = "en") -> str:
    """Guesses the customer's language when they write first: "zh" for 你好.

    `known` (the store's word or the customer's) wins, then the script that they write, then the channel's word, else
    the shop's.
    """
    if known:
        return known
    if HAN.search(text):
        return "zh"
    return channel if channel.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0] in SPOKEN else shop


def language_name(locale: str) -> str:
    """Names a language in English, like "Chinese"; as it is written where nobody knows it."""
    try:
        return Locale.parse(locale, sep="-" if "-" in locale else "_").get_display_name("en") or locale
    except (ValueError, UnknownLocaleError):
        return locale

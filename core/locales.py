"""Which language a customer is spoken to in."""

import regex

SPOKEN = ("en", "zh")

_HAN = regex.compile(r"\p{Han}")


def guess_locale(known: str, channel: str, text: str) -> str:
    """`known` (the store's word or hers) wins, then the script she writes, then the channel's word, else English."""
    if known:
        return known
    if _HAN.search(text):
        return "zh"
    return channel if channel.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0] in SPOKEN else "en"

"""Fits text into a channel's limits: measures, shortens, splits where a reader would, counts segments of an SMS."""

import unicodedata
from collections.abc import Iterable, Iterator

import msgspec
import regex

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")
ELLIPSIS = "…"
GSM7, UCS2 = "gsm7", "ucs2"

# What a phone shows alike in GSM-7 (after Twilio, "Smart Encoding"); letters keep their accents.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʹʻʼˈ′‵`´＇", "'"),
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("\t\xa0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000", " "),
        **dict.fromkeys("\r\xad\u200b\u2060\ufeff", ""),
        **dict.fromkeys("•‣∙·・▪◦", "-"),
        **dict(zip("‹›⁄×", "<>/x", strict=True)),
        "…": "...",
        "→": "->",
        "←": "<-",
        "™": "(TM)",
        "©": "(C)",
        "®": "(R)",
        "№": "No.",
    }
)
_GRAPHEME = regex.compile(r"\X")
# The places to cut, best first: a blank line, a line, a sentence (Latin or CJK), a word.
_CUTS = tuple(regex.compile(p) for p in (r"\n\s*\n", r"\n", r"(?<=[.!?])\s+|(?<=[。！？；])", r"\s+|(?<=[，、])"))
_WIDE_STOPS = tuple("。！？；")
_LINK = regex.compile(r"https?://[!-~]+")  # ASCII only: 请看https://a.example/1。谢谢 goes on after the link


def size(text: str, unit: str = "chars") -> int:
    """Measures `text` in `unit`: "chars" (code points) or "utf16" (what Telegram counts)."""
    if unit == "utf16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def shorten(text: str, limit: int, unit: str = "chars") -> str:
    """Cuts `text` to `limit` at a grapheme boundary, with an ellipsis when something is missing; "" for 0."""
    if size(text, unit) <= limit:
        return text
    return text[: _fitting(text, limit - 1, unit)].rstrip() + ELLIPSIS if limit > 0 else ""


def split(text: str, limit: int, unit: str = "chars") -> list[str]:
    """Splits `text` into parts of at most `limit` (2 or more), between paragraphs, lines, sentences or words.

    Never cut are a link that fits and a grapheme that fits. Joining the parts gives the text back but for the white
    space at the cuts. Empty text gives no part.
    """
    parts = []
    rest = text.strip()
    while size(rest, unit) > limit:
        end = _fitting(rest, limit, unit) or _code_points(rest, limit, unit)
        cut = _cut(rest, end)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


class SmsCost(msgspec.Struct, frozen=True):
    """What an SMS is billed as: GSM-7 160/153 septets, otherwise UCS-2 70/67 UTF-16 units (3GPP TS 23.038, 23.040).

    `left` are the units that still fit in the last segment. `flips` are the characters that GSM-7 lacks, each once, in
    their order: one is enough for UCS-2.
    """

    encoding: str
    segments: int
    units: int
    left: int
    flips: tuple[str, ...] = ()


def sms_cost(text: str) -> SmsCost:
    """Counts the segments of `text`, and names its encoding. A character of two units is never divided."""
    flips = tuple(dict.fromkeys(c for c in text if c not in GSM_BASIC and c not in GSM_EXTENDED))
    if flips:
        costs, single, each = [2 if ord(c) > 0xFFFF else 1 for c in text], 70, 67
    else:
        costs, single, each = [2 if c in GSM_EXTENDED else 1 for c in text], 160, 153
    segments, left = _segments(costs, single, each)
    return SmsCost(UCS2 if flips else GSM7, segments, sum(costs), left, flips)


def sms_segments(text: str) -> int:
    """Counts the segments that an SMS is billed as, see `SmsCost`."""
    return sms_cost(text).segments


def gsm_alike(text: str) -> str:
    """Writes curly quotes, long dashes and their like as GSM-7 has them, where that makes all of `text` GSM-7.

    One letter or emoji that has no equal keeps the message UCS-2 anyway; then it stays as it was written, and so does
    one that would cost more (three dots for each ellipsis).
    """
    plain = unicodedata.normalize("NFC", text).translate(_ALIKE)
    cost = sms_cost(plain)
    return plain if cost.encoding == GSM7 and cost.segments <= sms_segments(text) else text


def segments_sent(texts: Iterable[str]) -> int:
    """Counts the segments of texts as they leave: written as GSM-7 where that can be."""
    return sum(sms_segments(gsm_alike(text)) for text in texts)


def _segments(costs: list[int], single: int, each: int) -> tuple[int, int]:
    """Counts segments of `each`, or one of `single`, and the room in the last."""
    if sum(costs) <= single:
        return 1, single - sum(costs)
    segments, used = 1, 0
    for cost in costs:
        used += cost
        if used > each:
            segments, used = segments + 1, cost
    return segments, each - used


def _fitting(text: str, limit: int, unit: str) -> int:
    """Finds where the last grapheme ends that is within `limit`; 0 when not even the first one is."""
    end = used = 0
    for match in _GRAPHEME.finditer(text):
        used += size(match.group(), unit)
        if used > limit:
            break
        end = match.end()
    return end


def _code_points(text: str, limit: int, unit: str) -> int:
    """Counts the code points within `limit`, at least one: for a grapheme larger than a whole part."""
    end = min(limit, len(text))
    while end > 1 and size(text[:end], unit) > limit:
        end -= 1
    return max(end, 1)


def _cut(text: str, end: int) -> int:
    """Finds where to cut `text`, at most at `end`: before a link, the best boundary in the second half, else `end`."""
    for link in _LINK.finditer(text):
        if 0 < link.start() < end < link.end():
            return link.start()
    whole = frozenset(_starts(text[: end + 1]))
    for pattern in _CUTS:
        places = [m.start() for m in pattern.finditer(text, endpos=end + 1) if end // 2 < m.start() <= end]
        inside = [place for place in places if place in whole]
        if inside:
            return inside[-1]
    return end


def _starts(text: str) -> Iterator[int]:
    return (match.start() for match in _GRAPHEME.finditer(text))


def and_then(text: str, sentence: str) -> str:
    """Adds a sentence to a text; where a sentence ends in full width, as in Chinese, no space follows."""
    return f"{text}{'' if text.endswith(_WIDE_STOPS) else ' '}{sentence}"


def plain_spaces(text: str) -> str:
    """Replaces the narrow blanks of CLDR's forms by ordinary ones: not in GSM-7, they would double an SMS's price."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")

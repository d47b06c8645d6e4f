"""Writes what a person reads in place of something that cannot be shown as it is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.content.cards import card_line
from core.content.facts import told
from core.messages.pieces import MEDIA_KINDS, Attachment

_SIGNS = {
    "image": "🖼",
    "video": "🎞",
    "audio": "🎵",
    "voice": "🎤",
    "document": "📄",
    "sticker": "🙂",
    "location": "📍",
    "contact": "👤",
    "order": "🛒",
    "form": "📝",
    "share": "🔗",
    "poll": "📊",
}


def placeholders(attachments: Iterable[Attachment], beside: str = "") -> list[str]:
    """Writes lines for what has no file that could be shown beside the words, and for what a file means (a sticker's
    emoji). `beside`: the words, which need not be said twice."""
    lines = (placeholder(each, beside) for each in attachments if each.kind not in MEDIA_KINDS or each.data)
    return [line for line in lines if line]


def placeholder(attachment: Attachment, beside: str = "") -> str:
    """Writes one line: "📍 Main St 1 (40.71, -74.01)", "🛒 2 × BOOT-42 (129.80 USD)". Other people's numbers, e-mails
    and addresses are masked. Empty for something shared of which `beside` says all."""
    sign = _SIGNS.get(attachment.kind, "📎")
    if attachment.kind == "share":
        said = _share(attachment.data, beside)
        return f"{sign} {said}" if said else ""
    said = _SAID[attachment.kind](attachment.data) if attachment.kind in _SAID else _other(attachment)
    return f"{sign} {said}".strip()


def kind_named(kind: str) -> str:
    """Names a kind with its sign: "🎤 voice"."""
    return f"{_SIGNS.get(kind, '📎')} {kind.replace('_', ' ')}"


def unread(kind: str, known: Mapping[str, Any]) -> str:
    """Writes the line for an item of a kind that we do not know, with what can be read of it."""
    return f"📎 {_other(Attachment(kind.rpartition(':')[2], data=dict(known)))}"


def _other(attachment: Attachment) -> str:
    """Names the kind, the file, and what else is known of it."""
    kind = attachment.kind.replace("_", " ")
    emoji = attachment.data.get("emoji", "")
    more = told({name: value for name, value in attachment.data.items() if name != "emoji"})
    named = " ".join(filter(None, (kind, str(emoji), attachment.filename)))
    return f"{named}: {more}" if more else named


def _share(data: Mapping[str, Any], beside: str) -> str:
    what = str(data.get("what", ""))
    more = told({name: value for name, value in data.items() if name != "what"}, beside)
    return ": ".join(filter(None, (what.replace("_", " "), more))) if more or (what and not beside) else ""


def _location(place: Mapping[str, Any]) -> str:
    named = ", ".join(str(place[key]) for key in ("name", "address") if place.get(key))
    point = f"{float(place['latitude']):.5f}, {float(place['longitude']):.5f}" if "latitude" in place else ""
    where = f"{named} ({point})" if named and point else named or point
    return ", ".join(filter(None, (where, "live" if place.get("live") else "", str(place.get("url") or ""))))


def _order(data: Mapping[str, Any]) -> str:
    return ", ".join(_line(line) for line in data.get("lines", ())) or "an empty basket"


def _line(line: Any) -> str:
    price = " ".join(str(line[key]) for key in ("unit_price", "currency") if line.get(key))
    named = " ".join(filter(None, (str(line.get("product", "?")), str(line.get("title", "")))))
    return f"{line.get('quantity', 1)} × {named}" + (f" ({price})" if price else "")


def _form(data: Mapping[str, Any]) -> str:
    answers = data.get("answers", {})
    said = "; ".join(f"{key}: {_answer(value)}" for key, value in answers.items() if key != "flow_token")
    return ": ".join(filter(None, (str(data.get("name", "")), said)))


def _answer(value: Any) -> str:
    """Writes an answer: several are a list, an address is fields of its own."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_answer(each)}" for key, each in value.items())
    return ", ".join(map(_answer, value)) if isinstance(value, list) else str(value)


def _poll(data: Mapping[str, Any]) -> str:
    options = ", ".join(_option(each) for each in data.get("options", ()))
    more = ", ".join(each for each in ("quiz", "closed", "several answers") if data.get(each))
    return " ".join(filter(None, (str(data.get("question", "")), options and f"({options})", more)))


def _option(option: Any) -> str:
    votes = option.get("votes")
    told_ = f"{option.get('text', '?')}{': right' if option.get('right') else ''}"
    return f"{told_}: {votes} {'vote' if votes == 1 else 'votes'}" if votes else told_


_SAID: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "location": _location,
    "contact": card_line,
    "order": _order,
    "form": _form,
    "poll": _poll,
}

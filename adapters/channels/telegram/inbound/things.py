"""Reads what a message may hold beside words, files, places and contacts (Bot API, "Message"): polls, dice, stories.

Read as they come, without the library: nobody acts on them, and whatever of them can be read is better than nothing.
"""

from collections.abc import Callable
from typing import Any

from adapters.channels.telegram.inbound.entities import part_of, worded
from adapters.channels.telegram.inbound.update import Json, words
from core.content.facts import facts
from core.messages.pieces import Attachment


def thing_of(message: Json) -> Attachment | None:
    """Reads the thing that a message holds; None when it holds none that we know."""
    kind = next((each for each in THINGS if message.get(each)), "")
    return THINGS[kind](kind, message[kind]) if kind else None


def unknown_facts(message: Json, kind: str) -> dict[str, str]:
    """Reads what can be told of content that is newer than we are, with its caption."""
    return facts([{kind: message.get(kind)}, {"caption": message.get("caption")}])


def _plain(kind: str, value: Any) -> Attachment:
    return Attachment(kind, data=dict(facts({kind: value})))


def _poll(kind: str, poll: Json) -> Attachment:
    right = {poll.get("correct_option_id"), *_listed(poll, "correct_option_ids")}
    options = [
        {
            "text": part_of(each, "text"),
            "votes": _number(each.get("voter_count")),
            **({"right": True} if number in right else {}),
        }
        for number, each in enumerate(_dicts(poll, "options"))
    ]
    more = {
        "quiz": poll.get("type") == "quiz",
        "closed": poll.get("is_closed") is True,
        "several answers": poll.get("allows_multiple_answers") is True,
    }
    told = {"question": part_of(poll, "question"), "options": options, "explanation": part_of(poll, "explanation")}
    return Attachment(kind, data={key: each for key, each in {**told, **more}.items() if each})


def _dice(kind: str, dice: Json) -> Attachment:
    return Attachment(kind, data={"emoji": words(dice.get("emoji")), "value": _number(dice.get("value"))})


def _game(kind: str, game: Json) -> Attachment:
    told = {"title": game.get("title"), "description": game.get("description"), "text": part_of(game, "text")}
    return _plain(kind, told)


def _story(_: str, story: Json) -> Attachment:
    """Reads a forwarded story: whose it is, and its address where that has a public name."""
    chat = story.get("chat")
    whose: Json = chat if isinstance(chat, dict) else {}
    name = words(whose.get("title")) or " ".join(filter(None, (words(whose.get(key)) for key in _NAMES)))
    user, number = words(whose.get("username")), story.get("id")
    url = f"https://t.me/{user}/s/{number}" if user and type(number) is int else ""
    told = {"what": "story", "title": name, "url": url}
    return Attachment("share", data={key: each for key, each in told.items() if each})


_NAMES = ("first_name", "last_name")


def _checklist(kind: str, checklist: Json) -> Attachment:
    tasks = [
        f"{part_of(each, 'text')}{' ✓' if each.get('completion_date') else ''}" for each in _dicts(checklist, "tasks")
    ]
    return Attachment(kind, data={"title": part_of(checklist, "title"), "tasks": "; ".join(filter(None, tasks))})


def _gift(kind: str, value: Json) -> Attachment:
    """Reads a gift, or one that is the only one of its kind."""
    inner = value.get("gift")
    gift: Json = inner if isinstance(inner, dict) else {}
    sticker = gift.get("sticker")
    told = {
        "emoji": words(sticker.get("emoji")) if isinstance(sticker, dict) else "",
        "title": words(gift.get("base_name")),
        "text": worded(words(value.get("text")), value.get("entities")),
        "number": _number(gift.get("number")),
        "stars": _number(gift.get("star_count")),
    }
    return Attachment(kind, data={key: each for key, each in told.items() if each})


def _invoice(kind: str, invoice: Json) -> Attachment:
    """Reads an invoice; its sum is in the smallest units of the currency."""
    total, currency = invoice.get("total_amount"), words(invoice.get("currency"))
    places = 0 if currency in _WHOLE else 2
    price = f"{total / 10**places:.{places}f} {currency}" if type(total) is int else ""
    told = {"title": words(invoice.get("title")), "description": words(invoice.get("description")), "total": price}
    return Attachment(kind, data={key: each for key, each in told.items() if each})


_WHOLE = ("XTR", "JPY", "KRW", "VND", "CLP", "ISK", "UGX", "PYG")  # XTR: Telegram's stars


def _number(value: Any) -> int:
    return value if type(value) is int else 0


def _listed(holder: Json, key: str) -> list[Any]:
    found = holder.get(key)
    return [each for each in found if type(each) is int] if isinstance(found, list) else []


def _dicts(holder: Json, key: str) -> list[Json]:
    found = holder.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


THINGS: dict[str, Callable[[str, Any], Attachment]] = {
    "poll": _poll,
    "dice": _dice,
    "game": _game,
    "story": _story,
    "paid_media": _plain,
    "checklist": _checklist,
    "gift": _gift,
    "unique_gift": _gift,
    "invoice": _invoice,
    "giveaway": _plain,
    "passport_data": _plain,
    "web_app_data": _plain,
}

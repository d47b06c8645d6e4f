"""Writes out what a message hides behind its words or buttons, so that readers of plain text get it, too.

Bot API, "MessageEntity": offsets count UTF-16 units. Formatting (bold, spoiler, pre) loses nothing as plain text, a
custom emoji stands in the text as its ordinary one.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from adapters.channels.telegram.inbound.update import Json, words

_BARE = re.compile(r"https?://(?:www\.)?|/+$", re.IGNORECASE)
_UTF16 = "utf-16-le"
_URL_BUTTONS = (("url",), ("login_url", "url"), ("web_app", "url"))  # where an inline button has its address


def worded(text: str, entities: Any) -> str:
    """Returns `text` with the address behind each worded link: "this page (https://shop.example/p/77)".

    Each address stands there once; one that can be read already is not repeated. An entity that cannot be read costs
    only itself.
    """
    units = text.encode(_UTF16, "surrogatepass")
    written, insertions = set(text.split()), []
    for entity in _in_order(entities):
        start = 2 * entity["offset"]
        end = start + 2 * entity["length"]
        shown = units[start:end].decode(_UTF16, "replace")
        behind = _behind(entity)
        if end > len(units) or not behind or behind in written or _bare(behind) == _bare(shown.strip()):
            continue
        written.add(behind)
        trailing = len(shown) - len(shown.rstrip())
        insertions.append((end - 2 * trailing, behind))
    for position, behind in sorted(insertions, reverse=True):
        units = units[:position] + f" ({behind})".encode(_UTF16) + units[position:]
    return units.decode(_UTF16, "replace")


def part_of(holder: Json, field: str) -> str:
    """Reads a text within something larger (a poll's explanation, a task), whose entities stand beside it."""
    return worded(words(holder.get(field)), holder.get(f"{field}_entities"))


def words_of(message: Json) -> str:
    """Reads a message's text or caption, then a line for each address behind its buttons or its preview."""
    field = "text" if message.get("text") else "caption"
    text = message.get(field) or ""
    entities = message.get("entities" if field == "text" else "caption_entities")
    said = worded(text, entities) if isinstance(text, str) else text
    return "\n".join(filter(None, (said, *_beside(message, said))))


def _in_order(entities: Any) -> list[Json]:
    listed = entities if isinstance(entities, list) else []
    return sorted((each for each in listed if _is_readable(each)), key=lambda each: each["offset"])


def _is_readable(entity: Any) -> bool:
    return isinstance(entity, dict) and all(
        type(entity.get(name)) is int and entity[name] >= 0 for name in ("offset", "length")
    )


def _behind(entity: Json) -> str:
    kind = entity.get("type")
    field, read = _HIDDEN.get(kind, ("", words)) if isinstance(kind, str) else ("", words)
    return read(entity.get(field))


def _person(user: Any) -> str:
    known = user if isinstance(user, dict) else {}
    name = words(known.get("username"))
    return f"@{name}" if name else f"tg://user?id={known['id']}" if type(known.get("id")) is int else ""


def _moment(seconds: Any) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


# What an entity of a type hides: its field, and how that is read.
_HIDDEN: dict[str, tuple[str, Callable[[Any], str]]] = {
    "text_link": ("url", words),
    "text_mention": ("user", _person),
    "date_time": ("unix_time", _moment),
}


def _beside(message: Json, said: str) -> Iterable[str]:
    """Writes the links that no word of the text carries: of buttons below a shared post, and of its preview."""
    for button in _buttons(message.get("reply_markup")):
        address = next((found for path in _URL_BUTTONS if (found := _at(button, path))), "")
        if address and address not in said:
            yield ": ".join(filter(None, (words(button.get("text")), address)))
    preview = message.get("link_preview_options")
    shown = words(preview.get("url")) if isinstance(preview, dict) else ""
    if shown and _bare(shown) not in said:
        yield shown


def _buttons(markup: Any) -> list[Json]:
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    listed = [each for row in rows if isinstance(row, list) for each in row] if isinstance(rows, list) else []
    return [each for each in listed if isinstance(each, dict)]


def _at(value: Any, path: tuple[str, ...]) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return words(value)


def _bare(address: str) -> str:
    return _BARE.sub("", address).casefold()

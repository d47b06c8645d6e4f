"""Answers the send methods of the Bot API: texts, files, albums, places."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.platforms.telegram import limits
from sandbox.platforms.telegram.bot import Bot
from sandbox.platforms.telegram.errors import bad
from sandbox.world import ids

Json = dict[str, Any]
Method = Callable[[Bot, Json], Awaitable[Any]]
ALBUM = {"photo", "video", "document", "audio"}
UNCAPTIONED = {"sticker", "video_note"}


async def _message(bot: Bot, params: Json) -> Json:
    bot.phone(params)
    return bot.post(params, "text", limits.text_of(params, "text", 4096))


def _file(kind: str) -> Method:
    async def send(bot: Bot, params: Json) -> Json:
        bot.phone(params)
        caption = "" if kind in UNCAPTIONED else limits.text_of(params, "caption", 1024)
        if not params.get(kind):
            raise bad(f"there is no {kind} in the request")
        media, stored = await bot.files.given(kind, params[kind])
        return bot.post(params, kind, caption, media, stored)

    return send


async def _album(bot: Bot, params: Json) -> list[Json]:
    bot.phone(params)
    items = params.get("media")
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise bad("must be between 2 and 10 items in the album")
    kinds = {str(item.get("type")) for item in items}
    if not kinds <= ALBUM or (len(kinds) > 1 and kinds & {"document", "audio"}):
        raise bad("can't use this media type in the album")
    ready = []
    for item in items:
        given = {**params, **item, "media_group_id": "", "media": None}
        caption = limits.text_of(given, "caption", 1024)
        given["caption"], source = caption, str(item.get("media") or "")
        upload = params.get(source.removeprefix("attach://"), source) if source.startswith("attach://") else source
        ready.append((given, item["type"], caption, *await bot.files.given(item["type"], upload)))
    group = ids.numeric(bot.next_id(), 17)
    return [
        bot.post({**given, "media_group_id": group}, kind, caption, media, stored)
        for given, kind, caption, media, stored in ready
    ]


async def _location(bot: Bot, params: Json) -> Json:
    _coordinates(params)
    return bot.post(params, "location", f"{params['latitude']}, {params['longitude']}")


async def _venue(bot: Bot, params: Json) -> Json:
    _coordinates(params)
    return bot.post(params, "location", f"{params.get('title', '')}\n{params.get('address', '')}")


async def _contact(bot: Bot, params: Json) -> Json:
    return bot.post(params, "contact", f"{params.get('first_name', '')} {params.get('phone_number', '')}")


def _coordinates(params: Json) -> None:
    try:
        float(params["latitude"])
        float(params["longitude"])
    except (KeyError, ValueError, TypeError) as error:
        raise bad("can't parse location") from error


SENDING: dict[str, Method] = {
    "sendmessage": _message,
    "sendmediagroup": _album,
    "sendlocation": _location,
    "sendvenue": _venue,
    "sendcontact": _contact,
    **{
        f"send{kind.replace('_', '')}": _file(kind)
        for kind in ("photo", "document", "voice", "audio", "video", "sticker", "animation", "video_note")
    },
}

"""Keeps whom a business number has blocked (docs: Block Users API): what they write is shown on their phone only."""

from typing import Any

from aiohttp import web

from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.world.numbers import wa_id

Json = dict[str, Any]
MOST = 1000  # users in a call
SOME_FAILED = 139100


def change(number: WhatsApp, body: Json, *, blocked: bool) -> web.Response:
    """Answers POST and DELETE /{phone_number_id}/block_users: only who wrote in the last 24 hours can be blocked.

    Raises GraphError.
    """
    users = body.get("block_users")
    if body.get("messaging_product") != "whatsapp" or not isinstance(users, list) or not 0 < len(users) <= MOST:
        raise GraphError(100, message="(#100) Param block_users must be an array of 1 to 1000 users.")
    named = [str(each.get("user") or "") if isinstance(each, dict) else "" for each in users]
    phones = [number.world.directory.find("whatsapp", wa_id(name), number.account) for name in named]
    known = [phone for phone in phones if phone and (phone.window_open(number.world.clock()) or not blocked)]
    if len(known) < len(named):
        raise GraphError(SOME_FAILED, message=f"(#{SOME_FAILED}) Failed to block/unblock some users")
    for phone in known:
        phone.kept_away = blocked
    done = [{"input": name, "wa_id": phone.address} for name, phone in zip(named, known, strict=True)]
    key = "added_users" if blocked else "removed_users"
    return web.json_response({"messaging_product": "whatsapp", "block_users": {key: done}})

"""Writes what people type as Slack stores and structures it."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.world import ids

Json = dict[str, Any]
LINK = re.compile(r"https?://[^\s<>|]+")
MENTION = re.compile(r"@([a-z]+)\b", re.IGNORECASE)
TOKEN = re.compile(r"<(@[A-Z0-9]+|https?://[^>|]+)>")


def markup(text: str, names: Mapping[str, str]) -> str:
    """Writes typed text as Slack stores it: escaped, links and @names (`names`: name to user id) in angle brackets."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = LINK.sub(lambda match: f"<{match[0]}>", escaped)
    return MENTION.sub(lambda match: f"<@{names[match[1].lower()]}>" if match[1].lower() in names else match[0], linked)


def rich_text(text: str) -> Json:
    """Makes the rich_text block of stored text."""
    parts: list[Json] = []
    for index, piece in enumerate(TOKEN.split(text)):
        if index % 2:
            parts.append(
                {"type": "user", "user_id": piece[1:]}
                if piece.startswith("@")
                else {"type": "link", "url": piece.replace("&amp;", "&")}
            )
        elif piece:
            parts.append(
                {"type": "text", "text": piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")}
            )
    section = {"type": "rich_text_section", "elements": parts}
    return {"type": "rich_text", "block_id": ids.slack_id("")[:5], "elements": [section]}

"""Writes what people type as Slack stores and structures it."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from sandbox.world import ids

Json = dict[str, Any]
LINK = re.compile(r"https?://[^\s<>|]+")
MENTION = re.compile(r"@([a-z]+)\b", re.IGNORECASE)
QUOTE = re.compile(r"^&gt; ?")
# What the composer makes of what is typed: links, emoji, code, *bold*, _italic_, ~strike~.
MARKED = re.compile(
    r"<(?P<token>@[A-Z0-9]+|https?://[^>|]+)>"
    r"|(?<!\w):(?P<emoji>[a-z][a-z0-9_+-]*|\+1|-1):(?!\w)"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=\S)(?P<inner>[^\n`]*?\S)(?P=mark)(?![\w*_~])"
)
STYLES = {"*": "bold", "_": "italic", "~": "strike"}


def markup(text: str, names: Mapping[str, str]) -> str:
    """Writes typed text as Slack stores it: escaped, links and @names (`names`: name to user id) in angle brackets."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = LINK.sub(lambda match: f"<{match[0]}>", escaped)
    return MENTION.sub(lambda match: f"<@{names[match[1].lower()]}>" if match[1].lower() in names else match[0], linked)


def rich_text(text: str) -> Json:
    """Makes the rich_text block that Slack's composer makes of stored text."""
    elements = [_passage(kind, lines) for kind, lines in _passages(text)]
    return {"type": "rich_text", "block_id": ids.slack_id("")[:5], "elements": elements}


def _passages(text: str) -> list[tuple[str, str]]:
    """Parts code and quoted lines from the others."""
    found: list[tuple[str, str]] = []
    for index, piece in enumerate(text.split("```")):
        if index % 2:
            found.append(("rich_text_preformatted", piece.strip("\n")))
            continue
        for is_quote, lines in groupby(piece.split("\n"), key=lambda line: line.startswith("&gt;")):
            kind = "rich_text_quote" if is_quote else "rich_text_section"
            found.append((kind, "\n".join(QUOTE.sub("", line) for line in lines)))
    return [(kind, lines) for kind, lines in found if lines]


def _passage(kind: str, lines: str) -> Json:
    if kind == "rich_text_preformatted":
        return {"type": kind, "elements": [{"type": "text", "text": _plain(lines)}], "border": 0}
    return {"type": kind, "elements": _elements(lines, {})}


def _elements(text: str, style: dict[str, bool]) -> list[Json]:
    parts: list[Json] = []
    look = {"style": style} if style else {}
    at = 0
    for match in MARKED.finditer(text):
        if text[at : match.start()]:
            parts.append({"type": "text", "text": _plain(text[at : match.start()]), **look})
        at = match.end()
        if match["token"]:
            parts.append({**_reference(match["token"]), **look})
        elif match["emoji"]:
            parts.append({"type": "emoji", "name": match["emoji"], **look})
        elif match["code"]:
            parts.append({"type": "text", "text": _plain(match["code"]), "style": {**style, "code": True}})
        else:
            parts += _elements(match["inner"], {**style, STYLES[match["mark"]]: True})
    return [*parts, {"type": "text", "text": _plain(text[at:]), **look}] if text[at:] else parts


def _reference(token: str) -> Json:
    if token.startswith("@"):
        return {"type": "user", "user_id": token[1:]}
    return {"type": "link", "url": token.replace("&amp;", "&")}


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

"""Escapes text for Slack, reads what people wrote there, and tells whom it mentions."""

import re
from typing import Any

from adapters.desks.slack.reading.mrkdwn import read_mrkdwn
from adapters.desks.slack.reading.rich_text import read_blocks
from core.content.styles import Formatted

_MENTION = re.compile(r"<(?:@[UW]\w+|!subteam\^|!(?:channel|here|everyone|group)\b)[^<>]*>")

_USER = re.compile(r"<@([UW]\w+)(?:\|[^<>]*)?>")


def to_slack(text: str) -> str:
    """Escapes the three characters that Slack gives a meaning (`&`, `<`, `>`): no mention or link in `text` works."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read(markup: str, blocks: Any = None) -> Formatted:
    """Reads what a reader of a message sees, and how it looks: from its rich text, else from its markup.

    Rich text that only repeats the markup, as some apps and imports make it, says less than the markup.
    """
    said = read_blocks(blocks, markup) if blocks else None
    if said is None or (not said.styles and said.text == markup.strip()):
        return read_mrkdwn(markup)
    return said


def to_plain(markup: str) -> str:
    """Writes what a reader of `markup` sees."""
    return read_mrkdwn(markup).text


def mentions(markup: str) -> bool:
    """Tells whether `markup` mentions a user, a group or the whole channel."""
    return bool(_MENTION.search(markup))


def mentioned(markup: str) -> tuple[str, ...]:
    """Lists the users whom `markup` mentions, by their ids."""
    return tuple(dict.fromkeys(_USER.findall(markup)))


def speaks_to_somebody(markup: str) -> bool:
    """Tells whether a message begins by mentioning somebody, and goes on."""
    begun = _MENTION.match(markup.lstrip())
    return bool(begun) and bool(_MENTION.sub("", markup).strip())

"""Renders a digest: a heading, then each part as a list (docs.slack.dev, "Rich text block")."""

from adapters.desks.slack.blocks.elements import Block, Rendering, cut, literal, plain, weight
from adapters.desks.slack.markup import to_slack
from core.desk.digest import DigestLine, DigestPart
from core.desk.posts import PostDigest
from core.desk.workspaces import bare

HEADER, TITLE, LINE, LABEL, URL = 150, 120, 300, 40, 500
PARTS, LINES = 12, 16
ALL = 12_000  # characters of all blocks: a message may hold 13,200
FALLBACK = 3000
CLOSED = "shop.yaml wants this in the channel {channel} (digest), which is closed to us: invite the app there."


def digest(post: PostDigest) -> Rendering:
    """Renders it, each part with so many sentences as there is room for. The fallback is its title, and the first
    sentence of each part."""
    shown = post.shown
    told = [shown.title, *(f"{part.title}: {part.lines[0].text}" for part in shown.parts if part.lines)]
    text = to_slack(cut("\n".join(told), FALLBACK))
    for lines in range(LINES, 1, -1):
        blocks = _blocks(post, lines)
        if weight(blocks) <= ALL:
            break
    return Rendering(text, tuple(blocks))


def _blocks(post: PostDigest, lines: int) -> list[Block]:
    shown = post.shown
    foot = [shown.foot] if shown.foot else []
    foot += [DigestLine(CLOSED.format(channel=bare(post.refused)))] if post.refused else []
    return [
        {"type": "header", "text": plain(shown.title, HEADER)},
        *(_part(part, lines) for part in shown.parts[:PARTS]),
        *(_rich([{"type": "rich_text_section", "elements": _line(each)}]) for each in foot),
    ]


def _part(part: DigestPart, lines: int) -> Block:
    title = {"type": "rich_text_section", "elements": [literal(cut(part.title, TITLE), bold=True)]}
    items = [{"type": "rich_text_section", "elements": _line(each)} for each in part.lines[:lines]]
    return _rich([title, {"type": "rich_text_list", "style": "bullet", "elements": items}] if items else [title])


def _line(line: DigestLine) -> list[Block]:
    words = [literal(cut(line.text, LINE))]
    if not line.url or len(line.url) > URL:
        return words
    return [*words, literal(" "), {"type": "link", "url": line.url, "text": cut(line.link, LABEL)}]


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}

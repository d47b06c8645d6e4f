"""Reads Slack's own markup (mrkdwn) as a text with looks: what messages carry where they have no rich text."""

import re
from collections.abc import Collection

from adapters.desks.slack.reading.emoji_names import in_words, named
from adapters.desks.slack.reading.writer import Writer, quoted
from core.content.styles import Formatted, Look, joined

# One pass, so that nothing is read twice: code, <token>, :emoji: with a skin tone perhaps, *bold*, _italic_, ~strike~.
_MARKUP = re.compile(
    r"```(?P<block>.*?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<token>[^<>]*)>"
    r"|:(?P<emoji>[a-z0-9_+'&;-]+):(?::skin-tone-(?P<tone>[2-6])(?:-[2-6])?:)?"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=\S)(?P<inner>(?:[^\n`]|`[^`\n]*`)*?\S)(?P=mark)(?![\w*_~])",
    re.DOTALL,
)
_TOKEN = re.compile(r"<([^<>]*)>")
_QUOTE = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)
_LOOKS = {"*": Look.BOLD, "_": Look.ITALIC, "~": Look.STRIKE}
DEEPEST = 4  # looks in one another


def read_mrkdwn(markup: str) -> Formatted:
    """Reads markup. A message of nothing but custom emoji is empty: no customer sees them."""
    writer = Writer()
    for n, (is_quote, lines) in enumerate(_passages(markup)):
        inner = Writer()
        _write(inner, lines, ())
        said = inner.said.stripped() if is_quote else inner.said
        writer.put(inner, joined([Formatted("\n" if n else ""), quoted(said) if is_quote else said]))
    return writer.said.stripped() if writer.is_seen else Formatted()


def _passages(markup: str) -> list[tuple[bool, str]]:
    """Parts quoted lines from the others; code keeps its own."""
    found: list[tuple[bool, list[str]]] = []
    fenced = False
    for line in markup.split("\n"):
        is_quote = not fenced and bool(_QUOTE.match(line))
        fenced ^= line.count("```") % 2 == 1
        bare = _QUOTE.sub("", line, count=1) if is_quote else line
        if found and found[-1][0] == is_quote:
            found[-1][1].append(bare)
        else:
            found.append((is_quote, [bare]))
    return [(is_quote, "\n".join(lines)) for is_quote, lines in found]


def _write(writer: Writer, markup: str, looks: Collection[Look]) -> None:
    at = 0
    for match in _MARKUP.finditer(markup):
        writer.add(unescaped(markup[at : match.start()]), looks)
        _element(writer, match, looks)
        at = match.end()
    writer.add(unescaped(markup[at:]), looks)


def _element(writer: Writer, match: re.Match[str], looks: Collection[Look]) -> None:
    if (block := match["block"]) is not None:
        writer.add(_code(block).strip("\n"), (*looks, Look.BLOCK))
    elif (code := match["code"]) is not None:
        writer.add(_code(code), (*looks, Look.CODE))
    elif (token := match["token"]) is not None:
        _reference(writer, token, looks)
    elif match["emoji"]:
        _pictograph(writer, match, looks)
    elif len(looks) < DEEPEST:
        _write(writer, match["inner"], (*looks, _LOOKS[match["mark"]]))
    else:
        writer.add(unescaped(match[0]), looks)


def _code(markup: str) -> str:
    """Reads code, in which only links were made."""

    def inner(match: re.Match[str]) -> str:
        writer = Writer()
        _reference(writer, match[1], ())
        return writer.said.text

    return unescaped(_TOKEN.sub(inner, markup))


def _reference(writer: Writer, token: str, looks: Collection[Look]) -> None:
    """Writes what `<token>` shows: a mention, a channel, a date or a link."""
    target, _, label = map(unescaped, token.partition("|"))
    kind = target[:1]
    if kind in ("@", "#"):
        writer.add(f"{kind}{label or target[1:]}", looks)
    elif kind == "!":
        writer.add(label or f"@{target[1:].partition('^')[0]}", looks)
    else:
        writer.link(target, label, looks)


def _pictograph(writer: Writer, match: re.Match[str], looks: Collection[Look]) -> None:
    """Writes `:name:` as Unicode. Times and ratios ("10:30:45") only look like names and stay."""
    name = match["emoji"]
    text, start, end = match.string, match.start(), match.end()
    glued = [side.isalnum() for side in (text[max(start - 1, 0) : start], text[end : end + 1])]
    char = named(name, match["tone"])
    if all(glued) or (any(glued) and (name.isdigit() or not char)) or (name.isdigit() and not char):
        writer.add(unescaped(match[0]), looks)
    elif char:
        writer.add(char, looks)
    elif in_words(name):
        writer.custom(name, looks)


def unescaped(text: str) -> str:
    """Turns entities back into characters; `&amp;` last, or `&amp;lt;` would turn into `<`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

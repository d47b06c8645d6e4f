"""Converts Slack's message markup to plain text and back, and tells which messages are notes that stay inside."""

import re
from functools import cache

import emoji

_SKIN_TONES = {str(n): chr(0x1F3F9 + n) for n in range(2, 7)}  # skin-tone-2 … skin-tone-6
_VARIATION = "\ufe0f"

# One pass, so that nothing is read twice: code, <token>, :emoji: with an optional skin tone.
_MARKUP = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)"
    r"|<(?P<token>[^<>]*)>"
    r"|:(?P<emoji>[a-z0-9_+'&;-]+):(?::skin-tone-(?P<tone>[2-6])(?:-[2-6])?:)?",
    re.DOTALL,
)
_TOKEN = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"<(?:@[UW]\w+|!subteam\^|!(?:channel|here|everyone|group)\b)")
# The mark may stand in a quote, a list or bold type; a slip here would reach the customer, so the net is wide.
_DRESS = r"[\s*_~>`•\u200b\ufeff]*"
_NOTE = re.compile(
    rf"^{_DRESS}(?:[/／]{{2}}|(?:note|private|internal|备注){_DRESS}[:：]){_DRESS}",
    re.IGNORECASE,
)


def to_slack(text: str) -> str:
    """Escapes the three characters that Slack gives a meaning (`&`, `<`, `>`): no mention or link in `text` works."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_plain(markup: str) -> str:
    """Writes what a reader of `markup` sees, for channels without markup.

    Links become "label (url)" or the url, emoji names Unicode; unknown (custom) emoji vanish; code keeps its colons.
    """
    return _unescape(_MARKUP.sub(_rewrite, markup)).strip()


def mentions(markup: str) -> bool:
    """Tells whether `markup` mentions a user, a group or the whole channel."""
    return bool(_MENTION.search(markup))


def is_note(markup: str) -> tuple[bool, str]:
    """Tells whether the message must stay inside, and returns its plain text without the mark.

    Marks: `//`, `note:`, `private:`, `internal:`, `备注:` in any case, colon ordinary or full-width; a mention too.
    """
    plain = to_plain(markup)
    bare = _NOTE.sub("", plain, count=1)
    return bare != plain or mentions(markup), bare


def _unescape(text: str) -> str:
    """Turns entities back into characters; `&amp;` last, or `&amp;lt;` would turn into `<`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _rewrite(match: re.Match[str]) -> str:
    if (code := match["code"]) is not None:
        return _TOKEN.sub(lambda inner: _reference(inner[1]), code)
    if (token := match["token"]) is not None:
        return _reference(token)
    return _pictograph(match)


def _reference(token: str) -> str:
    """Writes what `<token>` shows: a mention, a channel, a date or a link."""
    target, _, label = token.partition("|")
    kind = target[:1]
    if kind == "@":
        return f"@{label or target[1:]}"
    if kind == "#":
        return f"#{label or target[1:]}"
    if kind == "!":
        return label or f"@{target[1:].partition('^')[0]}"
    return _link(target, label)


def _link(target: str, label: str) -> str:
    bare = re.sub(r"^(?:mailto|tel):", "", target)
    if bare != target or not label or _same_link(label, bare):
        return bare
    return f"{label} ({bare})"


def _same_link(label: str, target: str) -> bool:
    """Tells whether a label repeats its link: Slack labels an address typed without its scheme with what was typed."""
    typed = {target.rstrip("/").casefold(), re.sub(r"^https?://", "", target).rstrip("/").casefold()}
    return label.rstrip("/").casefold() in typed


def _pictograph(match: re.Match[str]) -> str:
    """Writes `:name:` as Unicode. Times and ratios ("10:30:45") only look like names and stay."""
    name, tone = match["emoji"], match["tone"]
    text, start, end = match.string, match.start(), match.end()
    glued = [side.isalnum() for side in (text[max(start - 1, 0) : start], text[end : end + 1])]
    char = _emoji(name)
    if all(glued) or (any(glued) and (name.isdigit() or not char)) or (name.isdigit() and not char):
        return match[0]
    return _toned(char, tone) if char else ""


def _emoji(name: str) -> str:
    if flag := re.fullmatch(r"flag-([a-z]{2})", name):
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag[1])
    key = _key(name)
    known = _names()
    return known.get(key) or known.get(re.sub(r"^female_", "woman_", re.sub(r"^male_", "man_", key)), "")


def _toned(char: str, tone: str | None) -> str:
    """Adds a skin tone: its modifier follows the first code point, in place of a variation selector."""
    if tone is None:
        return char
    return char[0] + _SKIN_TONES[tone] + char[1:].removeprefix(_VARIATION)


@cache
def _names() -> dict[str, str]:
    """Maps names to emoji: CLDR names, then the aliases that Slack shares with GitHub, then names of Slack's alone."""
    qualified = emoji.STATUS["fully_qualified"]
    full = {char: data for char, data in emoji.EMOJI_DATA.items() if data["status"] == qualified}
    names = {_key(data["en"]): char for char, data in full.items()}
    aliases = {_key(alias): char for char, data in full.items() for alias in data.get("alias", ())}
    return {**names, **aliases, **_SLACK_NAMES}


def _key(name: str) -> str:
    return name.strip(":").casefold().replace("-", "_")


_SLACK_NAMES = {
    "simple_smile": "🙂",
    "face_palm": "🤦",
    "knife_fork_plate": "🍽️",
}

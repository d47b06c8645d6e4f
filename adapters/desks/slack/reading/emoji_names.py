"""Finds the emoji that Slack's names mean."""

import re
from functools import cache

import emoji

_SKIN_TONES = {str(n): chr(0x1F3F9 + n) for n in range(2, 7)}  # skin-tone-2 … skin-tone-6
_VARIATION = "\ufe0f"


def named(name: str, tone: str | None = None) -> str:
    """Returns the emoji of that name; "" for a name that is the workspace's own (custom)."""
    char = _emoji(name)
    return _toned(char, tone) if char else ""


def in_words(name: str) -> str:
    """Writes a custom emoji's name as words, which stand in its place."""
    return re.sub(r"[_-]+", " ", name).strip()


def from_code_points(code: str) -> str:
    """Returns the emoji that "1f44b-1f3fb" means; "" for anything else."""
    try:
        return "".join(chr(int(point, 16)) for point in code.split("-")) if code else ""
    except (ValueError, OverflowError):
        return ""


def _emoji(name: str) -> str:
    if flag := re.fullmatch(r"flag-([a-z]{2})", name):
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag[1])
    key = _key(name)
    known = _names()
    return known.get(key) or known.get(re.sub(r"^female_", "woman_", re.sub(r"^male_", "man_", key)), "")


def _toned(char: str, tone: str | None) -> str:
    """Adds a skin tone: its modifier follows the first code point, in place of a variation selector."""
    if tone is None or tone not in _SKIN_TONES:
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

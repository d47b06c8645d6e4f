"""Reads a yes or a no that comes with more words: "ok do it", "好的，谢谢". One word too many ("yes, but …") and it is
neither."""

import re
from collections.abc import Iterable, Sequence

from flows.engine.session import Offered
from flows.understanding.normalise import folded


class Agreement:
    """Holds the words of a yes, of a no, and those that say neither (please, thanks, 吧)."""

    def __init__(self, yes: Iterable[str], no: Iterable[str], neither: Iterable[str]) -> None:
        self._kinds = {**_kinds(yes, "yes"), **_kinds(no, "no"), **_kinds(neither, "")}
        self._pattern = _tiles(self._kinds)

    def read(self, text: str, offered: Sequence[Offered] = ()) -> bool | None:
        """Tells yes or no where all words of a text say so, the `offered` choices' own among them; else None."""
        if text.rstrip().endswith(("?", "？")):
            return None
        own = {name: each.value for each in offered for name in map(folded, (each.title, *each.synonyms))}
        said, patterns = folded(text), (self._pattern, _tiles(own))
        found, at = set[str](), 0
        while at < len(said):
            tiles = [tile for pattern in patterns if (tile := pattern.match(said, at))]
            if not tiles:
                return None
            longest = max(tiles, key=lambda tile: tile.end())
            found.add({**own, **self._kinds}[longest.group(1)])
            at = longest.end()
        meant = found - {""}
        return meant == {"yes"} if meant in ({"yes"}, {"no"}) else None


def _kinds(words: Iterable[str], kind: str) -> dict[str, str]:
    return {folded(word): kind for word in words if folded(word)}


def _tiles(words: Iterable[str]) -> re.Pattern[str]:
    """Makes a pattern of one of the words, the longest first, and the space after it."""
    listed = sorted(words, key=len, reverse=True)
    whole = (re.escape(word) + (r"(?!\w)" if word.isascii() and word[-1:].isalnum() else "") for word in listed)
    return re.compile(rf"({'|'.join(whole) or '(?!)'})\s*")

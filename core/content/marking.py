"""Shows in a text the words that it was found by.

marked("Where are my BOOTS?", "boot")    # [("Where are my ", False), ("BOOTS", True), ("?", False)]
"""

import re
from collections.abc import Iterator

from core.content.terms import terms
from core.locales import HAN

Piece = tuple[str, bool]  # words, and whether they were looked for

_TOKEN = re.compile(rf"{HAN.pattern}+|[^\W_\u3400-\u9fff]+")


def marked(text: str, words: str) -> list[Piece]:
    """Parts a text into what was looked for and what stands between."""
    wanted = set(terms(words))
    found: list[Piece] = []
    end = 0
    for start, stop in _hits(text, wanted) if wanted else ():
        found += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in (*found, (text[end:], False)) if piece[0]]


def excerpt(text: str, words: str, room: int = 160) -> list[Piece]:
    """Does so with as much of a text as there is room for in a line, around the first of the words."""
    line = " ".join(text.split())
    first = next(_hits(line, set(terms(words))), (0, 0))[0] if words else 0
    start = max(0, min(first - room // 3, len(line) - room))
    shown = line[start : start + room]
    return marked(f"{'…' if start else ''}{shown}{'…' if start + room < len(line) else ''}", words)


def _hits(text: str, wanted: set[str]) -> Iterator[tuple[int, int]]:
    """Finds the words, and the Chinese signs that stand together as they were typed."""
    for token in _TOKEN.finditer(text):
        if not HAN.match(token[0]):
            if wanted.intersection(terms(token[0])):
                yield token.span()
            continue
        hit = [_is_hit(token[0], at, wanted) for at in range(len(token[0]))]
        yield from ((token.start() + run.start(), token.start() + run.end()) for run in _runs(hit))


def _is_hit(signs: str, at: int, wanted: set[str]) -> bool:
    return not wanted.isdisjoint((signs[at], signs[at : at + 2], signs[max(at - 1, 0) : at + 1]))


def _runs(hit: list[bool]) -> Iterator[re.Match[str]]:
    return re.finditer("1+", "".join("01"[each] for each in hit))

"""Recognises which several of the offered choices are meant: "1,3", the boots and the socks, all but one, both."""

import re
from collections.abc import Sequence

from flows.engine.session import Offered
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import clean, folded
from flows.understanding.values.recogniser import contained, inside, mentioned, recognise

# 1,3 · 1 and 3 · 1 3 · 1-3 · 1x2 (of the first, two: how many is another question)
_PLACE = r"#?(\d{1,2})(?:\s?-\s?(\d{1,2})|\s?[x×*]\s?\d{1,3})?"
_PLACES = re.compile(_PLACE, re.IGNORECASE)
_ONLY_PLACES = re.compile(
    rf"{_PLACE}(?:(?:\s?[,;、,&+/]\s?|\s(?:and|und|y|et)\s|[和跟与與]|\s){_PLACE})*[.。]?", re.IGNORECASE
)
_BOTH = re.compile(r"(?<!\w)both(?!\w)|[两兩]个都|[两兩]個都|[两兩]样|[两兩]樣")


def picked(text: str, offered: Sequence[Offered]) -> list[Offered]:
    """Finds the choices that a message picks, in the order in which they were offered; none where it is not clear."""
    said = clean(text)
    found = _by_place(said, offered) if offered else []
    if found is None:
        found = _all_but(said, offered)
    if found is None:
        found = _by_name(said, offered)
    wanted = {choice.value for choice in found}
    return [choice for choice in offered if choice.value in wanted]


def _by_place(said: str, offered: Sequence[Offered]) -> list[Offered] | None:
    """Reads nothing but places in the list; [] where one of them is beyond it, None for other words."""
    if not _ONLY_PLACES.fullmatch(said):
        return None
    if len(re.findall(r"\d+", said)) == 1 and (whole := recognise(said, offered)) is not None:
        return [whole]
    places: set[int] = set()
    for first, last in _PLACES.findall(said):
        places.update(range(int(first), int(last or first) + 1))
    if not places or min(places) < 1 or max(places) > len(offered):
        return []
    return [offered[place - 1] for place in sorted(places)]


def _all_but(said: str, offered: Sequence[Offered]) -> list[Offered] | None:
    """Reads "all of them", "both", "everything except the socks", "除了袜子都要"; [] where it is not clear which, None
    where nothing of the kind is said."""
    low = said.casefold()
    if not WORDS.everything.search(low):
        return None
    left_out = WORDS.left_out.search(low)
    if left_out is None:
        both = _BOTH.search(low)
        rest = (_BOTH if both else WORDS.everything).sub(" ", low)
        named = inside(said, offered) or _piece_by_piece(WORDS.everything.sub(" ", rest), offered)
        unclear = WORDS.refusal.search(low) or (both and len(offered) != 2)
        return named or ([] if unclear else list(offered))
    before, after = (WORDS.everything.sub(" ", part) for part in (low[: left_out.start()], low[left_out.end() :]))
    rest = after if folded(after) else before
    gone = {choice.value for choice in _by_name(rest, offered)}
    return [choice for choice in offered if choice.value not in gone] if gone else []


def _by_name(said: str, offered: Sequence[Offered]) -> list[Offered]:
    """Reads names, places and words of choices, without the clauses that refuse some."""
    clauses = [clause for clause in WORDS.clause.split(said) if folded(clause)]
    wanted = [clause for clause in clauses if not WORDS.refusal.search(clause.casefold())]
    if wanted and len(wanted) < len(clauses):
        return _piece_by_piece(", ".join(wanted), offered)
    return _piece_by_piece(said, offered) or inside(said, offered)


def _piece_by_piece(said: str, offered: Sequence[Offered]) -> list[Offered]:
    """Reads "the first and the socks": every piece is one choice; [] where one of them is not."""
    pieces = [piece for piece in _BETWEEN.split(said.casefold()) if folded(piece)]
    found = [recognise(piece, offered) or contained(piece, offered) for piece in pieces]
    return [choice for choice in found if choice is not None] if all(found) else []


def edited(text: str, offered: Sequence[Offered], now: Sequence[str]) -> list[str] | None:
    """Reads what is added to the chosen values or left out of them, or that only this is wanted: "without the socks",
    "also the hat", "just the boots"; None where no choice is named so, or nothing would be left."""
    kept, mode = list(now), ""
    for piece in _BETWEEN.split(clean(text).casefold()):
        mode, rest = _mode(piece, mode)
        found = [choice.value for choice in mentioned(rest, offered)]
        if mode == "only" and found:
            kept, mode = found, "add"
        elif mode == "drop":
            kept = [value for value in kept if value not in found]
        elif mode == "add":
            kept += found
    wanted = [choice.value for choice in offered if choice.value in kept]
    return wanted if wanted and set(wanted) != set(now) else None


def _mode(piece: str, before: str) -> tuple[str, str]:
    """Tells whether a piece adds, drops or singles out what it names, and returns the rest of it; one without such a
    word goes on as the piece before."""
    for mode, words in (("drop", WORDS.dropping), ("only", WORDS.only), ("add", WORDS.adding)):
        if words.search(piece):
            return mode, re.sub(r"\b(?:out|off)\b", " ", words.sub(" ", piece))
    return before, piece


_BETWEEN = re.compile(rf"[,;、，；&+]|{WORDS.joined.pattern}")

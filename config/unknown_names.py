"""Finds names that look like settings of ours and are none: what was meant by them is not set."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from config import forms, sources
from config.settings import described, prefixes

_OWN = "DOORSTEP_"  # nobody's settings begin so; some guess that ours do
_SHORT = 5  # letters: below, any word is near any other, so only the order of letters may be wrong
_SURE = 9  # letters: from here on two of them may be wrong
# What Kubernetes and Docker tell a container of its neighbours, which may be called "store" or "media".
_NEIGHBOUR = re.compile(r"_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$")
_REFERENCE = re.compile(r"\$\{(\w+)\}")


def unknown_names(environment: Mapping[str, str] | None = None) -> list[str]:
    """Writes a sentence for each name that looks like a setting of ours and is none, with the nearest known one."""
    given = sources.given() if environment is None else {name.lower(): value for name, value in environment.items()}
    known = (*(name.upper() for name in described()), "ENV_FILE")
    names = {name.upper() for name in given} - set(known) - _used_in_file(given.get("channels_file", ""))
    return [_sentence(name, known) for name in sorted(names) if _is_meant_for_us(name, known)]


def nearest(name: str, known: Iterable[str]) -> str:
    """Finds what was meant by a name, rather by whole words than by letters; empty when nothing is near."""
    words, listed = set(name.split("_")), list(known)
    near = difflib.get_close_matches(name, listed, n=5)

    def likeness(each: str) -> tuple[int, float, int]:
        return len(words.intersection(each.split("_"))), OSA.normalized_similarity(name, each), -listed.index(each)

    return max(near, key=likeness, default="")


def _used_in_file(channels_file: str) -> set[str]:
    """Lists the names that CHANNELS_FILE takes values from."""
    try:
        return set(_REFERENCE.findall(Path(channels_file).read_text())) if channels_file else set()
    except (OSError, UnicodeDecodeError):  # `config.accounts` says so
        return set()


def _sentence(name: str, known: tuple[str, ...]) -> str:
    near = nearest(_well_begun(name.removeprefix(_OWN), known), known)
    return f"{name} is no setting of Doorstep" + (f"; did you mean {near}?" if near else "")


def _is_meant_for_us(name: str, known: tuple[str, ...]) -> bool:
    if _NEIGHBOUR.search(name):
        return False
    if name.startswith(_OWN):
        rest = name.removeprefix(_OWN)
        return rest in known or _is_near(rest, known)
    return name.startswith(prefixes()) or _is_near(name, known) or _well_begun(name, known) != name


def _is_near(name: str, known: Iterable[str]) -> bool:
    """Tells whether a slip of the hand makes this name of a known one."""
    if len(name) < _SHORT:
        return any(sorted(name) == sorted(each) for each in known)
    most = 2 if len(name) >= _SURE else 1
    return any(OSA.distance(name, each, score_cutoff=most) <= most for each in known)


def _well_begun(name: str, known: tuple[str, ...]) -> str:
    """Mends a misspelt platform at the beginning of a name that goes on with a word of that platform's settings."""
    first, _, rest = name.partition("_")
    for platform, words in _vocabulary(known).items():
        most = 2 if len(platform) > _SHORT else 1
        near = first != platform and OSA.distance(first, platform, score_cutoff=most) <= most
        if near and words.intersection(rest.split("_")):
            return f"{platform}_{rest}"
    return name


@cache
def _vocabulary(known: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """Returns by platform which words its settings are made of."""
    words = {prefix.rstrip("_") for prefix in prefixes()}
    platforms = {each for each in words if len(each) > _SHORT or each.lower() in forms.forms()}
    parts = [name.split("_") for name in known]
    return {each: frozenset(word for first, *rest in parts if first == each for word in rest) for each in platforms}

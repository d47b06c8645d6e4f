"""Checks phrases: one that two intents claim teaches neither."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from core.files.documents import Place, read
from flows.linting.finding import Finding, warning
from flows.understanding.classifier.model import NONE
from flows.understanding.interpreter import POLITE, WORDS
from flows.understanding.reading import SMALL_TALK

ANSWERS = WORDS | SMALL_TALK  # what an open question decides between


class Claim(NamedTuple):
    """Names an intent that claims a phrase, and where."""

    intent: str
    said: str
    where: Place
    is_own: bool  # the store's, not ours


def phrase_findings(paths: Sequence[Path], store: Path, form: Callable[[str], str]) -> Iterator[Finding]:
    """Finds phrases that the files claim for several intents, in the form that they are compared in.

    `paths` lists ours first; what lies in the folder `store` is the store's, and counts instead, word for word.
    """
    claimed: dict[str, list[Claim]] = {}
    for path in paths:
        for claim in _claims(path, store):
            claimed.setdefault(form(claim.said), []).append(claim)
    for claims in claimed.values():
        yield from _between(claims)


def _claims(path: Path, store: Path) -> Iterator[Claim]:
    document, is_own = read(path), path.is_relative_to(store)
    for intent, node in document.items():
        listed = node.get("phrases") or () if isinstance(node, Mapping) else node
        lines = listed.lines if listed else ()
        yield from (
            Claim(intent, str(said), Place(str(path), line), is_own) for said, line in zip(listed, lines, strict=True)
        )


def _between(claims: Sequence[Claim]) -> Iterator[Finding]:
    """Finds what contradicts the first claim, each intent once."""
    first = claims[0]
    others = {claim.intent: claim for claim in claims if not _agree(first.intent, claim.intent)}
    for claim in others.values():
        known = f"{claim.said!r} is a phrase of {first.intent} too ({first.where})"
        cure = "what comes last counts, and similar words are asked back; keep it under one of them"
        if claim.is_own and not first.is_own:
            known = f"{claim.said!r} means {first.intent} in what we ship, and {claim.intent} here"
            cure = f"yours counts; remove it, or list it under {first.intent}, unless that is meant"
        yield warning(claim.where, f"{known}: {cure}")


def _agree(first: str, other: str) -> bool:
    """Tells whether two intents may have the same words: an answer is no request, and says yes, thanks or the like."""
    pair = {first, other} - {POLITE}
    return len(pair) < 2 or pair <= ANSWERS or (NONE in pair and pair - {NONE} <= WORDS)

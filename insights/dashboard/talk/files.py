"""Writes a conversation, and the way of a message, as lines of a file: words as pages show them, codes as they are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from insights.conversations.happenings import Happening
from insights.conversations.lines import Line
from insights.conversations.veil import Veil
from insights.dashboard.asked import Asked
from insights.dashboard.talk.facts import Fact
from insights.dashboard.talk.happenings import event
from insights.dashboard.talk.lines import shown
from insights.dashboard.talk.steps import Way
from storage.costs.rows import Cost

TALK = (
    *("at", "what", "by", "who", "words", "files", "state", "reason", "flow", "receipts", "cost", "currency"),
    *("details", "id"),
)
WAY = ("at", "seconds_after", "what", "details", "conversation")


def talk(entries: Iterator[Line | Happening], asked: Asked, veil: Veil, name: str) -> Iterator[Sequence[Any]]:
    """Writes a line for each message and each thing that happened; one more for each further currency of its costs.

    `name`: the customer's, as it may be shown.
    """
    for each in entries:
        if isinstance(each, Line):
            yield from _said(each, asked, veil, name)
        else:
            told = event(each, asked)
            at = _local(each.at, asked)
            yield at, told.what, "", "", told.words, *[""] * 5, None, "", _details(told.facts), told.trace


def _said(line: Line, asked: Asked, veil: Veil, name: str) -> Iterator[Sequence[Any]]:
    said, seen, sending = line.said, shown(line, asked, veil, name), line.sending
    reason = said.reason or (sending.code if sending else None)
    receipts = [
        f"{part.status} {_local(part.status_at, asked).isoformat()}"
        for part in (sending.parts if sending else ())
        if part.status and part.status_at
    ]
    first = _local(said.at, asked), "message", said.by, seen.who, "" if seen.kind == "gone" else seen.words
    flow = (sending.flow if sending else "") or next((each.flow for each in line.events if each.flow), "")
    became = "; ".join(f"{file.kind} {file.name}".strip() for file in seen.files), said.state, reason, flow
    sums = _sums(line.costs) or [(None, "")]
    for at, (cost, currency) in enumerate(sums):
        details = _details(seen.facts) if at == 0 else ""
        yield *first, *became, "; ".join(receipts), cost, currency, details, said.id


def _sums(costs: Sequence[Cost]) -> list[tuple[float | None, str]]:
    """Adds up what was paid, in each currency."""
    ordered = sorted(costs, key=lambda each: each.currency)
    return [
        (float(sum(each.amount for each in some)), currency)
        for currency, some in groupby(ordered, key=lambda each: each.currency)
    ]


def _details(told: Sequence[Fact]) -> str:
    return "; ".join(f"{fact.name}: {fact.words}" for fact in told)


def way(found: Way, asked: Asked) -> Iterator[Sequence[Any]]:
    """Writes a line for each step."""
    before: datetime | None = None
    for step in found.steps:
        details = "; ".join(f"{each.name}: {each.words}" for each in step.details)
        after = (step.at - before).total_seconds() if step.at and before and not step.talk else None
        yield _local(step.at, asked) if step.at else None, after, step.what, details, step.talk
        before = before if step.talk else step.at or before


def _local(at: datetime, asked: Asked) -> datetime:
    return at.astimezone(asked.shop.zone)

"""Finds what nobody understood, like questions together, with the request of ours that is nearest to each.

groups(conn, since, until, nearest_of(interpreter))
# [Asked("en", "do you have a shop in Rome", count=14, conversations=12, nearest="store_info", questions=(…))]
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from flows.understanding.advice.masking import masked
from flows.understanding.interpreter import Interpreter
from insights.measuring.heard import NOT_UNDERSTOOD
from insights.questions.grouping import Group, Question, together
from storage.insight.sources import questions
from storage.people.known import known_of

MOST = 2000  # messages of a time; of more the newest
EXPLAINED = 50  # groups whose nearest request is looked for: to ask takes some milliseconds each

NEAR = 0.1  # probability from which a request is near

Nearest = Callable[[str], str]


class Asked(msgspec.Struct, frozen=True):
    """Holds a question as customers ask it, masked: how often, in how many conversations, and the intent of ours that
    is nearest, "" where none is near. `questions`: the newest first."""

    language: str
    example: str
    count: int
    conversations: int
    nearest: str
    questions: tuple[Question, ...]


def groups(
    conn: Connection, since: datetime, until: datetime, nearest: Nearest = lambda _text: "", *, limit: int = MOST
) -> list[Asked]:
    """Groups what was not understood between two moments; what was asked most comes first."""
    found: dict[str, Question] = {}
    rows = questions.unmatched(conn, NOT_UNDERSTOOD, since, until, limit)
    known = known_of(conn, {row.customer_id for row in rows})
    for row in rows:
        language = (row.language or row.locale)[:2].lower()
        text = masked(row.text, known[row.customer_id])
        found.setdefault(row.id, Question(row.id, row.conversation_id, row.at, text, language))
    return [
        _asked(group, nearest(group.example) if number < EXPLAINED else "")
        for number, group in enumerate(together(found.values()))
    ]


def nearest_of(interpreter: Interpreter) -> Nearest:
    """Makes what finds the intent that is nearest to a text, "" where none is near."""

    def nearest(text: str) -> str:
        likely = interpreter.told(text)["candidates"]
        return str(likely[0]["intent"]) if likely and likely[0]["p"] >= NEAR else ""

    return nearest


def _asked(group: Group, nearest: str) -> Asked:
    count = len(group.questions)
    return Asked(group.language, group.example, count, group.conversations, nearest, group.questions)

"""Finds what happened in a conversation besides what was said: cases, ratings, returns, notices that did not go out."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from core.cases.clocks import Clock
from storage.desk import clocks, listing, ratings
from storage.desk.cases import Case
from storage.desk.ratings import Rating
from storage.notices.notices import NoticeRow
from storage.notices.unsent import unsent
from storage.shop import returns
from storage.shop.returns import ReturnRow


class CaseStory(NamedTuple):
    """Holds a case with its clocks and what was said of it afterwards."""

    case: Case
    clocks: Sequence[Clock]
    ratings: Sequence[Rating]


class Happening(NamedTuple):
    """Holds what happened at a time. `what`: case_opened, case_claimed, case_over, rated, returned, unsent; what that
    is about stands in the field of its own."""

    at: datetime
    what: str
    case: Case | None = None
    rating: Rating | None = None
    returned: ReturnRow | None = None
    notice: NoticeRow | None = None


def stories(conn: Connection, conversation_id: str) -> list[CaseStory]:
    """Reads the cases of a conversation, oldest first."""
    found = listing.of_conversation(conn, conversation_id)
    running = clocks.all_of(conn, [case.id for case in found])
    rated = ratings.all_of_conversation(conn, conversation_id)
    return [
        CaseStory(case, running.get(case.id, ()), [each for each in rated if each.case_id == case.id]) for case in found
    ]


def happened(
    conn: Connection, people: Collection[str], held: Sequence[CaseStory], since: datetime, until: datetime
) -> list[Happening]:
    """Lists what happened from `since` until before `until`."""
    found = [*_of_cases(held), *_of_ratings(held)]
    found += [Happening(each.created_at, "returned", returned=each) for each in returns.of_customers(conn, people)]
    found += [Happening(each.created_at, "unsent", notice=each) for each in unsent(conn, people, since, until)]
    return [each for each in found if since <= each.at < until]


def _of_cases(held: Sequence[CaseStory]) -> Iterator[Happening]:
    for case, _, _ in held:
        yield Happening(case.opened_at, "case_opened", case)
        if case.claimed_at:
            yield Happening(case.claimed_at, "case_claimed", case)
        if case.resolved_at:
            yield Happening(case.resolved_at, "case_over", case)


def _of_ratings(held: Sequence[CaseStory]) -> Iterator[Happening]:
    for case, _, rated in held:
        yield from (Happening(each.given_at or each.asked_at, "rated", case, rating=each) for each in rated)

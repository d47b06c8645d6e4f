"""Asks rules about cases that were opened or resolved, and ratings: found in the rows, so that no turn waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from hub.hub import Hub
from hub.outgoing.facts import LAG, LONGEST
from hub.rules.facts import Heard
from hub.rules.firing import fire
from notifications.facts import About, EventFacts
from notifications.notice import Change, Subject
from notifications.rules.rules_file import CASE_OPENED, CASE_RESOLVED, OF_CASES, RATING_GIVEN
from storage.desk import cases
from storage.outgoing import news
from storage.queues import timers
from storage.rules import firings
from storage.shop import orders

TIMER = "rule_news"
GROUP = 100  # of what is asked about in one transaction


class News(NamedTuple):
    """Names what happened to a case: the event's type, the case's id, when, and the score of a rating."""

    type: str
    case_id: str
    at: datetime
    score: int = 0


def tell(hub: Hub, now: datetime) -> bool:
    """Asks about what came since the last time; tells whether there is more.

    Without a rule that hears of it nothing is asked, and a rule that comes later hears only of what comes then.
    """
    listens = is_heard(hub)
    with hub.store.read() as conn:
        since = timers.done_until(conn, TIMER, "") or now - LAG
        until = min(now - LAG, since + LONGEST) if listens else now - LAG
        found = happened(conn, since, until) if listens and until > since else []
    for start in range(0, len(found), GROUP):
        with hub.store.write() as conn:
            fire(hub, conn, heard_of(hub, conn, found[start : start + GROUP], now), now)
    with hub.store.write() as conn:
        timers.mark_done(conn, TIMER, "", max(since, until))
    return since < until < now - LAG


def is_heard(hub: Hub) -> bool:
    """Tells whether any rule hears of cases or ratings."""
    return any(rule.on & frozenset(OF_CASES) for rule in hub.rules.all)


def happened(conn: Connection, since: datetime, until: datetime) -> list[News]:
    """Lists what happened to cases between two moments, oldest first."""
    found = [News(CASE_OPENED, row.id, row.moment) for row in news.opened_cases(conn, since, until)]
    found += [News(CASE_RESOLVED, row.id, row.moment) for row in news.resolved_cases(conn, since, until)]
    found += [
        News(RATING_GIVEN, row.case_id, row.given_at, row.score or 0) for row in news.given_ratings(conn, since, until)
    ]
    return sorted(found, key=lambda each: each.at)


def heard_of(hub: Hub, conn: Connection, found: Sequence[News], now: datetime) -> list[Heard]:
    """Makes what rules are asked: each case as it stands, its order, and how many rules it follows from."""
    about = cases.by_ids(conn, {each.case_id for each in found})
    known = orders.known(conn, {case.order_number for case in about.values() if case.order_number})
    depths = firings.depths(conn, about)
    heard = []
    for each in found:
        case = about[each.case_id]
        of = known.get(case.order_number or "")
        after = About(order=of.order) if of else About()
        subject = Subject.ORDER if after.order else Subject.CUSTOMER
        event = EventFacts(each.type, "desk")
        change = Change(event, each.at, subject, after, after, {}, hub.notices.when(now))
        heard.append(Heard(change, case.customer_id, case, each.score, depths.get(case.id, 0)))
    return heard

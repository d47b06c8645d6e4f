"""Tells of clocks what is due to be told: agents and leads in the thread, the customer in their chat, each once.

What comes late, as the clock was away, is told too, but many of it in one post.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from core.cases.clock_words import line, words
from core.cases.clocks import Alert, Clock, end, told
from core.cases.sla import AIMS, Metric
from core.desk.posts import PostCard, PostNote
from core.messages.outbound import OutboundMessage, Speaker
from hub import reach
from hub.clocks import assigning
from hub.delivery.postings import enqueue, post_to_desk, posting
from hub.hub import Hub
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import cases, clocks
from storage.desk.cases import Case
from storage.desk.locking import locked

log = logging.getLogger(__name__)

MOST = 100  # looked at in one go; the rest is due at once
AGAIN = timedelta(minutes=1)  # after which is told what failed
LATE = timedelta(minutes=10)  # after which nobody is told in haste
FEW = 3  # that are told in their threads, however late
STILL_WAITING = "still_waiting"


def tell_due(hub: Hub, now: datetime) -> None:
    """Tells what is due by now."""
    with hub.store.read() as conn:
        due = clocks.alerting(conn, now, MOST)
    late = [each for each in due if _is_late(each, now)]
    together = late if len(late) > FEW else []
    for clock in due:
        if clock not in together:
            _tell_or_wait(hub, clock, now)
    if together:
        _tell_together(hub, together, now)


def _tell_or_wait(hub: Hub, clock: Clock, now: datetime) -> None:
    """Tells of one clock; where that fails it is tried again in a minute, and does not stand in the way of others."""
    try:
        if clock.metric is Metric.ASSIGN:
            assigning.assign(hub, clock, now)
        else:
            _tell_one(hub, clock, now)
    except Exception:
        log.exception("a clock of a case was not told of; it comes again", extra={"case_id": clock.case_id})
        with hub.store.write() as conn:
            clocks.take(conn, clock, replace(clock, alert_at=now + AGAIN))


def _is_late(clock: Clock, now: datetime) -> bool:
    """Tells whether the time of a clock was over long ago; what customers are told is never told together."""
    is_told_to_agents = clock.metric not in (Metric.ASSIGN, Metric.EXPECTED)
    return is_told_to_agents and clock.due_at is not None and clock.due_at + LATE < now


def _tell_one(hub: Hub, clock: Clock, now: datetime) -> None:
    with hub.store.write() as conn:
        found = locked(conn, cases.by_id(conn, clock.case_id))
        if found is None or found[0].is_over:
            clocks.take(conn, clock, end(clock, now, void=True))
            return
        case, who = found
        after, alert = told(clock, now)
        if alert is None or not clocks.take(conn, clock, after):
            return
        if clock.metric is Metric.EXPECTED:
            _console(hub, conn, case, who, now)
        elif hub.has_desk:
            _warn(hub, conn, case, clock, alert, now)


def _warn(hub: Hub, conn: Connection, case: Case, clock: Clock, alert: Alert, now: datetime) -> None:
    """Tells the owner, or the lead where nobody has the case; the channel hears of what is late, or of nobody's."""
    user = _who(hub, case, clock)
    note = words(clock.metric, alert, _length(clock, alert, now))
    post = PostNote(case.id, note, broadcast=alert is Alert.BREACH or not user, user=user)
    post_to_desk(hub, conn, post, case.id, now)
    _show(hub, conn, case, clock, alert, now)


def _show(hub: Hub, conn: Connection, case: Case, clock: Clock, alert: Alert, now: datetime) -> None:
    """Has the card drawn anew, which shows what is late."""
    if alert is Alert.BREACH and clock.metric in AIMS:
        post_to_desk(hub, conn, PostCard(case.id), case.id, now)


def _who(hub: Hub, case: Case, clock: Clock) -> str:
    team = hub.routing.teams.get(case.team)
    lead = team.lead if team else ""
    return lead if clock.metric is Metric.UNCLAIMED else case.claimed_by or lead


def _length(clock: Clock, alert: Alert, now: datetime) -> timedelta:
    """Returns how long there is left, or how late it is; of a case that nobody took, how long it waits."""
    if clock.metric is Metric.UNCLAIMED:
        return now - clock.started_at
    due = clock.due_at or now
    return due - now if alert is Alert.WARNING else now - due


def _console(hub: Hub, conn: Connection, case: Case, who: Conversation, now: datetime) -> None:
    """Tells a customer who was told a time that they are not forgotten, where they may be told something now."""
    if who.case_id == case.id and reach.may_say(hub, conn, who, now):
        text = hub.say(STILL_WAITING, who.locale or "en")
        enqueue(hub, conn, posting(who, OutboundMessage(text, speaker=Speaker.SYSTEM), timeline.BOT, now))


def _tell_together(hub: Hub, late: Sequence[Clock], now: datetime) -> None:
    """Tells of several late clocks in one post, a line for each."""
    with hub.store.write() as conn:
        known = cases.by_ids(conn, {clock.case_id for clock in late})
        lines, users = dict[int, str](), dict[str, None]()
        for clock in late:
            case = known.get(clock.case_id)
            if case is None or case.is_over:
                clocks.take(conn, clock, end(clock, now, void=True))
                continue
            after, alert = told(clock, now)
            if alert is not None and clocks.take(conn, clock, after):
                lines[case.number] = line(case.number, clock.metric, _length(clock, alert, now))
                users[_who(hub, case, clock)] = None
                _show(hub, conn, case, clock, alert, now)
        if lines and hub.has_desk:
            said = "\n".join(
                ["These were due while nobody looked at the clock:", *(lines[each] for each in sorted(lines))]
            )
            post_to_desk(hub, conn, PostNote("", said, user=next(filter(None, users), "")), "", now)

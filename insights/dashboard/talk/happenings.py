"""Words what happened in a conversation besides what was said, and how its cases stand."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.cases.clocks import Clock, ClockState
from insights.conversations.happenings import CaseStory, Happening
from insights.conversations.veil import Veil
from insights.dashboard.asked import Asked
from insights.dashboard.talk.facts import Fact, clock, notice_facts
from insights.dashboard.talk.wording import worded
from insights.metrics import figures, labels
from storage.desk.cases import Case

MOOD = {ClockState.MET: "good", ClockState.BREACHED: "bad"}


class Event(NamedTuple):
    """Holds what happened, in words. `trace`: what its way is told by."""

    at: datetime
    what: str
    words: str
    trace: str
    facts: Sequence[Fact] = ()


class Aim(NamedTuple):
    """Holds what was aimed at in a case, and what became of it."""

    words: str
    mood: str


class CaseShown(NamedTuple):
    """Holds a case. `thread`: the one it has at the desk, or ""."""

    id: str
    number: int
    state: str
    why: str
    summary: str
    facts: Sequence[Fact]
    aims: Sequence[Aim]
    thread: str


def event(each: Happening, asked: Asked) -> Event:
    """Words what happened."""
    if each.notice:
        notice, why = each.notice, labels.code(each.notice.reason, asked.language) if each.notice.reason else ""
        kind = labels.code(notice.kind, asked.language)
        state = worded("notice", notice.state, asked)
        words = " · ".join(filter(None, (asked.t("talk.notice_about", kind=kind), state, why)))
        return Event(each.at, "notice", words, notice.id, list(notice_facts(notice, asked)))
    if each.returned:
        record = each.returned.record
        state = labels.code(record.state, asked.language)
        return Event(each.at, "return", asked.t("talk.return", order=record.order_number, state=state), "")
    if each.rating:
        key = "talk.rating_asked" if each.rating.score is None else "talk.rating"
        kind = worded("rating", each.rating.kind, asked)
        return Event(each.at, "rating", asked.t(key, kind=kind, score=str(each.rating.score)), each.rating.case_id)
    words = _of_case(each.what, each.case, asked) if each.case else ""
    return Event(each.at, "case", words, each.case.id if each.case else "")


def _of_case(what: str, case: Case, asked: Asked) -> str:
    number = str(case.number)
    if what == "case_opened":
        return asked.t("talk.case_opened", number=number, why=labels.code(case.reason, asked.language))
    if what == "case_claimed":
        return asked.t("talk.case_claimed", number=number, agent=case.agent_name or case.claimed_by or "—")
    topic = labels.code(case.topic, asked.language) if case.topic else "—"
    return asked.t("talk.case_over", number=number, state=worded("case_is", case.state, asked), topic=topic)


def case_shown(story: CaseStory, asked: Asked, veil: Veil) -> CaseShown:
    """Shows a case with its clocks."""
    case = story.case
    told = (
        ("talk.team", labels.code(case.team, asked.language) if case.team else ""),
        ("talk.owner", case.agent_name or case.claimed_by or ""),
        ("talk.order", case.order_number or ""),
        ("talk.topic", labels.code(case.topic, asked.language) if case.topic else ""),
        ("talk.opened", clock(case.opened_at, asked, is_long=True)),
        ("talk.over", clock(case.resolved_at, asked, is_long=True) if case.resolved_at else ""),
    )
    return CaseShown(
        case.id,
        case.number,
        worded("case_is", case.state, asked),
        labels.code(case.reason, asked.language),
        veil.words(case.summary),
        [Fact(asked.t(key), words) for key, words in told if words],
        [_aim(each, asked) for each in story.clocks],
        case.thread or "",
    )


def _aim(each: Clock, asked: Asked) -> Aim:
    name = worded("clock", each.metric.value, asked)
    if each.aim:  # what customers were told is a time, and no length
        name = f"{name} ({figures.duration(each.aim.total_seconds(), asked.language)})"
    until = each.ended_at or each.due_at
    when = f" {clock(until, asked, is_long=True)}" if until else ""
    return Aim(f"{name} · {worded('clock_is', each.state.value, asked)}{when}", MOOD.get(each.state, ""))

"""Makes what the desk did in a month: cases opened again, acts, clocks, ratings; and counts it by brute force."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from core.ids import first_id
from storage.desk.tables import audit, case_clocks, case_ends, desk_agents, desk_messages, ratings
from storage.engine.store import Store
from tests.insights.month import AGENTS, DAY, MINUTE, ZONE, Case, Month, business, place_of
from tests.insights.replayed import Replayed, replay

SCORES = {"csat": (1, 5), "effort": (1, 5), "nps": (0, 10)}
IDLE, WEEK, SECOND = timedelta(minutes=10), timedelta(days=7), timedelta(seconds=1)


class End(NamedTuple):
    id: str
    case: Case
    at: datetime
    agent: str
    reopened: datetime | None


class Act(NamedTuple):
    id: str
    case: Case
    at: datetime
    agent: str
    action: str  # "" for a note


class Clock(NamedTuple):
    id: str
    case: Case
    metric: str
    started: datetime
    due: datetime | None
    state: str


class Rating(NamedTuple):
    id: str
    case: Case
    kind: str
    asked: datetime
    given: datetime | None
    score: int | None


class Desk(NamedTuple):
    ends: list[End]
    acts: list[Act]
    clocks: list[Clock]
    ratings: list[Rating]


def make(month: Month, seed: int) -> Desk:
    """Makes what the desk did; the same for a seed."""
    chance, desk = random.Random(seed), Desk([], [], [], [])
    for case in month.cases:
        ends = [End(_id(chance, over.at), case, over.at, over.agent, over.reopened) for over in case.overs]
        desk.ends.extend(ends)
        desk.acts.extend(_acts(chance, case))
        desk.clocks.extend(_clocks(chance, case))
        desk.ratings.extend(each for end in ends for each in _ratings(chance, end))
    return desk


def _id(chance: random.Random, at: datetime) -> str:
    return f"{first_id(at)}{chance.randrange(16**11):011x}"


def _acts(chance: random.Random, case: Case) -> Iterator[Act]:
    at = case.opened + 13 * SECOND  # never when something is said
    for _ in range(chance.randint(0, 9)):
        at += chance.choice((1, 4, 10, 11, 300, 1500)) * MINUTE
        agent = chance.choice((*AGENTS, "round_robin"))
        is_note = agent in AGENTS and chance.random() < 0.3
        action = "" if is_note else chance.choice(("claim", "wait", "wait", "hold", "snooze", "release"))
        yield Act(_id(chance, at), case, at, agent, action)


def _clocks(chance: random.Random, case: Case) -> Iterator[Clock]:
    for metric in ("first", "next", "resolution", "unclaimed"):
        started = case.opened + chance.uniform(0, 600) * MINUTE
        due = started + chance.choice((60, 4000, 90_000)) * MINUTE
        state = chance.choice(("met", "breached", "pending", "void"))
        yield Clock(_id(chance, started), case, metric, started, None if chance.random() < 0.1 else due, state)


def _ratings(chance: random.Random, end: End) -> Iterator[Rating]:
    for kind, (low, high) in SCORES.items():
        asked = end.at + 60 * MINUTE
        given = asked + chance.uniform(1, 3000) * MINUTE if chance.random() < 0.6 else None
        score = chance.randint(low, high) if given else None
        if chance.random() < 0.7:
            yield Rating(_id(chance, asked), end.case, kind, asked, given, score)


def write(store: Store, desk: Desk) -> None:
    """Writes what the desk did as the product has it in its rows."""
    with store.write() as conn:
        conn.execute(desk_agents.insert(), [{"user": user, "last_seen": desk.acts[0].at} for user in AGENTS])
        for end in desk.ends:
            row = {"id": end.id, "case_id": end.case.id, "ended_at": end.at, "state": "resolved", "agent": end.agent}
            conn.execute(case_ends.insert(), {**row, "topic": "", "reopened_at": end.reopened})
        for act in desk.acts:
            row = {"id": act.id, "at": act.at}
            if not act.action:
                more = {"place": "C1", "message": act.id, "case_id": act.case.id, "text": "x", "state": "note"}
                conn.execute(desk_messages.insert(), {**row, **more, "user": act.agent})
            else:
                more = {"actor": act.agent, "action": act.action, "object": f"case:{act.case.id}"}
                conn.execute(audit.insert(), {**row, **more})
        for clock in desk.clocks:
            ended = None if clock.state == "pending" else clock.started + MINUTE
            row = {"id": clock.id, "case_id": clock.case.id, "metric": clock.metric, "started_at": clock.started}
            more = {"aim": MINUTE, "spent": timedelta(), "due_at": clock.due, "state": clock.state, "ended_at": ended}
            conn.execute(case_clocks.insert(), {**row, **more})
        for rating in desk.ratings:
            row = {"id": rating.id, "case_id": rating.case.id, "kind": rating.kind, "score": rating.score}
            row |= {"conversation_id": place_of(rating.case.customer, rating.case.channel)}
            more = {"customer_id": rating.case.customer, "asked_at": rating.asked, "given_at": rating.given}
            conn.execute(ratings.insert(), {**row, **more})


Key = Callable[..., str]


def recount(month: Month, desk: Desk, key: Key, now: datetime) -> dict[str, dict[str, Any]]:
    """Counts what the desk did again. `key(at, channel, topic, agent, team, detail)` names the group."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(list))

    def add(name: str, case: Case, at: datetime, agent: str, value: Any, detail: str = "") -> None:
        found[key(at, case.channel, case.topic, agent, case.team, detail)][name].append(value)

    for end in desk.ends:
        add("resolved", end.case, end.at, end.agent, 1)
        add("reopened", end.case, end.at, end.agent, int(end.reopened is not None))
    for case in month.cases:
        _once(month, desk, case, now, add)
        _waited(desk, case, replayed(month, desk, case), add)
        for agent in AGENTS:
            _handled(month, desk, case, agent, add)
    _clocked(desk, now, add)
    for rating in desk.ratings:
        _rated(desk, rating, add)
    return found


def _clocked(desk: Desk, now: datetime, add: Callable[..., None]) -> None:
    for clock in desk.clocks:
        late = clock.state == "pending" and clock.due is not None and clock.due < now
        if clock.metric != "unclaimed" and (late or clock.state in ("met", "breached")):
            for name in ("sla_met", f"sla_{clock.metric}"):
                add(name, clock.case, clock.started, clock.case.agent, int(clock.state == "met"), clock.metric)


def _once(month: Month, desk: Desk, case: Case, now: datetime, add: Callable[..., None]) -> None:
    own = sorted((end for end in desk.ends if end.case == case), key=lambda end: end.at)
    if not own:
        return
    first = own[0]
    theirs = [each for each in month.cases if each != case and each.customer == case.customer]
    alike = [each.opened for each in theirs if each.topic == case.topic]
    again = [at for at in (*alike, first.reopened) if at and first.at <= at < first.at + WEEK]
    if now >= first.at + WEEK:
        add("solved_once", case, first.at, first.agent, int(not again))


def _handled(month: Month, desk: Desk, case: Case, agent: str, add: Callable[..., None]) -> None:
    replied = [line.at for line in month.lines if (line.author, line.case) == (agent, case.id)]
    times = sorted([act.at for act in desk.acts if (act.case, act.agent) == (case, agent)] + replied)
    if times:
        add("handling_s", case, times[0], agent, _whole((at, min(then, at + IDLE)) for at, then in pairwise(times)))


def replayed(month: Month, desk: Desk, case: Case) -> Replayed:
    """Plays a case again."""
    return replay(month, case, [(act.at, act.action) for act in desk.acts if act.case == case])


def _waited(desk: Desk, case: Case, told: Replayed, add: Callable[..., None]) -> None:
    for each in told.answered:
        add(each.name, case, each.since, each.agent, _whole([(each.since, each.until)]))
    if not case.overs:
        return
    first, last = case.overs[0], case.overs[-1]
    add("first_resolution_s", case, case.opened, first.agent, _whole([(case.opened, first.at)]))
    if last.reopened:
        return
    add("resolution_s", case, case.opened, last.agent, _whole([(case.opened, last.at)]))
    add("one_touch", case, last.at, last.agent, int(told.replies == 1))
    whole, theirs = _whole(told.opened), _whole(told.rested)
    ours = whole[0] - theirs[0], whole[1] - theirs[1]
    add("requester_wait_s", case, case.opened, last.agent, ours)
    if told.rested:
        add("agent_wait_s", case, case.opened, last.agent, theirs)


def _whole(spans: Iterable[Any]) -> tuple[float, float]:
    """Adds up times on both clocks."""
    both = [((until - since).total_seconds(), business(since, until)) for since, until in spans]
    return sum(each[0] for each in both), sum(each[1] for each in both)


def _rated(desk: Desk, rating: Rating, add: Callable[..., None]) -> None:
    before = [end for end in desk.ends if end.case == rating.case and end.at <= rating.asked]
    agent = max(before, key=lambda end: end.at).agent
    add(f"{rating.kind}_answered", rating.case, rating.asked, agent, int(rating.given is not None), rating.kind)
    if rating.given:
        add(rating.kind, rating.case, rating.given, agent, rating.score, rating.kind)


def stood(
    month: Month, desk: Desk, key: Key, day: date, days_old: int = 0, *, unattended: bool = False
) -> dict[str, int]:
    """Counts what stood open when a day was over, for longer than that; or how many customers waited for words."""
    moment = datetime.combine(day + DAY, time(), ZONE)
    found: dict[str, int] = defaultdict(int)
    for case in month.cases:
        told = replayed(month, desk, case)
        for since, until in told.waited if unattended else told.opened:
            is_there = since < moment and (until is None or until >= moment)
            if is_there and moment - since > timedelta(days=days_old):
                found[key(since, case.channel, case.topic, case.agent, case.team, "")] += 1
    return found

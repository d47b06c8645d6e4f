"""Makes a month of a store at random, as rows, and counts it again by brute force, without the code that measures.

The month has the end of summer time in New York, contacts that go over midnight, cases that are resolved and reopened,
thanks in between, replies that failed, templates, answers outside the desk, and customers who write on two channels.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from core.ids import first_id
from storage.conversations import timeline
from storage.desk import cases as case_rows
from storage.desk.tables import audit, case_ends, cases, desk_messages
from storage.engine.store import Store
from storage.people.tables import conversations, customers, messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

ZONE = ZoneInfo("America/New_York")
BEGIN, DAYS = datetime(2026, 10, 15, 4, tzinfo=UTC), 31
MINUTE, DAY, CALL = timedelta(minutes=1), timedelta(days=1), timedelta(seconds=20)
CHANNELS, AGENTS, TEAMS, FLOWS = ("whatsapp", "sms"), ("UBEA", "USAM"), ("support", "warehouse"), ("returns", "faq")
REASONS = ("return_request", "damaged")  # each of a topic of its own


class Line(NamedTuple):
    """A message. `author`: customer, bot, an agent, or somebody elsewhere; `failed` never reached the customer. `case`:
    in which an agent wrote it, as a template perhaps."""

    id: str
    at: datetime
    customer: str
    channel: str
    author: str
    flow: str = ""
    failed: bool = False
    case: str = ""
    is_template: bool = False


class Over(NamedTuple):
    """A time that a case was resolved, for whom, and when it was opened again."""

    at: datetime
    agent: str
    reopened: datetime | None


class Case(NamedTuple):
    id: str
    customer: str
    channel: str
    opened: datetime
    overs: tuple[Over, ...]
    team: str
    topic: str
    agent: str

    @property
    def resolved(self) -> datetime | None:
        return self.overs[-1].at if self.overs and self.overs[-1].reopened is None else None


class Spam(NamedTuple):
    """A case that was blocked as spam, and until when nothing was answered. One `let` in was unblocked then."""

    id: str
    customer: str
    channel: str
    opened: datetime
    blocked: datetime
    until: datetime
    let: datetime | None


class Month(NamedTuple):
    lines: list[Line]
    cases: list[Case]
    spam: list[Spam]


def make(seed: int, people: int = 10) -> Month:
    """Makes a month; the same for a seed."""
    chance, lines, opened, spam = random.Random(seed), list[Line](), list[Case](), list[Spam]()
    for number in range(people):
        customer, at = f"{number:024x}", BEGIN + chance.uniform(0, 4 * 1440) * MINUTE
        while at < BEGIN + timedelta(days=DAYS):
            channel = chance.choice(CHANNELS)
            for _ in range(chance.randint(1, 4)):
                lines += _asked(chance, at, customer, channel)
                at += chance.choice((3, 50, 600, 1400)) * MINUTE
            if chance.random() < 0.4:
                case, said = _case(chance, at, customer, channel)
                opened.append(case)
                lines += said
                at = max(each.at for each in (*said, *case.overs)) + MINUTE
                if case.resolved is None:  # what they write from now on is of this case
                    break
            elif chance.random() < 0.2:
                spam.append(_spam(chance, at, customer, channel))
                later = [spam[-1].blocked + timedelta(hours=hours) for hours in (1, 20, 80)]
                lines += [_line(chance, each, customer, channel, timeline.CUSTOMER) for each in later]
                at = later[-1] + MINUTE
            at += chance.choice((1, 2, 5, 9, 16)) * timedelta(days=1) + chance.uniform(0, 400) * MINUTE
    return Month(sorted(lines), opened, spam)


def _asked(chance: random.Random, at: datetime, customer: str, channel: str) -> Iterator[Line]:
    yield _line(chance, at, customer, channel, timeline.CUSTOMER)
    if chance.random() < 0.7:
        flow = chance.choice((*FLOWS, ""))
        line, failed = _line(chance, at + MINUTE, customer, channel, timeline.BOT), chance.random() < 0.1
        yield line._replace(flow=flow, failed=failed)


def _line(chance: random.Random, at: datetime, customer: str, channel: str, author: str) -> Line:
    return Line(f"{first_id(at)}{chance.randrange(16**11):011x}", at, customer, channel, author)


def _case(chance: random.Random, at: datetime, customer: str, channel: str) -> tuple[Case, list[Line]]:
    agent, opened, said, overs = chance.choice(AGENTS), at, list[Line](), list[Over]()
    id_ = f"{first_id(at)}{chance.randrange(16**11):011x}"

    def thanks(most: int) -> None:
        nonlocal at
        for _ in range(chance.randint(0, most)):
            at += chance.choice((2, 90)) * MINUTE
            said.append(_line(chance, at, customer, channel, timeline.CUSTOMER))

    for _ in range(chance.randint(1, 6)):
        at += chance.choice((1, 7, 90, 700, 2000)) * MINUTE
        author = chance.choice((timeline.CUSTOMER, timeline.CUSTOMER, agent, agent, timeline.ELSEWHERE))
        said += _spoken(chance, _line(chance, at, customer, channel, author), id_)
        if chance.random() < 0.3:
            ended = at + chance.choice((0, 5)) * MINUTE if author == agent else at + MINUTE
            at = ended
            thanks(2)
            at += chance.choice((1, 60, 3000)) * MINUTE
            overs.append(Over(ended, chance.choice(AGENTS), at))
            if chance.random() < 0.6:  # it is what they wrote that opens it again
                said.append(_line(chance, at, customer, channel, timeline.CUSTOMER))
    at += MINUTE
    if chance.random() < 0.8:
        overs.append(Over(at, chance.choice(AGENTS), None))
        thanks(1)
    return Case(id_, customer, channel, opened, tuple(overs), chance.choice(TEAMS), chance.choice(REASONS), agent), said


def _spoken(chance: random.Random, line: Line, case: str) -> Iterator[Line]:
    """Says something in a case; the bot answers customers, as it does while the case is over for a time."""
    if line.author in AGENTS:
        yield line._replace(case=case, failed=chance.random() < 0.2, is_template=chance.random() < 0.3)
        return
    yield line
    if line.author == timeline.CUSTOMER and chance.random() < 0.7:
        yield _line(chance, line.at + CALL, line.customer, line.channel, timeline.BOT)


def _spam(chance: random.Random, at: datetime, customer: str, channel: str) -> Spam:
    blocked = at + 7 * MINUTE
    until = blocked + timedelta(hours=chance.choice((10, 50, 200)))
    let = blocked + timedelta(hours=30) if chance.random() < 0.5 else None
    return Spam(f"{first_id(at)}{chance.randrange(16**11):011x}", customer, channel, at, blocked, until, let)


def place_of(customer: str, channel: str) -> str:
    """Names a customer's conversation on a channel."""
    return f"{channel[0]}{customer[1:]}"


def write(store: Store, month: Month) -> None:
    """Writes a month as the product has it in its rows."""
    people = sorted({line.customer for line in month.lines})
    with store.write() as conn:
        conn.execute(customers.insert(), [{"id": id_, "locale": "en-US", "created_at": BEGIN} for id_ in people])
        spoken = [(id_, channel) for id_ in people for channel in CHANNELS]
        conn.execute(
            conversations.insert(),
            [
                {
                    "id": place_of(id_, channel),
                    "key": f"{channel}:main:{id_}",
                    "customer_id": id_,
                    "channel": channel,
                    "account": "main",
                    "value": id_,
                    "created_at": BEGIN,
                }
                for id_, channel in spoken
            ],
        )
        for case in month.cases:
            conn.execute(cases.insert(), _case_row(case))
        for spam in month.spam:
            _write_spam(conn, spam)
        for line in month.lines:
            row = timeline.row(line.id, place_of(line.customer, line.channel), line.customer, line.author, "x", line.at)
            conn.execute(messages.insert(), row)
            if line.author not in (timeline.CUSTOMER, timeline.ELSEWHERE):
                conn.execute(outbox_table.insert(), _outbox_row(line))
            if line.case:
                _write_deed(conn, line)


def _write_deed(conn: Connection, line: Line) -> None:
    """Writes what the desk knows of an agent's message."""
    if line.is_template:
        deed = {"id": line.id, "at": line.at, "actor": line.author, "action": "reply.template"}
        conn.execute(audit.insert(), {**deed, "object": f"case:{line.case}"})
        return
    row = {"id": line.id, "place": "C1", "message": line.id, "case_id": line.case, "user": line.author}
    conn.execute(desk_messages.insert(), {**row, "text": "x", "state": "sent", "outbox_id": line.id, "at": line.at})


def _case_row(case: Case) -> dict[str, Any]:
    row = case_rows.row(
        case.id, place_of(case.customer, case.channel), case.customer, case.topic, "", "C1", case.opened
    )
    state = "resolved" if case.resolved else "claimed"
    more = {"state": state, "resolved_at": case.resolved, "team": case.team, "claimed_by": case.agent}
    return {**row, **more}


def _write_spam(conn: Connection, spam: Spam) -> None:
    place = place_of(spam.customer, spam.channel)
    conn.execute(cases.insert(), case_rows.row(spam.id, place, spam.customer, REASONS[0], "", "C1", spam.opened))
    block(conn, spam)


def block(conn: Connection, spam: Spam) -> None:
    """Blocks the customer of a case that turned out to be spam."""
    known = update(cases).where(cases.c.id == spam.id)
    conn.execute(known.values(state="spam", resolved_at=spam.blocked))
    ended = {"id": audited(spam.blocked, spam.id), "case_id": spam.id, "ended_at": spam.blocked, "state": "spam"}
    conn.execute(case_ends.insert(), {**ended, "agent": "", "topic": ""})
    data = json.dumps({"until": spam.until.isoformat()})
    for at, action, told in ((spam.blocked, "block", data), (spam.let, "unblock", None)):
        if at is not None:
            named = {"id": audited(at, spam.id), "at": at, "actor": AGENTS[0], "action": action}
            conn.execute(audit.insert(), {**named, "object": f"case:{spam.id}", "data": told})


def audited(at: datetime, id_: str) -> str:
    return f"{first_id(at)}{id_[-11:]}"


def _outbox_row(line: Line) -> dict[str, Any]:
    speaker, more = "agent" if line.case else "bot", {"flow": line.flow or None, "case_id": line.case or None}
    row = outbox.row(line.id, "k", line.channel, "main", "v", "{}", speaker, line.at, **more)
    return {**row, "state": "failed" if line.failed else "sent", "finished_at": line.at + CALL}


def is_open(moment: datetime) -> bool:
    """Tells whether somebody is there: on working days from nine to five, with an hour at noon."""
    here = moment.astimezone(ZONE)
    return here.weekday() < 5 and (9 <= here.hour < 12 or 13 <= here.hour < 17)


@cache
def business(since: datetime, until: datetime) -> float:
    """Counts seconds in which somebody is there, a second or a minute at a time."""
    total, at = 0.0, since
    while at < until:
        step = min(at.replace(second=0, microsecond=0) + MINUTE, until)
        total += (step - at).total_seconds() if is_open(at) else 0
        at = step
    return total


Times = Sequence[tuple[datetime, datetime | None]]


def recount(
    month: Month, key: Callable[..., str], now: datetime, times: Callable[[Case], Times]
) -> dict[str, dict[str, Any]]:
    """Counts a month again. `key(at, channel, topic, agent, team, detail)` names the group of what is counted, `times`
    says when a case was open."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
    wrote = [line for line in month.lines if line.author == timeline.CUSTOMER]
    theirs = [line for line in wrote if not any(_is_kept_away(line, spam) for spam in month.spam)]
    for line in theirs:
        if line.at in _beginnings(theirs, line.customer, line.channel):
            last = _end(theirs, line)
            group = found[key(line.at, line.channel, _topic(month, theirs, line, last), "", "", "")]
            group["contacts"].append(1)
            told = _answered(month, theirs, line, last)
            group["first_bot_response_s"] += [((told + CALL - line.at).total_seconds(), None)] if told else []
            _judge(group, month, theirs, line, last, now, times)
    for case in month.cases:
        found[key(case.opened, case.channel, case.topic, case.agent, case.team, "")]["cases"].append(1)
    return found


def _is_kept_away(line: Line, spam: Spam) -> bool:
    end = min(spam.until, spam.let or spam.until)
    return line.customer == spam.customer and spam.blocked <= line.at < end


def _judge(
    group: Any,
    month: Month,
    theirs: list[Line],
    line: Line,
    last: datetime,
    now: datetime,
    times: Callable[[Case], Times],
) -> None:
    told = _answered(month, theirs, line, last)
    if now < last + DAY or told is None or told + CALL >= last + DAY:
        return
    held = [time for case in month.cases if case.customer == line.customer for time in times(case)]
    spam = [(each.opened, each.blocked) for each in month.spam if each.customer == line.customer]
    is_held, is_spam = (
        any(since < last + DAY and (until is None or until > line.at) for since, until in some) for some in (held, spam)
    )
    if is_spam and not is_held:
        return
    group["bot_solved"].append(int(not is_held))
    if not is_held and now >= last + 7 * DAY:
        begins = [at for channel in CHANNELS for at in _beginnings(theirs, line.customer, channel)]
        group["came_back"].append(int(any(last < at <= last + 7 * DAY for at in begins)))


def _end(theirs: list[Line], line: Line) -> datetime:
    last = line.at
    for each in _with(theirs, line):
        if last < each.at < last + DAY:
            last = each.at
    return last


def _topic(month: Month, theirs: list[Line], line: Line, last: datetime) -> str:
    """Finds the flow that answered first, before the customer began anew."""
    return next((each.flow for each in _answers(month, theirs, line, last) if each.flow), "")


def _answered(month: Month, theirs: list[Line], line: Line, last: datetime) -> datetime | None:
    return next((each.at for each in _answers(month, theirs, line, last) if not each.failed), None)


def _answers(month: Month, theirs: list[Line], line: Line, last: datetime) -> list[Line]:
    bots = [each for each in _with(month.lines, line) if each.author == timeline.BOT]
    after = [each for each in bots if line.at <= each.at < last + DAY]
    return [each for each in after if not any(last < other.at <= each.at for other in _with(theirs, line))]


def _with(lines: list[Line], line: Line) -> list[Line]:
    return [each for each in lines if (each.customer, each.channel) == (line.customer, line.channel)]


def _beginnings(theirs: list[Line], customer: str, channel: str) -> list[datetime]:
    """Lists when the customer wrote there after a day of silence."""
    times = [line.at for line in theirs if (line.customer, line.channel) == (customer, channel)]
    return [at for at in times if not any(timedelta(0) < at - other < DAY for other in times)]

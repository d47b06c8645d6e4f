"""Makes a month of a store at random, as rows, and counts it again by brute force, without the code that measures.

The month has the end of summer time in New York, contacts that go over midnight, cases that are reopened, replies that
failed, and customers who write on two channels.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from core.ids import first_id
from storage.conversations import timeline
from storage.desk import cases as case_rows
from storage.desk.tables import cases, desk_messages
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
    """A message. `author`: customer, bot, or an agent; `failed` never reached the customer."""

    id: str
    at: datetime
    customer: str
    channel: str
    author: str
    flow: str = ""
    failed: bool = False


class Case(NamedTuple):
    id: str
    customer: str
    channel: str
    opened: datetime
    resolved: datetime | None
    team: str
    topic: str
    agent: str


class Month(NamedTuple):
    lines: list[Line]
    cases: list[Case]


def make(seed: int, people: int = 10) -> Month:
    """Makes a month; the same for a seed."""
    chance, lines, opened = random.Random(seed), list[Line](), list[Case]()
    for number in range(people):
        customer, at = f"{number:024x}", BEGIN + chance.uniform(0, 4 * 1440) * MINUTE
        while at < BEGIN + timedelta(days=DAYS):
            channel = chance.choice(CHANNELS)
            for _ in range(chance.randint(1, 4)):
                lines.append(_line(chance, at, customer, channel, timeline.CUSTOMER))
                if chance.random() < 0.7:
                    flow = chance.choice((*FLOWS, ""))
                    line, failed = _line(chance, at + MINUTE, customer, channel, timeline.BOT), chance.random() < 0.1
                    lines.append(line._replace(flow=flow, failed=failed))
                at += chance.choice((3, 50, 600, 1400)) * MINUTE
            if chance.random() < 0.4:
                case, said = _case(chance, at, customer, channel)
                opened.append(case)
                lines += said
                at = max(each.at for each in said) + MINUTE
                if case.resolved is None:  # what they write from now on is of this case
                    break
            at += chance.choice((1, 2, 5, 9, 16)) * timedelta(days=1) + chance.uniform(0, 400) * MINUTE
    return Month(sorted(lines), opened)


def _line(chance: random.Random, at: datetime, customer: str, channel: str, author: str) -> Line:
    return Line(f"{first_id(at)}{chance.randrange(16**11):011x}", at, customer, channel, author)


def _case(chance: random.Random, at: datetime, customer: str, channel: str) -> tuple[Case, list[Line]]:
    agent, opened, said = chance.choice(AGENTS), at, list[Line]()
    id_ = f"{first_id(at)}{chance.randrange(16**11):011x}"
    for _ in range(chance.randint(1, 6)):
        at += chance.choice((1, 7, 90, 700, 2000)) * MINUTE
        author = chance.choice((timeline.CUSTOMER, agent))
        failed = author != timeline.CUSTOMER and chance.random() < 0.2
        said.append(_line(chance, at, customer, channel, author)._replace(failed=failed))
    resolved = at + MINUTE if chance.random() < 0.8 else None
    return Case(id_, customer, channel, opened, resolved, chance.choice(TEAMS), chance.choice(REASONS), agent), said


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
        for line in month.lines:
            row = timeline.row(line.id, place_of(line.customer, line.channel), line.customer, line.author, "x", line.at)
            conn.execute(messages.insert(), row)
            if line.author != timeline.CUSTOMER:
                conn.execute(outbox_table.insert(), _outbox_row(line))
        for case, line in replies(month):
            row = {"id": line.id, "place": "C1", "message": line.id, "case_id": case.id, "user": line.author}
            conn.execute(
                desk_messages.insert(), {**row, "text": "x", "state": "sent", "outbox_id": line.id, "at": line.at}
            )


def _case_row(case: Case) -> dict[str, Any]:
    row = case_rows.row(
        case.id, place_of(case.customer, case.channel), case.customer, case.topic, "", "C1", case.opened
    )
    state = "resolved" if case.resolved else "claimed"
    more = {"state": state, "resolved_at": case.resolved, "team": case.team, "claimed_by": case.agent}
    return {**row, **more}


def _outbox_row(line: Line) -> dict[str, Any]:
    row = outbox.row(line.id, "k", line.channel, "main", "v", "{}", "bot", line.at, flow=line.flow or None)
    return {**row, "state": "failed" if line.failed else "sent", "finished_at": line.at + CALL}


def replies(month: Month) -> Iterator[tuple[Case, Line]]:
    """Finds what agents said, with the case in which they did."""
    for case in month.cases:
        for line in month.lines:
            own = (line.customer, line.channel, line.author) == (case.customer, case.channel, case.agent)
            if own and case.opened <= line.at and (case.resolved is None or line.at < case.resolved):
                yield case, line


def is_open(moment: datetime) -> bool:
    """Tells whether somebody is there: on working days from nine to five, with an hour at noon."""
    here = moment.astimezone(ZONE)
    return here.weekday() < 5 and (9 <= here.hour < 12 or 13 <= here.hour < 17)


def business(since: datetime, until: datetime) -> float:
    """Counts seconds in which somebody is there, a second or a minute at a time."""
    total, at = 0.0, since
    while at < until:
        step = min(at.replace(second=0, microsecond=0) + MINUTE, until)
        total += (step - at).total_seconds() if is_open(at) else 0
        at = step
    return total


def recount(month: Month, key: Callable[..., str], now: datetime) -> dict[str, dict[str, Any]]:
    """Counts a month again. `key(at, channel, topic, agent, team, detail)` names the group of what is counted."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
    theirs = [line for line in month.lines if line.author == timeline.CUSTOMER]
    for line in theirs:
        if line.at in _beginnings(theirs, line.customer, line.channel):
            last = _end(theirs, line)
            group = found[key(line.at, line.channel, _topic(month, theirs, line, last), "", "", "")]
            group["contacts"].append(1)
            told = _answered(month, theirs, line, last)
            group["first_bot_response_s"] += [((told + CALL - line.at).total_seconds(), None)] if told else []
            _judge(group, month, theirs, line, last, now)
    for case in month.cases:
        found[key(case.opened, case.channel, case.topic, case.agent, case.team, "")]["cases"].append(1)
        for name, since, until, agent in _waits(month, case):
            group = found[key(since, case.channel, case.topic, agent, case.team, "")]
            group[name].append(((until - since).total_seconds(), business(since, until)))
    return found


def _judge(group: Any, month: Month, theirs: list[Line], line: Line, last: datetime, now: datetime) -> None:
    if now < last + DAY:
        return
    held = [case for case in month.cases if case.customer == line.customer and case.opened < last + DAY]
    is_solved = not any(case.resolved is None or case.resolved > line.at for case in held)
    group["bot_solved"].append(int(is_solved))
    if is_solved and now >= last + 7 * DAY:
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
    after = [each for each in _with(month.lines, line) if each.author == timeline.BOT and each.at >= line.at]
    return [each for each in after if not any(last < other.at <= each.at for other in _with(theirs, line))]


def _with(lines: list[Line], line: Line) -> list[Line]:
    return [each for each in lines if (each.customer, each.channel) == (line.customer, line.channel)]


def _beginnings(theirs: list[Line], customer: str, channel: str) -> list[datetime]:
    """Lists when the customer wrote there after a day of silence."""
    times = [line.at for line in theirs if (line.customer, line.channel) == (customer, channel)]
    return [at for at in times if not any(timedelta(0) < at - other < DAY for other in times)]


def _waits(month: Month, case: Case) -> Iterator[tuple[str, datetime, datetime, str]]:
    said = [
        line
        for line in _with(month.lines, Line("", case.opened, case.customer, case.channel, ""))
        if line.author in (timeline.CUSTOMER, case.agent) and not line.failed
        if case.opened <= line.at and (case.resolved is None or line.at < case.resolved)
    ]
    first = next((line for line in said if line.author == case.agent), None)
    if first:
        yield "first_response_s", case.opened, first.at, case.agent
        rest = [line for line in said if line.at > first.at]
        while asked := next((line for line in rest if line.author == timeline.CUSTOMER), None):
            told = next((line for line in rest if line.author == case.agent and line.at > asked.at), None)
            if told is None:
                break
            yield "next_reply_s", asked.at, told.at, case.agent
            rest = [line for line in rest if line.at > told.at]
    if case.resolved:
        yield "resolution_s", case.opened, case.resolved, case.agent

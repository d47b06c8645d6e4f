"""Words what is known of a message: what flows made of it, its receipts, why it was sent or failed, what it cost."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from core.messages.receipts import PartState
from core.shop.promises import Promise, PromiseState
from insights.conversations.lines import Line
from insights.conversations.veil import Veil
from insights.dashboard.asked import Asked
from insights.dashboard.talk.wording import failure, worded
from insights.metrics import figures, labels
from notifications.planning.decisions import Assumed, Assumption
from notifications.planning.explaining import explain_assumed
from storage.conversations.flow_events import READ, Event
from storage.conversations.sendings import Part, Sending
from storage.costs.rows import Cost
from storage.notices.notices import NoticeRow


class Fact(NamedTuple):
    """Holds something that is known of a message, in words."""

    name: str
    words: str
    is_bad: bool = False


def facts(line: Line, asked: Asked, veil: Veil) -> list[Fact]:
    """Words all that is known of a message; `veil` hides what a provider says of whom it did not reach."""
    found = list(_understood(line, asked))
    if line.sending:
        found += _sent(line.sending, asked, veil)
    if line.notice:
        found += notice_facts(line.notice, asked)
    return [*found, *(_cost(each, asked) for each in line.costs), *(_promise(each, asked) for each in line.promises)]


def _understood(line: Line, asked: Asked) -> Iterator[Fact]:
    if line.events:
        yield Fact(asked.t("talk.flows"), asked.t("shell.and").join(_event(each, asked) for each in line.events))
    for each in line.asked:
        chosen = f": {each.chosen}" if each.chosen else ""
        yield Fact(asked.t("talk.model"), f"{each.result}{chosen}")


def _event(event: Event, asked: Asked) -> str:
    if event.name == READ:
        return _read(event, asked)
    words = worded("event", event.name, asked)
    flow = labels.code(event.flow, asked.language) if event.flow else ""
    where = " / ".join(filter(None, (flow, event.step)))
    why = labels.code(event.detail, asked.language) if event.detail else ""
    return " · ".join(filter(None, (words, where, why)))


def _read(event: Event, asked: Asked) -> str:
    intent, p = event.likely
    share = figures.figure(p, "share", asked.language)
    return asked.t(f"talk.read_{event.step}", intent=labels.code(intent, asked.language), p=share)


def _sent(sending: Sending, asked: Asked, veil: Veil) -> Iterator[Fact]:
    if sending.flow:
        yield Fact(asked.t("talk.flow"), labels.code(sending.flow, asked.language))
    if sending.response:
        yield Fact(asked.t("talk.response"), sending.response)
    for number, part in enumerate(sending.parts, 1):
        name = asked.t("talk.part", n=number) if len(sending.parts) > 1 else asked.t("talk.way")
        yield Fact(name, part_words(part, asked), part.state == PartState.FAILED)
    code = sending.code or next((part.code for part in sending.parts if part.code), None)
    if code and sending.state != PartState.SENT:
        said = veil.words(sending.detail or "")
        yield Fact(asked.t("talk.why"), failure(sending.channel, code, said, asked), is_bad=True)


def part_words(part: Part, asked: Asked) -> str:
    """Words the way of one call: when it left, and what its receipt said last."""
    told = [asked.t("talk.left", at=clock(part.started_at, asked))] if part.started_at else []
    told += [asked.t("talk.tries", n=part.tries)] if part.tries > 1 else []
    if part.status and part.status_at:
        told.append(f"{worded('state', part.status, asked)} {clock(part.status_at, asked)}")
    elif part.state != PartState.SENT:
        told.append(worded("state", part.state, asked))
    return asked.t("shell.and").join(told)


def notice_facts(notice: NoticeRow, asked: Asked) -> Iterator[Fact]:
    """Words which notice it is, and each decision about it."""
    about = f" ({notice.order_number})" if notice.order_number else ""
    yield Fact(asked.t("talk.notice"), f"{labels.code(notice.kind, asked.language)}{about}")
    yield Fact(asked.t("talk.decided"), asked.t("shell.and").join(_decision(each, asked) for each in notice.trace))


def _decision(entry: dict[str, Any], asked: Asked) -> str:
    """Words an entry of a notice's trace."""
    words = [clock(datetime.fromisoformat(str(entry["at"])), asked), worded("notice", str(entry["state"]), asked)]
    words += [labels.code(str(entry["channel"]), asked.language)] if entry.get("channel") else []
    words += [labels.code(str(entry["reason"]), asked.language)] if entry.get("reason") else []
    assumed = [Assumption(Assumed(what), value) for what, value in (entry.get("assumed") or {}).items()]
    return " · ".join([*words, *explain_assumed(assumed, asked.language)])


def _cost(cost: Cost, asked: Asked) -> Fact:
    amount = figures.money(cost.amount, cost.currency, asked.language)
    return Fact(asked.t("talk.cost"), f"{amount} · {worded('cost', cost.source, asked)}")


def _promise(each: Promise, asked: Asked) -> Fact:
    told = each.promised
    due = _day(told.on, asked) if told.on else clock(told.due, asked, is_long=True)
    words = asked.t(f"talk.promise_{told.purpose.value}", due=due)
    closed = f" {clock(each.closed_at, asked, is_long=True)}" if each.closed_at else ""
    became = f"{worded('promise_is', each.state.value, asked)}{closed}"
    return Fact(asked.t("talk.promised"), f"{words}: {became}", each.state is PromiseState.BROKEN)


def _day(value: date, asked: Asked) -> str:
    return figures.day(value, asked.language)


def clock(at: datetime, asked: Asked, *, is_long: bool = False) -> str:
    """Writes a time of the shop's zone, to the second; with its day where that is not plain."""
    local = at.astimezone(asked.shop.zone)
    return f"{_day(local.date(), asked)} {local:%H:%M}" if is_long else f"{local:%H:%M:%S}"

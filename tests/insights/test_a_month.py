"""Tests that every number of a month equals a recount by brute force, in both databases, however it was measured."""

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from insights.measuring.increments import measure_all as measure
from insights.measuring.measurer import Shop
from insights.metrics.counting import Value, counted
from notifications.store.opening import Desk
from notifications.store.support_hours import Interval, SupportHours
from storage.engine.store import Store
from storage.insight.counting import EVERYTHING, Only, Span
from storage.people import merges, privacy
from storage.shop.tables import orders
from tests.insights import desk_month, month
from tests.insights.month import BEGIN, DAYS, MINUTE, ZONE, Month

NOW = BEGIN + timedelta(days=DAYS + 3)
OFFICE = (Interval("09:00", "12:00"), Interval("13:00", "17:00"))
HOURS = SupportHours(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE))
SHOP = Shop(ZONE, lambda team: Desk(HOURS, ZONE.key, team))
SPAN = Span(date(2026, 10, 1), date(2026, 12, 31))
DAY = timedelta(days=1)
COUNTS = ("contacts", "cases", "resolved")
SHARES = ("bot_solved", "came_back", "solved_once", "reopened", "sla_met", "sla_first", "sla_next", "sla_resolution")
SHARES += ("one_touch", "csat_answered", "effort_answered", "nps_answered")
WAITS = ("first_response_s", "next_reply_s", "first_resolution_s", "resolution_s", "requester_wait_s", "agent_wait_s")
WAITS += ("first_bot_response_s", "handling_s")
BACKLOGS = {"backlog": 0, "backlog_over_1d": 1, "backlog_over_3d": 3, "backlog_over_7d": 7}
UNATTENDED = "unattended"
SCORES = ("csat", "effort", "nps")
OF_ALL = ("contact_share", "contacts_per_100_orders")
NAMES = (*COUNTS, *SHARES, *WAITS, *BACKLOGS, UNATTENDED, *SCORES, *OF_ALL)
ORDERS = 40


class Made(NamedTuple):
    """A month with what the desk did in it."""

    month: Month
    desk: desk_month.Desk


def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


GROUPS: dict[str | None, Callable[..., str]] = {
    None: lambda *_: "",
    "day": lambda at, *_: str(day_of(at)),
    "week": lambda at, *_: str(monday_of(day_of(at))),
    "hour": lambda at, *_: f"{at.astimezone(ZONE).hour:02}",
    "channel": lambda _at, channel, *_: channel,
    "topic": lambda _at, _channel, topic, *_: topic,
    "agent": lambda _at, _channel, _topic, agent, *_: agent,
    "team": lambda _at, _channel, _topic, _agent, team, _detail: team,
    "language": lambda *_: "en",
    "detail": lambda *words: words[-1],
}


def made(store: Store, seed: int, people: int = 10) -> Made:
    """Makes a month, and writes it."""
    told = month.make(seed, people)
    desk = desk_month.make(told, seed)
    month.write(store, told)
    desk_month.write(store, desk)
    with store.write() as conn:
        for number in range(ORDERS):
            row = {"number": str(number), "placed_at": placed(number), "status": "x", "currency": "USD", "total": "1"}
            conn.execute(orders.insert(), {**row, "buyer": "{}", "shipping": "{}", "told_at": BEGIN})
    return Made(told, desk)


def placed(number: int) -> datetime:
    return BEGIN + number * 997 * MINUTE


def nearest(values: Iterable[float], percent: int) -> float | None:
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


def recount(of: Made, by: str | None, key: Callable[..., str]) -> dict[str, dict[str, Any]]:
    """Counts all again, by group and name."""
    found = month.recount(of.month, key, NOW, lambda case: desk_month.replayed(of.month, of.desk, case).opened)
    for group, counted_ in desk_month.recount(of.month, of.desk, key, NOW).items():
        for name, values in counted_.items():
            found[group][name] += values
    for name in (*BACKLOGS, UNATTENDED):
        for group, number in stood(of, by, key, name).items():
            found[group][name] = number
    ordered = placed_by(by)
    for group in ordered if by in ("day", "week", "hour") else ():
        _ = found[group]["contacts"]
    all_ = sum(len(values["contacts"]) for values in found.values())
    none = dict.fromkeys((*BACKLOGS, UNATTENDED)) if by == "hour" else {}  # what stands open has no hour
    return {
        group: expected(values, all_, ordered.get(group if by in ("day", "week", "hour") else "", 0)) | none
        for group, values in found.items()
        if any(values.values()) or group in ordered
    }


def placed_by(by: str | None) -> dict[str, int]:
    names = [GROUPS[by](placed(number)) if by in ("day", "week", "hour") else "" for number in range(ORDERS)]
    return {name: names.count(name) for name in names}


def stood(of: Made, by: str | None, key: Callable[..., str], name: str) -> dict[str, int]:
    how = {"days_old": BACKLOGS.get(name, 0), "unattended": name == UNATTENDED}
    days = [SPAN.first + number * DAY for number in range((SPAN.last - SPAN.first).days + 1)]
    if by == "hour":
        return {}
    if by not in ("day", "week"):
        return desk_month.stood(of.month, of.desk, key, SPAN.last, **how)
    told: dict[str, int] = {}
    for day in days:  # of a week the last day is left
        open_ = desk_month.stood(of.month, of.desk, lambda *_: "", day, **how).get("", 0)
        told[str(day if by == "day" else monday_of(day))] = open_
    return {key_: number for key_, number in told.items() if number}


def expected(of: dict[str, Any], contacts: int, ordered: int) -> dict[str, Any]:
    told: dict[str, Any] = {name: len(of.get(name, ())) for name in COUNTS}
    told |= {name: of.get(name, 0) for name in (*BACKLOGS, UNATTENDED)}
    told |= {name: mean(of.get(name, ())) for name in (*SHARES, "effort")}
    told["csat"] = mean([int(score >= 4) for score in of.get("csat", ())])
    likely = [100 if score >= 9 else -100 if score <= 6 else 0 for score in of.get("nps", ())]
    told["nps"] = mean(likely)
    here = len(of.get("contacts", ()))
    told["contact_share"] = here / contacts if here else None
    told["contacts_per_100_orders"] = 100 * here / ordered if ordered and (here or ordered) else None
    for name in WAITS:
        for clock, place in (("", 0), ("business_", 1)):
            waits = [each[place] for each in of.get(name, ()) if each[place] is not None]
            told |= {f"{name}.{clock}p{percent}": nearest(waits, percent) for percent in (50, 90)}
    return told


def mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def shown(found: dict[str, Value]) -> dict[str, Any]:
    told: dict[str, Any] = {name: value.value for name, value in found.items() if name not in WAITS}
    for name in WAITS:
        for clock in ("p50", "p90", "business_p50", "business_p90"):
            told[f"{name}.{clock}"] = getattr(found[name], clock)
    return told


def compare(store: Store, of: Made) -> None:
    for by, key in GROUPS.items():
        with store.read() as conn:
            found = {group: shown(each) for group, each in counted(conn, NAMES, SPAN, by, ZONE, EVERYTHING).items()}
        again = recount(of, by, key)
        assert set(found) == set(again), by
        for group, numbers in again.items():
            for name, number in numbers.items():
                if by not in (None, "day", "week", "hour") and name == "contacts_per_100_orders" and not number:
                    continue  # of a group without a contact it is nothing, or none
                assert found[group][name] == (number and pytest.approx(number, abs=0.002)), (by, group, name)


@pytest.mark.parametrize("seed", range(3))
def test_every_number_equals_a_recount(store: Store, seed: int) -> None:
    of = made(store, seed)
    measure(store, SHOP, BEGIN - DAY, NOW, NOW)
    compare(store, of)


def test_measured_bit_by_bit_it_is_the_same(store: Store) -> None:
    of = made(store, 7)
    since = BEGIN - DAY
    while since < NOW:
        until = since + timedelta(hours=31)
        measure(store, SHOP, since, until, min(until, NOW))
        since = until
    compare(store, of)


def test_what_is_measured_again_counts_once(store: Store) -> None:
    of = made(store, 9, people=3)
    for _ in range(2):
        measure(store, SHOP, BEGIN - DAY, NOW, NOW)
    compare(store, of)


def test_what_is_filtered_is_what_is_grouped(store: Store) -> None:
    made(store, 4)
    measure(store, SHOP, BEGIN - DAY, NOW, NOW)
    with store.read() as conn:
        for by in ("channel", "topic", "agent", "team", "language", "detail"):
            for group, values in counted(conn, NAMES, SPAN, by, ZONE, EVERYTHING).items():
                alone = counted(conn, NAMES, SPAN, None, ZONE, Only(**{by: group}))
                differing = {name for name, value in values.items() if value.n and alone[""][name] != value}
                assert not differing, (by, group)


def test_a_case_that_turns_out_to_be_spam_counts_nowhere(store: Store) -> None:
    of = made(store, 5)
    measure(store, SHOP, BEGIN - DAY, NOW, NOW)
    ended = {end.case for end in of.desk.ends}
    case = next(each for each in of.month.cases if each not in ended)
    spam = month.Spam(case.id, case.customer, case.channel, case.opened, NOW, NOW + DAY, None)
    with store.write() as conn:
        month.block(conn, spam)
    measure(store, SHOP, NOW, NOW + MINUTE, NOW + MINUTE)
    cases = [each for each in of.month.cases if each != case]
    told = of.month._replace(cases=cases, spam=[*of.month.spam, spam])
    rest = {name: [each for each in rows if each.case != case] for name, rows in of.desk._asdict().items()}
    compare(store, Made(told, desk_month.Desk(**rest)))


def test_whoever_is_erased_or_merged_still_counts(store: Store) -> None:
    of = made(store, 3)
    measure(store, SHOP, BEGIN - DAY, NOW, NOW)
    erased, *_, one, other = sorted({line.customer for line in of.month.lines})
    with store.write() as conn:
        privacy.erase(conn, erased, NOW)
    gone = [case for case in of.month.cases if case.customer == erased]
    measure(store, SHOP, BEGIN - DAY, NOW + MINUTE, NOW + MINUTE)
    with store.read() as conn:
        found = counted(conn, NAMES, SPAN, None, ZONE, EVERYTHING)[""]
    again = recount(of, None, GROUPS[None])[""]
    still_open = sum(1 for case in gone if case.resolved is None)
    assert found["contacts"].value == again["contacts"]
    assert found["cases"].value == again["cases"]
    assert found["first_response_s"].p50 == again["first_response_s.p50"]
    assert found["resolved"].value == again["resolved"] + still_open
    assert found["backlog"].value == again["backlog"] - still_open
    left = [desk_month.replayed(of.month, of.desk, case).waited[-1:] for case in gone]
    assert found[UNATTENDED].value == again[UNATTENDED] - sum(until is None for [(_, until)] in filter(None, left))
    with store.write() as conn:
        merges.merge(conn, one, other, "proof", NOW)
    measure(store, SHOP, BEGIN - DAY, NOW + MINUTE, NOW + MINUTE)
    with store.read() as conn:
        found = counted(conn, NAMES, SPAN, None, ZONE, EVERYTHING)[""]
    assert found["contacts"].value == again["contacts"]

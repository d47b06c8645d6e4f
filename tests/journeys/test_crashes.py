"""Processes are killed under load, each several times: at the end everybody has exactly one answer."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from statistics import quantiles

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import until
from tests.journeys.system import System
from tests.journeys.wording import said

CUSTOMERS = 300
ROLES = ("web", "worker", "clock", "jobs", "valkey")
KILLS_EACH = 3
WRITING_SECONDS = 16.0
# A row that a killed worker left is in doubt after 30 s; a platform that got no answer comes again within 15 s.
ALL_ANSWERED_SECONDS = 90.0

parts, outbox = tables.outbox_parts.c, tables.outbox.c


@pytest.mark.timeout(300)
def test_everybody_is_answered_exactly_once_whatever_is_killed(
    desk: System, record_property: Callable[[str, object], None]
) -> None:
    phones = [_in_flight(desk), *(desk.meet() for _ in range(CUSTOMERS))]
    moments = sorted(random.uniform(0, WRITING_SECONDS) for _ in phones[1:])
    kills: Counter[str] = Counter()
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(_write, desk, phones[1:], moments)
        until(lambda: _killed_enough(desk, kills) and writing.done(), lambda: f"the killing, {kills}", 60)
        writing.result()

    def silent() -> list[str]:
        heard = desk.api("transcripts")["phones"]
        return [phone for phone in phones if not _answers(heard.get(phone, []))]

    until(lambda: not silent(), lambda: f"answers for {silent()[:5]} …; {desk.output()}", ALL_ANSWERED_SECONDS)
    desk.settled(60)
    heard = desk.api("transcripts")["phones"]
    twice = [phone for phone in phones if len(_answers(heard[phone])) != 1]
    record_property("the kills cost", _cost(desk, heard, len(twice)))
    assert not twice, f"not exactly one answer for {twice}: {_doubts(desk)}"


def _killed_enough(desk: System, kills: Counter[str]) -> bool:
    """Kills for one more round: every process of each role that is there again."""
    for role in ROLES:
        kills[role] += bool(desk.kill(role))
        time.sleep(0.8)  # the pace of the killing, not a wait for something
    return all(kills[role] >= KILLS_EACH for role in ROLES)


def _in_flight(desk: System) -> str:
    """Makes a customer whose answer is under way when the worker dies: it is delivered, and nobody hears its yes."""
    phone = desk.meet()
    desk.fault("whatsapp", "delay", times=1, value=0.8)
    desk.say(phone, "menu")
    until(lambda: desk.count(tables.outbox, outbox.state == "sending"), "the answer on its way")
    desk.kill("worker")
    desk.expect(phone, said("utter_ask_topic"))
    return phone


def _write(desk: System, phones: list[str], moments: list[float]) -> None:
    started = time.monotonic()
    for phone, moment in zip(phones, moments, strict=True):
        time.sleep(max(0.0, started + moment - time.monotonic()))
        desk.api(f"phones/{phone}/send", {"text": "menu"})


def _answers(bubbles: list[dict[str, object]]) -> list[dict[str, object]]:
    return [bubble for bubble in bubbles if bubble["direction"] == "out"]


def _cost(desk: System, heard: dict[str, list[dict[str, str]]], twice: int) -> str:
    """How long customers waited while processes were killed, and how many calls were made again for it."""
    waits = []
    for bubbles in heard.values():
        asked, answered = (
            [datetime.fromisoformat(each["time"]) for each in bubbles if each["direction"] == direction]
            for direction in ("in", "out")
        )
        if asked and answered:
            waits.append((answered[0] - asked[0]).total_seconds())
    p50, p99 = quantiles(waits, n=100)[49], quantiles(waits, n=100)[98]
    again = desk.count(tables.outbox_parts, parts.repeats > 0)
    return (
        f"{len(waits)} answers, waits p50 {p50:.2f} s, p99 {p99:.1f} s, longest {max(waits):.1f} s; "
        f"{again} calls in doubt made again, {twice} customers heard twice"
    )


def _doubts(desk: System) -> str:
    """Counts the sends whose outcome nobody knew, and what became of them: nothing else may double a message."""
    repeated = desk.rows(select(parts.outbox_id, parts.state, parts.status, parts.repeats).where(parts.repeats > 0))
    lost = desk.rows(select(outbox.id, outbox.state, outbox.code).where(outbox.state == "failed"))
    return f"{len(repeated)} sends were repeated after a doubt {repeated[:5]}, {len(lost)} failed {lost[:5]}"

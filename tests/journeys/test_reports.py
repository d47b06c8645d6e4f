"""The digest of a week comes to the desk once, whatever is killed; a change of the store's files is noted once."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Select, select

from bots.wiring.insight.reports import TIMER, WEEK
from notifications.store.calendars import WEEK as DAYS
from storage import tables
from storage.engine.store import Store
from storage.queues import timers
from tests.bots.test_reports import happened
from tests.journeys.actors import Json, call, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import ROOT, System, system

ZONE = ZoneInfo("America/New_York")
KILLS = 4


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose digest of the week was due at midnight."""
    with system(tmp_path_factory.mktemp("reports")) as made:
        folder = made.var / "store"
        shutil.copytree(ROOT / "config" / "store", folder)
        today = DAYS[datetime.now(ZONE).weekday()]
        replace(folder / "shop.yaml", 'digest: {day: mon, at: "09:00"}', f'digest: {{day: {today}, at: "00:00"}}')
        made.start({**QUICK, "PUBLIC_URL": made.product, "STORE_DIR": str(folder)})
        yield made


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def digests(desk: System) -> list[Json]:
    return [message for message in desk.slack() if message["text"].startswith("Northwind: the week of")]


def test_it_is_posted_once_whatever_is_killed(desk: System) -> None:
    until(lambda: desk.rows(done_until()), "a worker looked for a digest")
    assert digests(desk) == []  # the day on which it is switched on is over
    now = datetime.now(UTC)
    store = Store(f"sqlite:///{desk.var / 'doorstep.db'}")
    happened(store, 1, at=now - timedelta(days=7))
    with store.write() as conn:
        timers.mark_done(conn, TIMER, WEEK, now - timedelta(days=8))
        timers.hasten(conn, TIMER, WEEK, now)
    store.close()
    for _ in range(KILLS):
        desk.kill("worker")
        time.sleep(1.5)  # the pace of the killing
    until(lambda: digests(desk), lambda: f"the digest; {desk.output()}", 120)
    desk.settled(60)
    (told,) = digests(desk)
    assert "Contacts: 3" in told["text"]
    link = told["blocks"][1]["elements"][1]["elements"][0]["elements"][-1]
    assert link["url"].startswith(f"{desk.product}/dashboard/metrics/contacts?from=")


def test_a_change_is_noted_once_for_all_processes_and_shown(desk: System) -> None:
    responses = desk.var / "store" / "responses"
    responses.mkdir()
    (responses / "en.yaml").write_text("utter_order_status: Here is your parcel.\n", encoding="utf-8")
    assert desk.command("reload").returncode == 0
    noted = select(tables.improvements.c.key, tables.improvements.c.topic)
    until(lambda: desk.rows(noted), lambda: f"the change; {desk.output()}", 60)
    desk.kill("worker")
    until(desk.ready, "a worker is there again", 60)
    assert [tuple(row) for row in desk.rows(noted)] == [("utter_order_status", "order_status")]
    page = call(f"{desk.product}/dashboard/improvements").body.decode()
    assert "text utter_order_status is new" in page
    assert "too early to tell" in page


def done_until() -> Select[Any]:
    row = tables.timers.c.kind == TIMER, tables.timers.c.subject == WEEK, tables.timers.c.done_until.is_not(None)
    return select(tables.timers.c.id).where(*row)

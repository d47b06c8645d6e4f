"""Tests fetching files: leased, located, kept once; again after a crash, refused with a reason, removed in time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import Outcome, SendError
from core.ids import new_id
from core.ports.calls import Download
from core.retries import RULES, Failure
from hub.hub import Hub
from hub.media import fetcher
from hub.media.expiry import EVERY, EXPIRY, expire, expire_due
from hub.media.fetcher import LEASE, Fetcher, Tools, take_due
from hub.timers.kind import Kind, installation
from hub.timers.loop import Timers
from storage.engine.store import Store
from storage.media import files
from storage.media.files import FETCHING, GONE, KEPT, PENDING, REFUSED
from storage.media.tables import media as media_table
from storage.queues.tables import timers as timers_table
from tests.fakes import NOW, FakeChannel, FakeClock, FakeDesk, make_hub

KEEP = timedelta(days=90)
GONE_AT_PROVIDER = SendError(Outcome.CONTENT_REJECTED, "not_found")


class Shelf:
    """Keeps media in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.script: deque[SendError] = deque()

    def put(self, name: str, content: bytes, mime: str) -> None:
        if self.script:
            raise self.script.popleft()
        self.kept[name] = content

    def get(self, name: str) -> bytes:
        return self.kept[name]

    def stream(self, name: str) -> Iterator[bytes]:
        return iter([self.kept[name]])

    def delete(self, name: str) -> None:
        if self.script:
            raise self.script.popleft()
        self.kept.pop(name, None)

    def check(self) -> str:
        return "a shelf"


class Yard:
    """Joins a hub, a fetcher's tools, and what the network answers: contents or errors, else b"content"."""

    def __init__(self, store: Store) -> None:
        self.clock = FakeClock()
        self.channel = FakeChannel("whatsapp")
        self.desk = FakeDesk()
        self.hub: Hub = make_hub(store, [self.channel], self.desk, clock=self.clock)
        self.shelf = Shelf()
        self.answers: deque[bytes | Exception] = deque()
        self.fetched: list[Download] = []
        self.during: Callable[[], Awaitable[None]] | None = None
        self.tools = Tools(self.shelf, self._fetch, self._recognise, KEEP)

    async def _fetch(self, download: Download) -> tuple[bytes, str]:
        self.fetched.append(download)
        if self.during:
            await self.during()
        answer = self.answers.popleft() if self.answers else b"content"
        if isinstance(answer, Exception):
            raise answer
        return answer, "image/jpeg"

    def _recognise(self, content: bytes, kind: str, declared: str, filename: str) -> tuple[str, str]:
        return ("document", "application/octet-stream") if content == b"program" else (kind, declared)

    def put(self, ref: str = "m1", source: str = "whatsapp", account: str = "main", **more: Any) -> str:
        row = files.row(new_id(self.clock()), source, account, ref, "image", self.clock(), **more)
        with self.hub.store.write() as conn:
            conn.execute(self.hub.store.insert(media_table), row)
        return str(row["id"])

    def row(self, id_: str) -> Any:
        with self.hub.store.read() as conn:
            return conn.execute(select(media_table).where(media_table.c.id == id_)).one()

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Runs a fetcher until nothing is due, or until that is so."""
        asyncio.run(self._run(until or self._idle))

    def _idle(self) -> bool:
        with self.hub.store.read() as conn:
            due = files.due(conn, self.clock(), 1)
            held = conn.execute(select(media_table.c.id).where(media_table.c.state == FETCHING)).all()
        return not (due or held)

    async def _run(self, until: Callable[[], bool]) -> None:
        fetcher = Fetcher(self.hub, self.tools)
        running = asyncio.create_task(fetcher.run())
        async with asyncio.timeout(20):
            while not until():
                await asyncio.sleep(0.005)
                fetcher.kick()
            while until == self._idle and fetcher._tasks:  # a row is written a moment before the outbox is woken
                await asyncio.sleep(0.005)
        fetcher.stop()
        await running


@pytest.fixture
def yard(store: Store) -> Yard:
    return Yard(store)


def state(yard: Yard, id_: str) -> tuple[str, str | None, int]:
    row = yard.row(id_)
    return row.state, row.code, row.attempts


def test_a_file_is_found_recognised_and_kept(yard: Yard) -> None:
    id_ = yard.put("m1", filename="photo.jpg")
    yard.run()
    row = yard.row(id_)
    assert (row.state, row.kind, row.mime, row.filename, row.size) == (KEPT, "image", "image/jpeg", "photo.jpg", 7)
    assert row.sha256 == "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"
    assert (row.fetched_at, row.expires_at) == (NOW, NOW + KEEP)
    assert row.blob == files.blob_name(id_)
    assert yard.shelf.kept == {files.blob_name(id_): b"content"}
    assert yard.channel.located == ["m1"]


def test_what_it_is_called_is_not_what_it_is(yard: Yard) -> None:
    id_ = yard.put()
    yard.answers.append(b"program")
    yard.run()
    assert (yard.row(id_).kind, yard.row(id_).mime) == ("document", "application/octet-stream")


def test_the_outbox_is_woken_when_a_file_is_there(yard: Yard) -> None:
    yard.put()
    yard.run()
    assert yard.hub.waker.calls == ["outbox"]  # type: ignore[attr-defined]


def test_a_name_comes_from_the_provider_when_the_customer_gave_none(yard: Yard) -> None:
    id_ = yard.put()
    yard.channel.places.append(Download("https://cdn.example/1", filename="scan.pdf"))
    yard.run()
    assert yard.row(id_).filename == "scan.pdf"


def test_many_files_are_each_fetched_once(yard: Yard) -> None:
    ids = [yard.put(f"m{n}") for n in range(12)]
    yard.run()
    assert sorted(yard.channel.located) == sorted(f"m{n}" for n in range(12))
    assert {yard.row(id_).state for id_ in ids} == {KEPT}


@pytest.mark.parametrize("code", ["not_found", "gone", "forbidden"])
def test_an_address_that_ran_out_is_asked_for_again_once(yard: Yard, code: str) -> None:
    """The Cloud API's addresses live five minutes."""
    id_ = yard.put()
    yard.answers.append(SendError(Outcome.CONTENT_REJECTED, code))
    yard.run()
    assert yard.row(id_).state == KEPT
    assert [download.url for download in yard.fetched] == ["https://cdn.example/m1/1", "https://cdn.example/m1/2"]


def test_what_is_gone_for_good_is_refused(yard: Yard) -> None:
    id_ = yard.put()
    yard.answers.extend([GONE_AT_PROVIDER] * 2)
    yard.run()
    assert state(yard, id_) == (REFUSED, "not_found", 1)
    assert len(yard.fetched) == 2


@pytest.mark.parametrize("code", ["too_large", "blocked_address", "empty", "too_many_redirects"])
def test_what_will_never_pass_is_refused_at_once(yard: Yard, code: str) -> None:
    id_ = yard.put()
    yard.answers.append(SendError(Outcome.CONTENT_REJECTED, code))
    yard.run()
    assert state(yard, id_) == (REFUSED, code, 1)
    assert yard.shelf.kept == {}


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.AMBIGUOUS])
def test_what_may_pass_is_tried_again_with_growing_pauses(yard: Yard, outcome: Outcome) -> None:
    id_ = yard.put()
    yard.answers.extend([SendError(outcome, "http_503")] * RULES[Failure.FILE].tries)
    pauses = []
    for _ in range(RULES[Failure.FILE].tries - 1):
        yard.run()
        assert yard.row(id_).state == PENDING
        pauses.append((yard.row(id_).not_before - yard.clock()).total_seconds())
        yard.clock.time = yard.row(id_).not_before
    assert pauses == [2, 10, 30, 120, 600, 1800, 3600]
    yard.run()
    assert state(yard, id_) == (REFUSED, "http_503", RULES[Failure.FILE].tries)


def test_a_file_comes_after_all(yard: Yard) -> None:
    id_ = yard.put()
    yard.answers.append(SendError(Outcome.RETRY, "connect"))
    yard.run()
    yard.clock.advance(seconds=2)
    yard.run()
    assert state(yard, id_) == (KEPT, None, 2)


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (SendError(Outcome.PACE, "http_429"), 30),
        (SendError(Outcome.PACE, "http_429", retry_after=70), 70),
        (SendError(Outcome.MISCONFIGURED, "190"), 300),
    ],
)
def test_patience_burns_no_attempt_and_ends_after_a_week(yard: Yard, error: SendError, pause: float) -> None:
    id_ = yard.put()
    yard.channel.places.append(error)
    yard.run()
    assert state(yard, id_) == (PENDING, error.code, 0)
    assert yard.row(id_).not_before == NOW + timedelta(seconds=pause)
    yard.clock.advance(days=7)
    yard.channel.places.append(error)
    yard.run()
    assert yard.row(id_).state == REFUSED


def test_a_channel_that_is_off_is_waited_for(yard: Yard) -> None:
    id_ = yard.put(account="another")
    yard.run()
    assert state(yard, id_) == (PENDING, "channel_off", 0)


def test_a_store_that_is_away_is_waited_for(yard: Yard) -> None:
    id_ = yard.put()
    yard.shelf.script.append(SendError(Outcome.RETRY, "media_store"))
    yard.run()
    assert state(yard, id_) == (PENDING, "media_store", 1)


def test_a_bug_in_an_adapter_is_no_end(yard: Yard) -> None:
    id_ = yard.put()
    yard.channel.places.append(ValueError("a bug"))
    yard.run()
    assert state(yard, id_) == (PENDING, "fetch_bug", 1)


def test_the_desks_files_come_from_the_desk(yard: Yard) -> None:
    id_ = yard.put("F0LABEL", source="slack", account="C0DESK")
    yard.run()
    assert yard.row(id_).state == KEPT
    assert [download.url for download in yard.fetched] == ["https://files.example/F0LABEL"]


def test_no_address_and_no_token_is_stored(yard: Yard) -> None:
    token = "123456:" + "AAF-secret"
    id_ = yard.put("AgACAgQ")
    yard.channel.places.append(Download(f"https://api.example/file/bot{token}/1.jpg", {"Authorization": token}))
    yard.answers.append(SendError(Outcome.RETRY, "http_500"))
    yard.run()
    yard.clock.advance(seconds=2)
    yard.channel.places.append(Download(f"https://api.example/file/bot{token}/1.jpg"))
    yard.run()
    assert yard.row(id_).state == KEPT
    assert token not in str(yard.row(id_))


# --- what dies in the middle


def test_after_a_kill_the_file_is_fetched_again_and_kept_once(yard: Yard) -> None:
    """The first fetcher put the content down and died before its row was written."""
    id_ = yard.put()
    (dead,), _ = take_due(yard.hub, 4)
    yard.shelf.put(files.blob_name(dead.id), b"half", "image/jpeg")
    yard.run(lambda: True)
    assert yard.row(id_).state == FETCHING
    yard.clock.advance(seconds=LEASE.total_seconds())
    yard.run()
    assert state(yard, id_) == (KEPT, None, 2)
    assert yard.shelf.kept == {files.blob_name(id_): b"content"}


def test_a_file_that_kills_its_fetchers_is_given_up(yard: Yard) -> None:
    id_ = yard.put()
    for _ in range(RULES[Failure.FILE].tries):
        assert len(take_due(yard.hub, 4)[0]) == 1
        yard.clock.advance(seconds=LEASE.total_seconds())
    yard.run()
    assert state(yard, id_)[:2] == (REFUSED, "gave_up")
    assert yard.fetched == []


def test_a_fetcher_that_is_told_to_stop_leaves_its_work_to_others_at_once(yard: Yard) -> None:
    id_ = yard.put()

    async def hang() -> None:
        await asyncio.sleep(60)

    yard.during = hang
    yard.run(lambda: bool(yard.fetched))
    assert state(yard, id_) == (PENDING, None, 0)
    yard.during = None
    yard.run()
    assert state(yard, id_) == (KEPT, None, 1)


def test_who_was_too_slow_changes_nothing(yard: Yard) -> None:
    id_ = yard.put()
    (slow,), _ = take_due(yard.hub, 4)
    yard.clock.advance(seconds=LEASE.total_seconds())
    yard.run()
    assert fetcher.settle(yard.hub, slow, {"state": REFUSED, "code": "too_slow"})
    assert yard.row(id_).state == KEPT


def test_a_customer_erased_while_their_file_comes_leaves_nothing(yard: Yard) -> None:
    id_ = yard.put(customer_id="c1")

    async def erase() -> None:
        with yard.hub.store.write() as conn:
            files.forget(conn, "c1", [], yard.clock())

    yard.during = erase
    yard.run(lambda: bool(yard.fetched) and yard.row(id_).state != FETCHING and yard.shelf.kept == {})
    yard.during = None
    yard.clock.advance(seconds=LEASE.total_seconds())
    expire(yard.hub, yard.shelf)
    assert yard.shelf.kept == {}
    assert yard.row(id_).state == GONE


# --- the last day


def test_a_file_is_removed_on_its_day_and_not_before(yard: Yard) -> None:
    id_ = yard.put()
    yard.run()
    yard.clock.advance(days=89)
    assert expire(yard.hub, yard.shelf) == 0
    yard.clock.advance(days=1)
    assert expire(yard.hub, yard.shelf) == 1
    assert (yard.row(id_).state, yard.shelf.kept) == (GONE, {})
    assert expire(yard.hub, yard.shelf) == 0


def test_a_timer_removes_them_every_minute(yard: Yard) -> None:
    timers = Timers(yard.hub, {EXPIRY: Kind(partial(expire_due, yard.shelf), installation)})
    asyncio.run(timers.look())
    id_ = yard.put()
    yard.run()
    yard.clock.advance(days=90)
    asyncio.run(timers.look())
    assert (yard.row(id_).state, yard.shelf.kept) == (GONE, {})
    with yard.hub.store.read() as conn:
        due = conn.scalar(select(timers_table.c.due_at).where(timers_table.c.kind == EXPIRY))
    assert due == yard.clock() + EVERY


def test_while_the_store_is_away_removal_waits(yard: Yard) -> None:
    ids = [yard.put(f"m{n}") for n in range(3)]
    yard.run()
    yard.clock.advance(days=90)
    yard.shelf.script.append(SendError(Outcome.RETRY, "media_store"))
    assert expire(yard.hub, yard.shelf) == 0
    assert {yard.row(id_).state for id_ in ids} == {KEPT}
    assert expire(yard.hub, yard.shelf) == 0  # it rests for a while
    yard.clock.advance(minutes=10)
    assert expire(yard.hub, yard.shelf) == 3
    assert yard.shelf.kept == {}


def test_contact_cards_in_a_file_are_kept_with_it(yard: Yard) -> None:
    yard.tools = replace(yard.tools, recognise=lambda *_: ("document", "text/vcard"))
    yard.answers.append(b"BEGIN:VCARD\nFN:Jo Roe\nTEL:+12025550199\nEND:VCARD\n")
    id_ = yard.put()
    yard.run()
    assert '"name":"Jo Roe"' in yard.row(id_).cards

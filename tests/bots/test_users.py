"""Tests when the desk is asked who somebody is, and who waits for it."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from redis import Redis

from bots.wiring.desk import users
from bots.wiring.desk.reading import KnownUsers
from bots.wiring.desk.users import UserBook
from core.desk.events import DeskUser
from core.errors import Outcome, SendError
from hub.delivery.sender import Island

BEA = DeskUser("UBEA", "Bea", True)


class AskedDesk:
    """Answers who somebody is once it may, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.answered = threading.Event()
        self.answer = BEA
        self.error: SendError | None = None

    async def user(self, user_id: str) -> DeskUser:
        self.asked.append(user_id)
        await asyncio.to_thread(self.may_answer.wait, 10)
        try:
            if self.error:
                raise self.error
            return self.answer
        finally:
            asyncio.get_running_loop().call_soon(self.answered.set)


@pytest.fixture
def island() -> Iterator[Island]:
    made = Island()
    yield made
    made.stop()
    made.loop.close()


@pytest.fixture
def desk() -> AskedDesk:
    return AskedDesk()


@pytest.fixture
def book(island: Island, desk: AskedDesk, valkey: Redis) -> UserBook:
    made = UserBook(island)
    made.open(desk, KnownUsers(valkey))  # type: ignore[arg-type] # a desk is asked nothing else here
    return made


def test_the_desk_is_asked_once_for_a_while(book: UserBook, desk: AskedDesk) -> None:
    assert [book.find("UBEA"), book.find("UBEA")] == [BEA, BEA]
    assert desk.asked == ["UBEA"]


def test_who_goes_on_working_is_asked_of_beside_their_work(
    book: UserBook, desk: AskedDesk, island: Island, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book.find("UBEA") == BEA
    monkeypatch.setattr(users, "AGAIN_SECONDS", -1.0)
    desk.may_answer.clear()
    desk.answered.clear()
    desk.answer = DeskUser("UBEA", "Bea", False)
    assert book.find("UBEA") == BEA  # the desk has not answered yet: nobody waits
    desk.may_answer.set()
    assert desk.answered.wait(10)
    island.call(asyncio.sleep(0))
    monkeypatch.undo()
    assert book.find("UBEA") == desk.answer
    assert desk.asked == ["UBEA", "UBEA"]


def test_a_desk_that_does_not_answer_beside_changes_nothing(
    book: UserBook, desk: AskedDesk, island: Island, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book.find("UBEA") == BEA
    monkeypatch.setattr(users, "AGAIN_SECONDS", -1.0)
    desk.error = SendError(Outcome.RETRY, "ratelimited")
    assert [book.find("UBEA"), book.find("UBEA")] == [BEA, BEA]
    island.call(asyncio.sleep(0))


def test_whom_the_desk_does_not_know_is_no_agent(book: UserBook, desk: AskedDesk) -> None:
    desk.error = SendError(Outcome.ADDRESS_DEAD, "user_not_found")
    assert not book.find("UNOBODY").member
    assert not book.find("UNOBODY").member
    assert desk.asked == ["UNOBODY"]


def test_somebody_unknown_waits_for_a_desk_that_is_away(book: UserBook, desk: AskedDesk) -> None:
    desk.error = SendError(Outcome.RETRY, "internal_error")
    with pytest.raises(SendError):
        book.find("UBEA")

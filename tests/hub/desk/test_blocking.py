"""Tests that a blocked customer is not answered, opens no case and is not seen, until the block ends by itself."""

import asyncio
from datetime import timedelta

import pytest

from core.cases.block_times import length_of
from core.desk.events import Command
from core.errors import Outcome, SendError
from core.messages.pieces import Attachment
from core.people.addresses import Address
from hub.customers import blocks
from hub.desk.showing.case_view import case_view
from storage.desk import cases as case_rows
from storage.desk.tables import cases
from storage.people import overview
from storage.people.tables import conversations, customers, messages
from tests.fakes import PLACE, FakeChannel
from tests.hub.house import ANNA, House


class Provider(FakeChannel):
    """Blocks at the provider, too."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.told: list[tuple[str, bool]] = []
        self.wrong: SendError | None = None

    async def block(self, who: Address, *, blocked: bool) -> None:
        if self.wrong:
            raise self.wrong
        self.told.append((who.value, blocked))


def command(house: House, text: str) -> list[str]:
    house.act(Command(house.fresh("c"), PLACE, ANNA, text, house.clock()))
    return [post.text for post in house.ephemerals()]


def test_nothing_is_answered_shown_or_opened_until_it_ends(house: House) -> None:
    house.presses("case_block", length="1h")
    house.posts()
    assert (house.row(cases).state, house.row(conversations).case_id) == ("spam", None)
    house.hear("buy my pills")
    house.hear("agent")
    assert house.texts() == []
    assert house.posts() == []
    assert len(house.rows(cases)) == 1
    assert [row.text for row in house.rows(messages)][-2:] == ["buy my pills", "agent"]
    house.later(hours=1)
    house.hear("agent")
    assert house.texts()
    assert len(house.rows(cases)) == 2


def test_their_case_shows_nothing_that_they_sent_since(house: House) -> None:
    house.hear("my last words")
    house.later(seconds=1)
    house.presses("case_block", length="1h")
    house.later(seconds=1)
    house.hear("buy my pills", attachments=(Attachment("image", "p1"),))
    with house.store.read() as conn:
        case = case_rows.by_number(conn, 1)
        assert case is not None
        shown = case_view(house.hub, conn, case)
    assert ([turn.text for turn in shown.turns][-1], shown.files) == ("my last words", ())


def test_a_stop_is_booked_without_a_word(house: House) -> None:
    house.presses("case_block")
    house.posts()
    house.hear("STOP")
    assert house.texts() == []
    assert ("whatsapp", "service", False, "keyword") in house.consents()


def test_a_block_is_made_and_ended_by_command(house: House) -> None:
    assert "for how long" in command(house, "block 1 for ever")[0]
    assert house.row(cases).state == "open"
    assert command(house, "block 1") == []
    assert house.row(customers).blocked_until == house.clock() + timedelta(days=1)
    with house.store.read() as conn:
        found = overview.find(conn, house.row(customers).id)
    assert found
    assert found.blocked_until == house.row(customers).blocked_until
    assert command(house, "unblock 1") == []
    assert house.row(customers).blocked_until is None
    assert "not blocked" in command(house, "unblock 1")[0]
    house.hear("hello?")
    assert house.texts()
    assert house.rows(cases)[0].state == "spam"
    assert "spam" in command(house, "take 1")[0]


def test_the_provider_blocks_where_it_can_and_lets_through_when_it_is_over(house: House) -> None:
    provider = Provider("whatsapp")
    house.hub.channels["whatsapp", "main"] = provider  # type: ignore[index]
    house.presses("case_block", length="1h")
    customer, until = house.row(customers).id, house.row(customers).blocked_until

    def look() -> object:
        return asyncio.run(blocks.tell_providers(house.hub, customer, house.clock()))

    assert look() == until
    provider.wrong = SendError(Outcome.CONTENT_REJECTED, "139100")
    assert look() == until
    provider.wrong = SendError(Outcome.RETRY, "500")
    with pytest.raises(SendError):
        look()
    provider.wrong = None
    house.later(hours=1)
    assert look() is None
    assert [blocked for _, blocked in provider.told] == [True, False]


@pytest.mark.parametrize(("words", "hours"), [("1h", 1), (" 3D", 72), ("2w", 336)])
def test_lengths(words: str, hours: int) -> None:
    assert length_of(words) == timedelta(hours=hours)


@pytest.mark.parametrize("words", ["", "0h", "1", "h", "400d", "-1d", "for ever"])
def test_no_lengths(words: str) -> None:
    assert length_of(words) is None

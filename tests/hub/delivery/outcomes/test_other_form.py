"""Tests what becomes of a file that the provider refuses for what it is: its link goes instead, once."""

from dataclasses import replace

import pytest

from core.content.capabilities import ErrorTable
from core.desk.events import AgentFile
from core.desk.posts import PostNote
from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from storage.engine.store import Store
from storage.queues import outbox
from storage.queues.tables import outbox_parts
from tests.fakes import ERRORS
from tests.hub.house import House
from tests.hub.media.test_attachments import calls, made, pause, settle

TYPE = "131053"
SHEET = AgentFile("F0SHEET", "sizes.pdf", "application/pdf", 9)


@pytest.fixture
def desk(store: Store) -> House:
    """Makes a house in which an agent has a case, on a channel that tells of files it does not take."""
    house = made(store)
    table = ErrorTable({**ERRORS.codes, TYPE: Outcome.CONTENT_REJECTED}, {**ERRORS.scopes, TYPE: "file"})
    house.hub = replace(house.hub, errors=dict.fromkeys(house.hub.errors, table))
    house.hear("agent")
    house.texts()
    house.writes("Hello Jane")
    house.texts()
    house.desk.posts.clear()
    return house


def notes(house: House) -> list[str]:
    return [post.text for post in house.posts() if isinstance(post, PostNote)]


def fails(house: House, number: int = -1, code: str = TYPE) -> None:
    """Reports a part as failed, after its call was taken."""
    part = [row for row in house.rows(outbox_parts) if row.channel == "whatsapp" and not row.silent][number]
    house.receipt(ReceiptStatus.FAILED, provider_id=part.provider_id, correlation=part.id, code=code)


def refuses(house: House, code: str = TYPE, scope: str = "file") -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, code, scope=scope))


def begins(house: House, text: str = "the sizes", *attached: AgentFile) -> None:
    house.writes(text, files=attached or (SHEET,))
    settle(house)
    pause(house)


def test_a_file_refused_after_it_was_taken_goes_as_its_link_at_once_and_the_agent_knows(desk: House) -> None:
    begins(desk)
    assert calls(desk) == [("media", "the sizes")]
    desk.posts()
    fails(desk)
    ((call, text),) = calls(desk)
    assert (call, text.startswith("the sizes\nsizes.pdf: https://desk.example/media/")) == ("text", True)
    (note,) = notes(desk)
    assert note.startswith(":paperclip: sizes.pdf: the provider does not show it as it is (131053).")
    assert desk.messages()[-1].state == outbox.SENT


def test_a_file_refused_in_the_answer_goes_as_its_link_and_what_follows_stays_behind_it(desk: House) -> None:
    refuses(desk)
    begins(desk, "two files", SHEET, AgentFile("F0LABEL", "label.pdf", "application/pdf", 9))
    told = calls(desk)
    assert [call for call, _ in told] == ["text", "media"]
    assert told[0][1].startswith("two files\nsizes.pdf: ")
    assert len(notes(desk)) == 1
    assert desk.messages()[-1].state == outbox.SENT


def test_the_link_is_the_last_form(desk: House) -> None:
    begins(desk)
    calls(desk)
    fails(desk)
    calls(desk)
    desk.posts()
    fails(desk)
    assert calls(desk) == []
    assert desk.messages()[-1].state == outbox.FAILED
    assert any("Not delivered" in note for note in notes(desk))


@pytest.mark.parametrize(("code", "scope"), [("refused", "all"), ("131026", "pair")])
def test_another_refusal_makes_no_link(desk: House, code: str, scope: str) -> None:
    refuses(desk, code, scope)
    begins(desk)
    assert calls(desk) == []
    assert desk.messages()[-1].state == outbox.FAILED


def test_a_text_is_refused_as_before(desk: House) -> None:
    refuses(desk)
    desk.writes("no file at all")
    assert calls(desk) == []
    assert desk.messages()[-1].state == outbox.FAILED

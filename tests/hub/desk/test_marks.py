"""Tests the one mark on an agent's message: what became of it, as far as is known."""

import itertools

import pytest

from core.desk.events import AgentMessage
from core.desk.posts import PostMark
from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from storage.desk.tables import cases
from tests.fakes import PLACE
from tests.hub.house import BEN, House

SENT, DELIVERED, READ, FAILED = map(ReceiptStatus, ("sent", "delivered", "read", "failed"))


def shown(house: House) -> dict[str, list[str]]:
    """Sends what is due; the marks that each message carries now, by the changes that were posted."""
    house.send()
    marks: dict[str, list[str]] = {}
    for post in house.desk.posts:
        if isinstance(post, PostMark):
            there = marks.setdefault(post.message, [])
            there.remove(post.name) if post.remove else there.append(post.name)
    return marks


def hears(house: House, status: ReceiptStatus, part: int = -1) -> None:
    """Handles the provider's word on a call, the last one unless `part` says which."""
    house.receipt(status, provider_id=house.parts()[part].provider_id)


def test_one_mark_goes_from_sent_to_delivered_to_read(house: House) -> None:
    message = house.writes("Hello")
    assert shown(house) == {message: ["white_check_mark"]}
    hears(house, DELIVERED)
    assert shown(house) == {message: ["mailbox_with_mail"]}
    hears(house, READ)
    assert shown(house) == {message: ["eyes"]}


@pytest.mark.parametrize("order", list(itertools.permutations([SENT, DELIVERED, READ])))
def test_it_only_moves_forward(house: House, order: tuple[ReceiptStatus, ...]) -> None:
    message = house.writes("Hello")
    for status in order:
        house.send()
        hears(house, status)
    assert shown(house) == {message: ["eyes"]}


def test_a_failure_stands_alone_until_it_arrived_after_all(house: House) -> None:
    message = house.writes("Hello")
    shown(house)
    hears(house, FAILED)
    assert shown(house) == {message: ["x"]}
    hears(house, DELIVERED)  # on the customer's other phone
    assert shown(house) == {message: ["mailbox_with_mail"]}


def test_a_refusal_has_no_tick_before_it(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    message = house.writes("Hello")
    assert shown(house) == {message: ["x"]}


def test_what_changed_while_the_desk_was_busy_is_one_change(house: House) -> None:
    message = house.writes("Hello")
    shown(house)
    hears(house, DELIVERED)
    hears(house, READ)
    assert shown(house) == {message: ["eyes"]}
    assert [post.name for post in house.desk.posts if isinstance(post, PostMark) and not post.remove][1:] == ["eyes"]


def test_a_mark_that_the_desk_refused_for_now_is_set_later(house: House) -> None:
    message = house.writes("Hello")
    house.desk.script.extend(SendError(Outcome.RETRY, "http_503") for _ in range(2))
    house.send()
    hears(house, READ)
    for _ in range(3):
        house.later(minutes=2)
        house.send()
    assert shown(house) == {message: ["eyes"]}


def test_a_note_is_locked_and_a_held_reply_waits(house: House) -> None:
    house.writes("Hello")
    note = house.writes("sounds upset", note=True)
    held = house.writes("I know this one", BEN)
    marks = shown(house)
    assert (marks[note], marks[held]) == (["lock"], ["hourglass_flowing_sand"])
    (button,) = (post.buttons[0] for post in house.desk.posts if getattr(post, "buttons", ()))
    house.presses("held_send", BEN, button.value)
    assert shown(house)[held] == ["white_check_mark"]


def test_a_held_reply_that_is_kept_is_a_note(house: House) -> None:
    house.writes("Hello")
    held = house.writes("between us", BEN)
    shown(house)
    (button,) = (post.buttons[1] for post in house.desk.posts if getattr(post, "buttons", ()))
    house.presses("held_keep", BEN, button.value)
    assert shown(house)[held] == ["lock"]


def test_a_mark_on_a_message_that_was_deleted_ends_quietly(house: House) -> None:
    thread = house.row(cases).thread
    house.writes("Hello")
    house.send()
    hears(house, DELIVERED)
    house.desk.script.append(SendError(Outcome.ADDRESS_DEAD, "message_not_found", scope="thread"))
    house.send()
    assert not house.desk.script
    assert house.row(cases).thread == thread


def test_a_mark_is_set_where_the_message_is(house: House) -> None:
    thread = house.row(cases).thread
    house.act(AgentMessage("e1", PLACE, thread, "1.5", BEN, "Hello", house.clock()))
    house.send()
    (mark,) = (post for post in house.desk.posts if isinstance(post, PostMark))
    assert mark.place == PLACE

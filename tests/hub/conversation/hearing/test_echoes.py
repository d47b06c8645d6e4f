"""Tests who wrote an echo: we, another program, or a person of ours."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.desk.posts import PostCustomer
from core.errors import Outcome, SendError
from core.messages.inbound import Answered, ReceiptStatus
from core.messages.pieces import Attachment
from core.people.addresses import Address
from core.people.conversations import Owner
from core.ports.calls import Sent
from hub.conversation.hearing.echoes import FIRST, PATIENCE
from hub.delivery.job import Result
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from storage.conversations import timeline
from storage.desk.tables import cases
from storage.people.tables import conversations, messages
from storage.queues import inbox as states
from storage.queues import parts
from storage.queues.tables import inbox, outbox, outbox_parts
from tests.hub.house import WHATSAPP, House

CHANNELS = [Address("messenger", "main", "7"), WHATSAPP]
PAGE = CHANNELS[0]


def echo(house: House, text: str, to: Address, name: str = "", **more: Any) -> None:
    house.accept(Answered(name or house.fresh("echo"), to, more.pop("sent_at", house.clock()), text, **more))
    house.drain()


def authors(house: House) -> list[str]:
    return [row.author for row in house.rows(messages)]


def owners(house: House) -> set[str]:
    return {row.owner for row in house.rows(conversations)}


def under_way(house: House, to: Address) -> tuple[Any, str]:
    """Begins the answer's call, which has not come back; returns its job and the words."""
    house.hear("hello", to)
    (job,) = take_due(house.hub, house.pace, 50)[0]
    return job, job.parts[0].part.payload["text"]


@pytest.mark.parametrize("to", CHANNELS, ids=lambda to: to.channel)
def test_an_echo_with_the_id_of_our_call_is_ours(house: House, to: Address) -> None:
    house.hear("hello", to)
    house.texts(to.channel)
    (name,) = [row.provider_id for row in house.rows(outbox_parts) if row.channel == to.channel]
    echo(house, "whatever Meta made of it", to, name)
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])
    assert timeline.ELSEWHERE not in authors(house)
    house.hear("menu", to)
    assert house.texts(to.channel)


@pytest.mark.parametrize("to", CHANNELS, ids=lambda to: to.channel)
def test_an_echo_that_outruns_the_answer_is_known_by_its_words(house: House, to: Address) -> None:
    _, words = under_way(house, to)
    echo(house, f" {words}\n", to, "theirs-1")
    (part,) = [row for row in house.rows(outbox_parts) if row.channel == to.channel]
    assert (part.state, part.provider_id) == ("sent", "theirs-1")
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])
    assert house.rows(inbox)[-1].state == states.HANDLED


def test_an_echo_whose_words_differ_waits_for_the_answer_that_knows_its_id(house: House) -> None:
    job, _ = under_way(house, PAGE)
    echo(house, "other words", PAGE, "theirs-2")
    assert timeline.ELSEWHERE not in authors(house)
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("theirs-2"))])
    house.later(seconds=2)
    house.drain()
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])


def test_a_person_who_writes_while_our_call_is_under_way_is_not_lost(house: House) -> None:
    job, _ = under_way(house, PAGE)
    echo(house, "Tom here, I take this", PAGE)
    assert Owner.AGENT not in owners(house)
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("m_1"))])
    house.later(seconds=2)
    house.drain()
    assert owners(house) == {Owner.AGENT}
    assert house.row(cases).reason == "answered_elsewhere"


def test_a_call_that_hangs_holds_a_person_s_answer_back_for_seconds_only(house: House) -> None:
    under_way(house, PAGE)
    echo(house, "Tom here, I take this", PAGE)
    house.later(seconds=PATIENCE.total_seconds() + 1)
    house.drain()
    assert owners(house) == {Owner.AGENT}


def test_an_echo_ends_the_doubt_about_a_call_whose_answer_was_lost(house: House) -> None:
    job, words = under_way(house, PAGE)
    lost = SendError(Outcome.AMBIGUOUS, "timeout")
    record(house.hub, house.pace, [Result(job, job.parts[0], error=lost)])
    echo(house, words, PAGE, "theirs-3")
    house.later(minutes=5)
    assert house.texts("messenger") == []
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])


def test_a_file_s_echo_without_words_is_ours_while_its_call_is_in_doubt(house: House) -> None:
    job, _ = under_way(house, PAGE)
    with house.store.write() as conn:  # as if the answer had been a picture
        picture = {"text": "", "media": [{"id": "f1", "kind": "image", "mime": "image/png"}]}
        conn.execute(update(outbox).where(outbox.c.id == job.posting.id).values(payload=json.dumps(picture)))
    record(house.hub, house.pace, [Result(job, job.parts[0], error=SendError(Outcome.AMBIGUOUS, "timeout"))])
    echo(house, "", PAGE, attachments=(Attachment("image", "https://cdn.example/1"),))
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])


# --- another program


def test_an_instant_reply_does_not_end_the_bot(house: House) -> None:
    house.hear("hello", PAGE)
    house.texts("messenger")
    echo(house, "Thanks for your message, we will be right back.", PAGE, program="98765")
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])
    assert timeline.PROGRAM in authors(house)
    house.hear("menu", PAGE)
    assert house.texts("messenger")


def test_an_instant_reply_that_overtakes_the_message_it_answers_waits_for_it(house: House) -> None:
    at = house.clock()
    house.accept(Answered("e1", PAGE, at + timedelta(seconds=1), "Thanks!", program="98765"))
    house.drain()
    assert house.rows(messages) == []
    house.say("hello", PAGE, sent_at=at)
    house.later(seconds=FIRST.total_seconds())
    house.drain()
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])
    assert timeline.PROGRAM in authors(house)
    assert house.texts("messenger")


@pytest.mark.parametrize(
    ("earlier", "wait", "program"),
    [
        (0, 1, ""),  # what people write with, however fast
        (0, 40, "98765"),  # a helpdesk: later than a program answers
        (60, 1, "98765"),  # amid a conversation
    ],
)
def test_a_person_s_answer_ends_the_bot(house: House, earlier: int, wait: int, program: str) -> None:
    if earlier:
        house.hear("hello", PAGE)
        house.later(seconds=earlier)
    house.hear("is anybody there?", PAGE)
    house.texts("messenger")
    house.later(seconds=wait)
    echo(house, "Tom here", PAGE, program=program)
    assert owners(house) == {Owner.AGENT}


def test_the_agent_who_has_the_case_reads_what_a_program_answered(house: House) -> None:
    house.hear("agent", PAGE)
    house.posts()
    house.later(minutes=30)
    house.hear("hello?", PAGE)
    house.posts()
    echo(house, "We are closed now.", PAGE, program="98765")
    assert house.posts() == [PostCustomer(house.row(cases).id, "We are closed now.", change="answered_by_program")]


def test_a_plain_message_asks_nothing_about_echoes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "under_way", lambda *_: pytest.fail("asked"))
    house.hear('"type":"answered"', PAGE)
    assert house.texts("messenger")


def test_an_echo_to_another_spelling_of_the_number_is_of_the_same_conversation(house: House) -> None:
    written = Address("whatsapp", "main", "+551187654321")
    house.hear("hello", written)
    house.texts()
    echo(house, "Tom here", Address("whatsapp", "main", "+5511987654321"))
    assert [(row.value, row.owner) for row in house.rows(conversations)] == [(written.value, Owner.AGENT)]


def test_metadata_of_our_form_that_names_no_part_of_ours_is_somebody_else_s(house: House) -> None:
    house.hear("hello", PAGE)
    house.texts("messenger")
    said = Answered("theirs-4", PAGE, house.clock() + timedelta(minutes=2), "Tom here", program="98765")
    house.receipt(ReceiptStatus.SENT, PAGE, provider_id="theirs-4", correlation="507f1f77bcf86cd799439011", echo=said)
    house.drain()
    assert owners(house) == {Owner.AGENT}
    assert timeline.ELSEWHERE in authors(house)
    assert [row.state for row in house.rows(inbox)] == [states.HANDLED] * 2


def test_our_own_echo_is_a_receipt_and_no_line(house: House) -> None:
    job, words = under_way(house, PAGE)
    said = Answered("theirs-5", PAGE, house.clock(), words)
    house.receipt(ReceiptStatus.SENT, PAGE, provider_id="theirs-5", correlation=job.parts[0].id, echo=said)
    (part,) = house.rows(outbox_parts)
    assert (part.state, part.provider_id) == ("sent", "theirs-5")
    assert (owners(house), house.rows(cases)) == ({Owner.BOT}, [])

"""Tests what becomes of replies that are changed or deleted after they went out."""

from collections.abc import Sequence

import pytest

from core.content.styles import Look, Styled
from core.errors import Outcome, SendError
from core.messages.outbound import OutboundMessage
from core.ports.calls import Part, Rendered, SentPart
from storage.engine.store import Store
from storage.people.tables import messages
from tests.fakes import FakeChannel
from tests.hub.desk.agents_words import buttons, deletes, edits, presses, told
from tests.hub.house import TELEGRAM, House


class RevisingChannel(FakeChannel):
    """Changes and takes back messages of one part."""

    def revise(self, message: OutboundMessage, sent: Sequence[SentPart]) -> Rendered | None:
        """Renders the change of the one message that there is."""
        if len(sent) != 1:
            return None
        return Rendered((Part("change", {"text": message.text, "of": sent[0].provider_id}),))


def answered(store: Store, *, can: bool) -> tuple[House, str]:
    """Makes a house where an agent answered by Telegram, or by a channel that changes nothing; the reply's id."""
    channels = {"telegram": RevisingChannel("telegram")} if can else {}
    house = House(store, channels_by_name=channels)
    house.hear("agent", *([TELEGRAM] if can else []))
    house.send()
    message = house.writes("your parcell")
    for channel in house.channels:
        house.texts(channel)
    house.desk.posts.clear()
    return house, message


def lines(house: House) -> list[str]:
    """Lists what agents said, on the timeline."""
    return [row.text for row in house.rows(messages) if row.author == "UANNA"]


def test_an_edit_is_made_where_the_customer_reads_it(store: Store) -> None:
    house, message = answered(store, can=True)
    edits(house, message, "your parcel", styles=(Styled(Look.BOLD, 5, 11),))
    assert [post.text for post in told(house)] == ["Changed in the customer's chat, too."]
    (change,) = house.channels["telegram"].sent
    assert (change.part.call, change.text) == ("change", "your parcel")
    assert lines(house) == ["your parcel"]


def test_a_deletion_is_made_there_too(store: Store) -> None:
    house, message = answered(store, can=True)
    deletes(house, message)
    assert [post.text for post in told(house)] == ["Taken back from the customer's chat, too."]
    assert [sent.part.call for sent in house.channels["telegram"].sent] == ["change"]
    assert lines(house) == [""]


def test_it_is_too_late_after_two_days(store: Store) -> None:
    house, message = answered(store, can=True)
    house.later(hours=48)
    edits(house, message, "your parcel")
    posts = told(house)
    assert "Send a correction?" in posts[-1].text
    assert house.channels["telegram"].sent == []
    deletes(house, message)
    assert "does not take it back" in told(house)[-1].text


def test_a_change_that_is_refused_is_told_with_a_correction(store: Store) -> None:
    house, message = answered(store, can=True)
    house.channels["telegram"].script.append(SendError(Outcome.CONTENT_REJECTED, "BadRequest"))
    edits(house, message, "your parcel")
    posts = told(house)
    assert "still have the first version" in posts[-1].text
    presses(house, buttons(posts)["Send correction"])
    assert house.texts("telegram") == ["your parcel"]


def test_elsewhere_a_correction_is_offered_and_sent_once(store: Store) -> None:
    house, message = answered(store, can=False)
    edits(house, message, "your parcel")
    posts = told(house)
    assert house.texts() == []
    correct = buttons(posts)["Send correction"]
    presses(house, correct)
    presses(house, correct)
    sent = [row for row in house.messages() if row.speaker == "agent"]
    assert [row.payload.count('"quote"') for row in sent] == [0, 1]
    assert house.texts() == ["your parcel"]
    assert "on its way" in told(house)[-1].text
    edits(house, message, "your parcel!")
    presses(house, buttons(told(house))["Send correction"])
    assert house.texts() == ["your parcel!"]


@pytest.mark.parametrize("can", [True, False])
def test_what_became_a_note_is_taken_back_where_that_can_be(store: Store, *, can: bool) -> None:
    house, message = answered(store, can=can)
    edits(house, message, "she lies", note=True)
    (post,) = told(house)
    assert "with the customer already" in post.text
    assert [button.label for button in post.buttons] == (["Take back"] if can else [])
    if can:
        presses(house, post.buttons[0])
        assert house.kept() == [("she lies", "note")]
        house.send()
        assert [sent.text for sent in house.channels["telegram"].sent] == [""]
        presses(house, post.buttons[0])
        house.send()
        assert len(house.channels["telegram"].sent) == 1


def test_new_words_that_read_like_a_note_are_not_mirrored(store: Store) -> None:
    house, message = answered(store, can=True)
    edits(house, message, "[internal] she lies")
    assert "reads like a note" in told(house)[-1].text
    assert house.channels["telegram"].sent == []


def test_an_edit_that_changes_nothing_is_not_answered(store: Store) -> None:
    house, message = answered(store, can=False)
    edits(house, message, "your parcell")
    assert told(house) == []

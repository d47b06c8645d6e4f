from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from core.messages.inbound import Deleted, Edited, InboundMessage, Reacted
from core.messages.pieces import Attachment, Choice, Quote, Referral
from core.people.addresses import Address
from hub.conversation.hearing.coalesce import ALBUM, Event, fold, is_open
from tests.fakes import NOW

JANE = Address("telegram", "main", "42")


def said(id_: str, text: str = "", seconds: float = 0, **more: object) -> InboundMessage:
    return InboundMessage(id_, JANE, NOW + timedelta(seconds=seconds), text, **more)  # type: ignore[arg-type]


def photo(id_: str, text: str = "", album: str = "a1") -> InboundMessage:
    return said(id_, text, attachments=(Attachment("image", ref=id_, caption=text),), album=album)


def folded(*events: Event, join: float = 0) -> list[Event]:
    return [each.event for each in fold(events, [f"row{n}" for n in range(len(events))], join)]


def test_an_edit_corrects_what_is_still_pending() -> None:
    (event,) = folded(said("1", "order 1003"), Edited("2", JANE, NOW, "1", "order 1002"))
    assert isinstance(event, InboundMessage)
    assert event.text == "order 1002"


def test_an_edit_names_the_message_s_own_id() -> None:
    (event,) = folded(said("900001", "boots", message_id="17"), Edited("900002", JANE, NOW, "17", "shoes"))
    assert isinstance(event, InboundMessage)
    assert event.text == "shoes"


def test_an_edit_of_what_was_answered_stays_an_edit() -> None:
    edit = Edited("2", JANE, NOW, "gone", "order 1002")
    assert folded(said("1", "hello"), edit) == [said("1", "hello"), edit]


def test_what_they_took_back_in_time_was_never_said() -> None:
    assert folded(said("1", "oops"), said("2", "hello"), Deleted("3", JANE, NOW, "1")) == [said("2", "hello")]


def test_an_album_is_one_message_with_the_words_of_any_part() -> None:
    (event,) = folded(photo("1"), photo("2", "broken"), photo("3"))
    assert isinstance(event, InboundMessage)
    assert event.text == "broken"
    assert [a.ref for a in event.attachments] == ["1", "2", "3"]


def test_two_albums_are_two_messages() -> None:
    assert len(folded(photo("1"), photo("2"), photo("3", album="a2"))) == 2


def test_plain_texts_are_joined_within_the_seconds_only() -> None:
    texts = (said("1", "hi"), said("2", "where is it", 3), said("3", "thanks", 30))
    assert [getattr(e, "text", "") for e in folded(*texts, join=5)] == ["hi\nwhere is it", "thanks"]
    assert len(folded(*texts)) == 3
    assert len(folded(said("1", "hi"), said("2", "stop", 1), said("3", "ok", 2), join=5)) == 3
    assert len(folded(said("1", "hi"), said("2", choice=Choice("m.topic", "Yes")), join=5)) == 2


def test_what_points_at_something_else_or_stands_elsewhere_is_a_message_of_its_own() -> None:
    assert len(folded(said("1", "hi"), said("2", "and this", 1, reply_to="7"), join=5)) == 2
    assert len(folded(said("1", "hi"), said("2", "and this", 1, quoted=Quote(part="2. Hat")), join=5)) == 2
    assert len(folded(said("1", "hi", route="11"), said("2", "hello", 1, route="22"), join=5)) == 2
    (event,) = folded(said("1", "this", reply_to="7"), said("2", "please", 1), join=5)
    assert isinstance(event, InboundMessage)
    assert (event.text, event.reply_to) == ("this\nplease", "7")


def test_an_album_answers_what_any_part_of_it_answers() -> None:
    first = msgspec.structs.replace(photo("1"), reply_to="7", quoted=Quote(part="2. Hat"))
    (event,) = folded(first, photo("2", "like this"))
    assert isinstance(event, InboundMessage)
    assert (event.reply_to, event.quoted) == ("7", Quote(part="2. Hat"))


def test_an_album_is_open_for_a_second() -> None:
    assert is_open([photo("1")], NOW, NOW + ALBUM / 2)
    assert not is_open([photo("1")], NOW, NOW + ALBUM)
    assert not is_open([photo("1"), said("2", "that's it")], NOW, NOW)
    assert not is_open([Reacted("1", JANE, NOW, "m1", "👍")], NOW, NOW)


_EVENTS = st.lists(
    st.one_of(
        st.builds(said, st.sampled_from("abcdef"), st.sampled_from(["hi", "stop", "1001"]), st.integers(0, 20)),
        st.builds(photo, st.sampled_from("abcdef"), album=st.sampled_from(["a1", "a2"])),
        st.builds(Edited, st.text("xyz", min_size=1), st.just(JANE), st.just(NOW), st.sampled_from("abcdef")),
        st.builds(Deleted, st.text("xyz", min_size=1), st.just(JANE), st.just(NOW), st.sampled_from("abcdef")),
    ),
    max_size=10,
)


@given(_EVENTS, st.sampled_from([0.0, 5.0]))
def test_no_row_is_invented_and_order_is_kept(events: list[Event], join: float) -> None:
    causes = [str(n) for n in range(len(events))]
    rows = [int(each.cause) for each in fold(events, causes, join)]
    assert rows == sorted(rows)
    assert set(rows) <= set(range(len(events)))


def test_what_brought_the_customer_is_kept_when_messages_are_joined() -> None:
    ad = Referral("ad", id="1202")
    (joined,) = folded(said("1", "this one", referral=ad), said("2", "is it there?", 1), join=5)
    assert isinstance(joined, InboundMessage)
    assert (joined.text, joined.referral) == ("this one\nis it there?", ad)

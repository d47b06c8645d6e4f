"""Tests that a customer's files are seen at the desk itself, once, with the words they came with."""

from datetime import timedelta
from typing import Any

import pytest

from core.desk.posts import ARRIVED, EARLIER, PostCard, PostCustomer, PostFile
from core.errors import Outcome, SendError
from core.messages.pieces import Attachment
from hub.delivery.outcomes import ambiguous
from hub.media.fetcher import take_due
from storage.engine.store import Store
from storage.media import files
from storage.media.tables import media
from tests.hub.house import House

PHOTO = Attachment("image", "wamid.photo", "image/jpeg", size=231_000)
VOICE = Attachment("voice", "wamid.voice", "audio/ogg; codecs=opus", size=9_000)


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a case whose thread is there."""
    house = House(store)
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def fetched(house: House, **values: Any) -> None:
    claimed, _ = take_due(house.hub, 50)
    now = house.clock()
    kept = {"state": files.KEPT, "code": None, "size": 1000, "not_before": now, "expires_at": now + timedelta(days=9)}
    with house.store.write() as conn:
        for file in claimed:
            assert files.settle(conn, file, **(kept | values))


def ids(house: House) -> list[str]:
    return [row.id for row in house.rows(media)]


def test_a_picture_is_uploaded_and_shared_with_its_words(house: House) -> None:
    house.hear("this arrived broken", attachments=(PHOTO,))
    fetched(house)
    upload, share = house.posts()
    (id_,) = ids(house)
    assert upload == PostFile(share.case_id, id_, "image.jpg", "image/jpeg")
    assert (share.text, [file.shared for file in share.files]) == ("this arrived broken", [f"F{id_}"])
    assert house.posts() == []


def test_a_voice_note_and_a_document_keep_names_by_which_they_are_opened(house: House) -> None:
    label = Attachment("document", "wamid.d", "application/pdf", size=1, filename="../la\x07bel  1.pdf")
    house.hear(attachments=(VOICE, label))
    fetched(house)
    assert [post.name for post in house.posts() if isinstance(post, PostFile)] == ["voice.ogg", ".. la bel 1.pdf"]


def test_what_is_too_large_or_not_taken_is_a_link_that_says_so(house: House) -> None:
    house.hear("big", attachments=(PHOTO,))
    fetched(house, size=house.desk.largest + 1)
    (big,) = house.posts()
    assert [(file.shared, file.unshared) for file in big.files] == [("", "too_large")]
    house.hear("holiday.jpg", attachments=(PHOTO,))
    fetched(house, mime="application/octet-stream")
    (odd,) = house.posts()
    assert [(file.shared, file.unshared) for file in odd.files] == [("", "unknown_type")]
    house.desk.refuses_files = True
    house.hear("small", attachments=(VOICE,))
    fetched(house)
    _, small = house.posts()
    assert [(file.shared, file.unshared) for file in small.files] == [("", "not_taken")]


def test_other_peoples_cards_are_not_uploaded(house: House) -> None:
    house.hear(attachments=(Attachment("document", "wamid.c", "text/vcard", size=10),))
    fetched(house, mime="text/vcard", cards='[{"name": "Ann"}]')
    assert not any(isinstance(post, PostFile) for post in house.posts())


def test_a_share_that_nobody_saw_is_looked_for_before_it_is_made_again(house: House) -> None:
    house.hear("look", attachments=(PHOTO,))
    fetched(house)
    house.desk.posts.clear()
    make = house.desk.post

    async def dies_at_the_share(post: Any, *args: Any, **more: Any) -> Any:
        if isinstance(post, PostCustomer) and not more["again"]:
            raise SendError(Outcome.AMBIGUOUS, "share_not_seen")
        return await make(post, *args, **more)

    house.desk.post = dies_at_the_share  # type: ignore[method-assign]
    house.send()
    assert [type(post) for post in house.desk.posts] == [PostFile]
    house.later(minutes=5)
    ambiguous.sweep(house.hub)
    house.send()
    (share,) = (post for post in house.desk.posts if isinstance(post, PostCustomer))
    assert [file.shared for file in share.files] == [f"F{id_}" for id_ in ids(house)]  # the first upload's
    assert sum(isinstance(post, PostFile) for post in house.desk.posts) == 1
    assert house.desk.again[-1] is True


def test_words_do_not_wait_for_a_slow_file_which_follows(house: House) -> None:
    house.hear("look", attachments=(PHOTO,))
    house.send()
    house.later(seconds=4)
    (words,) = house.posts()
    assert (words.text, [file.coming for file in words.files]) == ("look", [True])
    house.later(minutes=2)
    house.hear("well?")
    (asked,) = house.posts()
    assert asked.text == "well?"
    fetched(house)
    house.later(seconds=31)
    upload, late = house.posts()
    assert isinstance(upload, PostFile)
    assert (late.change, late.text, bool(late.files[0].shared)) == (ARRIVED, "", True)
    assert house.posts() == []


def test_what_was_sent_to_the_bot_stands_first_in_the_thread(store: Store) -> None:
    house = House(store)
    house.hear("old", attachments=(Attachment("image", "wamid.old", "image/jpeg", size=1),))
    fetched(house)
    house.later(days=3)
    house.hear("look at this", attachments=(PHOTO,))
    fetched(house)
    house.later(minutes=1)
    house.hear("agent")
    house.send()
    kinds = [type(post) for post in house.desk.posts]
    assert kinds == [PostCard, PostFile, PostCustomer]
    before = house.desk.posts[-1]
    assert isinstance(before, PostCustomer)
    assert (before.change, [file.shared for file in before.files]) == (EARLIER, [f"F{ids(house)[-1]}"])
    house.presses("case_claim")
    house.send()
    assert sum(isinstance(post, PostFile) for post in house.desk.posts) == 1

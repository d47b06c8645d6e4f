"""Tests that an agent hears before a reply goes out what of it will look otherwise."""

import pytest

from core.desk.events import AgentFile
from storage.engine.store import Store
from tests.hub.desk.agents_words import told
from tests.hub.house import SMS, WHATSAPP, House


def test_a_long_reply_says_in_how_many_messages_it_goes(house: House) -> None:
    paragraphs = "\n\n".join(["word " * 600] * 3)
    house.writes(paragraphs)
    assert [post.text for post in told(house)] == ["Goes out in 3 messages: WhatsApp takes 4,096 characters in one."]


@pytest.mark.parametrize(
    ("to", "file", "words"),
    [
        (
            WHATSAPP,
            AgentFile("F1", "a.jpg", "image/jpeg", 6_000_000),
            "a.jpg goes as a document: it has 6.0 MB, and WhatsApp takes 5 MB.",
        ),
        (
            WHATSAPP,
            AgentFile("F1", "a.tiff", "image/tiff", 10),
            "a.tiff goes as a link: WhatsApp does not show image/tiff as an image.",
        ),
        (WHATSAPP, AgentFile("F1", "a.pdf", "application/pdf", 10), ""),
        (
            SMS,
            AgentFile("F1", "a.mp4", "video/mp4", 600_000),
            "a.mp4 goes as a link: it has 0.6 MB, and SMS takes 0.51 MB.",
        ),
    ],
)
def test_a_file_that_goes_in_another_form_says_so_and_why(
    store: Store, to: object, file: AgentFile, words: str
) -> None:
    house = House(store)
    house.hear("agent", to)  # type: ignore[arg-type]
    house.texts()
    house.desk.posts.clear()
    house.writes("See this", files=(file,))
    assert [post.text for post in told(house)] == ([words] if words else [])

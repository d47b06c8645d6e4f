"""Tests that no note leaks, and that nothing of an agent's vanishes: what did not go out says so."""

import pytest

from core.content.styles import Look, Styled
from core.desk.events import AgentFile, DeskUser
from core.desk.posts import PostEphemeral, PostMark
from core.people.conversations import CaseState
from storage.desk.tables import desk_messages
from tests.hub.desk.agents_words import deletes, edits, marks
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, BEN, House


def question(house: House) -> PostEphemeral:
    """Sends what is due; the last question that somebody was asked."""
    return [post for post in house.ephemerals() if post.buttons][-1]


@pytest.mark.parametrize(
    "text", ["Internal note: they lie", "[internal] they lie", "@bea they lie", "内部：骗子", "🔒 they lie"]
)
def test_what_reads_like_a_note_is_asked_about_and_claims_nothing(house: House, text: str) -> None:
    house.writes(text)
    asked = question(house)
    assert "reads like a note" in asked.text
    assert [button.label for button in asked.buttons] == ["Send to customer", "Send later", "Keep as note"]
    assert house.texts() == []
    assert case(house)[:2] == (CaseState.OPEN, None)
    assert house.kept() == [(text, "held")]


def test_on_its_authors_word_it_goes_out_and_takes_the_case(house: House) -> None:
    house.writes(
        "Internal pocket: 12 cm", styles=(Styled(Look.BOLD, 0, 16),), files=(AgentFile("F1", "a.png", "image/png", 9),)
    )
    button = question(house).buttons[0]
    house.presses("held_send", ANNA, button.value)
    assert case(house)[:2] == (CaseState.CLAIMED, ANNA)
    (row,) = [row for row in house.messages() if row.speaker == "agent"]
    assert '"styles"' in row.payload
    assert '"media"' in row.payload
    house.presses("held_send", ANNA, button.value)
    assert len([row for row in house.messages() if row.speaker == "agent"]) == 1


def test_on_its_authors_word_it_is_a_note(house: House) -> None:
    house.writes("internal - they lie")
    asked = house.posts()
    assert [post.name for post in asked if isinstance(post, PostMark)] == ["hourglass_flowing_sand"]
    (button,) = (post.buttons[1] for post in asked if getattr(post, "buttons", ()))
    house.presses("held_keep", ANNA, button.value)
    assert marks(house) == ["lock"]
    assert house.texts() == []


def test_a_note_in_passing_says_that_it_is_one(house: House) -> None:
    house.writes("Hi @U0CAI will call you", note=True, in_passing=True)
    posts = house.posts()
    assert [post.name for post in posts if isinstance(post, PostMark)] == ["lock"]
    assert any("mentions somebody" in post.text for post in posts if isinstance(post, PostEphemeral))
    house.writes("@U0CAI please look", note=True)
    assert [type(post) for post in house.posts()] == [PostMark]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_what_a_customer_could_not_read_says_so(house: House, text: str) -> None:
    house.writes(text)
    posts = house.posts()
    assert [post.name for post in posts if isinstance(post, PostMark)] == ["lock"]
    assert any("Nothing was sent" in post.text for post in posts if isinstance(post, PostEphemeral))
    assert house.texts() == []


def test_a_note_edited_into_a_reply_is_asked_about(house: House) -> None:
    note = house.writes("call her", note=True)
    house.posts()
    edits(house, note, "We will call you")
    asked = question(house)
    assert "took the mark" in asked.text
    assert house.texts() == []
    house.presses("held_send", ANNA, asked.buttons[0].value)
    assert house.texts()[1:] == ["We will call you"]


def test_a_held_reply_edited_into_a_note_is_one(house: House) -> None:
    house.writes("Hello")
    held = house.writes("I know her", BEN)
    asked = question(house)
    edits(house, held, "I know her", BEN, note=True)
    assert marks(house) == ["lock"]
    house.texts()
    house.presses("held_send", BEN, asked.buttons[0].value)
    assert house.texts() == []
    assert ("I know her", "note") in house.kept()


def test_a_held_reply_is_asked_about_with_its_new_words(house: House) -> None:
    house.writes("internal: x - y")
    held = house.writes("(note) they lie")
    house.posts()
    edits(house, held, "Hello Jane")
    house.presses("held_send", ANNA, question(house).buttons[0].value)
    assert house.texts()[-1] == "Hello Jane"


def test_a_reply_edited_into_a_note_says_that_it_is_out(house: House) -> None:
    sent = house.writes("They always lie")
    house.texts()
    house.desk.posts.clear()
    edits(house, sent, "They always lie", note=True)
    assert "with the customer already" in house.ephemerals()[0].text
    assert [row.state for row in house.rows(desk_messages)] == ["sent"]


@pytest.mark.parametrize(("aside", "told"), [("forwarded", "forwarded stays inside"), ("action", "about you")])
def test_what_is_no_reply_by_its_form_is_asked_about(house: House, aside: str, told: str) -> None:
    house.writes("see what the warehouse says", aside=aside)
    asked = question(house)
    assert told in asked.text
    assert house.texts() == []
    house.presses("held_send", ANNA, asked.buttons[0].value)
    assert house.texts()[-1] == "see what the warehouse says"


def test_a_forwarded_message_alone_stays_inside_and_says_so(house: House) -> None:
    house.writes("", aside="forwarded")
    assert any("forward stays inside" in post.text for post in house.ephemerals())
    assert house.texts() == []
    assert house.kept() == [("", "note")]


def test_a_file_named_as_internal_is_asked_about(house: House) -> None:
    house.writes("Here you are", files=(AgentFile("F1", "internal_costs.pdf", "application/pdf", 9),))
    assert "reads like a note" in question(house).text
    assert house.texts() == []


def test_words_for_a_colleague_are_asked_about_though_slack_made_no_mention(house: House) -> None:
    house.writes("I look into it", BEN, note=True)
    house.posts()
    house.writes("Ben, can you check the box?")
    assert "for a colleague" in question(house).text
    house.writes("Ben will call you tomorrow")
    assert house.texts()[1:] == ["Ben will call you tomorrow"]


def test_a_customer_who_is_called_as_a_colleague_is_still_greeted(house: House) -> None:
    house.desk.users["UJANE"] = DeskUser("UJANE", "Jane Roe", member=True)
    house.writes("I look into it", "UJANE", note=True)
    house.writes("Hi Jane, it left today")  # the customer is Jane, too
    assert house.texts()[1:] == ["Hi Jane, it left today"]


@pytest.mark.parametrize("note", [True, False])
def test_an_edit_that_overtakes_its_message_keeps_the_first_words_inside(house: House, note: bool) -> None:
    """Slack brings what could not be delivered a minute later, after what followed it."""
    edits(house, "1.1", "they always say that", note=note)
    asked = [post for post in house.posts() if isinstance(post, PostEphemeral)]
    house.writes("they always say that, the liars", message="1.1")
    assert house.texts() == []
    assert house.kept() == [("they always say that", "note" if note else "held")]
    assert ["Only this version" in post.text for post in asked] == ([] if note else [True])


def test_a_message_that_was_deleted_before_it_came_in_stays_inside(house: House) -> None:
    deletes(house, "1.1")
    house.writes("wrong thread, sorry", message="1.1")
    assert house.texts() == []
    assert house.posts() == []

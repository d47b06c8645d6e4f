"""Tests that an agent sees both texts of an answer before it goes out, and can always answer in their own words."""

import asyncio

import pytest

from adapters.desks.slack.blocks.form import modal
from adapters.transport.http import Http
from core.desk.events import Pressed
from core.desk.forms import Field, Form, Passage
from core.desk.posts import PostEphemeral, PostForm, PostNote
from hub.desk.buttons.message.translate import NOT_SENT, OFF
from hub.desk.form import Words
from hub.desk.forms import translate
from hub.desk.reader import RowReader
from sandbox.platforms.slack import blocks
from storage.desk.tables import cases, desk_messages
from storage.engine.store import Store
from storage.hooks.tables import hook_asks
from tests.fakes import PLACE
from tests.hub.desk.test_redacting import message_of
from tests.hub.hooks.hooked import Hooked
from tests.hub.house import ANNA, BEN, House
from tests.llm_server import translation

GERMAN = "Meine Schuhe sind leider kaputt und ich möchte das Geld zurück"
OWN = "Your refund for order 1001 comes in 5 days"
TEXT = "Ihre Erstattung für Bestellung 1001 kommt in 5 Tagen"


def reader(house: House, *, translates: bool = True) -> RowReader:
    words = Words(translates=translates)
    return RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock, lambda: words)


def press(house: House, message: str = "", view: str = "", **values: str) -> Pressed:
    case = house.row(cases)
    thread = case.thread or ""
    name = house.fresh("ev")
    where = (PLACE, thread, message or thread)
    return Pressed(name, *where, ANNA, "case_translate", case.id, house.clock(), values, view)


def fields(form: Form) -> dict[str, Field]:
    return {item.id: item for item in form.items if isinstance(item, Field)}


def told(form: Form) -> str:
    return "\n".join(item.text for item in form.items if isinstance(item, Passage))


def drawn_again(desk: Hooked, own: str = OWN) -> Form:
    """Presses Translate in the open form; returns it as a worker draws it."""
    desk.act(press(desk, view="V1", own=own, goes="translation"))
    desk.think()
    (post,) = [post for post in desk.posts() if isinstance(post, PostForm)]
    assert post.form is not None
    assert post.pressed.view == "V1"
    return post.form


def offered(form: Form) -> dict[str, str]:
    """Returns what is filled in when the form is submitted as it stands."""
    return {name: field.value for name, field in fields(form).items() if field.value}


@pytest.fixture
def german(desk: Hooked) -> Hooked:
    """Makes a case whose customer writes German."""
    desk.hear(GERMAN)
    desk.posts()
    desk.think()
    desk.posts()
    desk.server.say = lambda _told: translation(TEXT, "en")
    return desk


def test_the_form_opens_from_rows_and_shows_what_is_answered(german: Hooked) -> None:
    form = reader(german).form(press(german, message_of(german, GERMAN)))
    assert form is not None
    assert told(form) == f"“{GERMAN}”"
    assert list(fields(form)) == ["own", "translate", "goes"]
    assert not form.waits
    view = modal(form, press(german))
    blocks.check(view["blocks"], blocks.VIEW_BLOCKS)


def test_a_note_of_theirs_is_where_it_begins(german: Hooked) -> None:
    note = german.writes(f"// {OWN}")
    form = reader(german).form(press(german, note))
    assert form is not None
    assert fields(form)["own"].value == OWN


def test_it_waits_for_a_worker_and_can_be_sent_meanwhile(german: Hooked) -> None:
    waiting = press(german, own=OWN, goes="translation")
    form = reader(german).form(waiting)
    assert form is not None
    assert form.waits
    assert "being translated" in told(form)
    assert reader(german).check(waiting) == {"own": translate.NOT_TRANSLATED}
    assert reader(german).check(press(german, own=OWN, goes="own")) == {}
    empty = reader(german).form(press(german, goes="translation"))
    assert empty is not None
    assert (empty.waits, told(empty)) == (False, translate.WRITE)


def test_both_texts_are_seen_and_the_translation_goes_out(german: Hooked) -> None:
    form = drawn_again(german)
    values = offered(form)
    (field,) = [name for name in values if name.startswith("reads_")]
    assert fields(form)[field].label == "The customer reads (German)"
    assert values[field] == TEXT
    assert told(form) == ""
    blocks.check(modal(form, press(german))["blocks"], blocks.VIEW_BLOCKS)
    assert reader(german).check(press(german, **values)) == {}
    german.presses("case_translate", **values)
    assert german.texts()[-1] == TEXT
    (note,) = [post for post in german.posts() if isinstance(post, PostNote) and post.shows]
    assert TEXT in note.text
    assert OWN in note.text
    assert "German" in note.text
    assert german.row(cases).claimed_by == ANNA
    assert german.kept() == [(TEXT, "sent")]
    assert german.rows(hook_asks)[-1].pressed == ""


def test_figures_that_differ_are_named_and_must_be_agreed_to(german: Hooked) -> None:
    german.server.say = lambda _told: translation(TEXT.replace("1001", "1010"), "en")
    form = drawn_again(german)
    assert told(form) == "⚠️ 1001 is only in your words; 1010 is only in the translation."
    values = offered(form)
    (field,) = [name for name in values if name.startswith("reads_")]
    wrong = reader(german).check(press(german, **values))
    assert "1001 is only in your words" in wrong[field]
    assert reader(german).check(press(german, **values, checked="yes")) == {}
    assert reader(german).check(press(german, **{**values, field: TEXT})) == {}


def test_a_translation_of_other_words_is_not_sent(german: Hooked) -> None:
    values = offered(drawn_again(german)) | {"own": "No refund for order 1001, sorry: 5 days are over"}
    assert reader(german).check(press(german, **values)) == {"own": translate.OTHER_WORDS}
    german.presses("case_translate", **values)
    assert german.rows(desk_messages) == []
    assert NOT_SENT.format(why=translate.OTHER_WORDS) in [post.text for post in german.ephemerals()]


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("429", "the translation hook failed"),
        ("500", "the translation hook failed"),
        ("prose", "the translation hook failed"),
    ],
)
def test_where_none_comes_the_form_says_so_and_own_words_go_out(german: Hooked, trouble: str, says: str) -> None:
    german.server.status = int(trouble) if trouble.isdigit() else 200
    german.server.say = lambda _told: "Sure!"
    form = drawn_again(german)
    assert says in told(form)
    assert reader(german).check(press(german, **offered(form))) == {"own": translate.NOT_TRANSLATED}
    german.presses("case_translate", own=OWN, goes="own")
    assert german.texts()[-1] == OWN


def test_one_that_is_too_long_for_a_field_is_no_translation(german: Hooked) -> None:
    german.server.say = lambda _told: translation("x" * 3001, "en")
    assert "too long" in told(drawn_again(german))


def test_what_reads_like_a_note_is_not_sent(german: Hooked) -> None:
    assert list(reader(german).check(press(german, own="note: she lies", goes="own"))) == ["own"]
    german.server.say = lambda _told: translation("note: Sie lügt", "en")
    values = offered(drawn_again(german, "she lies"))
    assert [name[:6] for name in reader(german).check(press(german, **values))] == ["reads_"]


def test_a_colleagues_case_is_asked_about_first(german: Hooked) -> None:
    german.presses("case_claim", BEN)
    german.texts()
    german.posts()
    german.presses("case_translate", **offered(drawn_again(german)))
    assert TEXT not in german.texts()
    assert german.row(desk_messages).state == "held"


def test_without_a_translation_before_it_is_the_language_they_are_spoken_to_in(desk: Hooked) -> None:
    desk.server.say = lambda _told: translation(OWN, "en")
    form = drawn_again(desk)
    assert "into English" in desk.server.asked[0]["messages"][0]["content"]
    assert "The customer reads (English)" in [field.label for field in fields(form).values()]


def test_off_says_so_and_asks_nobody(store: Store) -> None:
    house = House(store)
    house.hear("agent")
    house.texts()
    house.posts()
    assert reader(house, translates=False).form(press(house)) is None
    house.presses("case_translate")
    assert [post.text for post in house.posts() if isinstance(post, PostEphemeral)] == [OFF]
    assert house.rows(hook_asks) == []


def test_the_loop_asks_by_itself(german: Hooked) -> None:
    """Runs the loop as a worker does: it is woken, asks, and ends."""
    german.server.say = lambda _told: translation("My shoes are broken")
    german.hear(f"{GERMAN} heute")
    german.posts()

    async def main() -> None:
        http = Http()
        asker = german.asker_by(http)
        running = asyncio.create_task(asker.run())
        while german.rows(hook_asks)[-1].state != "done":
            await asyncio.sleep(0.05)
            asker.soon()
        asker.stop()
        await running
        await http.close()

    asyncio.run(main())
    assert german.asks()[-1] == ("translation", "done", "answered")

"""Tests what `/desk` answers."""

from core.desk.events import Command
from hub.desk import wording
from hub.desk.commands import WORDS
from hub.desk.deeds import DEEDS
from storage.desk.tables import cases
from storage.engine.store import Store
from tests.fakes import PLACE
from tests.hub.house import ANNA, BEN, GUEST, SMS, House


def test_the_queue_lists_what_is_open(house: House) -> None:
    house.hear("agent", SMS)
    house.writes("Hello", thread=house.rows(cases)[0].thread)
    house.texts()
    house.desk.posts.clear()
    house.act(Command("c1", PLACE, BEN, "queue", house.clock()), Command("c2", PLACE, BEN, "", house.clock()))
    queue, advice = house.ephemerals()
    first, second = queue.text.splitlines()
    assert "#2" in first  # its first answer is due before the other is to be resolved
    assert "waiting, due in 2 h" in first
    assert "#1" in second
    assert "with Anna" in second
    assert "/desk queue" in advice.text
    house.act(Command("c3", PLACE, GUEST, "queue", house.clock()))
    assert "#1" not in house.ephemerals()[0].text


def test_an_empty_queue_is_good_news(store: Store) -> None:
    house = House(store)
    house.act(Command("c1", PLACE, ANNA, " Queue ", house.clock()))
    (ephemeral,) = house.ephemerals()
    assert "No open cases" in ephemeral.text
    assert (ephemeral.user, ephemeral.thread) == (ANNA, "")


def test_help_names_every_command() -> None:
    for word in {*WORDS, *DEEDS, "campaign"}:
        assert f"`/desk {word}" in wording.HELP

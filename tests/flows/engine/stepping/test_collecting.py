"""Tests questions for several choices, for files and places; and what may come between."""

from pathlib import Path
from typing import Any

import pytest

from core.messages.pieces import Choice
from flows.engine.advance import Turn
from flows.engine.effects import Say
from flows.engine.events import FileRef, Opened, UserMessage
from flows.engine.flowset import FlowSet
from tests.flows.engine.test_advance import handoffs, load, play, texts

SLOTS = """\
  items: {type: choice, multiple: true, choices: [boots, socks, jacket]}
  two: {type: choice, multiple: true, min: 2, max: 2, choices: [boots, socks, jacket]}
  photos: {type: image, multiple: true, min: 1, max: 3}
  photo: {type: image}
  place: {type: location}
  note: {type: text, max: 20}
"""
FLOWS = """\
  pick:
    steps:
      - collect: items
      - utter: utter_items
  pick_two:
    steps:
      - collect: two
        utter: utter_ask_items
        max_attempts: 2
      - utter: utter_two
  show:
    steps:
      - collect: photos
        optional: true
      - utter: utter_photos
  show_one:
    steps:
      - collect: photo
        max_attempts: 2
      - utter: utter_photo
  where:
    steps:
      - collect: place
      - utter: utter_place
  noting:
    steps:
      - collect: note
        accept: anything
        hints: [utter_hint_short, utter_hint_shorter]
        max_attempts: 3
      - utter: utter_note
"""
SAID = """\
utter_ask_items:
  text: "Which?"
  choices: {boots: Leather boots, socks: Wool socks, jacket: Rain jacket}
utter_ask_photos: "Photos?"
utter_ask_photo: "A photo?"
utter_ask_place: "Where?"
utter_ask_note: "What shall the card say?"
utter_items: "Items {% for each in slots.items %}{{ each }} {% endfor %}"
utter_two: "Two {% for each in slots.two %}{{ each }} {% endfor %}"
utter_photos: "Photos {% for each in slots.photos or [] %}{{ each.id }}/{{ each.kind }} {% endfor %}"
utter_photo: "Photo {{ slots.photo.id }}"
utter_place: "{{ slots.place.address }}"
utter_note: "Card: {{ slots.note }}"
utter_hint_short: "At most 20 letters. {{ question }}"
utter_hint_shorter: "Shorter, please. {{ question }}"
flow_name_pick: the choice
flow_name_show: the photos
"""


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    folder: Path = tmp_path_factory.mktemp("collecting")
    return load(folder, FLOWS, SLOTS, SAID)


def begin(flows: FlowSet, flow: str) -> Turn:
    return play(flows, Opened(flow))


def on(flows: FlowSet, turn: Turn, *said: str | UserMessage) -> Turn:
    return play(flows, *said, session=turn.session)


def titles(turn: Turn) -> list[str]:
    said = [effect for effect in turn.effects if isinstance(effect, Say)]
    return [option.title for option in said[-1].options]


def press(flows: FlowSet, turn: Turn, title: str) -> Turn:
    choice = next(each for each in turn.session.last_choices if each.title == title)
    return on(flows, turn, UserMessage(choice=Choice(choice.id, choice.title)))


def photos(*ids: str, kind: str = "image", text: str = "") -> UserMessage:
    return UserMessage(text, attachments=(kind,) * len(ids), files=tuple(FileRef(id_, kind) for id_ in ids))


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("1,3", "boots jacket"),
        ("the boots and the socks", "boots socks"),
        ("everything except the socks", "boots jacket"),
        ("all", "boots socks jacket"),
        ("2", "socks"),
        ("just the jacket please", "jacket"),
    ],
)
def test_several_are_named_in_one_message(flows: FlowSet, text: str, items: str) -> None:
    assert texts(on(flows, begin(flows, "pick"), text)) == [f"Items {items}"]


def test_buttons_are_pressed_one_by_one(flows: FlowSet) -> None:
    asked = begin(flows, "pick")
    assert titles(asked) == ["Leather boots", "Wool socks", "Rain jacket", "All of them"]
    one = press(flows, asked, "Wool socks")
    assert texts(one) == ["Got it. Anything else?"]
    assert titles(one) == ["Leather boots", "Rain jacket", "That's all"]
    two = press(flows, one, "Rain jacket")
    assert texts(press(flows, two, "That's all")) == ["Items socks jacket"]


def test_the_last_one_pressed_ends_it(flows: FlowSet) -> None:
    turn = begin(flows, "pick")
    for title in ("Wool socks", "Rain jacket", "Leather boots"):
        turn = press(flows, turn, title)
    assert texts(turn) == ["Items socks jacket boots"]


def test_all_of_them_by_a_button(flows: FlowSet) -> None:
    assert texts(press(flows, begin(flows, "pick"), "All of them")) == ["Items boots socks jacket"]


def test_words_after_a_press_are_added(flows: FlowSet) -> None:
    turn = press(flows, begin(flows, "pick"), "Wool socks")
    assert texts(on(flows, turn, "and the jacket")) == ["Items socks jacket"]


def test_that_is_all_in_words(flows: FlowSet) -> None:
    turn = press(flows, begin(flows, "pick"), "Wool socks")
    assert texts(on(flows, turn, "that's it")) == ["Items socks"]
    assert texts(on(flows, turn, "done")) == ["Items socks"]


def test_what_was_pressed_survives_a_question_in_between(flows: FlowSet) -> None:
    turn = press(flows, begin(flows, "pick"), "Wool socks")
    between = on(flows, turn, "thanks")
    assert titles(between) == ["Leather boots", "Rain jacket", "That's all"]
    assert texts(press(flows, between, "That's all")) == ["Items socks"]


def test_so_many_and_no_fewer(flows: FlowSet) -> None:
    asked = begin(flows, "pick_two")
    assert "All of them" not in titles(asked)
    few = on(flows, asked, "1")
    assert texts(few) == ["I need a little more than that.\nWhich?"]
    assert texts(on(flows, few, "1,2")) == ["Two boots socks"]
    assert handoffs(on(flows, few, "1,2,3")) == ["max_attempts"]
    assert texts(press(flows, press(flows, asked, "Wool socks"), "Rain jacket")) == ["Two socks jacket"]


def test_photos_one_by_one(flows: FlowSet) -> None:
    asked = begin(flows, "show")
    assert titles(asked) == ["I have none"]
    one = on(flows, asked, photos("m1"))
    assert texts(one) == ['Got it (1 so far). Send another one, or tap "That\'s all".']
    assert texts(press(flows, on(flows, one, photos("m2")), "That's all")) == ["Photos m1/image m2/image"]
    assert texts(on(flows, one, "done")) == ["Photos m1/image"]


def test_an_album_is_taken_up_to_the_most(flows: FlowSet) -> None:
    assert texts(on(flows, begin(flows, "show"), photos("m1", "m2", "m3", "m4"))) == [
        "Photos m1/image m2/image m3/image"
    ]


@pytest.mark.parametrize("way", ["press", "i don't have any", "skip"])
def test_photos_are_left_away(flows: FlowSet, way: str) -> None:
    asked = begin(flows, "show")
    turn = press(flows, asked, "I have none") if way == "press" else on(flows, asked, way)
    assert texts(turn) == ["Photos"]


def test_skipping_further_ones_keeps_those_sent(flows: FlowSet) -> None:
    assert texts(on(flows, begin(flows, "show"), photos("m1"), "skip")) == ["Photos m1/image"]


def test_a_photo_with_words_is_a_photo(flows: FlowSet) -> None:
    assert texts(on(flows, begin(flows, "show_one"), photos("m1", text="here you go"))) == ["Photo m1"]


def test_a_photo_with_a_wish_for_a_person_is_that(flows: FlowSet) -> None:
    assert handoffs(on(flows, begin(flows, "show_one"), photos("m1", text="I want to talk to a human")))


def test_a_video_is_no_photo(flows: FlowSet) -> None:
    turn = on(flows, begin(flows, "show_one"), photos("m1", kind="video"))
    assert "Photo m1" not in texts(turn)
    assert handoffs(on(flows, turn, photos("m2", kind="video"))) == ["media_only"]


def test_a_place_is_shared_or_written(flows: FlowSet) -> None:
    asked = begin(flows, "where")
    shared: dict[str, Any] = {"latitude": 1.0, "longitude": 2.0, "address": "Main St"}
    assert texts(on(flows, asked, UserMessage(attachments=("location",), place=shared))) == ["Main St"]
    assert texts(on(flows, asked, "1 Main St, Springfield")) == ["1 Main St, Springfield"]


def test_anything_is_taken_where_anything_may_be_said(flows: FlowSet) -> None:
    assert texts(on(flows, begin(flows, "noting"), "where is my order")) == ["Card: where is my order"]
    assert handoffs(on(flows, begin(flows, "noting"), "agent"))


def test_hints_come_one_after_the_other(flows: FlowSet) -> None:
    one = on(flows, begin(flows, "noting"), "x" * 30)
    assert texts(one) == ["At most 20 letters. What shall the card say?"]
    assert texts(on(flows, one, "y" * 30)) == ["Shorter, please. What shall the card say?"]

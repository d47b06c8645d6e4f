"""Tests `doorstep flows chat` and `replay`: flows in the terminal, on orders and conversations of an installation."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bots.cli import cli
from bots.cli.chat import spoken
from bots.wiring.store.folder import load_folder
from core.messages.inbound import Reacted
from core.shop.orders import Buyer
from flows.engine.effects import Handoff
from storage.engine import migrate
from storage.engine.store import Store
from storage.queues.tables import outbox
from tests.fakes import PHONE
from tests.hub.house import SMS, WHATSAPP, House
from tests.llm_server import KEY, MODEL, llm_server, meaning
from tests.storage.orders_sample import saved_order

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation with Jane's order."""
    database = f"sqlite:///{tmp_path / 'doorstep.db'}"
    folder = shutil.copytree(ROOT / "config" / "store", tmp_path / "store")
    for name, value in {"VAR_DIR": str(tmp_path), "DATABASE_URL": database, "STORE_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)
    opened = Store(database)
    migrate.upgrade(opened)
    saved_order(opened, Buyer(name="Jane Doe", phone=PHONE))
    yield opened
    opened.close()


def run(*words: str, typed: str = "") -> str:
    done = CliRunner().invoke(cli, ["flows", *words], input=typed)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_chat_knows_the_orders_and_keeps_nothing(store: Store) -> None:
    said = run("chat", "--phone", PHONE, typed="where is my order\nagent\n")
    assert "#1001" in said
    assert "---- a person takes over: asked_human." in said
    with store.read() as conn:
        assert conn.execute(outbox.select()).all() == []


def test_a_chat_shows_what_a_person_would_see_of_a_wish() -> None:
    told = spoken(Handoff("gift_wrap", "", {"paper": "festive", "card_text": None}))
    assert told == "---- a person takes over: gift_wrap.\n     paper: festive"


def test_a_replay_without_conversations_says_so(store: Store, tmp_path: Path) -> None:
    assert run("replay", "--store", str(tmp_path / "store")).startswith("There is nothing to play")


def test_a_replay_shows_what_would_be_answered_otherwise(store: Store, tmp_path: Path) -> None:
    house = House(store, flows=load_folder(ROOT / "config" / "store").flows)
    for text in ("hello", "where is my order?", "thanks"):
        house.hear(text)
    shop = tmp_path / "store" / "shop.yaml"
    assert run("replay", "--store", str(shop.parent)) == "Every answer is as it was.\n"
    shop.write_text(shop.read_text().replace("Northwind", "Another Shop"))
    [difference] = json.loads(run("replay", "--store", str(shop.parent), "--json"))
    assert difference["after"] == "hello"
    assert "Another Shop" in difference["now"]
    assert "Another Shop" not in difference["was"]


def test_a_replay_points_where_the_customer_pointed(store: Store, tmp_path: Path) -> None:
    saved_order(store, Buyer(id="c1", name="Jane", phone=PHONE), number="1002")
    house = House(store, flows=load_folder(ROOT / "config" / "store").flows)
    named = house.hear("where is order 1002?")
    house.hear("where is this?", reply_to=named)
    house.accept(Reacted(house.fresh("x"), WHATSAPP, house.clock(), named, "👍"))
    house.drain()
    assert "#1002" in house.texts()[-1]
    assert run("replay", "--store", str(tmp_path / "store")) == "Every answer is as it was.\n"


def test_a_replay_leaves_out_what_an_agent_answered(store: Store, tmp_path: Path) -> None:
    house = House(store, flows=load_folder(ROOT / "config" / "store").flows)
    house.hear("agent")
    house.send()
    house.later(minutes=1)
    house.hear("it is about the colour")
    house.writes("Which colour?")
    house.send()
    house.later(minutes=1)
    house.hear("hello")
    house.presses("case_resolve")
    house.texts()
    house.later(minutes=1)
    house.hear("thanks")
    assert run("replay", "--store", str(tmp_path / "store")) == "Every answer is as it was.\n"


def test_a_replay_against_another_folder_compares_decisions(store: Store, tmp_path: Path) -> None:
    house = House(store, flows=load_folder(ROOT / "config" / "store").flows)
    for text in ("thanks", "agent"):
        house.hear(text)
    other = Path(shutil.copytree(tmp_path / "store", tmp_path / "other"))
    shop = other / "shop.yaml"
    shop.write_text(shop.read_text().replace("Northwind", "Another Shop"))
    compared = ("replay", "--store", str(other), "--against", str(tmp_path / "store"))
    assert run(*compared) == "Every answer is as it was.\n"
    own = other / "flows" / "human" / "flow.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("flows: {human: {description: A person, triggers: [human], steps: [{handoff: question}]}}\n")
    [difference] = json.loads(run(*compared, "--json"))
    assert difference["after"] == "agent"
    assert "hands over: asked_human" in difference["was"]
    assert "hands over: question" in difference["now"]


def test_a_new_flow_lints_and_tests_green_as_it_is(tmp_path: Path) -> None:
    made = json.loads(run("new", "gift_wrap", "--store", str(tmp_path), "--json"))
    assert {Path(path).name for path in made} == {"flow.yaml", "en.yaml", "zh.yaml", "phrases.yaml", "tests.yaml"}
    assert "0 errors" in run("lint", "--store", str(tmp_path))
    tested = run("test", "--store", str(tmp_path), "--min", "100", str(tmp_path / "flows/gift_wrap/tests.yaml"))
    assert tested.endswith("5 passed, 0 failed; 100 % of 2 steps reached\n")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Gift Wrap", "expected a name of a-z"),
        ("menu", "already"),
        ("warranty", "already"),
        ("../x", "expected a name"),
    ],
)
def test_a_new_flow_needs_a_name_of_its_own(tmp_path: Path, name: str, expected: str) -> None:
    done = CliRunner().invoke(cli, ["flows", "new", name, "--store", str(tmp_path)])
    assert done.exit_code == 1
    assert expected in done.output
    assert list(tmp_path.iterdir()) == []


def test_steps_that_no_conversation_reaches_are_named_with_their_place(tmp_path: Path) -> None:
    run("new", "gift_wrap", "--store", str(tmp_path))
    tests = tmp_path / "flows" / "gift_wrap" / "tests.yaml"
    tests.write_text("cases:\n  - case: one\n    steps:\n      - {user: gift wrap, said: utter_ask_gift_wrap_answer}\n")
    done = CliRunner().invoke(cli, ["flows", "test", "--store", str(tmp_path), "--min", "100", str(tests)])
    assert done.exit_code == 1
    assert f"{tmp_path}/flows/gift_wrap/flow.yaml:19: no conversation reaches step 'enough'" in done.output
    assert "50 % of the steps are reached, and 100 % are wanted" in done.output


def test_the_graph_is_a_page_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "flows.html"
    run("graph", "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg ") == text.count("<section ") > 20
    assert "ask score" in text
    assert not re.search(r"(src|href)=.(?!#)|@import|url\((?!#)|<script", text)
    assert 'menu__topic{{"ask topic"}}' in run("graph", "menu")
    assert CliRunner().invoke(cli, ["flows", "graph", "menus"]).exit_code == 1


def test_the_graph_tells_how_many_left_a_question(store: Store) -> None:
    house = House(store, flows=load_folder(ROOT / "config" / "store").flows)
    house.hear("menu")
    house.hear("menu", SMS)
    house.hear("1", SMS)
    assert 'menu__topic{{"ask topic · 2 asked, 50 % left"}}' in run("graph", "menu", "--days", "400")
    assert 'menu__topic{{"ask topic"}}' in run("graph", "menu")


def test_texts_are_shown_with_whose_they_are(tmp_path: Path) -> None:
    own = tmp_path / "responses" / "en.yaml"
    own.parent.mkdir()
    own.write_text("utter_thanks: My pleasure!\n")

    def texts(*words: str) -> str:
        done = CliRunner().invoke(cli, ["texts", *words, "--store", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert texts("show", "utter_thanks", "--locale", "en") == (f"utter_thanks (en, store: {own}:1)\n  My pleasure!\n")
    [chinese] = json.loads(texts("show", "utter_thanks", "--locale", "zh", "--json"))
    assert (chinese["from"], Path(chinese["file"]).name) == ("shipped", "zh.yaml")
    [listed] = json.loads(texts("list", "my pleasure", "--json"))
    assert (listed["key"], listed["from"]) == ("utter_thanks", "store")
    done = CliRunner().invoke(cli, ["texts", "show", "utter_thankz", "--store", str(tmp_path)])
    assert "did you mean 'utter_thanks'?" in done.output


def test_lines_are_told_with_the_language_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTANDING", "light")
    told = [json.loads(line) for line in run("understand", typed="Where is my order?\n退款\n12\n").splitlines()]
    assert [(each["text"], each["language"], each["outcome"]) for each in told] == [
        ("Where is my order?", "en", "accept"),
        ("退款", "zh", "accept"),
        ("12", None, "none"),
    ]
    assert [len(each["candidates"]) for each in told] == [3, 3, 3]
    assert json.loads(run("understand", "--locale", "zh", typed="ok"))["language"] == "zh"


def test_a_language_model_is_asked_about_lines_that_are_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTANDING", "light")
    odd = "they pinch my toes, have them again please"
    told = [{"name": "reason", "value": "size_small", "words": "pinch my toes"}]
    with llm_server() as server:
        for name, value in {"LLM_URL": server.url, "LLM_MODEL": MODEL, "LLM_API_KEY": KEY}.items():
            monkeypatch.setenv(name, value)
        server.say = lambda _told: meaning("return_item", slots=told)
        first, second = map(
            json.loads, run("understand", "--llm", typed=f"{odd}, Jane@example.com\nmenu\n").splitlines()
        )
        server.say = lambda _told: "a return, I think"
        third = json.loads(run("understand", "--llm", typed=odd))
    assert first["outcome"] == "none"
    assert first["llm"] == {
        "asked": f"{odd}, [email]",
        "intents": ["return_item"],
        "sure": True,
        "slots": {"reason": "size_small"},
        "outcome": "accept",
        "intent": "return_item",
    }
    assert second["llm"] is None
    assert third["llm"]["failed"] == "other_form"
    assert len(server.asked) == 2


def test_without_a_language_model_that_is_said() -> None:
    done = CliRunner().invoke(cli, ["flows", "understand", "--llm"], input="hello\n")
    assert done.exit_code == 1
    assert "LLM_URL and LLM_MODEL name one" in done.output


def test_a_phrase_that_says_the_contrary_of_ours_is_named_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "phrases" / "en.yaml"
    own.parent.mkdir()
    own.write_text("gift:\n  - wrap it up\n  - where is my order\n")
    assert f"{own}:3: warning: 'where is my order' means order_status in what we ship" in run(
        "lint", "--store", str(tmp_path)
    )

"""Tests the store's folder: read whole, checked whole, taken by running processes while they work."""

import dataclasses
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from redis import Redis, RedisError

from bots.cli import cli
from bots.cli.commands.reload import follow
from bots.cli.doctor import diagnosis
from bots.wiring.desk.reading import AgentsFile, words_of
from bots.wiring.health import heartbeats
from bots.wiring.store.folder import SHIPPED, NotLoadedError, findings, load_folder
from bots.wiring.store.watch import Watch
from core.errors import ConfigurationError
from flows.engine.model import PIN
from hub.store_folder import Shelf
from tests.fakes import STORE_DIR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STORE_DIR, tmp_path / "store"))


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    loaded = load_folder(folder)
    return Shelf(lambda: loaded)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    write(folder, name, text.replace(old, new, 1))


# --- what is there


def test_a_file_that_is_missing_is_taken_from_the_shipped_set(folder: Path) -> None:
    change(folder, "policies.yaml", "window_days: 30", "window_days: 45")
    for name in ("shop.yaml", "cutoffs.yaml", "templates.yaml"):
        (folder / name).unlink()
    loaded = load_folder(folder)
    assert loaded.policies.returns.window_days == 45
    assert loaded.notices.cutoffs == load_folder(STORE_DIR).notices.cutoffs
    (warning,) = loaded.warnings
    assert (
        warning
        == f"{folder / 'shop.yaml'}: there is no such file, so the shop is called 'Northwind', as in the one we ship"
    )


def test_a_folder_with_texts_alone_is_enough(tmp_path: Path) -> None:
    write(tmp_path, "responses/en.yaml", "opening_greeting: Ahoy!\n")
    assert load_folder(tmp_path).flows.say("opening_greeting", "en") == "Ahoy!"
    assert [str(finding) for finding in findings(tmp_path) if finding.severity == "error"] == []


def test_a_folder_that_is_missing_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(NotLoadedError, match=r"STORE_DIR: there is no folder .*none; name another, or leave it out"):
        load_folder(tmp_path / "none")


def test_a_file_that_cannot_be_read_is_named_without_a_line(folder: Path) -> None:
    (folder / "policies.yaml").unlink()
    (folder / "policies.yaml").mkdir()
    assert str(findings(folder)[0]) == f"error: {folder / 'policies.yaml'}: cannot be read: Is a directory"


# --- one name


def test_the_shop_has_one_name_in_what_the_bot_and_notices_say(folder: Path) -> None:
    change(folder, "shop.yaml", "Northwind", "Blue Door")
    loaded = load_folder(folder)
    assert loaded.notices.shop.name == "Blue Door"
    for locale in ("en", "zh"):
        assert "Blue Door" in loaded.flows.say("opening_greeting", locale)
        assert "Blue Door" in loaded.flows.say("consent_help", locale)


def test_an_old_name_in_the_policies_loses_and_is_warned_of(folder: Path) -> None:
    write(folder, "policies.yaml", "returns: {}\nstore_name: Old Name\n")
    loaded = load_folder(folder)
    assert "Northwind" in loaded.flows.say("opening_greeting", "en")
    (warning,) = loaded.warnings
    assert warning.startswith(f"{folder / 'policies.yaml'}:2: store_name: the shop is called 'Northwind'")
    change(folder, "shop.yaml", "name: Northwind\n", "")
    assert load_folder(folder).notices.shop.name == "Old Name"
    write(folder, "policies.yaml", "")
    with pytest.raises(NotLoadedError, match=r"shop\.yaml:1: name is missing"):
        load_folder(folder)


# --- the whole of it


@pytest.mark.parametrize(
    ("name", "text", "part", "expected"),
    [
        ("policies.yaml", "returns: {window_days: -3}", "policies", r"policies\.yaml:1: returns\.window_days: "),
        (
            *("rules.yaml", "rules: [{id: a, on: [timr], if: 'true', then: [{tag: a}]}]", "policies"),
            r"rules\.yaml:1: rules\.0\.on\.0: timr: .*'timer'",
        ),
        ("routing.yaml", "default: {priorty: low}", "policies", r"routing\.yaml:1: default\.priorty.*'priority'"),
        ("agents.yaml", "agents: {U1: king}", "policies", r"agents\.yaml:1: agents\.U1.*expected one of"),
        ("notices/shipped.en.yaml", "text: '{{ shopp }}'", "policies", r"shipped\.en\.yaml:1: .* did you mean 'shop'"),
        ("responses/en.yaml", "utter_thanks: '{{ slots.nme }}'", "flows", r"en\.yaml:1: there is no slot 'nme'"),
        (
            "responses/en.yaml",
            "utter_thanx: hello",
            "flows",
            r"en\.yaml:1: nothing says .* did you mean 'utter_thanks'",
        ),
        ("flows/a/flow.yaml", "flows: {a: {steps: [{utter: b}]}}", "flows", r"flow\.yaml:1: there is no response 'b'"),
    ],
)
def test_a_mistake_anywhere_is_refused_with_its_place(
    folder: Path, name: str, text: str, part: str, expected: str
) -> None:
    write(folder, name, text)
    with pytest.raises(NotLoadedError, match=expected) as caught:
        load_folder(folder)
    assert caught.value.part == part
    assert [finding for finding in findings(folder) if finding.severity == "error"]


def test_a_file_that_nothing_reads_is_told_with_the_nearest(folder: Path) -> None:
    write(folder, "agent.yaml", "agents: {U1: lead}")
    write(folder, "agents.example.yaml", "agents: {U1: lead}")
    write(folder, "response/en.yaml", "a: b")
    write(folder, ".git/config.yaml", "")
    assert load_folder(folder).warnings == (
        f"{folder / 'agent.yaml'}: this is not read; did you mean 'agents.yaml'?",
        f"{folder / 'response'}: this is not read; did you mean 'responses'?",
    )


def test_lint_looks_at_notices_and_at_the_store_s_own_texts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "notices/delay.en.yaml", "text: '{{ shop }} {{ ordre }}'")
    write(folder, "notices/shipped/fr.yaml", "text: '{{ shop }} {{ order }}'")
    write(folder, "responses/en.yaml", "\nutter_thanx: hello")
    done = CliRunner().invoke(cli, ["flows", "lint", "--store", str(folder)])
    assert done.exit_code == 1
    assert f"{folder}/notices/delay.en.yaml:1: error: text: there is no ordre: " in done.output
    assert f"{folder}/responses/en.yaml:2: error: nothing says 'utter_thanx'" in done.output
    (folder / "notices" / "delay.en.yaml").unlink()
    assert (
        "notices: delay has no text in fr" in CliRunner().invoke(cli, ["flows", "lint", "--store", str(folder)]).output
    )


# --- taken while we run


def test_a_change_is_taken_whole_between_two_drains(folder: Path, shelf: Shelf) -> None:
    watch = Watch(folder, shelf, load_folder, SHIPPED)
    watch.look()
    assert not shelf.change()
    write(folder, "responses/en.yaml", "utter_thanks: Any time!\n")
    change(folder, "policies.yaml", "window_days: 30", "window_days: 14")
    before = shelf.now
    watch.look()
    assert shelf.now is before
    assert shelf.change()
    assert (shelf.now.flows.say("utter_thanks", "en"), shelf.now.policies.returns.window_days) == ("Any time!", 14)
    assert shelf.now.version == load_folder(folder).version != before.version
    watch.look()
    assert not shelf.change()


def test_a_mistake_leaves_what_was_and_is_told_once(
    folder: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(folder, shelf, load_folder, SHIPPED)
    mistaken = write(folder, "responses/en.yaml", "utter_thanks: [\n")
    watch.look()
    watch.look()
    assert not shelf.change()
    assert [vars(record)["mistake"].partition(": ")[0] for record in caplog.records] == [f"{mistaken}:1"]
    write(folder, "responses/en.yaml", "utter_thanks: Mended\n")
    watch.look()
    assert shelf.change()


def test_a_folder_that_is_away_for_a_moment_changes_nothing(folder: Path, shelf: Shelf) -> None:
    watch = Watch(folder, shelf, load_folder, SHIPPED)
    moved = folder.rename(folder.with_name("moved"))
    watch.look()
    assert not shelf.change()
    moved.rename(folder)
    write(folder, "responses/en.yaml", "utter_thanks: Back\n")
    watch.look()
    assert shelf.change()


def test_a_file_that_was_only_touched_is_no_change(folder: Path, shelf: Shelf) -> None:
    watch = Watch(folder, shelf, load_folder, SHIPPED)
    (folder / "shop.yaml").touch()
    watch.look()
    assert not shelf.change()


def test_the_list_of_agents_is_read_anew_where_nothing_else_is(folder: Path) -> None:
    agents = AgentsFile(folder / "agents.yaml")
    assert agents() is None
    write(folder, "agents.yaml", "agents: {U1: lead}")
    assert list(agents().agents) == ["U1"]
    write(folder, "agents.yaml", "agents: {U1: king, U22: x}")
    assert list(agents().agents) == ["U1"]
    (folder / "agents.yaml").unlink()
    assert agents() is None
    write(folder, "agents.yaml", "agents: [")
    with pytest.raises(ConfigurationError):
        AgentsFile(folder / "agents.yaml")


# --- the command


@pytest.fixture
def installed(folder: Path, tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, value in {"VAR_DIR": str(tmp_path), "STORE_DIR": str(folder), "REDIS_URL": valkey_url}.items():
        monkeypatch.setenv(name, value)
    command = import_module("bots.cli.commands.reload")  # in the package the name is the command's
    monkeypatch.setattr(command, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(command, "LOOK_SECONDS", 0.05)
    return folder


def reload(*words: str) -> Result:
    return CliRunner().invoke(cli, ["reload", *words])


def test_reload_refuses_a_mistake_with_its_place(installed: Path) -> None:
    write(installed, "responses/en.yaml", "a: [")
    done = reload()
    assert isinstance(done.exception, ConfigurationError)
    assert "en.yaml:1: " in str(done.exception)


def test_reload_tells_who_took_it_and_names_who_did_not(installed: Path, valkey: Redis) -> None:
    assert "The files are in order. No process" in reload().output
    version = load_folder(installed).version
    valkey.set(f"{heartbeats.ALIVE}worker:1", version)
    valkey.set(f"{heartbeats.ALIVE}clock:3", "")
    assert reload().output.startswith("In use by worker:1. Settings")
    valkey.set(f"{heartbeats.ALIVE}worker:2", "older")
    done = reload("--json")
    assert (done.exit_code, '"waiting": [\n    "worker:2"\n  ]' in done.stdout) == (1, True)
    assert "not taken within 0 s by worker:2; the log says why" in done.stderr


def test_reload_without_redis(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    done = reload()
    assert (done.exit_code, "Redis does not answer" in done.stderr) == (1, True)
    monkeypatch.delenv("REDIS_URL")  # the embedded one runs while anything does
    done = reload()
    assert (done.exit_code, "the next start takes them" in done.output) == (0, True)


def test_doctor_names_processes_with_other_files(installed: Path, valkey: Redis) -> None:
    valkey.set(f"{heartbeats.ALIVE}worker:2", "older")
    write(installed, "agent.yaml", "agents: {U1: lead}")
    said = CliRunner().invoke(cli, ["doctor"]).output
    assert "worker:2: other files are in use there" in said
    assert "agent.yaml: this is not read; did you mean 'agents.yaml'?" in said


def test_reload_waits_until_it_is_taken() -> None:
    told = iter([{"worker:1": "old", "worker:2": "new"}, {"worker:1": "new", "worker:2": "new"}])
    assert follow("new", lambda: next(told), 5) == (["worker:1", "worker:2"], [])


def test_a_process_beats_with_its_version(valkey: Redis) -> None:
    heartbeats.beat(valkey, "worker", "abc")
    heartbeats.beat(valkey, "clock")
    assert list(heartbeats.versions(valkey).values()) == ["abc"]
    assert {"worker", "clock"} <= set(heartbeats.alive(valkey))


@pytest.mark.parametrize(("is_sqlite", "told"), [(True, []), (False, ["pinned flows"])])
def test_doctor_says_where_versions_of_pinned_flows_are(is_sqlite: bool, told: list[str]) -> None:
    """Several machines share a PostgreSQL; each has the versions that it used."""
    folder = load_folder(STORE_DIR)
    flow = next(iter(folder.flows.flows.values()))
    flows = replace(folder.flows, flows={flow.id: replace(flow, version_policy=PIN)})
    redis = SimpleNamespace(scan_iter=_away)
    intake = SimpleNamespace(store=SimpleNamespace(is_sqlite=is_sqlite), redis=redis, settings=SimpleNamespace())
    hub = SimpleNamespace(shelf=SimpleNamespace(now=dataclasses.replace(folder, spoken=flows)))
    parts: Any = SimpleNamespace(hub=hub, intake=intake, versions=Path("var/flow_versions"))
    found = list(diagnosis._folder(parts))
    assert [each.subject for each in found] == told
    assert all(f"{flow.id}: earlier versions" in each.words and "var/flow_versions" in each.words for each in found)


def _away(*_args: object, **_named: object) -> None:
    raise RedisError("away")


def test_a_saved_reply_of_the_store_s_is_added_and_a_mistake_in_it_is_named(folder: Path) -> None:
    own = "replies: [{id: ours, title: {en: Ours}, text: {en: 'Order {{ order.number }}'}}]\n"
    path = write(folder, "saved_replies.yaml", own)
    saved = {reply.id for reply in load_folder(folder).saved}
    assert {"ours", "refund_timing"} <= saved
    forms = words_of(folder)
    assert {reply.id for reply in forms().saved} == saved
    assert forms().shop == "Northwind"
    write(folder, "saved_replies.yaml", own.replace("number", "numbr"))
    (wrong,) = [each for each in findings(folder) if "order.numbr" in each.message]
    assert (wrong.file, wrong.line) == (str(path), 1)
    assert {reply.id for reply in forms().saved} == saved  # what was stays
    with pytest.raises(NotLoadedError, match=r"saved_replies.yaml:1: .*did you mean 'order.number'"):
        load_folder(folder)

"""Tests what every command has: help, output for programs, and a start that waits for nothing it does not use."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bots.cli import cli, commands, main
from bots.cli.common import counted

ROOT = Path(__file__).parents[3]
HEAVY = {"sqlalchemy", "pydantic", "redis", "aiohttp", "flask", "jinja2", "babel", "regex", "msgspec", "asyncio"}
TELL = "import sys; print(*(name for name in sys.modules), file=sys.stderr)"


def every(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Lists all commands with the words they are called by, groups too."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every(found, (*words, name))


ALL = dict(every(cli))
LEAVES = {words: command for words, command in ALL.items() if not isinstance(command, click.Group)}


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    for option in ("--help", "-h"):
        asked = CliRunner().invoke(cli, [*words, option])
        assert asked.exit_code == 0
        assert asked.stdout.startswith("Usage: ")
    assert ALL[words].help


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_speaks_to_programs(words: tuple[str, ...]) -> None:
    assert "--json" in {option for each in LEAVES[words].params for option in each.opts}


def test_a_command_is_found_by_being_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wave.py").write_text("import click\n\n@click.command()\ndef wave():\n    click.echo('hello')\n")
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    assert CliRunner().invoke(cli, ["wave"]).stdout == "hello\n"
    assert "wave" in CliRunner().invoke(cli, ["--help"]).stdout


def test_the_version() -> None:
    told = CliRunner().invoke(cli, ["--version"]).stdout
    assert told.startswith("doorstep ")
    assert CliRunner().invoke(cli, ["--version", "--json"]).stdout == f'{{\n  "version": "{told.split()[1]}"\n}}\n'


@pytest.mark.parametrize("words", [("flwos",), ("--json",), ("--json", "doctor"), ("trace", "--colour")])
def test_wrong_usage(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(cli, words).exit_code == 2


def test_the_nearest_command_is_named() -> None:
    assert "there is no command flwos; did you mean flows?" in CliRunner().invoke(cli, ["flwos", "lint"]).stderr
    assert "No such command 'xyzzy'" in CliRunner().invoke(cli, ["xyzzy"]).stderr


def test_a_file_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "none" / "flows.html"
    monkeypatch.setattr(sys, "argv", ["doorstep", "flows", "graph", "menu", "--html", str(page)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (1, f"doorstep: {page}: No such file or directory\n")


def loaded_by(folder: Path, *words: str) -> set[str]:
    """Runs a command from a folder that is not the installation's; lists the packages it has loaded."""
    program = f"import sys, atexit; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = {list(words)!r}\n"
    program += f"atexit.register(lambda: exec({TELL!r}))\nfrom bots.cli import main; main()"
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(folder / "var")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_a_shell_may_complete_commands(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "_DOORSTEP_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    command = [sys.executable, "-m", "bots.cli"]
    asked = {**environment, "COMP_WORDS": "doorstep con"}
    done = subprocess.run(command, cwd=ROOT, env=asked, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["plain,consents", "plain,conversations"]


def test_help_waits_for_nothing(tmp_path: Path) -> None:
    for words in (("--help",), ("--version",), ("campaign", "--help"), ("flows", "chat", "--help")):
        assert not loaded_by(tmp_path, *words) & HEAVY


@pytest.mark.parametrize("words", [("trace", "nothing"), ("customer", "show", "nobody")], ids=" ".join)
def test_what_only_reads_rows_loads_no_channel_and_no_flow(tmp_path: Path, words: tuple[str, ...]) -> None:
    loaded = loaded_by(tmp_path, *words)
    assert "sqlalchemy" in loaded
    assert not [
        name for name in loaded if name.split(".")[0] in ("flows", "notifications", "aiohttp", "flask", "redis")
    ]


def test_a_talk_with_the_flows_waits_for_no_channel(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "flows", "chat")
    assert "flows.engine.loop" in loaded
    assert not {"aiohttp", "flask", "redis", "slack_sdk"} & loaded


def test_flows_are_checked_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["flows", "lint", "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STORE_DIR", "/nowhere", "STORE_DIR: there is no folder /nowhere"),
        ("ENV_FILE", "/nowhere/.env", "ENV_FILE: there is no file /nowhere/.env"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: expected postgresql://…"),
        ("DATABASE_URL", "postgresql://shop@127.0.0.1:1/shop", "PostgreSQL at 127.0.0.1:1 cannot be used"),
        ("DATABASE_URL", "sqlite:////proc/none/doorstep.db", "cannot be used as a database"),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, name: str, value: str, said: str) -> None:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), name: value}
    command = [sys.executable, "-m", "bots.cli", *(["flows", "lint"] if name == "STORE_DIR" else ["trace", "x"])]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("number", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12345, "12,345 files")])
def test_one_of_a_thing_is_said_as_one(number: int, said: str) -> None:
    assert counted(number, "file") == said

"""Tests that the channels' pages speak of what exists: commands, settings, codes, files, accounts."""

import re
from pathlib import Path

import click
import pytest

from adapters.meta.graph import load_error_table
from bots.cli import cli
from config import accounts
from config.settings import described, load, prefixes
from core.files.documents import read

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "channels"
PAGES = [*sorted(FOLDER.glob("*.md")), ROOT / "docs" / "adding-a-channel.md"]
ADAPTERS = ROOT / "adapters" / "channels"
OF_PAGE = {
    "whatsapp-meta": "whatsapp",
    "whatsapp-twilio": "twilio",
    "messenger": "messenger",
    "telegram": "telegram",
    "sms": "twilio",
}
# Told by a program that is no send: Meta's challenge while setting up, Twilio's list of alerts.
ELSEWHERE = ("(set-up)", "(alerts)")

page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
channel_page = pytest.mark.parametrize("name", sorted(OF_PAGE))


def codes_of(name: str) -> list[str]:
    """Lists the first cells of the table of troubles."""
    _, _, rest = (FOLDER / f"{name}.md").read_text().partition("## Trouble\n")
    rows = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    cells = [row.split("|")[1] for row in rows]
    return [code for cell in cells if not cell.strip().endswith(ELSEWHERE) for code in re.findall(r"`([^`]+)`", cell)]


@page
def test_every_command_exists(page: Path) -> None:
    for words in re.findall(r"`doorstep ([^`]+)`", page.read_text()):
        command: click.Command = cli
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"doorstep {words}"
            command = found
        assert not isinstance(command, click.Group), f"doorstep {words}"


@page
def test_every_setting_exists(page: Path) -> None:
    known = {name.upper() for name in described()}
    starts = (*prefixes(), "PUBLIC_", "CHANNELS_")
    named = [name for name in re.findall(r"`([A-Z]+_[A-Z_]+)`", page.read_text()) if name.startswith(starts)]
    assert [name for name in named if name not in known] == []


@page
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@channel_page
def test_every_code_is_in_the_table(name: str) -> None:
    codes = codes_of(name)
    assert len(codes) >= 5
    table = load_error_table(ADAPTERS / OF_PAGE[name] / "errors.yaml")
    assert [code for code in codes if code not in table.codes] == []


@page
def test_every_example_of_an_account_can_be_read(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
    for example in (each for each in examples if "channel:" in each):
        for name in re.findall(r"\$\{(\w+)\}", example):
            monkeypatch.setenv(name, "a,b")
        listed = tmp_path / "channels.yaml"
        listed.write_text(example)
        found = accounts.accounts(load({"CHANNELS_FILE": str(listed)}))
        assert sum(map(len, found.values())) == len(read(listed))


@channel_page
def test_a_page_ends_with_a_checklist(name: str) -> None:
    _, _, checklist = (FOLDER / f"{name}.md").read_text().partition("## Checklist\n")
    assert "`doorstep channels status" in checklist
    assert "`doorstep doctor`" in checklist

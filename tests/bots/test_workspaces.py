"""Tests which Slack workspaces the settings name, and that the store's files name no others."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bots.wiring.desk.places import check_places
from bots.wiring.desk.workspaces import workspaces
from config.accounts import accounts
from config.settings import Settings, load
from core.cases.routing import load_routing
from core.errors import ConfigurationError

FIRST = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C0SUPPORT", "SLACK_SIGNING_SECRET": "s1"}
EU = "- {channel: slack, account: eu, bot_token: xoxb-2, signing_secret: 's2,s3', desk_channel: C0EU}\n"
ROUTING = "teams:\n  support: {}\n  east: {channel: eu/C0EAST, lead: eu/U0EVA}\nrules: []\n"


def settings(tmp_path: Path, listed: str, environment: Mapping[str, str] = FIRST) -> Settings:
    """Reads settings whose CHANNELS_FILE has these entries, and whose store's folder routes to the account `eu`."""
    file, store = tmp_path / "channels.yaml", tmp_path / "store"
    file.write_text(listed)
    store.mkdir(exist_ok=True)
    (store / "routing.yaml").write_text(ROUTING)
    named = {"CHANNELS_FILE": str(file), "STORE_DIR": str(store), "VAR_DIR": str(tmp_path)}
    return load({**environment, **named})


def made(tmp_path: Path, listed: str, environment: Mapping[str, str] = FIRST) -> list[tuple[str, str, tuple[str, ...]]]:
    read = settings(tmp_path, listed, environment)
    return [(each.account, each.channel, each.signing_secrets) for each in workspaces(read, accounts(read)["slack"])]


def test_the_environments_workspace_is_the_first_and_has_no_name(tmp_path: Path) -> None:
    assert made(tmp_path, EU) == [("", "C0SUPPORT", ("s1",)), ("eu", "C0EU", ("s2", "s3"))]


def test_in_the_file_alone_the_main_one_is_called_so(tmp_path: Path) -> None:
    main = EU.replace("account: eu, ", "account: main, ")
    assert [account for account, *_ in made(tmp_path, EU + main, {})] == ["eu", ""]


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (EU.replace("eu", "EU!"), "channels.yaml: Slack accounts: 'EU!' begins no id; expected up to 20 of a-z"),
        (EU + EU, "channels.yaml: Slack accounts: there are two called eu; give each another name"),
        (EU.replace("account: eu, ", ""), "there are two called main"),
        (EU.replace("desk_channel: C0EU", "app_token: xapp-1"), "entry 1: desk_channel. Add them"),
        (EU.replace("desk_channel", "desk_chanel"), "did you mean desk_channel?"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, listed: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=r"channels\.yaml") as caught:
        made(tmp_path, listed)
    assert words in str(caught.value)


def test_a_place_in_no_workspace_of_ours_is_named_with_its_line(tmp_path: Path) -> None:
    check_places(settings(tmp_path, EU))
    with pytest.raises(ConfigurationError) as caught:
        check_places(settings(tmp_path, EU.replace("eu", "europe")))
    said = str(caught.value)
    assert "routing.yaml:3: teams.east.channel: eu/C0EAST is in no workspace of ours" in said
    assert "expected one of main, europe" in said
    (tmp_path / "store" / "agents.yaml").write_text("agents:\n  us/U0SAM: [agent]\n")
    with pytest.raises(ConfigurationError, match=r"agents.yaml:2: .*us/U0SAM is in no workspace of ours"):
        check_places(settings(tmp_path, EU))


def test_a_rule_may_send_cases_to_another_workspace(tmp_path: Path) -> None:
    read = load_routing(settings(tmp_path, EU).store_dir / "routing.yaml")
    assert (read.teams["east"].channel, read.teams["east"].lead) == ("eu/C0EAST", "eu/U0EVA")

"""Tests that a wrong setting is named with its cure, and that half a channel stops the start."""

import re
from pathlib import Path

import pytest

from config.accounts import accounts
from config.settings import load, reveal_all
from core.errors import ConfigurationError

WHATSAPP = {
    "WHATSAPP_PHONE_NUMBER_ID": "123",
    "WHATSAPP_ACCESS_TOKEN": "token",
    "WHATSAPP_APP_SECRET": "new, old",
    "WHATSAPP_VERIFY_TOKEN": "word",
}


def test_defaults_need_nothing() -> None:
    settings = load({})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database.startswith("sqlite:////")
    assert not any(accounts(settings).values())


def test_secrets_may_be_a_list() -> None:
    assert reveal_all(load(WHATSAPP).whatsapp_app_secret) == ("new", "old")


def test_public_url_loses_its_slash_and_slack_gains_one() -> None:
    settings = load({"PUBLIC_URL": "https://desk.example/", "SLACK_API_URL": "https://slack.example/api"})
    assert settings.base_url == "https://desk.example"
    assert settings.slack_api_url == "https://slack.example/api/"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("LOG_LEVEL", "LOUD"), ("AMBIGUOUS_AFTER", "-1")]
)
def test_wrong_value_is_named_with_its_description(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: .*\\("):
        load({name: value})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "expected a whole number; found eighty"),
        ("PORT", "8000.5", "expected a whole number; found 8000.5"),
        ("PORT", "70000", "expected a number up to 65535; found 70000"),
        ("WEB_PROCESSES", "0", "expected a number from 1 up; found 0"),
        ("AMBIGUOUS_AFTER", "-1", "expected a number above 0; found -1"),
        ("AMBIGUOUS_AFTER", "soon", "expected a number; found soon"),
        ("READ_MARKS", "maybe", "expected true or false; found maybe"),
        ("LOG_LEVEL", "loud", "expected DEBUG, INFO, WARNING or ERROR; found loud"),
        ("UNDERSTANDING", "deep", "expected full or light; found deep"),
        ("LLM_URL", "https://llm.example/", "expected the address of an API like OpenAI's, which ends in /v1"),
        ("LLM_URL", "llm.example/v1", "expected an address that begins with https://"),
        ("LLM_DAILY_CALLS", "0", "expected a number from 1 up; found 0"),
    ],
)
def test_what_is_expected_is_said_in_plain_words(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"{name}: {words}")):
        load({name: value})


def test_half_a_channel_names_what_is_missing() -> None:
    given = {name: value for name, value in WHATSAPP.items() if name != "WHATSAPP_APP_SECRET"}
    with pytest.raises(ConfigurationError, match="missing: WHATSAPP_APP_SECRET"):
        accounts(load(given))


def test_twilio_needs_a_number_and_slack_a_secret() -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_SMS_FROM"):
        accounts(load({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}))
    with pytest.raises(ConfigurationError, match="SLACK_SIGNING_SECRET"):
        accounts(load({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}))


def test_channels_file_adds_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_TOKEN", "two")
    file = tmp_path / "channels.yaml"
    file.write_text(
        "- {channel: whatsapp, account: second, phone_number_id: '456', access_token: '${SECOND_TOKEN}',"
        " app_secret: 'a, b', verify_token: w}\n"
    )
    listed = accounts(load({**WHATSAPP, "CHANNELS_FILE": str(file)}))["whatsapp"]
    assert [account["phone_number_id"] for account in listed] == ["123", "456"]
    assert listed[1]["access_token"] == "two"
    assert listed[1]["app_secret"] == ("a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("channel: whatsapp", r"channels\.yaml:1: found no list; expected a list of accounts"),
        ("- {channel: pigeon}", r"channels\.yaml:1: entry 1: channel: expected one of"),
        ("- channel: telegram\n  bot_token: t\n  colour: red", r"channels\.yaml:3: entry 1: colour: expected one of"),
        ("- {channel: telegram, bot_token: '${NO_SUCH_NAME}'}", "the environment has no NO_SUCH_NAME"),
        ("- {channel: telegram}", "missing"),
    ],
)
def test_bad_channels_file_says_what_is_expected(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        accounts(load({"CHANNELS_FILE": str(file)}))

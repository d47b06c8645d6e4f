"""Tests that a value which cannot be right is refused with its cure, and that what people write is understood."""

from pathlib import Path

import pytest

from config.accounts import accounts
from config.settings import check_webhook_secrets, load
from config.without_effect import without_effect
from core.errors import ConfigurationError

TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("TWILIO_SMS_FROM", "12025550100", r"like \+12025550100; found 12025550100"),
        ("TWILIO_WHATSAPP_FROM", "whatsapp:+12025550100", "and nothing else"),
        ("PUBLIC_URL", "desk.example", "begins with https://"),
        ("PUBLIC_URL", "ftp://desk.example", "begins with https://"),
        ("PUBLIC_URL", "https://", "begins with https://"),
        ("PUBLIC_URL", "https://desk.example/?a=1", r"without \? and #"),
        ("GRAPH_API_URL", "graph.facebook.com/v26.0", "begins with https://"),
        ("MEDIA_S3_ENDPOINT", "s3.example", "begins with https://"),
        ("SLACK_API_URL", "slack.com/api", "begins with https://"),
        ("DATABASE_URL", "mysql://shop", "expected postgresql://… or sqlite://…; it begins with mysql"),
        ("DATABASE_URL", "shop.db", "it begins with no scheme"),
        ("REDIS_URL", "localhost:6379", "expected redis://… or rediss://…"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused(name: str, value: str, cure: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: .*{cure}"):
        load({name: value})


def test_a_refused_address_of_a_database_shows_no_password() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load({"DATABASE_URL": "mysql://shop:secret@host/shop"})
    assert "secret" not in str(refused.value)


def test_numbers_are_taken_as_people_write_them() -> None:
    assert load({"TWILIO_SMS_FROM": "+1 (202) 555-0100"}).value("twilio_sms_from") == "+12025550100"
    assert load({"TWILIO_SMS_FROM": "72345"}).value("twilio_sms_from") == "72345"


def test_the_channels_file_is_held_to_the_same(tmp_path: Path) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text("- {channel: twilio, account: two, account_sid: AC2, auth_token: t, sms_from: '12025550100'}\n")
    with pytest.raises(ConfigurationError, match=r"channels\.yaml:1: entry 1: sms_from: expected a number with \+"):
        accounts(load({"CHANNELS_FILE": str(file)}))
    file.write_text("- {channel: whatsap, account: two}\n")
    with pytest.raises(ConfigurationError, match="channel: did you mean whatsapp"):
        accounts(load({"CHANNELS_FILE": str(file)}))
    file.write_text("- {channel: twilio, account: two, acount_sid: AC2}\n")
    with pytest.raises(ConfigurationError, match="acount_sid: did you mean account_sid"):
        accounts(load({"CHANNELS_FILE": str(file)}))


def test_what_does_nothing_is_said() -> None:
    settings = load({"SMS_RATE": "2", "MEDIA_S3_REGION": "eu-west-1"})
    assert list(without_effect(settings, accounts(settings))) == [
        "SMS_RATE is set, and does nothing while twilio is off",
        "MEDIA_S3_REGION is set, and does nothing without MEDIA_S3_BUCKET",
    ]
    settings = load({"OUTGOING_WEBHOOK_SECRET": "whsec_abcd"})
    words = "OUTGOING_WEBHOOK_SECRET is set, and does nothing without OUTGOING_WEBHOOK_URL"
    assert list(without_effect(settings, accounts(settings))) == [words]
    settings = load({**TWILIO, "TWILIO_SMS_FROM": "+12025550100", "SMS_RATE": "2", "REDIS_URL": "redis://host"})
    assert list(without_effect(settings, accounts(settings))) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"OUTGOING_WEBHOOK_URL": "https://shop.example/"}, "OUTGOING_WEBHOOK_SECRET: is missing"),
        ({"OUTGOING_WEBHOOK_SECRET": "whsec_%%"}, "OUTGOING_WEBHOOK_SECRET: expected whsec_ and base64"),
        ({"OUTGOING_WEBHOOK_SECRET": "whsec_"}, "OUTGOING_WEBHOOK_SECRET: expected whsec_ and base64"),
        ({"STORE_WEBHOOK_SECRET": "whsec_%%"}, "STORE_WEBHOOK_SECRET: expected whsec_ and base64"),
    ],
)
def test_secrets_of_webhooks_are_checked(given: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        check_webhook_secrets(load(given))


def test_address_of_the_store_is_called_as_it_is_written() -> None:
    written = "https://shop.example/hook/?key=a"
    assert load({"OUTGOING_WEBHOOK_URL": written}).outgoing_webhook_url == written
    with pytest.raises(ConfigurationError, match="OUTGOING_WEBHOOK_URL: expected an address") as refused:
        load({"OUTGOING_WEBHOOK_URL": "shop.example/secret-key"})
    assert "secret-key" not in str(refused.value)

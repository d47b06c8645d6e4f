"""Tests that a name which looks like a setting and is none is told with the nearest, and that nothing else is."""

from pathlib import Path

import pytest

from config.unknown_names import unknown_names


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WHATSAPP_ACCES_TOKEN", "WHATSAPP_ACCESS_TOKEN"),
        ("WHATSAPP_TOKEN", "WHATSAPP_ACCESS_TOKEN"),
        ("WHATSAP_TOKEN", "WHATSAPP_ACCESS_TOKEN"),
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("TWILLIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN"),
        ("SLAK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("MESENGER_PAGE_ID", "MESSENGER_PAGE_ID"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("REDIS_URI", "REDIS_URL"),
        ("PUBLIC_ULR", "PUBLIC_URL"),
        ("PROT", "PORT"),
        ("VARDIR", "VAR_DIR"),
        ("ENVFILE", "ENV_FILE"),
        ("DOORSTEP_DATABASE_URL", "DATABASE_URL"),
        ("STORE_APY_KEY", "STORE_API_KEY"),
        ("AFTERSHIP_SECRET", "AFTERSHIP_WEBHOOK_SECRET"),
        ("max_body_byte", "MAX_BODY_BYTES"),
    ],
)
def test_the_nearest_setting_is_named(name: str, meant: str) -> None:
    assert unknown_names({name: "x"}) == [f"{name.upper()} is no setting of Doorstep; did you mean {meant}?"]


def test_what_is_ours_but_near_nothing_is_named_alone() -> None:
    assert unknown_names({"SHOPIFY_QQQQQQQQ": "x"}) == ["SHOPIFY_QQQQQQQQ is no setting of Doorstep"]


def test_nobody_is_troubled_by_the_names_of_others() -> None:
    lines = (Path(__file__).parent / "fixtures" / "environment.txt").read_text().splitlines()
    assert unknown_names(dict(line.split("=", 1) for line in lines)) == []


def test_the_file_of_settings_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shop.env"
    file.write_text("TELEGRAM_TOKEN=123:abc\nPORT=8000\n")
    monkeypatch.setenv("ENV_FILE", str(file))
    assert unknown_names() == ["TELEGRAM_TOKEN is no setting of Doorstep; did you mean TELEGRAM_BOT_TOKEN?"]


def test_a_name_that_the_channels_file_uses_is_known(tmp_path: Path) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text("- {channel: telegram, account: second, bot_token: '${TELEGRAM_SECOND_TOKEN}'}\n")
    assert unknown_names({"CHANNELS_FILE": str(file), "TELEGRAM_SECOND_TOKEN": "1:x"}) == []
    assert len(unknown_names({"CHANNELS_FILE": str(tmp_path / "none"), "TELEGRAM_SECOND_TOKEN": "1:x"})) == 1

"""Tests that a channel is found by being there, and that its spec agrees with its folder."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from adapters.channels import registry
from adapters.channels.spec import Spec
from core.content.capabilities import load_capabilities

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "adapters" / "channels"

each = pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.name)


def test_every_folder_is_a_channel_and_people_read_them_in_this_order() -> None:
    assert [spec.name for spec in registry.specs()] == ["whatsapp", "messenger", "telegram", "twilio"]
    assert {spec.name for spec in registry.specs()} == {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    assert registry.labels() == {
        "whatsapp": "WhatsApp",
        "messenger": "Messenger",
        "telegram": "Telegram",
        "sms": "SMS",
    }


@each
def test_what_the_form_asks_for_is_what_an_account_is_made_of(spec: Spec) -> None:
    taken = {field.encode_name: field for field in msgspec.structs.fields(spec.account)}
    assert set(spec.form.names()) <= set(taken)
    assert {name for name, field in taken.items() if field.required} <= {
        setting.name for setting in spec.form.settings if setting.required
    }


@each
def test_a_setting_of_a_pace_says_what_the_limits_say(spec: Spec) -> None:
    limits = [load_capabilities(FOLDER / spec.name / file) for file, _ in spec.limits]
    for line in spec.lines:
        (own,) = (one for one in limits if one.channel == line.name)
        assert line.rate is None or line.rate.default == own.rate
        assert line.pair_seconds is None or line.pair_seconds.default == own.pair_seconds


@each
def test_a_spec_has_templates_where_the_limits_have_some(spec: Spec) -> None:
    limits = [load_capabilities(FOLDER / spec.name / file) for file, _ in spec.limits]
    assert spec.templates == any(one.templates for one in limits)


def test_reading_the_settings_loads_no_channel() -> None:
    """A spec is read by every process: the form of a channel, not its kit, SDK or HTTP client."""
    program = "import sys; from config.settings import load; load({}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "adapters.channels.whatsapp.spec" in loaded
    assert not {name for name in loaded if name.endswith((".kit", ".outbound", ".inbound"))}
    assert not loaded & {"aiohttp", "telegram", "twilio", "slack_sdk", "phonenumbers"}

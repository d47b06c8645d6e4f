"""Tests how what an agent formats in Slack reaches the customer of each channel: a file of expected calls each."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.channels.messenger.outbound import render as messenger
from adapters.channels.telegram.outbound import render as telegram
from adapters.channels.twilio.outbound import render as twilio
from adapters.channels.whatsapp.outbound import render as whatsapp
from adapters.desks.slack.markup import read
from core.content.capabilities import load_capabilities
from core.messages.outbound import OutboundMessage, Speaker

CHANNELS = Path(__file__).parents[4] / "adapters" / "channels"
FILES = sorted((Path(__file__).with_name("fixtures") / "formatted").glob("*.json"))
RENDERED = {
    "whatsapp": (whatsapp.render, "whatsapp/limits.yaml"),
    "whatsapp_twilio": (twilio.render, "twilio/limits_whatsapp.yaml"),
    "telegram": (telegram.render, "telegram/limits.yaml"),
    "messenger": (messenger.render, "messenger/limits.yaml"),
    "sms": (twilio.render, "twilio/limits_sms.yaml"),
}


def payloads(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """Renders what these blocks say as each channel's calls."""
    said = read("", blocks)
    message = OutboundMessage(said.text, speaker=Speaker.AGENT, styles=said.styles)
    return {
        name: [part.payload for part in render(message, load_capabilities(CHANNELS / limits)).parts]
        for name, (render, limits) in RENDERED.items()
    }


def test_there_are_files() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_channel(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    assert payloads(case["blocks"]) == case["expected"]

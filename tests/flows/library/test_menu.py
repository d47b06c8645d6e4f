"""Tests that the main menu comes out whole on every channel, whatever sentence stands before it, in both languages."""

import pytest

from core.content.rendering import fit
from core.messages.outbound import OutboundMessage
from flows.engine.effects import Say
from flows.engine.flowset import FlowSet
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from tests.fakes import LIMITS, NOW, capabilities


def openings(flows: FlowSet) -> list[str]:
    keys = flows.responses.by_locale["en"]
    return ["", *(key.removeprefix("opening_") for key in keys if key.startswith("opening_"))]


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("channel", LIMITS)
def test_it_fits_in_one_message_with_its_three_choices(flows: FlowSet, channel: str, locale: str) -> None:
    assert len(openings(flows)) > 8
    for opening in openings(flows):
        chat = Chat(flows, MemoryStore([]), channel, locale, NOW, "+12025550101")
        (said,) = [effect for effect in chat.open("menu", opening=opening) if isinstance(effect, Say)]
        assert len(said.options) == 3
        fitted = fit(OutboundMessage(said.text, said.options, said.menu_title), capabilities(channel))
        assert len(fitted.texts) == 1
        if channel == "sms":
            assert all(f"{n}. {option.title}" in fitted.texts[0] for n, option in enumerate(said.options, 1))
        else:
            assert (fitted.menu, fitted.degradations) == ("buttons", ())
            assert [option.title for option in fitted.options] == [option.title for option in said.options]

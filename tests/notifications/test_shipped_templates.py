"""Sends each kind of notice by its shipped template: rendered by the channel's adapter, checked as Meta checks it."""

import json
from typing import Any

import msgspec
import pytest

from core.messages.outbound import OutboundMessage
from notifications import Send, plan
from notifications.desk_templates import Filled, fill
from notifications.planning.zones import Zones
from notifications.wording.case_templates import VARIABLES
from sandbox.platforms.meta.templates import parameters
from sandbox.platforms.meta.templates.registered import Templates
from sandbox.platforms.wordings.registered import MESSENGER, WHATSAPP
from tests.notifications.samples import NOW, POLICY, candidate, recipient
from tests.notifications.test_matrix import ADAPTERS, AGO, EVERYTHING_ON, LIMITS, NOTICES

Json = dict[str, Any]
SECTIONS = POLICY.templates.sections
REGISTERED = {
    "whatsapp": Templates(WHATSAPP, strict=True),
    "messenger": Templates(MESSENGER, strict=True, buttons=False),
}
LISTED = [(channel, kind) for channel in REGISTERED for kind in SECTIONS[channel]]
EACH = pytest.mark.parametrize(("channel", "kind"), LISTED)
OF_NOTICES = pytest.mark.parametrize(("channel", "kind"), [each for each in LISTED if each[1] not in VARIABLES])
OF_CASES = pytest.mark.parametrize(("channel", "kind"), [each for each in LISTED if each[1] in VARIABLES])
LOCALES = pytest.mark.parametrize("locale", ["en", "zh"])
# What the news are about: without it there is nothing to tell, so there is no word for it.
ALWAYS = {
    "order",
    "shop",
    "reference",
    "amount",
    "old_date",
    "holiday",
    "estimate",
    "order_by",
    "service",
    "place",
    "product",
    "case",
}


def shown(channel: str, message: OutboundMessage) -> tuple[str, list[str]]:
    """Renders a message and lets the platform check it; returns what is read, and what its buttons bring back."""
    (part,) = ADAPTERS[channel][1](message, LIMITS[channel]).parts
    payload: Json = json.loads(json.dumps(part.payload))
    call: Json = payload["template"] if channel == "whatsapp" else payload["message"]["template"]
    template = REGISTERED[channel].use(call)
    body = next((each["parameters"] for each in call["components"] if each["type"] == "body"), [])
    return parameters.filled(template.body, body), [
        each.id for each in parameters.choices(template, call["components"])
    ]


@LOCALES
@OF_NOTICES
def test_the_platform_takes_it_outside_the_window(channel: str, kind: str, locale: str) -> None:
    notice, about = NOTICES[kind]
    wrote = candidate(channel, AGO["closed"], service=True, marketing=True)
    if channel == "whatsapp":
        wrote = candidate(channel, AGO["closed"], service=True, marketing=True, value="+447700900123")
    to = msgspec.structs.replace(recipient(wrote), locale=locale, zones=Zones(("America/New_York",)))
    decision = plan(notice, to, about, NOW, EVERYTHING_ON)
    assert isinstance(decision, Send)
    text, pressed = shown(channel, decision.ways[0].message)
    assert "{" not in text
    assert any("\u4e00" <= sign <= "\u9fff" for sign in text) == (locale == "zh")
    expected = [each.payload for each in SECTIONS[channel][kind].buttons]
    assert pressed == expected


@LOCALES
@OF_CASES
def test_the_platform_takes_what_is_said_of_a_case(channel: str, kind: str, locale: str) -> None:
    wrote = candidate(channel, AGO["closed"])
    filled = fill(POLICY, kind, wrote, locale, {"name": "Jane", "shop": "Northwind", "case": "12"})
    assert isinstance(filled, Filled)
    assert filled.locale == locale
    text, pressed = shown(channel, OutboundMessage("for our records", template=filled.call))
    assert "{" not in text
    assert all(each in text for each in ("Jane", "Northwind", "12"))
    assert pressed == []


@LOCALES
@EACH
def test_what_is_not_known_has_its_word(channel: str, kind: str, locale: str) -> None:
    template = SECTIONS[channel][kind]
    names = {name for _, name in template.ours()}
    known = {name: "x" for name in names & ALWAYS if name not in template.missing}
    text, _ = shown(channel, OutboundMessage("for our records", template=template.call(locale, known)))
    assert "{" not in text
    for gap in (": .", ":.", "：。", "：，", "()", "（）", " - ", "—", " ,", "  "):
        assert gap not in text, text


def test_choices_of_a_kind_are_buttons_of_its_template() -> None:
    for kind, template in SECTIONS["whatsapp"].items():
        choices = list(POLICY.kinds[kind].choices) if kind in POLICY.kinds else []
        assert [each.payload for each in template.buttons][: len(choices)] == choices, kind

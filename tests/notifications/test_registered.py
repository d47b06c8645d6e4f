"""Tests that templates.yaml is compared with what is registered, before a customer's message is refused."""

from typing import Any

import msgspec
import pytest

from core.ports.templates import OPEN_URL, QUICK_REPLY, TemplateShape, TemplateState
from notifications.wording.provider_templates import ProviderTemplate
from notifications.wording.registered import compared, differences
from sandbox.platforms.meta.templates.parameters import HOLE
from sandbox.platforms.wordings.registered import CONTENTS, MESSENGER, WHATSAPP, WORDINGS
from tests.notifications.samples import POLICY

SHIPPED: dict[str, Any] = {
    "name": "order_shipped",
    "languages": {"en": "en"},
    "parameter_format": "named",
    "header": {"type": "text", "values": {"order_no": "order"}},
    "body": {"customer_name": "name", "carrier": "carrier"},
    "buttons": [
        {"type": "url", "index": 0, "suffix": "tracking_number"},
        {"type": "quick_reply", "index": 1, "payload": "order_status"},
    ],
}
SHAPE = TemplateShape(True, "text", ("order_no",), ("carrier", "customer_name"), (OPEN_URL, QUICK_REPLY, ""))
STATE = TemplateState("order_shipped", "en", "utility", "approved", SHAPE)


def found(settings: dict[str, Any], *registered: TemplateState) -> list[str]:
    template = msgspec.convert({**SHIPPED, **settings}, ProviderTemplate)
    return list(differences(template, registered))


def test_what_agrees_is_no_problem() -> None:
    assert found({}, STATE) == []
    assert found({}, msgspec.structs.replace(STATE, shape=None)) == []


@pytest.mark.parametrize(
    ("settings", "change", "expected"),
    [
        ({"name": "order_shiped"}, {}, "order_shiped (en) is not registered: .*; did you mean 'order_shipped'?"),
        ({}, {"language": "en_US"}, "order_shipped is registered in en_US, not in en: "),
        ({}, {"status": "pending"}, "order_shipped (en) is pending: notices take the next way"),
        ({}, {"category": "marketing"}, "counts as marketing"),
        ({"parameter_format": "", "header": None, "body": ["name", "carrier"]}, {}, "write parameter_format: named"),
        ({}, {"is_named": False}, "its parameters are positional: write parameter_format: positional"),
        (
            {"body": {"customer": "name", "carrier": "carrier"}},
            {},
            "its body has carrier, customer_name, templates.yaml",
        ),
        ({}, {"values": ("customer_name",)}, "its body has customer_name, templates.yaml customer_name, carrier"),
        ({"header": None}, {}, "its header has order_no, templates.yaml none"),
        ({"header": None}, {"header": "image", "header_values": ()}, "write header: {type: image, link: https://…}"),
        ({}, {"header": ""}, "its header is none, templates.yaml says text"),
        ({"buttons": []}, {}, "button 0 has an address to be ended: write {type: url, index: 0"),
        ({}, {"buttons": (OPEN_URL,)}, "it has 1 buttons, templates.yaml fills in number 1"),
        ({}, {"buttons": (OPEN_URL, "")}, "button 1 takes nothing of this kind"),
    ],
)
def test_what_differs_is_said_with_its_cure(settings: dict[str, Any], change: dict[str, Any], expected: str) -> None:
    of_state = {name: value for name, value in change.items() if name in TemplateState.__struct_fields__}
    of_shape = {name: value for name, value in change.items() if name not in of_state}
    state = msgspec.structs.replace(STATE, **of_state, shape=msgspec.structs.replace(SHAPE, **of_shape))
    (problem,) = found(settings, state)
    start, _, end = expected.partition(".*")
    assert start in problem
    assert end in problem


def test_positional_values_are_counted() -> None:
    template = msgspec.convert({"name": "a", "languages": {"en": "en"}, "variables": ["name"]}, ProviderTemplate)
    state = TemplateState("a", "en", "utility", "approved", TemplateShape(values=("1", "2")))
    assert list(differences(template, [state])) == ["a (en): its body has 2 values, templates.yaml 1"]


@pytest.mark.parametrize("provider", ["whatsapp", "messenger", "twilio"])
def test_the_shipped_file_agrees_with_what_the_sandbox_has(provider: str) -> None:
    languages = MESSENGER if provider == "messenger" else WHATSAPP
    registered = [
        TemplateState(
            CONTENTS[name][locale] if provider == "twilio" else name,
            languages[locale],
            wording.category.lower(),
            "approved",
            TemplateShape(
                wording.is_named,
                values=tuple(sorted(dict.fromkeys(HOLE.findall(text)))),
                buttons=(QUICK_REPLY,) * len(wording.buttons[locale]) if provider == "whatsapp" else (),
            ),
        )
        for name, wording in WORDINGS.items()
        for locale, text in wording.texts.items()
        if provider != "twilio" or name in CONTENTS
    ]
    for template in POLICY.templates.sections[provider].values():
        assert list(differences(template, registered)) == []


def test_what_was_never_submitted_is_said_in_one_sentence() -> None:
    section = POLICY.templates.sections["whatsapp"]
    (said,) = compared(section, [])
    assert said.startswith("shipped, delay, ")
    assert "channels templates --submit --yes" in said
    state = TemplateState("order_shiped", "en", "utility", "approved")
    rest, *near = compared(section, [state])
    assert "shipped" not in rest.partition(":")[0].split(", ")
    assert near[0].startswith("shipped: order_shipped (en) is not registered")


def test_a_content_that_nobody_made_is_said_by_its_kind() -> None:
    (said,) = compared(POLICY.templates.sections["twilio"], [])
    assert said.startswith("shipped, delay, holiday_cutoff: not registered")

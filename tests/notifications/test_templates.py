"""Templates of providers in every form that `templates.yaml` may have, and what is refused when it is read."""

from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import pytest

from core.encoding import encode
from core.errors import ConfigurationError
from core.messages.outbound import OutboundMessage, TemplateButton, TemplateCall, TemplateHeader, decode_message
from notifications import About, Reason, Send, plan
from notifications.store.policy import Policy, load_policy
from notifications.wording.provider_templates import MissingValue, ProviderTemplate
from tests.notifications.samples import (
    CHANNELS,
    NOW,
    PROVIDERS,
    STORE,
    candidate,
    parcel,
    recipient,
    shipped_notice,
)

EVERY_FORM = (Path(__file__).parent / "fixtures" / "templates_every_form.yaml").read_text(encoding="utf-8")
VALUES = {
    "name": "Jane Doe",
    "order": "1001",
    "carrier": "DHL",
    "tracking_number": "JD 0001/7",
    "eta": "Fri, Dec 11",
    "link": "https://track.example/p?id=JD0001",
    "new_date": "Fri, Dec 11",
    "old_date": "Tue, Dec 8",
}


def policy(folder: Path, text: str) -> Policy:
    store = folder / "store"
    if not store.exists():
        copytree(STORE, store)
    (store / "templates.yaml").write_text(text, encoding="utf-8")
    return load_policy(store, CHANNELS, PROVIDERS)


def template(folder: Path, section: str, kind: str = "shipped") -> ProviderTemplate:
    found = policy(folder, EVERY_FORM).templates.find(section, kind)
    assert found is not None
    return found


def test_named_values_header_and_buttons(tmp_path: Path) -> None:
    call = template(tmp_path, "whatsapp").call("zh", VALUES)
    assert call == TemplateCall(
        "order_shipped",
        "zh_CN",
        ("Jane Doe", "DHL", "JD 0001/7"),
        names=("customer_name", "carrier", "code"),
        header=TemplateHeader("text", ("1001",), ("order_no",)),
        buttons=(TemplateButton("url", 0, "JD%200001/7"), TemplateButton("quick_reply", 1, "order_status")),
    )
    assert decode_message(encode(OutboundMessage("Hi", template=call))).template == call


def test_values_in_their_order(tmp_path: Path) -> None:
    call = template(tmp_path, "whatsapp", "delay").call("en", VALUES)
    assert (call.names, call.values) == ((), ("Jane Doe", "1001", "Fri, Dec 11", "Tue, Dec 8"))
    assert (call.header, call.buttons) == (None, ())


def test_a_content_sid_with_numbers(tmp_path: Path) -> None:
    call = template(tmp_path, "twilio").call("en", VALUES)
    assert (call.name, call.names) == ("HX00000000000000000000000000000101", ())
    assert call.values == ("Jane Doe", "1001", "DHL")


def test_the_old_form_is_understood_as_before() -> None:
    old = msgspec.convert({"name": "a", "languages": {"en": "en"}, "variables": ["name", "order"]}, ProviderTemplate)
    assert old.call("en", VALUES) == TemplateCall("a", "en", ("Jane Doe", "1001"))


def test_the_end_of_a_link_is_what_follows_its_host() -> None:
    about = {"name": "a", "languages": {"en": "en"}, "buttons": [{"type": "url", "index": 0, "suffix": "link"}]}
    (button,) = msgspec.convert(about, ProviderTemplate).call("en", VALUES).buttons
    assert button.value == "p?id=JD0001"


def test_a_missing_value_has_its_word_in_the_language_or_is_refused(tmp_path: Path) -> None:
    named = template(tmp_path, "whatsapp")
    assert named.call("en", {**VALUES, "carrier": " \n"}).values[1] == "our carrier"
    assert named.call("zh", {**VALUES, "carrier": ""}).values[1] == "快递公司"
    for gap in ("name", "order", "tracking_number"):  # in the body, the header and a button
        with pytest.raises(MissingValue, match=gap):
            named.call("en", {**VALUES, gap: ""})


def test_a_word_of_one_language_is_no_word_of_the_other() -> None:
    about = {"name": "a", "languages": {"en": "en", "zh": "zh_CN"}, "body": ["eta"], "missing": {"eta": {"en": "soon"}}}
    half = msgspec.convert(about, ProviderTemplate)
    assert half.call("en", {"eta": ""}).values == ("soon",)
    with pytest.raises(MissingValue):
        half.call("zh", {"eta": ""})


def test_a_name_of_the_stores_own_is_a_fixed_word(tmp_path: Path) -> None:
    text = EVERY_FORM.replace("body: [name, order, new_date, old_date]", "body: [name, what, order]")
    found = policy(tmp_path, text.replace("missing: {}", "missing: {what: {en: delay}}")).templates.find(
        "whatsapp", "delay"
    )
    assert found is not None
    assert found.call("en", VALUES).values == ("Jane Doe", "delay", "1001")


@pytest.mark.parametrize("gap", [{"tracking_number": ""}, {"tracking_number": " \n "}])
def test_a_template_with_a_gap_is_not_taken_and_the_next_way_is(tmp_path: Path, gap: dict[str, Any]) -> None:
    notice, after = shipped_notice()
    after = msgspec.structs.replace(after, shipments=(parcel(**gap),))
    to = recipient(candidate("whatsapp", service=True), candidate("sms", service=True))
    decision = plan(notice, to, About(order=after), NOW, policy(tmp_path, EVERY_FORM))
    assert isinstance(decision, Send)
    assert [way.address.channel for way in decision.ways] == ["sms"]
    assert [(each.address.channel, each.reason) for each in decision.refusals] == [
        ("whatsapp", Reason.TEMPLATE_VALUE_MISSING)
    ]


NAMED = "body: {customer_name: name, carrier: carrier, code: tracking_number}"
HEADER = "header: {type: text, values: {order_no: order}}"
URL = "{type: url, index: 0, suffix: tracking_number}"
PRESS = "{type: quick_reply, index: 1, payload: order_status}"
DELAY = "parameter_format: positional, body: [name, order, new_date, old_date]"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (NAMED, "body: [name, carrier]", r":8: whatsapp.shipped.body: expected their names with ours"),
        (NAMED, "body: {customer_name: nme}", r":8: .*there is no nme: .*; did you mean 'name'\?"),
        (NAMED, "variables: [name]", r":8: whatsapp.shipped.variables: variables go by order"),
        (DELAY, "parameter_format: positional, body: {a: name}", r":11: whatsapp.delay.body: expected a list of our"),
        (DELAY, "body: [name], variables: [name]", r":11: whatsapp.delay.variables: expected body or variables"),
        (HEADER, "header: {type: text}", r":7: whatsapp.shipped.header: expected values, and no link"),
        (HEADER, "header: {type: image}", r":7: whatsapp.shipped.header: expected link: https://"),
        (HEADER, "header: {type: document, link: 'http://a.example/a.pdf'}", r":7: .*expected link: https://"),
        (HEADER, "header: {type: text, values: [order]}", r":7: whatsapp.shipped.header.values: expected their names"),
        (URL, "{type: url, index: 0}", r":9: whatsapp.shipped.buttons.0: expected suffix"),
        (URL, "{type: url, index: 0, suffix: tracking}", r":9: .*there is no tracking: .*mean 'tracking_number'"),
        (PRESS, "{type: quick_reply, index: 1}", r":9: whatsapp.shipped.buttons.1: expected payload"),
        (PRESS, "{type: quick_reply, index: 0, payload: human}", r":9: .*two buttons have one index"),
        ("missing: {carrier:", "missing: {carier:", r":10: whatsapp.shipped.missing.carier: .*mean 'carrier'\?"),
        ("zh: 快递公司", "fr: transporteur", r":10: .*missing.carrier: fr is no language of this template"),
        ("parameter_format: named", "parameter_format: names", r":6: .*parameter_format: names: .*mean 'named'"),
        (
            HEADER,
            "header: {type: imge, link: 'https://a.example/v'}",
            r":7: whatsapp.shipped.header.type: imge: .*'image'",
        ),
        (URL, "{type: url, index: 10, suffix: order}", r":9: whatsapp.shipped.buttons.0.index: expected .*9 or less"),
        (PRESS, "{type: phone, index: 1}", r":9: whatsapp.shipped.buttons.1.type: phone: expected one of"),
        ("parameter_format: named", "parameter_formt: named", r":6: .*unknown field .*mean 'parameter_format'"),
        (HEADER, "header: {type: text, vales: {order_no: order}}", r":7: .*unknown field .*mean 'values'"),
        ("suffix: tracking_number", "sufix: tracking_number", r":9: .*unknown field .*mean 'suffix'"),
        ('"3": carrier', '"4": carrier', r":13: twilio.shipped.body: expected the numbers 1, 2, 3"),
        ('"3": carrier}', '"3": carrier}, header: {type: text, values: [order]}', r":13: .*put them all into body"),
    ],
)
def test_a_template_that_no_provider_takes_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in EVERY_FORM
    with pytest.raises(ConfigurationError, match=f"templates.yaml{expected}"):
        policy(tmp_path, EVERY_FORM.replace(old, new, 1))

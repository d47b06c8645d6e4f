"""Templates in every form: filled and shown, refused and told, ready-made from the provider's library."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.system import ROOT, System, system

TEMPLATES = """
whatsapp:
  shipped:
    name: parcel_left
    languages: {en: en}
    parameter_format: named
    header: {type: text, values: {order_no: order}}
    body: {customer_name: name, carrier: carrier, code: tracking_number}
    buttons: [{type: url, index: 0, suffix: tracking_number}, {type: quick_reply, index: 1, payload: order_status}]
    missing: {carrier: {en: our carrier}}
"""
REGISTERED: Json = {
    "name": "parcel_left",
    "language": "en",
    "parameter_format": "NAMED",
    "header": "Order {{order_no}}",
    "body": "Hi {{customer_name}}, it left with {{carrier}}. Number: {{code}}.",
    "buttons": [{"type": "URL", "text": "Track", "url": "https://track.example/{{1}}"}, "Where is it?"],
}
incidents, notices = tables.incidents.c, tables.notices.c


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store has a template with everything; its connections are looked after all the time."""
    with system(tmp_path_factory.mktemp("templates")) as made:
        store = Path(shutil.copytree(ROOT / "config" / "store", made.var / "store"))
        (store / "templates.yaml").write_text(TEMPLATES, encoding="utf-8")
        made.start({"CARE_SECONDS": "1", "STORE_DIR": str(store), "PUBLIC_URL": made.product})
        made.api("templates", REGISTERED)
        yield made


def buys(desk: System, number: str, name: str) -> dict[str, str]:
    """Lets somebody with WhatsApp and SMS buy, and agree to both; returns their phones."""
    phones = desk.phones_of("whatsapp", "sms", name=name, number=f"+44770090{number}", country="GB")
    desk.sells(number, desk.phone(phones["sms"])["number"], notify=["whatsapp", "sms"])
    desk.handled()
    return phones


def ways(desk: System, number: str) -> list[tuple[str, str]]:
    rows = desk.rows(select(notices.channel, notices.state).where(notices.order_number == number))
    return [(row.channel, row.state) for row in rows]


def alarms(desk: System, *words: str) -> list[Json]:
    return [message for message in desk.slack() if all(word in str(message) for word in words)]


def test_a_notice_by_a_named_template_has_header_buttons_and_an_answer(desk: System) -> None:
    phone = buys(desk, "7101", "Named Nora")["whatsapp"]
    desk.ships("7101")
    shown = desk.expect(phone, "Hi Buyer, it left with DHL. Number: T7101.")
    assert (shown["header"], shown["template"]) == ("Order 7101", "parcel_left")
    assert [(each["title"], each["url"]) for each in shown["choices"]] == [
        ("Track", "https://track.example/T7101"),
        ("Where is it?", ""),
    ]
    desk.mark(phone)
    desk.press(phone, "Where is it?")
    desk.expect(phone, "7101")


def test_a_template_without_a_value_is_not_sent_with_a_gap(desk: System) -> None:
    phones = buys(desk, "7102", "Gappy Gus")
    desk.reports(
        "shipment.created",
        {"order_number": "7102", "shipment": {"id": "s-7102", "status": "in_transit", "carrier": "DHL"}},
    )
    desk.expect(phones["sms"], "7102")
    assert not desk.answers(phones["whatsapp"])


def test_a_refused_template_is_told_once_and_the_notice_goes_another_way(desk: System) -> None:
    desk.api("templates", {**REGISTERED, "body": f"{REGISTERED['body']} It comes on {{{{day}}}}."})
    for number in ("7103", "7104"):
        phones = buys(desk, number, f"Refused {number}")
        desk.ships(number)
        desk.expect(phones["sms"], number)
        assert not desk.answers(phones["whatsapp"])
        desk.settled()
        assert ways(desk, number) == [("sms", "sent")]
    until(lambda: alarms(desk, "parcel_left", "132000"), desk.slack_told)
    assert len(alarms(desk, "parcel_left", "is refused")) == 1

    status = desk.command("channels", "status", "whatsapp")
    assert "template parcel_left (en): refused since" in status.stdout
    doctor = json.loads(desk.command("doctor", "--json").stdout)
    words = [each["words"] for each in doctor if "parcel_left" in each["words"]]
    assert any("its body has customer_name, carrier, code, day, templates.yaml customer_name" in each for each in words)
    assert any("refused since" in each for each in words)

    desk.api("templates", REGISTERED)
    phone = buys(desk, "7105", "Taken Tina")["whatsapp"]
    desk.ships("7105")
    desk.expect(phone, "Number: T7105.")
    until(lambda: alarms(desk, "parcel_left", "is taken again"), desk.slack_told)
    still = (incidents.closed_at.is_(None), incidents.template != "")
    assert desk.count(tables.incidents, *still) == 0


def library(desk: System, *more: str) -> dict[tuple[str, str], Json]:
    told = desk.command("channels", "templates", "whatsapp", "--library", "--json", *more)
    assert told.returncode == 0, told.stderr
    main = [each for each in json.loads(told.stdout) if each["account"] == desk.sandbox.settings[NUMBER]]
    return {(each["kind"], each["locale"]): each for each in main}


NUMBER = "WHATSAPP_PHONE_NUMBER_ID"


def test_the_providers_library_is_shown_and_made_ours(desk: System) -> None:
    before = library(desk)
    assert set(before) == {
        (kind, locale) for kind in ("shipped", "delay", "delivered", "refund_issued") for locale in ("en", "zh")
    }
    assert {each["state"] for each in before.values()} == {"not made"}
    assert {each["category"] for each in before.values()} == {"utility"}
    assert "{{1}}" in before["refund_issued", "zh"]["text"]
    without = library(desk, "--submit")
    assert without["shipped", "en"]["state"] == "needs --url"
    assert without["refund_issued", "en"]["state"] == "approved"
    after = library(desk, "--submit", "--url", "https://shop.example/orders/{{1}}")
    assert {each["state"] for each in after.values()} == {"approved"}
    told = desk.command("channels", "templates", "whatsapp", "--library")
    assert "approved as parcel_shipped" in told.stdout
    assert "This provider has no library" in told.stdout  # Twilio
    assert "shipped: {name: parcel_shipped, languages: {en: en, zh: zh_CN}, body: [name, order]" in told.stdout
    assert "parcel_delayed" in desk.command("channels", "templates", "whatsapp").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--yes",), "go with --submit"),
        (("--kind", "shipped"), "go with --submit"),
        (("--library", "--submit", "--yes"), "not with --library"),
        (("--library", "--url", "http://shop.example/{{1}}"), "ends in {{1}}"),
        (("--library", "--url", "https://shop.example/"), "ends in {{1}}"),
    ],
)
def test_the_library_says_what_it_wants(desk: System, arguments: tuple[str, ...], words: str) -> None:
    told = desk.command("channels", "templates", "whatsapp", *arguments)
    assert (told.returncode, words in told.stderr) == (2, True), told.stderr


def offered(desk: System, *options: str) -> dict[tuple[str, str, str], Json]:
    told = desk.command("channels", "templates", "--submit", "--kind", "arriving_tomorrow", *options, "--json")
    assert told.returncode == 0, told.stderr
    rows = [row for each in json.loads(told.stdout) for row in each["rows"]]
    return {(row["channel"], row["account"].partition(":")[0], row["language"]): row for row in rows}


def test_our_own_words_are_submitted_once_and_told_for_the_settings(desk: System) -> None:
    before = offered(desk)
    assert {row["state"] for row in before.values()} == {"not there"}
    assert len(before) == 6  # WhatsApp at Meta and at Twilio, Messenger; two languages
    assert "Nothing was submitted" in desk.command("channels", "templates", "--submit").stdout
    after = offered(desk, "--yes")
    assert {row["state"] for row in after.values()} == {"pending", "received"}
    assert all(row["id"].startswith("HX") for key, row in after.items() if key[1] == "twilio")
    again = offered(desk, "--yes")
    assert {key: row["id"] for key, row in again.items()} == {key: row["id"] for key, row in after.items()}
    assert not any(row["said"] for row in again.values())
    told = desk.command("channels", "templates", "whatsapp", "--submit", "--kind", "arriving-tomorrow").stdout
    assert "arriving_tomorrow: {languages: {en: en, zh: zh_CN}, name: order_arriving_tomorrow" in told


def test_words_that_differ_are_named_and_left_alone(desk: System) -> None:
    desk.api("templates", {"name": "order_cancelled", "language": "en", "body": "Gone, {{1}}!"})
    told = desk.command("channels", "templates", "whatsapp", "--submit", "--kind", "cancelled", "--yes").stdout
    assert "approved, differs: its words" in told


def test_what_a_notice_would_say_and_cost_is_shown_for_a_real_order(desk: System) -> None:
    buys(desk, "7105", "Preview Pam")
    desk.ships("7105")
    desk.handled()
    told = desk.command("channels", "preview", "shipped", "--order", "7105")
    assert told.returncode == 0, told.stderr
    assert "template parcel_left (utility)" in told.stdout
    assert "values: " in told.stdout
    assert "segment" in told.stdout
    assert "0.022 USD, estimated" in told.stdout
    assert desk.command("channels", "preview", "shippd", "--order", "7105").returncode == 1

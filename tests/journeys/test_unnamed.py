"""Tests a messaging service on the running system, and numbers and pages of ours that no setting names."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from sandbox.platforms.twilio.numbers import service_sid
from storage import tables
from storage.queues import inbox as states
from tests.journeys.actors import call, until
from tests.journeys.system import System, system
from tests.journeys.wording import said

GREETING = said("utter_ask_topic")
inbox = tables.inbox.c


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system that names a messaging service instead of a number, and no second account of any channel."""
    with system(tmp_path_factory.mktemp("service")) as made:
        service = service_sid(made.make_sandbox().settings["TWILIO_ACCOUNT_SID"])
        named = {"TWILIO_MESSAGING_SERVICE_SID": service, "PUBLIC_URL": made.product}
        made.start({**named, "SMS_RATE": "20"}, unset=("TWILIO_SMS_FROM",))
        assert made.command("channels", "setup", "sms").returncode == 0
        yield made


def second(desk: System, channel: str, first: str = "") -> str:
    """Makes a phone that writes to our second account."""
    person = desk.phone(first or desk.meet(channels=[channel]))["person"]
    more = desk.api(f"people/{person}/phones", {"channels": [channel], "account": "second"})
    return str(more["phones"][0]["id"])


def test_every_number_of_a_messaging_service_is_answered_from_itself(desk: System) -> None:
    first = desk.meet(channels=["sms"])
    for phone in (first, second(desk, "sms", first)):
        desk.say(phone, "menu")
        desk.expect(phone, GREETING)
    told = desk.command("channels", "status", "sms").stdout
    assert "✓ number: Northwind (MG" in told
    assert "✓ webhook:" in told


def test_senders_that_nobody_can_answer_are_kept_and_get_no_call(desk: System) -> None:
    phone = desk.meet(channels=["sms"])
    desk.act(phone, {"text": "Your code is 4711. Do not reply.", "fields": {"From": "PARCELCO"}})
    desk.settled()
    values = select(tables.conversations.c.value, tables.conversations.c.case_id)
    assert ("PARCELCO", None) in desk.rows(values)
    assert desk.sends("twilio", "PARCELCO") == []


@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
def test_a_number_that_no_setting_names_is_told_of_in_slack_status_and_doctor(desk: System, channel: str) -> None:
    phone = second(desk, channel)
    for text in ("hello?", "anybody?"):
        desk.say(phone, text)
    account = desk.sandbox.of(
        {"whatsapp": "whatsapp_phone_number_id", "messenger": "messenger_page_id"}[channel], "second"
    )

    def notes() -> list[str]:
        return [m["text"] for m in desk.slack() if account in m["text"] and "no setting names" in m["text"]]

    until(lambda: bool(notes()), lambda: f"a word about {account}\n{desk.slack_told()}")
    desk.settled()
    assert len(notes()) == 1
    kept = select(inbox.error).where(inbox.account == account, inbox.lane == "conversation")
    assert [row.error for row in desk.rows(kept)] == ["unsupported: foreign_account"] * 2
    told = desk.command("channels", "status", channel)
    assert (told.returncode, "✗ setting: customers write to it" in told.stdout) == (1, True)
    assert account in desk.command("doctor").stdout


def test_a_bot_that_no_setting_names_is_told_of_where_one_of_our_secrets_proves_it(desk: System) -> None:
    said_by = {"id": 42, "is_bot": False, "first_name": "Ida"}
    written = {
        "message_id": 1,
        "date": 1796118000,
        "chat": {"id": 42, "type": "private"},
        "from": said_by,
        "text": "hi",
    }
    update = json.dumps({"update_id": 7, "message": written}).encode()
    path = f"{desk.product}/webhooks/telegram/outlet"
    header = "X-Telegram-Bot-Api-Secret-Token"
    assert call(path, update, {header: "wrong"}).status == 403
    assert call(path, update, {header: desk.sandbox.settings["TELEGRAM_WEBHOOK_SECRET"]}).status == 200
    until(lambda: "`outlet`, which no setting names" in desk.slack_told(), desk.slack_told)
    kept = select(inbox.state).where(inbox.account == "outlet", inbox.lane == "conversation")
    assert [row.state for row in desk.rows(kept)] == [states.HANDLED]

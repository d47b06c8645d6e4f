"""Tests two numbers, two pages, two bots: each customer is answered by the account that they wrote to."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.system import System
from tests.journeys.wording import said

conversations, outbox, parts = tables.conversations.c, tables.outbox.c, tables.outbox_parts.c
ACCOUNTS = ("main", "second")
CHANNELS = ("whatsapp", "messenger", "telegram", "sms", "twilio_whatsapp")
NAMES = {"twilio_whatsapp": "whatsapp"}
MENU = said("utter_ask_topic")


@pytest.fixture
def desk(both_accounts: System) -> System:
    return both_accounts


def ours(desk: System, channel: str, account: str) -> str:
    """Names the account as the product does."""
    box = desk.sandbox
    match channel:
        case "whatsapp":
            return box.of("whatsapp_phone_number_id", account)
        case "messenger":
            return box.of("messenger_page_id", account)
        case "telegram":
            return box.of("telegram_bot_token", account).partition(":")[0]
        case "sms":
            return box.of("twilio_sms_from", account)
        case _:
            return f"twilio:{box.of('twilio_whatsapp_from', account)}"


def sender(made: Json) -> str:
    """Finds the account that a call to a platform was made from."""
    body, path = made["request"], made["path"]
    if made["platform"] in ("whatsapp", "messenger"):
        return str(path.split("/")[3])
    if made["platform"] == "twilio":
        return body.partition("From=")[2].partition("&")[0].replace("%2B", "+").replace("whatsapp%3A", "twilio:")
    raise AssertionError(f"the log hides which bot it was: {path}")


def webhooks(desk: System, platform: str) -> list[Json]:
    """Lists what the platform has posted to the product."""
    found: list[Json] = desk.api("log?limit=2000")
    return [made for made in found if (made["platform"], made["direction"]) == (platform, "in")]


def both_phones(desk: System, channel: str) -> dict[str, str]:
    """Makes one customer with a phone that writes to each of our accounts: account -> phone."""
    first = desk.meet(channels=[channel], name="Dora Double")
    person = desk.phone(first)["person"]
    more = desk.api(f"people/{person}/phones", {"channels": [channel], "account": "second"})
    return {"main": first, "second": str(more["phones"][0]["id"])}


def of_account(desk: System, channel: str, account: str) -> list[Any]:
    """Reads the conversations on one of our accounts."""
    mine = (conversations.channel == NAMES.get(channel, channel), conversations.account == ours(desk, channel, account))
    return desk.rows(select(tables.conversations).where(*mine).order_by(conversations.id))


def of_phone(desk: System, channel: str, account: str, phone: str) -> Any:
    """Reads the conversation of one phone."""
    known = desk.phone(phone)
    names = {known["address"].lstrip("+"), known.get("user_id")}
    return next(row for row in of_account(desk, channel, account) if row.value.lstrip("+") in names)


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_answer_leaves_from_the_account_that_was_written_to(desk: System, channel: str) -> None:
    phones = both_phones(desk, channel)
    for account in (*ACCOUNTS, *reversed(ACCOUNTS)):
        desk.say(phones[account], "menu")
        desk.expect(phones[account], MENU)
    desk.settled()
    platform = "twilio" if channel in ("sms", "twilio_whatsapp") else channel
    for account, phone in phones.items():
        assert len(desk.answers(phone)) == 2
        where = of_phone(desk, channel, account, phone)
        sent = desk.rows(select(outbox.account, outbox.state).where(outbox.key == where.key))
        assert {tuple(row) for row in sent} == {(ours(desk, channel, account), "sent")}
        if platform != "telegram":
            address = desk.phone(phone)["address"].lstrip("+")
            senders = [sender(made) for made in desk.sends(platform, address)]
            assert senders.count(ours(desk, channel, account)) >= 2
    assert {made["status"] for made in webhooks(desk, platform)} == {200}


@pytest.mark.parametrize("channel", ["whatsapp", "sms", "twilio_whatsapp"])
def test_a_customer_of_both_numbers_is_one_with_two_conversations(desk: System, channel: str) -> None:
    phones = both_phones(desk, channel)
    for phone in phones.values():
        desk.say(phone, "menu")
        desk.expect(phone, MENU)
    desk.settled()
    found = [of_phone(desk, channel, account, phone) for account, phone in phones.items()]
    assert found[0].id != found[1].id
    assert found[0].customer_id == found[1].customer_id
    shown = desk.command("customer", "show", desk.phone(phones["main"])["number"], "--json")
    assert shown.returncode == 0, shown.stderr
    assert len(json.loads(shown.stdout)["conversations"]) == 2


def test_two_people_on_the_two_pages_stay_two(desk: System) -> None:
    phones = both_phones(desk, "messenger")
    for phone in phones.values():
        desk.say(phone, "menu")
        desk.expect(phone, MENU)
    desk.settled()
    first, second = (of_phone(desk, "messenger", account, phone) for account, phone in phones.items())
    assert first.customer_id != second.customer_id  # a page's ids prove nothing to another page


@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "sms", "twilio_whatsapp"])
def test_the_receipts_of_both_are_counted(desk: System, channel: str) -> None:
    phones = {account: desk.meet(channels=[channel], account=account) for account in ACCOUNTS}
    for phone in phones.values():
        desk.say(phone, "menu")
    last = {"delivered"} if channel == "sms" else {"read"}
    for account, phone in phones.items():
        desk.expect(phone, MENU)
        where = of_phone(desk, channel, account, phone)
        got_that_far(desk, where.key, last)


def got_that_far(desk: System, key: str, last: set[str]) -> None:
    """Waits until all that was said in a conversation has this status."""
    told = select(parts.status).where(parts.key == key, parts.silent.is_(False))
    until(lambda: {row.status for row in desk.rows(told)} == last, lambda: f"{last}: {desk.rows(told)}")


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_agent_answers_from_the_account_that_was_written_to(desk: System, channel: str) -> None:
    phones = both_phones(desk, channel)
    desk.say(phones["main"], "menu")
    desk.expect(phones["main"], MENU)
    desk.say(phones["second"], "talk to a person")
    desk.expect(phones["second"], said("utter_handoff_asked_human"))
    where = of_phone(desk, channel, "second", phones["second"])
    thread = select(tables.cases.c.thread).where(tables.cases.c.conversation_id == where.id)
    root = until(lambda: next((str(row[0] or "") for row in desk.rows(thread)), ""), "the case")
    desk.slack_reply(root, "Bea here")
    desk.expect(phones["second"], "Bea here")
    assert not any(bubble["text"] == "Bea here" for bubble in desk.answers(phones["main"]))
    desk.say(phones["main"], "menu")
    desk.expect(phones["main"], MENU)  # the bot still has this one


def test_the_second_bot_has_a_path_of_its_own(desk: System) -> None:
    phone = desk.meet(channels=["telegram"], account="second")
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    entries = [
        call for call in desk.api("log?limit=2000") if call["platform"] == "telegram" and call["direction"] == "in"
    ]
    assert entries[-1]["path"] == "/webhooks/telegram/second"
    assert entries[-1]["status"] == 200


def test_status_lists_every_account(desk: System) -> None:
    told = desk.command("channels", "status", "--json")
    listed = {(each["channel"], each["account"]) for each in json.loads(told.stdout)}
    expected = {
        (NAMES.get(channel, channel), ours(desk, channel, account)) for channel in CHANNELS for account in ACCOUNTS
    }
    assert expected <= listed, told.stdout
    for channel, account in expected:
        findings = [
            finding
            for each in json.loads(told.stdout)
            if (each["channel"], each["account"]) == (channel, account)
            for finding in each["findings"]
            if finding["what"] in ("webhook", "bot", "number", "page", "token")
        ]
        assert findings, f"{channel} {account}"
        assert all(finding["ok"] for finding in findings), findings

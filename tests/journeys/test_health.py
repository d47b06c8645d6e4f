"""Connections are looked after: what was missed is fetched, what was lost renewed, and people are told the rest."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import Json, call, until
from tests.journeys.system import System, system
from tests.journeys.wording import said

GREETING = said("utter_ask_topic")
CHANNELS = ("whatsapp", "messenger", "telegram", "sms")
MUTED = {"sms": "twilio", "twilio_whatsapp": "twilio", "messenger": "messenger"}

timers, notices, templates, outbox = tables.timers.c, tables.notices.c, tables.templates.c, tables.outbox.c


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system that looks after its connections all the time."""
    with system(tmp_path_factory.mktemp("health")) as made:
        made.start({"CARE_SECONDS": "1", "PUBLIC_URL": made.product})
        yield made


@pytest.fixture(scope="module")
def first_setup(running: System) -> CompletedProcess[str]:
    """Returns what `doorstep channels setup` said when nothing was registered yet."""
    return running.command("channels", "setup")


@pytest.fixture(scope="module")
def desk(running: System, first_setup: CompletedProcess[str]) -> System:
    """Returns the same system, with its webhooks registered."""
    assert first_setup.returncode == 0, first_setup.stdout + first_setup.stderr
    return running


@pytest.fixture(autouse=True)
def _platforms_behave(desk: System) -> Iterator[None]:
    """Mends whatever a test breaks for the next one."""
    yield
    desk.heal()
    for platform in ("whatsapp", "messenger", "telegram", "twilio"):
        desk.api("webhooks", {"platform": platform, "deliver": True})


def looks(desk: System) -> None:
    """Waits until every account was looked after once more, from beginning to end."""
    done = select(timers.subject, timers.done_until).where(timers.kind == "upkeep")

    def moved(seen: dict[str, Any]) -> bool:
        return all(row.done_until and row.done_until != seen[row.subject] for row in desk.rows(done))

    for _ in range(2):  # the second look begins when the first one has ended
        seen = {row.subject: row.done_until for row in desk.rows(done)}
        until(partial(moved, seen), lambda: f"a look at every account; {desk.output()}")


# --- what a platform did not deliver


def test_what_no_webhook_told_of_is_answered_once(desk: System) -> None:
    phones = [desk.phones_of(channel, name="Missed Mary")[channel] for channel in MUTED]
    _deliver(desk, False)
    _ask_all(desk, phones)
    looks(desk)
    desk.settled()
    assert [len(desk.answers(phone)) for phone in phones] == [1, 1, 1]
    _deliver(desk, True)
    _ask_all(desk, phones)
    looks(desk)
    desk.settled()
    assert [len(desk.answers(phone)) for phone in phones] == [2, 2, 2]


def _deliver(desk: System, deliver: bool) -> None:
    for platform in MUTED.values():
        desk.api("webhooks", {"platform": platform, "deliver": deliver})


def _ask_all(desk: System, phones: list[str]) -> None:
    for phone in phones:
        desk.say(phone, "menu")
    for phone in phones:
        desk.expect(phone, GREETING)


def test_a_missed_picture_is_fetched_too(desk: System) -> None:
    media, conversations = tables.media.c, tables.conversations.c
    of_all = select(media.state, conversations.value).join(
        tables.conversations, conversations.id == media.conversation_id
    )
    waiting = set()
    _deliver(desk, False)
    for channel in ("messenger", "sms"):
        phone = desk.phones_of(channel, name="Missed Paul")[channel]
        desk.send(phone, "image", text="look")
        waiting.add(("kept", desk.phone(phone)["address"]))
    until(lambda: waiting <= {tuple(row) for row in desk.rows(of_all)}, lambda: f"both pictures; {desk.output()}")


def test_updates_that_wait_at_telegram_are_counted_and_then_answered(desk: System) -> None:
    phone = desk.phones_of("telegram", name="Waiting Will")["telegram"]
    desk.api("webhooks", {"platform": "telegram", "deliver": False})
    for _ in range(3):
        desk.api(f"phones/{phone}/send", {"text": "menu"})
    told = desk.command("channels", "status", "telegram")
    assert told.returncode == 0, told.stdout
    assert "waiting: 3 updates" in told.stdout
    desk.api("webhooks", {"platform": "telegram", "deliver": True})
    until(lambda: len(desk.answers(phone)) == 3, lambda: f"three answers\n{desk.told(phone)}")
    desk.settled()
    assert len(desk.answers(phone)) == 3


def test_many_waiting_updates_are_an_alarm(desk: System) -> None:
    phone = desk.phones_of("telegram", name="Crowded Carl")["telegram"]
    desk.api("webhooks", {"platform": "telegram", "deliver": False})
    desk.api(f"phones/{phone}/send", {"batch": [{"text": "hello?"}] * 120, "wait": True})
    told = desk.command("channels", "status", "telegram")
    assert told.returncode == 1
    assert "✗ waiting: 120 updates" in told.stdout
    assert "→ see whether `make start` runs" in told.stdout
    _telegram(desk, "deleteWebhook", drop_pending_updates="true")
    again = desk.command("channels", "setup", "telegram")
    assert again.returncode == 0, again.stdout


# --- what a platform took away


def test_a_lost_subscription_is_renewed(desk: System) -> None:
    phones = {platform: desk.phones_of(platform, name="Lost Lena")[platform] for platform in ("whatsapp", "messenger")}
    for platform in phones:
        assert _subscribed(desk, platform)
        desk.api("graph/subscription", {"subscribed": False, "platform": platform})
    for platform, phone in phones.items():
        until(partial(_subscribed, desk, platform), lambda: f"the subscription; {desk.output()}")
        desk.say(phone, "menu")
        desk.expect(phone, GREETING)


def test_a_subscription_without_a_field_is_renewed(desk: System) -> None:
    desk.api("graph/subscription", {"subscribed": True, "platform": "messenger", "fields": "messages"})
    until(
        lambda: len(_subscribed(desk, "messenger")[0]["subscribed_fields"]) > 5,
        lambda: f"the other fields; {desk.output()}",
    )


def _subscribed(desk: System, platform: str) -> list[Json]:
    """Reads what Meta says of who is subscribed."""
    settings, extra = desk.sandbox.settings, desk.sandbox.extra
    owner = extra["whatsapp_business_id"] if platform == "whatsapp" else settings["MESSENGER_PAGE_ID"]
    token = settings[f"{platform.upper()}_ACCESS_TOKEN"]
    url = f"{settings['GRAPH_API_URL']}/{owner}/subscribed_apps"
    found: list[Json] = call(url, headers={"Authorization": f"Bearer {token}"}).json["data"]
    return found


# --- templates


def test_what_became_marketing_after_it_was_planned_goes_only_to_who_agreed(desk: System) -> None:
    _describe(desk, "order_shipped", "UTILITY")
    willing = desk.meet(name="Willing Wilma", number="+447700900501", country="GB")
    unwilling = desk.meet(name="Unwilling Uwe", number="+447700900502", country="GB")
    _order(desk, "8001", willing, notify=["whatsapp"], marketing=["whatsapp"])
    _order(desk, "8002", unwilling, notify=["whatsapp"])
    desk.fault("whatsapp", "status", value={"status": 429, "retry_after": 1})
    for number in ("8001", "8002"):
        desk.ships(number)
    for number in ("8001", "8002"):
        until(partial(_is_queued, desk, number), f"the plan of {number}")
    value = {"message_template_name": "order_shipped", "new_category": "MARKETING", "previous_category": "UTILITY"}
    assert desk.api("graph/news", {"field": "template_category_update", "value": value})["ok"]
    until(lambda: not _is_queued(desk, "8002"), lambda: str(_state(desk, "8002")))
    assert _state(desk, "8002") == ("skipped", "template_is_marketing")
    desk.heal()

    assert desk.expect(willing, "")["template"] == "order_shipped"
    desk.settled()
    assert not desk.answers(unwilling)
    _told_to_the_desk(desk, "template category `order_shipped` (en) is now MARKETING")
    _told_to_the_desk(desk, "It goes to nobody who has not agreed to marketing.")


def test_a_change_that_nobody_told_of_is_found_and_told(desk: System) -> None:
    _describe(desk, "order_delayed", "UTILITY")
    _describe(desk, "order_delayed", "MARKETING")
    _told_to_the_desk(desk, "template `order_delayed` (en) was utility, approved and is now marketing, approved")
    _describe(desk, "order_delayed", "UTILITY", "PAUSED")
    _told_to_the_desk(desk, "is now utility, paused")


def test_a_paused_template_is_not_used(desk: System) -> None:
    _describe(desk, "order_shipped", "UTILITY", "PAUSED")
    phone = desk.meet(name="Paula Paused", number="+447700900503", country="GB")
    _order(desk, "8011", phone, notify=["whatsapp"])
    desk.ships("8011")
    until(lambda: _state(desk, "8011")[0] == "skipped", lambda: str(_state(desk, "8011")))
    assert not desk.answers(phone)
    _describe(desk, "order_shipped", "UTILITY")


def _order(desk: System, number: str, phone: str, **agreed: Any) -> None:
    noon = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # what counts as marketing keeps quiet hours
    desk.sells(number, desk.phone(phone)["number"], timezone=noon, **agreed)
    desk.handled()


def _describe(desk: System, name: str, category: str, status: str = "APPROVED") -> None:
    """Sets a template's state at the provider, and waits until we know it."""
    desk.api("templates", {"name": name, "language": "en", "category": category, "status": status})
    state = (templates.name == name, templates.language == "en", templates.channel == "whatsapp")
    now_is = (templates.category == category.lower(), templates.status == status.lower())
    until(lambda: desk.count(tables.templates, *state, *now_is), lambda: f"{name} as {category}; {desk.output()}")


def _state(desk: System, number: str) -> tuple[str, str]:
    rows = desk.rows(select(notices.state, notices.reason).where(notices.order_number == number))
    return (rows[0].state, rows[0].reason) if rows else ("", "")


def _is_queued(desk: System, number: str) -> bool:
    return _state(desk, number)[0] == "queued"


def _told_to_the_desk(desk: System, words: str) -> None:
    until(
        lambda: any(words in m["text"] or words in str(m) for m in desk.slack()),
        lambda: f"{words}\n{desk.slack_told()}",
    )


# --- the command line


def test_setup_says_what_it_did_for_every_channel(desk: System, first_setup: CompletedProcess[str]) -> None:
    assert "✗" not in first_setup.stdout
    for words in (
        "whatsapp ",
        "messenger ",
        "telegram ",
        "sms ",
        "app subscribed to the business account",
        f"webhook: {desk.product}/webhooks/whatsapp",
        f"registered: {desk.product}/webhooks/telegram",
        f"now come to {desk.product}/webhooks/twilio",
        "get started button",
    ):
        assert words in first_setup.stdout, first_setup.stdout


def test_status_is_well_when_all_is_well(desk: System) -> None:
    told = desk.command("channels", "status", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    checked = json.loads(told.stdout)
    assert {each["channel"] for each in checked} == set(CHANNELS)
    assert len(checked) == 5  # WhatsApp is there twice: Cloud API and Twilio
    assert all(finding["ok"] for each in checked for finding in each["findings"])
    assert all(len(each["findings"]) >= 3 for each in checked)


def test_status_tells_of_wrong_tokens(desk: System) -> None:
    for platform, code in {"whatsapp": 190, "messenger": 190, "telegram": 401, "twilio": 20003}.items():
        desk.fault(platform, "error", value=code, method="*")
    told = desk.command("channels", "status", "--json")
    assert told.returncode == 1, told.stdout
    cures: dict[tuple[str, bool], str] = {}
    for each in json.loads(told.stdout):
        missing = [finding["cure"] for finding in each["findings"] if not finding["ok"]]
        cures[each["channel"], each["account"].startswith("twilio:")] = " ".join(missing)
    assert "WHATSAPP_ACCESS_TOKEN" in cures["whatsapp", False]
    assert "MESSENGER_ACCESS_TOKEN" in cures["messenger", False]
    assert "TELEGRAM_BOT_TOKEN" in cures["telegram", False]
    assert "TWILIO_AUTH_TOKEN" in cures["whatsapp", True]
    assert len(cures) == 5
    assert all("TWILIO_AUTH_TOKEN" in cure for (channel, _), cure in cures.items() if channel == "sms")
    secrets = [value for name, value in desk.sandbox.settings.items() if "TOKEN" in name]
    assert not [secret for secret in secrets if secret in told.stdout + told.stderr]
    tried = desk.command("channels", "setup")
    assert tried.returncode == 1
    assert tried.stdout.count("✗") >= 5
    assert not [secret for secret in secrets if secret in tried.stdout + tried.stderr]


def test_status_tells_of_webhooks_that_are_elsewhere_and_setup_brings_them_back(desk: System) -> None:
    _telegram(desk, "deleteWebhook")
    _twilio_number(desk, "https://elsewhere.example/sms")
    told = desk.command("channels", "status")
    assert told.returncode == 1, told.stdout
    assert "✗ webhook: none is registered" in told.stdout
    assert "✗ webhook: messages go to https://elsewhere.example/sms" in told.stdout
    assert told.stdout.count("    → run `doorstep channels setup`") == 2
    done = desk.command("channels", "setup")
    assert done.returncode == 0, done.stdout
    assert "before to https://elsewhere.example/sms" in done.stdout
    assert desk.command("channels", "status").returncode == 0


def test_status_of_an_unknown_channel_is_refused(desk: System) -> None:
    told = desk.command("channels", "status", "pigeon")
    assert told.returncode != 0
    assert "pigeon is not switched on; these are: messenger, sms, telegram, whatsapp" in told.stderr


def test_templates_are_listed_with_category_and_state(desk: System) -> None:
    desk.api("templates", {"name": "listed_one", "category": "UTILITY", "status": "PENDING"})
    desk.api("templates", {"name": "listed_two", "category": "UTILITY", "platform": "messenger", "language": "en_US"})
    content = {"sid": f"HX{7:032x}", "body": "Hi", "name": "listed_three", "category": "MARKETING"}
    desk.api("contents", {**content, "status": "approved", "language": "en"})
    told = desk.command("channels", "templates", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    found = {each["name"]: each for each in json.loads(told.stdout)}
    assert (found["listed_one"]["channel"], found["listed_one"]["status"]) == ("whatsapp", "pending")
    assert (found["listed_two"]["channel"], found["listed_two"]["language"]) == ("messenger", "en_US")
    by_twilio = found[f"HX{7:032x}"]
    assert by_twilio["account"].startswith("twilio:")
    assert (by_twilio["category"], by_twilio["status"]) == ("marketing", "approved")


def _telegram(desk: System, method: str, **params: str) -> None:
    settings = desk.sandbox.settings
    url = f"{settings['TELEGRAM_API_URL']}/bot{settings['TELEGRAM_BOT_TOKEN']}/{method}?{urlencode(params)}"
    assert call(url).json["ok"]


def _twilio_number(desk: System, url: str) -> None:
    """Changes in Twilio's console where the messages of our number go, as somebody may."""
    settings = desk.sandbox.settings
    account = settings["TWILIO_ACCOUNT_SID"]
    proof = b64encode(f"{account}:{settings['TWILIO_AUTH_TOKEN']}".encode()).decode()
    headers = {"Authorization": f"Basic {proof}", "Content-Type": "application/x-www-form-urlencoded"}
    numbers = f"{settings['TWILIO_API_URL']}/2010-04-01/Accounts/{account}/IncomingPhoneNumbers"
    query = urlencode({"PhoneNumber": settings["TWILIO_SMS_FROM"]})
    (number,) = call(f"{numbers}.json?{query}", headers=headers).json["incoming_phone_numbers"]
    answer = call(f"{numbers}/{number['sid']}.json", urlencode({"SmsUrl": url}).encode(), headers)
    assert answer.status == 200

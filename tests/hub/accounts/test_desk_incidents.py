"""Tests that without Slack cases wait, customers are answered as ever, and operators hear of it by e-mail, once."""

from typing import Any

import pytest

from core.desk.posts import PostCustomer
from core.errors import Outcome, SendError
from core.ports.mail import Mail
from hub.desk import operators
from hub.timers.kinds import mails as timer
from storage.accounts.tables import incidents
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.queues.tables import mails, outbox, timers
from tests.hub.house import House

REVOKED = SendError(Outcome.MISCONFIGURED, "token_revoked", "install the Slack app again", scope="all")
AWAY = SendError(Outcome.RETRY, "http_503")
CLOSED = SendError(Outcome.MISCONFIGURED, "not_in_channel", "invite the bot", scope="place")


class Letters:
    """Keeps e-mails."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)

    def check(self) -> str:
        return "ok"


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def house(store: Store, letters: Letters) -> House:
    return House(store, mailer=letters, alert_emails=("ops@shop.example", "boss@shop.example"))


def mailed(house: House, letters: Letters) -> list[tuple[str, str]]:
    """Sends what is due; lists (to, subject) since the last time."""
    for row in house.rows(timers):
        if row.kind == "mails":
            timer.KIND.handle(house.hub, row.subject, house.clock())
    told = sorted((mail.to, mail.subject) for mail in letters.sent)
    letters.sent.clear()
    return told


def fails(house: House, error: SendError, times: int = 1) -> None:
    house.desk.script.extend([error] * times)


def waiting(house: House) -> list[Any]:
    return [row for row in house.rows(outbox) if row.lane == "desk" and row.state == "pending"]


def test_a_revoked_token_for_a_while(house: House, letters: Letters) -> None:
    fails(house, REVOKED, 50)
    house.hear("agent")
    told = house.texts()
    assert any("person" in text or "colleague" in text for text in told)  # by when somebody answers, as ever
    for _ in range(3):
        house.later(minutes=2)
        house.hear("hello? are you there?")
        house.send()
    assert len(waiting(house)) >= 4
    subject = "The desk (Slack) cannot be used (token_revoked: install the Slack app again)"
    assert [(to, words.split(": ", 1)[1]) for to, words in mailed(house, letters)] == [
        ("boss@shop.example", subject),
        ("ops@shop.example", subject),
    ]
    house.desk.script.clear()
    house.later(minutes=10)
    house.send()
    house.later(minutes=2)
    house.send()
    assert waiting(house) == []
    said = "\n".join(post.text for post in house.desk.posts if isinstance(post, PostCustomer)).splitlines()
    assert said.count("hello? are you there?") == 3  # nothing lost, nothing double
    assert [words.split(": ", 1)[1] for _, words in mailed(house, letters)] == [
        "The desk (Slack) works again; what waited is posted now"
    ] * 2
    house.hear("thanks")
    house.send()
    assert mailed(house, letters) == []
    assert [row.closed_at is not None for row in house.rows(incidents)] == [True]


def test_a_fault_that_passes_is_none(house: House, letters: Letters) -> None:
    fails(house, AWAY, 2)
    house.hear("agent")
    house.send()
    house.later(minutes=1)
    house.send()
    house.later(minutes=1)
    house.send()
    assert waiting(house) == []
    assert mailed(house, letters) == []


def test_an_outage_of_minutes_is_told(house: House, letters: Letters) -> None:
    fails(house, AWAY, 100)
    house.hear("agent")
    for _ in range(8):
        house.later(minutes=1)
        house.send()
    assert [words.split(": ", 1)[1] for _, words in mailed(house, letters)] == [
        "The desk (Slack) cannot be used (http_503)"
    ] * 2
    house.desk.script.clear()
    house.later(minutes=10)
    house.send()
    assert len(mailed(house, letters)) == 2


def test_a_channel_that_is_closed_is_told_once_a_day(house: House, letters: Letters) -> None:
    fails(house, CLOSED, 1000)
    house.hear("agent")
    for _ in range(5):
        house.later(minutes=2)
        house.send()
    assert len(mailed(house, letters)) == 2
    house.later(days=1)
    house.send()
    assert len(mailed(house, letters)) == 2


def test_a_case_is_resolved_meanwhile(house: House) -> None:
    fails(house, REVOKED, 50)
    house.hear("agent")
    house.send()
    operators.release(house.hub, house.row(cases).id)
    operators.resolve(house.hub, house.row(cases).id)
    assert house.row(cases).state == "resolved"
    house.hear("menu")
    assert house.texts()


def test_without_a_mail_server_nothing_is_written(store: Store) -> None:
    house = House(store, alert_emails=("ops@shop.example",))
    fails(house, REVOKED, 5)
    house.hear("agent")
    house.send()
    assert house.rows(mails) == []
    assert len(house.rows(incidents)) == 1


def test_what_an_alarm_says_is_forgotten_once_it_is_sent(house: House, letters: Letters) -> None:
    fails(house, REVOKED, 5)
    house.hear("agent")
    house.send()
    assert all("doorstep cases list" in row.text for row in house.rows(mails))
    mailed(house, letters)
    assert {(row.state, row.text, row.address) for row in house.rows(mails)} == {("sent", "", "")}


def test_a_channel_that_cannot_send_is_told_by_mail_once_and_at_its_end(house: House, letters: Letters) -> None:
    refused = SendError(Outcome.MISCONFIGURED, "190", "set WHATSAPP_ACCESS_TOKEN", scope="all")
    house.channels["whatsapp"].script.extend([refused] * 3)
    house.hear("menu")
    for _ in range(3):
        house.send()
        house.later(minutes=2)
    house.send()
    subjects = [words.split(": ", 1)[1] for to, words in mailed(house, letters) if to == "ops@shop.example"]
    assert [words for words in subjects if "cannot send (190: set WHATSAPP_ACCESS_TOKEN)" in words] == subjects[:1]
    assert [words for words in subjects if words.endswith("sends again")] == subjects[1:]
    assert len(subjects) == 2

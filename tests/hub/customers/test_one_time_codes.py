"""Tests how a one-time code travels: by SMS through the outbox, by e-mail through a timer, and in no row."""

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import Outcome, SendError
from core.people.one_time_codes import EMAIL, SMS, code_of
from core.ports.mail import Mail
from core.shop.orders import Buyer
from hub.customers import one_time_codes
from hub.timers.loop import Timers
from storage.engine.store import Store
from storage.people import one_time_codes as kept
from storage.people import privacy
from storage.people.tables import one_time_codes as codes
from storage.queues.tables import mails, timers
from storage.tables import metadata
from tests.fakes import NOW
from tests.hub.house import WHATSAPP, House
from tests.hub.people import JANE, customer_of
from tests.storage.orders_sample import order, save_whole

ID, CODE = "01CODE", code_of("secret", "01CODE")


class Postman:
    """Keeps the e-mails it is given; `script` holds what comes of the next ones."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.script: list[SendError] = []

    def send(self, mail: Mail) -> None:
        """Takes it, or raises what the script says."""
        if self.script:
            raise self.script.pop(0)
        self.mails.append(mail)

    def check(self) -> str:
        """Lets everybody in."""
        return "here"


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def house(store: Store, postman: Postman) -> House:
    """Makes an installation that sends codes, where Jane ordered something."""
    made = House(store, code_of=partial(code_of, "secret"), mailer=postman)
    with store.write() as conn:
        save_whole(conn, store, order(buyer=JANE), "c1", NOW)
    return made


def wanted(house: House, way: str, locale: str = "en", number: str = "1001") -> None:
    """Asks for a code, as a turn does."""
    with house.store.write() as conn:
        conn.execute(codes.insert(), kept.row(ID, "conversation", number, way, house.clock()))
        one_time_codes.send(house.hub, conn, ID, number, way, locale, house.clock())


def look(house: House) -> None:
    """Does what is due."""
    asyncio.run(Timers(house.hub, {}).look())


def everything(house: House) -> str:
    """Reads every row there is."""
    with house.store.read() as conn:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in conn.execute(select(table)))


def test_a_code_goes_by_sms_to_the_number_on_file_and_stands_in_no_row(house: House) -> None:
    wanted(house, SMS)
    (said,) = house.texts("sms")
    assert CODE in said
    assert "10 minutes" in said
    assert CODE not in everything(house)
    assert "######" in everything(house)


def test_the_timer_sends_the_mail_in_the_customer_s_language(house: House, postman: Postman) -> None:
    wanted(house, EMAIL, "zh")
    assert postman.mails == []
    look(house)
    (mail,) = postman.mails
    assert (mail.to, mail.locale) == ("jane@example.com", "zh")
    assert CODE in mail.text
    assert "验证码" in mail.subject
    assert CODE not in everything(house)
    assert (house.row(mails).state, house.row(mails).address) == ("sent", "")
    assert [row for row in house.rows(timers) if row.kind == "mails"] == []


def test_a_mail_that_the_server_did_not_take_is_tried_again(house: House, postman: Postman) -> None:
    postman.script = [SendError(Outcome.RETRY, "connect"), SendError(Outcome.MISCONFIGURED, "login_refused")]
    wanted(house, EMAIL)
    for _ in range(3):
        look(house)
        house.later(seconds=31)
    assert len(postman.mails) == 1
    assert house.row(mails).attempts == 2


def test_a_crash_after_the_call_sends_the_same_mail_again(house: House, postman: Postman) -> None:
    wanted(house, EMAIL)
    look(house)
    with house.store.write() as conn:  # the worker died before it wrote that it was sent
        conn.execute(mails.update().values(state="pending", address="jane@example.com"))
        conn.execute(timers.insert(), {"id": "t", "kind": "mails", "subject": ID, "due_at": house.clock()})
    look(house)
    first, second = postman.mails
    assert first == second


@pytest.mark.parametrize("reason", ["refused", "late", "off"])
def test_a_mail_that_cannot_arrive_marks_its_code_as_failed(house: House, postman: Postman, reason: str) -> None:
    wanted(house, EMAIL)
    if reason == "refused":
        postman.script = [SendError(Outcome.CONTENT_REJECTED, "recipient_refused")]
    elif reason == "late":
        house.later(minutes=11)
    else:
        object.__setattr__(house.hub, "mailer", None)
    look(house)
    assert postman.mails == []
    assert house.row(mails).state == "failed"
    assert house.row(codes).failed


@pytest.mark.parametrize("changes", [{"email": ""}, {"phone": "nonsense"}])
def test_where_there_is_nowhere_to_send_it_the_code_has_failed(house: House, changes: dict[str, Any]) -> None:
    bare = Buyer(**{"id": "c2", **changes})
    with house.store.write() as conn:
        save_whole(conn, house.store, order(number="1002", buyer=bare), "c2", NOW)
    wanted(house, EMAIL if "email" in changes else SMS, number="1002")
    assert house.row(codes).failed
    assert house.rows(mails) == []


def test_what_is_left_of_codes_goes_with_the_customer_who_is_erased(house: House) -> None:
    house.hear("hello")
    where = customer_of(house, WHATSAPP)
    with house.store.write() as conn:
        conversation = conn.scalar(select(metadata.tables["conversations"].c.id))
        conn.execute(codes.insert(), kept.row(ID, str(conversation), "1001", EMAIL, house.clock()))
        one_time_codes.send(house.hub, conn, ID, "1001", EMAIL, "en", house.clock())
        privacy.erase(conn, where, house.clock())
    assert (house.rows(codes), house.rows(mails)) == ([], [])

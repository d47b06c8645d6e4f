"""Tests that a conversation shows all it has, and who somebody is only to whoever asked for it, which is logged."""

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.messages.inbound import Deleted, ReceiptStatus
from core.messages.pieces import Attachment
from core.shop.orders import Buyer
from hub.customers import newcomers
from insights.dashboard.house import House as Pages
from storage.conversations import conversations as conversation_rows
from storage.costs import rows as costs
from storage.desk import audit
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.media.tables import media
from storage.people import addresses, merges, privacy
from storage.people import customers as customer_rows
from storage.people.tables import conversations, customers, messages
from tests.fakes import NOW, PHONE
from tests.hub.house import SMS, WHATSAPP, House
from tests.insights.dashboard.visitor import PASSWORD, Visitor
from tests.storage.orders_sample import saved_order

SECRETS = ("Jane Doe", "jane@example.com", PHONE, "202 555 0101", "Elm Grove")
HOSTILE = "<script>alert(1)</script> '; DROP TABLE messages; -- مرحبا \u202e👍🏽"


@pytest.fixture
def talk(store: Store) -> House:
    """Jane, who said who she is, is with an agent."""
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, email="jane@example.com"))
    house = House(store)
    house.hear(f"I am Jane Doe, +1 202 555 0101, jane@example.com, where is order 1001? {HOSTILE}")
    house.hear("agent")
    house.send()
    house.presses("case_claim")
    house.writes("hello Jane, we look into it")
    house.writes("calls from 202 555 0101", note=True)
    house.send()
    return house


@pytest.fixture
def pages(filled: Pages, talk: House) -> Pages:
    """Puts the pages over this store."""
    door = replace(filled.door, password="", redis=None)
    return replace(filled, store=talk.store, now=talk.clock, door=door, file_link=lambda id_: f"/media/{id_}")


@pytest.fixture
def place(talk: House) -> str:
    """Returns the address of the conversation's page."""
    return f"/conversations/{talk.row(conversations).id}"


def looks(store: Store) -> list[tuple[str, str]]:
    with store.read() as conn:
        return [(entry.actor, entry.object) for entry in audit.listed(conn, action="reveal")]


def test_nobody_is_named_until_asked_for(pages: Pages, place: str) -> None:
    page = Visitor(pages).get(place)
    assert page.status_code == 200
    assert [word for word in SECRETS if word in page.text] == []
    assert "where is order 1001?" in page.text
    assert "J•••" in page.text
    assert looks(pages.store) == []


def test_whoever_asks_sees_it_for_a_while_and_is_logged(pages: Pages, talk: House, place: str) -> None:
    visitor = Visitor(pages)
    visitor.get(place)
    shown = visitor.follow(visitor.post(place, {"show": "details"}))
    assert [word for word in SECRETS[:4] if word not in shown.text] == []
    assert looks(pages.store) == [("dashboard:local", f"conversation:{place.rpartition('/')[2]}")]
    assert "Jane Doe" in visitor.get(f"{place}?lang=zh").text
    talk.later(minutes=11)
    assert "Jane Doe" not in visitor.get(place).text
    assert len(looks(pages.store)) == 1


@pytest.mark.parametrize("leaving", ["hide", "/conversations", "/conversations/000000000000000000000000"])
def test_it_is_hidden_again_by_whoever_leaves(leaving: str, pages: Pages, place: str) -> None:
    visitor = Visitor(pages)
    visitor.get(place)
    visitor.follow(visitor.post(place, {"show": "details"}))
    if leaving == "hide":
        visitor.follow(visitor.post(place, {"show": "hide"}))
    else:
        visitor.get(leaving)
    assert "Jane Doe" not in visitor.get(place).text


def test_the_log_has_the_name_of_whoever_signed_in(filled: Pages, pages: Pages, place: str) -> None:
    visitor = Visitor(replace(pages, door=replace(filled.door, password=PASSWORD, redis=None)))
    visitor.sign_in("Bea")
    visitor.get(place)
    visitor.post(place, {"show": "details"})
    assert [actor for actor, _ in looks(pages.store)] == ["dashboard:Bea"]


def test_a_form_that_is_not_ours_shows_nothing(pages: Pages, place: str) -> None:
    visitor = Visitor(pages)
    visitor.get(place)
    assert visitor.post(place, {"show": "details", "csrf": "guessed"}).status_code == 403
    assert looks(pages.store) == []
    assert "Jane Doe" not in visitor.get(place).text


def test_words_are_only_words(pages: Pages, place: str) -> None:
    visitor = Visitor(pages)
    visitor.get(place)
    text = visitor.follow(visitor.post(place, {"show": "details"})).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#39;; DROP TABLE messages; -- مرحبا \u202e👍🏽" in text


def test_a_name_of_signs_is_only_a_name(pages: Pages, talk: House, place: str) -> None:
    with talk.store.write() as conn:
        conn.execute(customers.update().values(name="<img src=x onerror=alert(1)>"))
    visitor = Visitor(pages)
    visitor.get(place)
    assert "<img src=x" not in visitor.follow(visitor.post(place, {"show": "details"})).text


def test_receipts_cases_and_what_the_bot_made_of_it(pages: Pages, talk: House, place: str) -> None:
    part = talk.parts()[0]
    talk.receipt(ReceiptStatus.READ, provider_id=part.provider_id)
    page = Visitor(pages).get(place).text
    for words in ("began", "Where is the order", "read 1", "Case 1 was opened: Asked for a person", "Note", "Agent"):
        assert words in page, words
    chinese = Visitor(pages).get(f"{place}?lang=zh").text
    assert "工单 1 已创建" in chinese
    assert "已读" in chinese


def test_why_one_failed_is_said_in_words(pages: Pages, talk: House, place: str) -> None:
    part = talk.parts()[0]
    talk.receipt(ReceiptStatus.FAILED, provider_id=part.provider_id, code="131047")
    page = Visitor(replace(pages, meaning=lambda _channel, code: "window_closed" if code == "131047" else ""))
    assert "only a template would do · code 131047" in page.get(place).text


def test_files_are_served_only_while_they_are_shown(pages: Pages, talk: House, place: str) -> None:
    talk.hear("see", attachments=(Attachment("image", ref="m1", mime="image/jpeg", filename="Jane Doe.jpg"),))
    with talk.store.write() as conn:
        conn.execute(media.update().values(state="kept", size=40_000_000_000))
    visitor = Visitor(pages)
    masked = visitor.get(place).text
    assert "/media/" not in masked
    assert "Picture: •••" in masked
    shown = visitor.follow(visitor.post(place, {"show": "details"})).text
    assert f'href="/media/{talk.row(media).id}"' in shown
    assert "Picture: Jane Doe.jpg" in shown
    assert "<img" not in shown.split("<main")[1]  # however large it is, it is a link


def test_what_was_taken_back_is_not_shown(pages: Pages, talk: House, place: str) -> None:
    gone = talk.hear("my secret word")
    talk.accept(Deleted(talk.fresh("d"), WHATSAPP, talk.clock(), target=gone))
    talk.drain()
    page = Visitor(pages).get(place).text
    assert "my secret word" not in page
    assert "This message was taken back." in page


def test_a_message_is_opened_in_its_page(pages: Pages, talk: House, place: str) -> None:
    for number in range(110):
        talk.hear(f"thanks {number}")
        talk.later(minutes=1)
    visitor = Visitor(pages)
    newest = visitor.get(place).text
    assert "thanks 109" in newest
    assert "order 1001?" not in newest
    earlier = newest.split("before=")[1].split("#")[0].split("&")[0].strip('"')
    assert "thanks 109" not in visitor.get(f"{place}?before={earlier}").text
    for given in ("before=x", "at=../etc", "at=" + "f" * 300):
        assert visitor.get(f"{place}?{given}").status_code in (400, 404)


def lines(visitor: Visitor, path: str) -> list[dict[str, str]]:
    answer = visitor.get(f"{path}?format=csv&lang=en")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_its_file_has_all_of_it_and_names_nobody_until_asked_for(pages: Pages, talk: House, place: str) -> None:
    talk.receipt(ReceiptStatus.READ, provider_id=talk.parts()[0].provider_id)
    visitor = Visitor(pages)
    assert f'href="/dashboard{place}?format=csv"' in visitor.get(place).text
    masked = lines(visitor, place)
    assert [word for word in SECRETS if word in str(masked)] == []
    first = masked[0]
    assert (first["what"], first["by"], first["state"]) == ("message", "customer", "received")
    assert any(each["flow"] for each in masked)
    assert "where is order 1001?" in first["words"]
    assert [each["at"] for each in masked] == sorted(each["at"] for each in masked)
    assert {each["by"] for each in masked} == {"customer", "bot", "agent", "note", ""}
    assert any(each["receipts"].startswith("read 2") and each["details"] for each in masked)
    assert "Case 1 was opened: Asked for a person" in {each["words"] for each in masked if each["what"] == "case"}
    assert looks(pages.store) == []

    visitor.follow(visitor.post(place, {"show": "details"}))
    shown = str(lines(visitor, place))
    assert [word for word in ("Jane Doe", "jane@example.com", "202 555 0101") if word not in shown] == []
    assert len(looks(pages.store)) == 1
    talk.later(minutes=11)
    assert "Jane Doe" not in str(lines(visitor, place))


def test_its_file_has_every_page_and_nothing_that_was_taken_back(pages: Pages, talk: House, place: str) -> None:
    gone = talk.hear("my secret word")
    talk.accept(Deleted(talk.fresh("d"), WHATSAPP, talk.clock(), target=gone))
    talk.drain()
    for number in range(110):
        talk.hear(f"thanks {number}")
        talk.later(minutes=1)
    found = lines(Visitor(pages), place)
    assert [each["words"] for each in found if each["words"].startswith("thanks")] == [
        f"thanks {n}" for n in range(110)
    ]
    assert len({each["id"] for each in found if each["what"] == "message"}) == len(found) - sum(
        each["what"] != "message" for each in found
    )
    assert "my secret word" not in str(found)


def test_its_file_has_why_one_failed_and_what_was_paid(pages: Pages, talk: House, place: str) -> None:
    part = talk.parts()[0]
    talk.receipt(ReceiptStatus.FAILED, provider_id=part.provider_id, code="131047")
    cost = {
        "id": "k1",
        "at": NOW,
        "channel": "whatsapp",
        "account": "main",
        "flow": "",
        "provider_id": part.provider_id,
        "part_id": part.id,
        "kind": "",
    }
    cost |= {"outbox_id": part.outbox_id, "category": "service", "currency": "USD", "micros": 50, "source": "table"}
    with talk.store.write() as conn:
        costs.book(conn, talk.store, [cost])
    (failed,) = (each for each in lines(Visitor(pages), place) if each["state"] == "failed")
    assert (failed["reason"], failed["cost"], failed["currency"]) == ("131047", "0.00005", "USD")


def test_of_somebody_erased_nothing_is_left(pages: Pages, talk: House, place: str) -> None:
    with talk.store.write() as conn:
        privacy.erase(conn, talk.row(customers).id, NOW)
    answer = Visitor(pages).get(place)
    assert [word for word in (*SECRETS, "hello Jane", "order 1001?") if word in answer.text] == []


def test_one_that_is_closed_is_still_read(pages: Pages, talk: House, place: str) -> None:
    with talk.store.write() as conn:
        addresses.drop(conn, [WHATSAPP.key])
    page = Visitor(pages).get(f"{place}?lang=en").text
    assert "Closed" in page
    assert "where is order 1001?" in page
    assert place in Visitor(pages).get("/conversations?state=closed").text


def test_one_that_is_silent_says_so(pages: Pages, talk: House) -> None:
    with talk.store.write() as conn:
        newcomers.ensure(conn, talk.store, [(SMS, "Sam")], NOW)
        who = conversation_rows.by_keys(conn, [SMS.key])[SMS.key]
    page = Visitor(pages).get(f"/conversations/{who.id}?lang=en")
    assert page.status_code == 200
    assert "Nothing was said here" in page.text


def test_whoever_turned_out_to_be_another_has_both_names_hidden(pages: Pages, talk: House, place: str) -> None:
    with talk.store.write() as conn:
        gone = customer_rows.add(conn, NOW, name="Zebedee Quick")
        owner = conn.scalar(select(conversations.c.customer_id).where(conversations.c.key == WHATSAPP.key))
        merges.merge(conn, str(owner), gone, "operator", NOW)
        conn.execute(messages.update().where(messages.c.text == "agent").values(text="Zebedee Quick wants an agent"))
    page = Visitor(pages).get(place).text
    assert "Zebedee" not in page
    assert "••• wants an agent" in page


def test_the_case_leads_to_its_thread(pages: Pages, talk: House, place: str) -> None:
    case = talk.row(cases)
    known = Visitor(replace(pages, thread_link=lambda where, thread: f"https://x.slack.com/archives/{where}/p{thread}"))
    assert f"/cases/{case.id}/thread" in known.get(place).text
    answer = known.get(f"/cases/{case.id}/thread")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"https://x.slack.com/archives/{case.place}/p{case.thread}",
    )
    nowhere = Visitor(replace(pages, thread_link=lambda *_: "javascript:alert(1)"))
    assert nowhere.get(f"/cases/{case.id}/thread").status_code == 404
    assert nowhere.get("/cases/none/thread").status_code == 404


def test_there_is_none(pages: Pages) -> None:
    assert Visitor(pages).get("/conversations/nothing").status_code == 404
    assert Visitor(pages).get("/conversations/%3Cscript%3E").status_code == 404

"""Tests everything that a phone can send, on every channel: taken, kept, and met with what fits it.

What a payload means is proven by the fixtures in tests/adapters/channels; here the sandbox sends each kind once, and
the screens of customer and agent are looked at.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from storage.queues import inbox as states
from tests.journeys.actors import Json, until
from tests.journeys.system import System
from tests.journeys.wording import choice, said

inbox, outbox, consents = tables.inbox.c, tables.outbox.c, tables.consents.c
conversations, cases, notices = tables.conversations.c, tables.cases.c, tables.notices.c

MENU = said("utter_ask_topic")
MEDIA = said("utter_unsupported_media")
VOICE = said("utter_voice_note")
BASKET = said("utter_handoff_order_request")
FORM = said("utter_handoff_form_received")
KNOWN = said("utter_contact_proved")
OPENED = said("utter_hello_again")
LOST = said("opening_not_understood")
HELLO = said("utter_hello_again")
PERSON = said("utter_handoff_asked_human")
NOTHING = ""

# What the bot says to each kind, of a customer who has the menu already.
REACTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "whatsapp": {
        MENU: ("text",),
        MEDIA: ("audio", "document", "image", "location", "no_body", "poll", "raw", "sticker", "unsupported", "video"),
        VOICE: ("voice",),
        BASKET: ("order",),
        FORM: ("form",),
        KNOWN: ("contact",),
        OPENED: ("welcome",),
        NOTHING: ("call_permission", "delete", "edit", "human", "identity", "reaction"),
    },
    "messenger": {
        MENU: ("text",),
        # Messenger tells no voice note from other sounds.
        MEDIA: (
            *("appointment", "audio", "contact", "document", "image", "location"),
            *("sticker", "template", "unsupported", "video", "voice"),
        ),
        BASKET: ("cart",),
        FORM: ("feedback",),
        OPENED: ("get_started", "referral"),
        LOST: ("fallback", "ig_post", "post", "reel"),
        NOTHING: (
            *("account_linking", "delete", "edit", "handover", "human", "optin", "policy"),
            *("raw", "reaction", "read"),
        ),
    },
    "telegram": {
        MENU: ("text",),
        MEDIA: (
            *("album", "animation", "audio", "dice", "document", "image", "live", "location", "poll"),
            *("sticker", "story", "unknown", "unsupported", "venue", "video", "video_note"),
        ),
        VOICE: ("voice",),
        KNOWN: ("contact",),
        OPENED: ("start",),
        NOTHING: ("edit", "live_edit", "reaction", "service"),
    },
    "sms": {
        MENU: ("text",),
        MEDIA: ("contact", "document", "image", "mms", "sticker", "unsupported", "video"),
        VOICE: ("audio", "voice"),
        LOST: ("location",),  # a link to a map
        NOTHING: ("reaction",),
    },
    "twilio_whatsapp": {
        MENU: ("text",),
        MEDIA: ("contact", "document", "image", "location", "sticker", "unsupported", "video"),
        VOICE: ("audio", "voice"),
        FORM: ("form",),
        HELLO: ("ad",),
    },
}
CHANNELS = tuple(REACTIONS)
ELSEWHERE = "Hello from the other inbox"
OPTIONS: dict[str, Json] = {
    "text": {"text": "menu"},
    "edit": {"text": "other words"},
    "reaction": {"text": "👍"},
    "human": {"text": ELSEWHERE},
    "raw": {"message": {"type": "brandnew", "brandnew": {"n": 1}}, "item": {"brandnew": {"n": 1}}},
}
EDIT = {"edit": "it reads now: other words"}
DELETE = {"delete": "took back a message"}
REACTION = {"reaction": ": 👍"}  # after the message that it is on, which is whichever came last
HUMAN = {"human": f"answered outside this desk: {ELSEWHERE}"}
LINES, NAMED_LINES = "🛒 1 × BOOT-42 (129.8 USD)", "🛒 1 × BOOT-42 Leather boots (129.8 USD)"
# What an agent reads of what is no words; a file is a link.
READS: dict[str, dict[str, str]] = {
    "whatsapp": {
        **EDIT,
        **DELETE,
        **REACTION,
        **HUMAN,
        "contact": "their own number",
        "order": LINES,
        "poll": "poll creation: This message is currently unavailable",
    },
    "messenger": {
        **EDIT,
        **DELETE,
        **REACTION,
        **HUMAN,
        "location": "📍",
        "cart": NAMED_LINES,
        "referral": "↗ Came by a link",
        "post": "🔗 post: New boots",
        "template": "🔗 product: ",
    },
    "telegram": {
        **EDIT,
        **REACTION,
        "venue": "📍 Café Aurora",
        "album": "image/",
        "dice": "🎲: value: 4",
        "poll": "📊 Red or blue? (Red, Blue)",
    },
    "sms": {**REACTION, "mms": "image/", "contact": "ask an operator", "unsupported": "unsupported"},
    "twilio_whatsapp": {
        "form": "size: 42",
        "location": "📍",
        "ad": "↗ Came by an ad: Winter boots · Warm feet for less",
        "image": "image/",
    },
}
CHANGES = {"edit", "delete"}


@pytest.fixture(autouse=True)
def _nothing_is_lost(both_accounts: System) -> Iterator[None]:
    """Checks that no test leaves a dead letter or an error in the logs, and mends what it broke."""
    start = both_accounts.log.stat().st_size
    yield
    both_accounts.heal()
    dead = select(inbox.source, inbox.lane, inbox.error).where(inbox.state == states.DEAD)
    assert both_accounts.rows(dead) == []
    with both_accounts.log.open(errors="replace") as log:
        log.seek(start)
        errors = [line for line in log if "Traceback" in line or '"level":"error"' in line]
    assert errors == []


@pytest.fixture
def desk(both_accounts: System) -> System:
    return both_accounts


def kinds(desk: System, channel: str) -> list[str]:
    return sorted(desk.api("state")["kinds"][channel])


def texts(desk: System, phone: str) -> list[str]:
    return [str(bubble["text"]) for bubble in desk.answers(phone)]


def act_of(kind: str) -> Json:
    return {"kind": kind, **OPTIONS.get(kind, {})}


def words_of(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def case_of(desk: System, phone: str) -> str:
    """Finds the ts of the newest case's card of this phone's owner, whatever their name is."""
    known = desk.phone(phone)
    values = {known["address"], f"+{known['address'].lstrip('+')}", known.get("user_id")}
    of_theirs = (
        select(cases.thread)
        .join(tables.conversations, conversations.id == cases.conversation_id)
        .where(conversations.value.in_(values))
        .order_by(cases.id.desc())
    )

    def thread() -> str:
        found = desk.rows(of_theirs)
        return str(found[0][0] or "") if found else ""

    return until(thread, lambda: f"a case of {phone}\n{desk.slack_told()}")


def with_agent(desk: System, channel: str) -> tuple[str, str]:
    """Makes a customer whose conversation an agent has; their phone and the case's ts."""
    phone = desk.meet(channels=[channel])
    desk.say(phone, "talk to a person")
    desk.expect(phone, PERSON)
    root = case_of(desk, phone)
    desk.slack_reply(root, "Bea here")
    desk.expect(phone, "Bea here")
    desk.settled()
    return phone, root


# --- one kind at a time


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_kind_meets_what_fits_it(desk: System, channel: str) -> None:
    expected = {kind: words for words, listed in REACTIONS[channel].items() for kind in listed}
    assert kinds(desk, channel) == sorted(expected)
    phones = {kind: desk.meet(channels=[channel]) for kind in expected}
    for kind, phone in phones.items():
        desk.act(phone, {"kind": "live"} if kind == "live_edit" else {"text": "menu"})
    for phone in phones.values():
        desk.expect(phone, "")
    desk.settled()
    before = {kind: len(desk.answers(phone)) for kind, phone in phones.items()}
    assert {kind: desk.act(phone, act_of(kind)) for kind, phone in phones.items()} == dict.fromkeys(phones, 200)
    desk.settled()
    heard = {kind: desk.answers(phone)[before[kind] :] for kind, phone in phones.items()}
    told = {kind: [b["text"] for b in bubbles if b["text"] != ELSEWHERE] for kind, bubbles in heard.items()}
    for kind, words in expected.items():
        fitting = [text for text in told[kind] if words and words in text]
        assert len(fitting) == (1 if words else 0), f"{kind}: {told[kind]}"
        assert words or not told[kind], f"{kind}: {told[kind]}"


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_agent_who_has_the_case_reads_what_is_not_words(desk: System, channel: str) -> None:
    phone, root = with_agent(desk, channel)
    answered = len(desk.answers(phone))
    said = [kind for kind in READS[channel] if kind in CHANGES]
    for kind in said:
        desk.act(phone, {"text": f"to {kind}"})
        desk.slack_expect(root, f"to {kind}")
        assert desk.act(phone, act_of(kind)) == 200
    for kind in READS[channel].keys() - CHANGES:
        assert desk.act(phone, act_of(kind)) == 200
    for shown in READS[channel].values():
        desk.slack_expect(root, shown)
    desk.settled()
    assert [text for text in texts(desk, phone)[answered:] if text != ELSEWHERE] == []


# --- what starts nothing


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel != "sms"])
def test_a_sticker_after_thanks_starts_nothing(desk: System, channel: str) -> None:
    phone = desk.meet(channels=[channel])
    desk.say(phone, "thank you")
    desk.expect(phone, "")
    desk.settled()
    before = len(desk.bubbles(phone))
    assert desk.act(phone, {"kind": "sticker"}) == 200
    desk.settled()
    assert [bubble["direction"] for bubble in desk.bubbles(phone)[before:]] == ["in"]


@pytest.mark.parametrize(
    ("channel", "beside"),
    [
        ("whatsapp", {"group": "family"}),
        ("telegram", {"group": "family"}),
        ("whatsapp", {"standby": True}),
        ("messenger", {"standby": True}),
    ],
)
def test_what_others_answer_or_nobody_asked_gets_no_answer(desk: System, channel: str, beside: Json) -> None:
    phone = desk.meet(channels=[channel])
    assert desk.act(phone, {"text": "where is my order?", **beside}) == 200
    desk.settled()
    assert desk.answers(phone) == []
    assert desk.act(phone, {"text": "menu"}) == 200
    desk.expect(phone, MENU)


@pytest.mark.parametrize("backwards", [False, True])
def test_an_album_gets_one_answer(desk: System, backwards: bool) -> None:
    phone = desk.meet(channels=["telegram"])
    desk.act(phone, {"kind": "album", "count": 5, "kinds": ["image", "video"], "reverse": backwards})
    desk.expect(phone, MEDIA)
    desk.settled()
    assert sum(MEDIA in bubble["text"] for bubble in desk.answers(phone)) == 1


# --- what opens a case


@pytest.mark.parametrize(
    ("channel", "kind", "answer", "shown"),
    [
        ("whatsapp", "order", BASKET, LINES),
        ("messenger", "cart", BASKET, NAMED_LINES),
        ("whatsapp", "form", FORM, "delivery_rating: 4; comment_text: All fine"),
        ("messenger", "feedback", FORM, "myquestion1: 4"),
        ("twilio_whatsapp", "form", FORM, "size: 42"),
    ],
)
def test_a_basket_and_a_form_open_a_case_that_shows_them(
    desk: System, channel: str, kind: str, answer: str, shown: str
) -> None:
    phone = desk.meet(channels=[channel])
    desk.mark(phone)
    assert desk.act(phone, {"kind": kind}) == 200
    desk.expect(phone, answer)
    root = case_of(desk, phone)
    card = next(message for message in desk.slack() if message["ts"] == root)
    assert shown in words_of(card["blocks"])


def test_a_voice_note_can_be_given_to_a_person(desk: System) -> None:
    phone = desk.meet()
    assert desk.act(phone, {"kind": "voice"}) == 200
    desk.expect(phone, VOICE)
    desk.press(phone, choice("utter_voice_note", "person"))
    desk.expect(phone, said("utter_handoff_voice_note"))
    assert case_of(desk, phone)


@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
def test_a_person_in_the_other_inbox_silences_the_bot_until_it_gets_back(desk: System, channel: str) -> None:
    phone = desk.meet(channels=[channel])
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    assert desk.act(phone, {"kind": "human", "text": "I'll look after you"}) == 200
    root = case_of(desk, phone)
    desk.say(phone, "where is my order?")
    desk.slack_expect(root, "where is my order?")
    desk.settled()
    assert [bubble["text"] for bubble in desk.answers(phone)][1:] == ["I'll look after you"]
    desk.slack_press(root, "case_to_bot")
    desk.settled()
    desk.say(phone, "menu")
    desk.expect(phone, MENU)


# --- preferences


def standing(desk: System, channel: str, subject: str, purpose: str) -> tuple[bool, str]:
    """Reads the newest word on record."""
    said = select(consents.granted, consents.source).where(
        consents.channel == channel, consents.subject.contains(subject), consents.purpose == purpose
    )
    found = desk.rows(said.order_by(consents.id.desc()).limit(1))
    return (bool(found[0][0]), str(found[0][1])) if found else (True, "")


def test_a_block_on_telegram_stops_the_notices_and_its_end_lets_them_through(desk: System) -> None:
    phone = desk.meet(channels=["telegram"], id="bea-blocks")
    known = desk.phone(phone)
    assert desk.act(phone, {"kind": "contact"}) == 200
    desk.expect(phone, KNOWN)
    for order in ("8101", "8102"):
        desk.sells(order, known["number"], id="bo", name="Bo Block")
    desk.settled()
    desk.api(f"phones/{phone}/block", {"blocked": True})
    until(lambda: not standing(desk, "telegram", known["address"], "service")[0], "the block on record")
    desk.mark(phone)
    before = len(desk.answers(phone))
    desk.ships("8101")
    desk.settled()
    state = select(notices.state, notices.reason).where(notices.order_number == "8101")
    assert [row.state for row in desk.rows(state)] == ["skipped"]
    desk.api(f"phones/{phone}/block", {"blocked": False})
    until(lambda: standing(desk, "telegram", known["address"], "service")[0], "the end of the block on record")
    desk.ships("8102")
    desk.expect(phone, "8102")
    assert not [text for text in texts(desk, phone)[before:] if "8101" in text]


def test_the_marketing_preference_of_whatsapp_is_on_record(desk: System) -> None:
    phone = desk.meet()
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    address = desk.phone(phone)["address"]
    assert desk.api(f"phones/{phone}/marketing", {"stop": True})["ok"]
    until(lambda: not standing(desk, "whatsapp", address, "marketing")[0], "the stop on record")
    assert standing(desk, "whatsapp", address, "service")[0]
    assert desk.api(f"phones/{phone}/marketing", {"stop": False})["ok"]
    until(lambda: standing(desk, "whatsapp", address, "marketing")[0], "the end of the stop on record")


# --- several at once

BROKEN: dict[str, Json] = {
    "whatsapp": {"kind": "raw", "message": {"type": "text", "text": "no object"}},
    "messenger": {"kind": "raw", "item": {"message": {"mid": 5, "text": {}}}},
}


@pytest.mark.parametrize("channel", BROKEN)
def test_a_broken_one_among_many_of_both_accounts_harms_nobody(desk: System, channel: str) -> None:
    good = [desk.meet(channels=[channel], account=account) for account in ("main", "second") * 3]
    broken = desk.meet(channels=[channel])
    for phone in good:
        desk.mark(phone)
    items = [{"phone": phone, "text": "menu"} for phone in good]
    items.insert(3, {"phone": broken, **BROKEN[channel]})
    unreadable = inbox.error == "unsupported: unreadable"
    before = desk.count(tables.inbox, unreadable)
    assert desk.api("batches", {"items": items, "wait": True}) == {"status": 200}
    for phone in good:
        desk.expect(phone, MENU)
    desk.settled()
    assert [len(desk.answers(phone)) for phone in good] == [1] * len(good)
    kept = desk.rows(select(inbox.payload).where(unreadable).order_by(inbox.id))[before:]
    assert [desk.phone(broken)["address"].lstrip("+") in row.payload for row in kept] == [True]


def test_a_customer_of_messenger_gets_the_name_of_their_profile(desk: System) -> None:
    phone = desk.meet(channels=["messenger"], name="Sofia Profile Reyes")
    assert desk.act(phone, {"kind": "text", "text": "agent"}) == 200
    root = case_of(desk, phone)
    desk.slack_expect(root, "Sofia Profile Reyes")

"""Tests what becomes of a message that a provider refuses: each outcome once on each channel that has it.

Which outcome a code has is proven for every code in tests/adapters/channels (test_errors.py, Messenger's in
test_send.py), what an outcome does to a reply and to a notice in tests/hub/delivery and tests/hub/notices. Here one
code stands for each outcome and channel; every channel whose receipts tell of failures has one that is told late.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import pytest
from sqlalchemy import ColumnElement, select

from adapters.channels import registry
from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.system import System, system
from tests.journeys.wording import constant, said

outbox, consents, addresses = tables.outbox.c, tables.consents.c, tables.addresses.c
notices, cases, conversations = tables.notices.c, tables.cases.c, tables.conversations.c

MENU = said("utter_ask_topic")
PERSON = said("utter_handoff_asked_human")
PLATFORM = {"sms": "twilio", "twilio_whatsapp": "twilio"}
OPEN = ("pending", "sending", "unknown")
SLOW = 110.0  # an account that was out of order is tried again after a minute


class Case(NamedTuple):
    """A refusal that is final. `late`: the provider takes the message and says so in the receipt."""

    channel: str
    value: Any
    code: str
    late: bool = False

    def __str__(self) -> str:
        return f"{self.channel}-{self.code.replace(' ', '_')}{'-late' if self.late else ''}"

    @property
    def platform(self) -> str:
        return PLATFORM.get(self.channel, self.channel)

    def strike(self, desk: System, times: int = 1) -> None:
        desk.fault(self.platform, "failed_receipts" if self.late else "error", times=times, value=self.value)


def forbidden(words: str) -> Json:
    return {"code": 403, "description": f"Forbidden: {words}"}


def bad(words: str) -> Json:
    return {"code": 400, "description": f"Bad Request: {words}"}


def by_channel(*cases: Case) -> dict[str, Case]:
    return {case.channel: case for case in cases}


WINDOW_CLOSED = by_channel(
    Case("whatsapp", 131047, "131047"),
    Case("messenger", {"code": 10, "subcode": 2018278}, "10/2018278"),
    Case("twilio_whatsapp", 63016, "63016", late=True),
)
OPTED_OUT = by_channel(
    Case("whatsapp", 131050, "131050", late=True),
    Case("messenger", {"code": 10, "subcode": 1893015}, "10/1893015"),
    Case("telegram", forbidden("bot was blocked by the user"), "bot was blocked by the user"),
    Case("sms", 21610, "21610"),
)
ADDRESS_DEAD = by_channel(
    Case("whatsapp", 131026, "131026", late=True),
    Case("messenger", 551, "551"),
    Case("telegram", forbidden("user is deactivated"), "user is deactivated"),
    Case("sms", 30006, "30006", late=True),
    Case("twilio_whatsapp", 63024, "63024", late=True),
)
CONTENT_REJECTED = by_channel(
    Case("whatsapp", 131009, "131009"),
    Case("messenger", 100, "100"),
    Case("telegram", bad("message is too long"), "message is too long"),
    Case("sms", 21617, "21617"),
    Case("twilio_whatsapp", 63013, "63013", late=True),
)
UNKNOWN = by_channel(
    Case("whatsapp", 139999, "139999", late=True),
    Case("messenger", 99998, "99998"),
    Case("sms", 39998, "39998", late=True),
    Case("twilio_whatsapp", 29998, "29998"),
)
FINAL = [case for cases in (WINDOW_CLOSED, OPTED_OUT, ADDRESS_DEAD, CONTENT_REJECTED) for case in cases.values()]
RETRY = {
    "whatsapp": {"value": 131016},
    "messenger": {"value": 1200},
    "telegram": {"value": {"code": 502}},
    "sms": {"value": 20503},
    "twilio_whatsapp": {"value": 20500},
}
PACE: dict[str, Json] = {
    "whatsapp": {"value": 130429},
    "messenger": {"value": 613},
    "telegram": {"value": {"code": 429, "retry_after": 1}},
    "sms": {"value": 20429},
    "twilio_whatsapp": {"value": 14107},
}


@pytest.fixture
def desk(both_accounts: System) -> System:
    return both_accounts


@pytest.fixture(autouse=True)
def _platforms_behave(both_accounts: System) -> Iterator[None]:
    yield
    both_accounts.heal()


# --- customers


@cache
def names(desk: System, phone: str) -> frozenset[str]:
    """Lists all that the owner of a phone is called by on its channel."""
    known = desk.phone(phone)
    given = (known["address"], f"+{known['address'].lstrip('+')}", known.get("user_id"))
    return frozenset(name for name in given if name)


def owned(desk: System, phone: str, column: Any = outbox.value) -> ColumnElement[bool]:
    """Selects rows about this phone's owner, under whichever of their names."""
    clause: ColumnElement[bool] = column.in_(names(desk, phone))
    return clause


def calm(desk: System, phone: str) -> None:
    """Waits until nothing to this phone is pending; `settled` would wait for accounts that are out of order."""
    desk.handled()
    mine = (owned(desk, phone), outbox.state.in_(OPEN))
    until(lambda: not desk.count(tables.outbox, *mine), lambda: f"nothing to {phone}\n{desk.output()}")


def rows_of(desk: System, phone: str) -> list[Any]:
    """Lists (state, code) of every message to this phone, oldest first."""
    found = select(outbox.state, outbox.code, outbox.attempts).where(owned(desk, phone))
    return desk.rows(found.order_by(outbox.id))


def calls_to(desk: System, channel: str, phone: str, words: str = "", since: int = 0) -> list[Json]:
    """Lists the calls that carried a message to this phone."""
    platform = PLATFORM.get(channel, channel)
    return [
        made
        for made in desk.sends(platform, words, since)
        if any(name.lstrip("+") in made["request"] for name in names(desk, phone))
        and (platform != "twilio" or ("whatsapp%3A" in made["request"]) == (channel == "twilio_whatsapp"))
    ]


def now_in_log(desk: System) -> int:
    found = desk.api("log?limit=1")
    return int(found[-1]["id"]) if found else 0


def greeted(desk: System, channel: str, **person: Any) -> str:
    """Makes a customer who has the menu."""
    phone = desk.meet(channels=[channel], **person)
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    calm(desk, phone)
    return phone


def card_of(desk: System, phone: str) -> str:
    of_theirs = (
        select(cases.thread)
        .join(tables.conversations, conversations.id == cases.conversation_id)
        .where(owned(desk, phone, conversations.value))
    )
    return until(lambda: next((str(row[0] or "") for row in desk.rows(of_theirs)), ""), "the case")


def with_agent(desk: System, channel: str, phone: str = "") -> tuple[str, str]:
    """Makes a customer (a new one without `phone`) whose conversation an agent has, and the ts of the card."""
    phone = phone or desk.meet(channels=[channel])
    desk.say(phone, "talk to a person")
    desk.expect(phone, PERSON)
    root = card_of(desk, phone)
    desk.slack_reply(root, "Bea here")
    desk.expect(phone, "Bea here")
    calm(desk, phone)
    return phone, root


def ended(desk: System, phone: str, state: str, code: str) -> None:
    """Waits for the end of the newest message to this phone."""

    def so() -> bool:
        last = rows_of(desk, phone)[-1]
        return bool(last.state == state and code.lower() in (last.code or "").lower())

    until(so, lambda: f"{state} ({code}) on {phone}: {rows_of(desk, phone)}")


# --- what is final


@pytest.mark.parametrize("case", FINAL, ids=str)
def test_a_reply_that_is_refused_for_good_is_called_once(desk: System, case: Case) -> None:
    phone = greeted(desk, case.channel)
    since = now_in_log(desk)
    case.strike(desk)
    desk.say(phone, "menu")
    ended(desk, phone, "failed", case.code)
    calm(desk, phone)
    assert len(calls_to(desk, case.channel, phone, since=since)) == 1
    dead = desk.count(tables.addresses, owned(desk, phone, addresses.value), addresses.dead_at.is_not(None))
    assert bool(dead) == (case in ADDRESS_DEAD.values())
    assert withdrawn(desk, phone) == _withdrawn_by(case)
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    assert not desk.count(tables.addresses, owned(desk, phone, addresses.value), addresses.dead_at.is_not(None))


def withdrawn(desk: System, phone: str) -> set[str]:
    """Lists the purposes for which the provider told that the customer does not want to be written to."""
    refused = select(consents.purpose).where(owned(desk, phone, consents.subject), consents.granted.is_(False))
    return {row.purpose for row in desk.rows(refused.where(consents.source.startswith("provider:")))}


def _withdrawn_by(case: Case) -> set[str]:
    if case not in OPTED_OUT.values():
        return set()
    return {"marketing"} if case.channel in ("whatsapp", "messenger") else {"service", "marketing"}


@pytest.mark.parametrize(
    "refusals",
    [
        (CONTENT_REJECTED["whatsapp"], ADDRESS_DEAD["whatsapp"]),
        (WINDOW_CLOSED["messenger"],),
        (OPTED_OUT["telegram"],),
        (ADDRESS_DEAD["sms"],),
        (WINDOW_CLOSED["twilio_whatsapp"],),
    ],
    ids=lambda refusals: refusals[0].channel,
)
def test_an_agent_is_told_in_the_thread_what_happened(desk: System, refusals: tuple[Case, ...]) -> None:
    channel = refusals[0].channel
    phone, root = with_agent(desk, channel)
    for number, case in enumerate(refusals):
        since = now_in_log(desk)
        case.strike(desk)
        reply = desk.slack_reply(root, f"words-{number}")
        ended(desk, phone, "failed", case.code)
        desk.slack_expect(root, case.code.partition(":")[2].strip() or case.code)
        desk.slack_reaction(reply, "x")
        assert len(calls_to(desk, channel, phone, f"words-{number}", since)) == 1
    notes = [message["text"] for message in desk.slack_thread(root) if "Not delivered" in message["text"]]
    assert len(notes) == len(refusals)
    desk.slack_reply(root, "and yet it works")
    desk.expect(phone, "and yet it works")


NUMBERS = iter(range(8300, 8999))


def buyer(desk: System, channel: str) -> tuple[str, str, str]:
    """Makes a customer with an order, whose first way is `channel` and the next one SMS; both phones and its number."""
    number = str(next(NUMBERS))
    phones = desk.phones_of(channel, "sms", name=f"Nils {number}")
    first, sms = phones[channel], phones["sms"]
    mobile = desk.phone(sms)["number"]
    address = {"postcode": "LS1 1AA"}
    desk.sells(number, mobile, name=f"Nils {number}", notify=["sms"], email=f"nils{number}@example.com")
    desk.handled()
    if channel == "telegram":
        assert desk.act(first, {"kind": "contact"}) == 200
        desk.expect(first, said("utter_contact_proved"))
    elif channel == "messenger":
        desk.say(first, f"where is my order {number}?")
        desk.expect(first, constant("utter_ask_proof"))
        desk.say(first, address["postcode"])
        desk.expect(first, constant("order_paid"))
    else:
        desk.say(first, "menu")
        desk.expect(first, MENU)
    calm(desk, first)
    return first, sms, number


@pytest.mark.parametrize(
    "case",
    [
        WINDOW_CLOSED["twilio_whatsapp"],
        OPTED_OUT["telegram"],
        ADDRESS_DEAD["messenger"],
        CONTENT_REJECTED["whatsapp"],
        UNKNOWN["whatsapp"],
    ],
    ids=str,
)
def test_a_notice_that_is_refused_takes_the_next_channel(desk: System, case: Case) -> None:
    first, sms, number = buyer(desk, case.channel)
    since = now_in_log(desk)
    case.strike(desk)
    desk.mark(sms)
    desk.ships(number)
    desk.expect(sms, number)
    calm(desk, sms)
    assert len(calls_to(desk, case.channel, first, number, since)) == 1
    assert sum(number in bubble["text"] for bubble in desk.answers(sms)) == 1
    row = desk.rows(select(notices.state, notices.channel).where(notices.order_number == number))
    assert [tuple(each) for each in row] == [("sent", "sms")]


@pytest.mark.parametrize("case", [OPTED_OUT["sms"], ADDRESS_DEAD["sms"]], ids=str)
def test_a_notice_without_another_way_says_so(desk: System, case: Case) -> None:
    number = str(next(NUMBERS))
    phone = greeted(desk, "sms")
    desk.sells(number, desk.phone(phone)["number"])
    desk.handled()
    calm(desk, phone)
    since = now_in_log(desk)
    case.strike(desk)
    desk.ships(number)
    state = select(notices.state, notices.tried).where(notices.order_number == number)
    until(lambda: desk.rows(state) and desk.rows(state)[0].state == "failed", lambda: f"failed: {desk.rows(state)}")
    assert len(calls_to(desk, "sms", phone, number, since)) == 1


# --- what is said again


@pytest.mark.parametrize("faults", [RETRY, PACE], ids=["retry", "pace"])
@pytest.mark.parametrize("channel", RETRY)
def test_a_reply_that_may_pass_later_arrives_once(desk: System, channel: str, faults: dict[str, Json]) -> None:
    phone = greeted(desk, channel)
    since = now_in_log(desk)
    desk.fault(PLATFORM.get(channel, channel), "error", times=1, **faults[channel])
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    calm(desk, phone)
    assert len(calls_to(desk, channel, phone, since=since)) == 2
    assert len(desk.answers(phone)) == 2
    burned = [row.attempts for row in rows_of(desk, phone)]
    assert burned[-1] == (1 if faults is RETRY else 0)


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_an_agent_s_reply_and_a_notice_that_may_pass_later_arrive_once(desk: System, channel: str) -> None:
    phone, sms, number = buyer(desk, channel)
    desk.fault(channel, "error", times=1, **RETRY[channel])
    desk.mark(phone)
    desk.ships(number)
    desk.expect(phone, number)
    assert not [bubble for bubble in desk.answers(sms) if number in bubble["text"]]
    phone, root = with_agent(desk, channel, phone)
    desk.fault(channel, "error", times=1, **RETRY[channel])
    reply = desk.slack_reply(root, "second try")
    desk.expect(phone, "second try")
    desk.slack_sent(reply)
    calm(desk, phone)
    assert sum(bubble["text"] == "second try" for bubble in desk.answers(phone)) == 1
    assert not any("Not delivered" in message["text"] for message in desk.slack_thread(root))


def test_the_pair_limit_slows_only_this_recipient(desk: System) -> None:
    slow, other = greeted(desk, "whatsapp"), greeted(desk, "whatsapp")
    since = now_in_log(desk)
    desk.fault("whatsapp", "error", times=2, value=131056)
    desk.say(slow, "menu")
    until(lambda: len(calls_to(desk, "whatsapp", slow, since=since)) == 2, "a second refusal")
    desk.say(other, "menu")
    desk.expect(other, MENU)
    assert len(desk.answers(slow)) == 1
    desk.expect(slow, MENU)
    first, second, third = (moment(made) for made in calls_to(desk, "whatsapp", slow, since=since))
    assert second - first >= 1
    assert third - second >= 4


def test_a_flood_wait_of_telegram_holds_the_whole_bot(desk: System) -> None:
    phones = [greeted(desk, "telegram") for _ in range(3)]
    since = now_in_log(desk)
    desk.fault("telegram", "error", times=1, value={"code": 429, "retry_after": 4})
    desk.say(phones[0], "menu")
    until(lambda: calls_to(desk, "telegram", phones[0], since=since), "the refusal")
    for phone in phones[1:]:
        desk.say(phone, "menu")
    for phone in phones:
        answered(desk, phone, 2)
    made = sorted(moment(each) for phone in phones for each in calls_to(desk, "telegram", phone, since=since))
    assert len(made) == 4
    assert made[1] - made[0] >= 3.9


def moment(made: Json) -> float:
    return datetime.fromisoformat(made["time"]).timestamp()


# --- what nobody knows


def test_an_agent_s_reply_of_unknown_outcome_is_repeated_once_and_no_more(desk: System) -> None:
    replies = {}
    for channel in ("whatsapp", "telegram"):
        phone, root = with_agent(desk, channel)
        if channel == "whatsapp":
            desk.fault(channel, "no_receipts", times=2)
        desk.fault(channel, "drop_after_accept", times=2)
        replies[phone] = root, desk.slack_reply(root, "did it arrive?")
    for phone, (root, reply) in replies.items():
        ended(desk, phone, "failed", "ambiguous")
        desk.slack_expect(root, "Nobody knows whether it arrived")
        desk.slack_reaction(reply, "x")
        assert sum(bubble["text"] == "did it arrive?" for bubble in desk.answers(phone)) == 2


def test_a_notice_of_unknown_outcome_is_healed_by_its_receipt_and_takes_no_other_way(desk: System) -> None:
    phone, sms, number = buyer(desk, "whatsapp")
    desk.fault("whatsapp", "drop_after_accept", times=1)
    desk.mark(phone)
    desk.ships(number)
    desk.expect(phone, number)
    state = select(notices.state).where(notices.order_number == number)
    until(lambda: [row.state for row in desk.rows(state)] == ["sent"], lambda: f"sent: {desk.rows(state)}")
    calm(desk, phone)
    assert sum(number in bubble["text"] for bubble in desk.answers(phone)) == 1
    assert not desk.answers(sms)


# --- codes that nobody has seen


def test_an_unknown_code_is_not_retried_and_shown_to_operators(desk: System) -> None:
    for case in UNKNOWN.values():
        phone = greeted(desk, case.channel)
        since = now_in_log(desk)
        case.strike(desk)
        desk.say(phone, "menu")
        ended(desk, phone, "failed", case.code)
        calm(desk, phone)
        assert len(calls_to(desk, case.channel, phone, since=since)) == 1, case
    told = desk.command("channels", "status", "--json")
    found = [f["said"] for each in json.loads(told.stdout) for f in each["findings"] if f["what"] == "errors"]
    assert [case for case in UNKNOWN.values() if not any(case.code in said for said in found)] == [], told.stdout


# --- accounts out of order, which takes a minute: begun before the first test, looked at in whichever order


class Outage(NamedTuple):
    """Customers who wrote to an account that could not send."""

    account: str
    code: str
    waiting: tuple[str, ...]


REFUSED: dict[str, Any] = {"whatsapp": 190, "messenger": 190, "telegram": {"code": 401}, "sms": 20003}
PASSING = {"whatsapp": 131000, "sms": 30008, "twilio_whatsapp": 63010}
LOCKED = 63051  # said of a sender, in receipts only


class Troubled(NamedTuple):
    """Starts a system of its own, so that what waits for its minute meets no fault of another test."""

    desk: System
    failed: dict[str, str]  # channel -> whose answer was taken, and failed for a reason that may pass
    locked: str  # whose answer failed because the account is out of order, which only the receipt said
    outages: dict[str, Outage]


@pytest.fixture(scope="module", autouse=True)
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    """Refuses every channel, and mends it as soon as the product knows."""
    with system(tmp_path_factory.mktemp("troubled")) as made:
        made.make_sandbox()
        made.start({})
        failed = {channel: _late(made, channel, value) for channel, value in PASSING.items()}
        locked = _late(made, "twilio_whatsapp", LOCKED)
        yield Troubled(made, failed, locked, {channel: _outage(made, channel) for channel in REFUSED})


def _late(desk: System, channel: str, value: int) -> str:
    phone = desk.meet(channels=[channel])
    desk.fault(PLATFORM.get(channel, channel), "failed_receipts", times=1, value=value)
    desk.say(phone, "menu")
    desk.expect(phone, MENU)
    ended(desk, phone, "pending", str(value))
    desk.heal()
    return phone


def _outage(desk: System, channel: str) -> Outage:
    phones = tuple(desk.meet(channels=[channel]) for _ in range(3))
    desk.fault(PLATFORM.get(channel, channel), "error", value=REFUSED[channel])
    desk.say(phones[0], "menu")
    incidents = tables.incidents.c
    mine = (incidents.channel == channel, incidents.closed_at.is_(None), incidents.code != str(LOCKED))
    until(lambda: desk.count(tables.incidents, *mine), f"an incident of {channel}")
    desk.heal()
    for phone in phones[1:]:
        desk.say(phone, "menu")
    found = desk.rows(select(incidents.account, incidents.code).where(*mine))
    return Outage(found[0].account, found[0].code, phones)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("channel", REFUSED)
def test_an_account_out_of_order_keeps_its_queue_and_is_told_once(troubled: Troubled, channel: str) -> None:
    desk, outage = troubled.desk, troubled.outages[channel]
    for phone in outage.waiting:
        answered(desk, phone, 1)
    about = f"{registry.labels()[channel]} ({outage.account})"
    until(lambda: any(f"{about} sends again" in text for text in channel_notes(desk)), "the end, told")
    assert [f"({outage.code}" in text for text in channel_notes(desk) if f"{about} cannot send" in text] == [True]
    assert sum(f"{about} sends again" in text for text in channel_notes(desk)) == 1
    assert [len(calls_to(desk, channel, phone)) for phone in outage.waiting] == [2, 1, 1]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("channel", PASSING)
def test_what_failed_late_and_may_pass_is_said_again(troubled: Troubled, channel: str) -> None:
    desk, phone = troubled.desk, troubled.failed[channel]
    answered(desk, phone, 2)
    assert [row.state for row in rows_of(desk, phone)] == ["sent"]
    assert len(calls_to(desk, channel, phone)) == 2


@pytest.mark.timeout(180)
def test_an_account_out_of_order_that_only_receipts_tell_of(troubled: Troubled) -> None:
    desk = troubled.desk
    answered(desk, troubled.locked, 2)
    about = f"WhatsApp (twilio:{desk.sandbox.settings['TWILIO_WHATSAPP_FROM']})"
    until(lambda: any(f"{about} sends again" in text for text in channel_notes(desk)), "the end, told")
    assert [f"({LOCKED}" in text for text in channel_notes(desk) if f"{about} cannot send" in text] == [True]
    assert sum(f"{about} sends again" in text for text in channel_notes(desk)) == 1


def answered(desk: System, phone: str, times: int) -> None:
    """Waits for so many answers, and that there are no more."""
    until(lambda: len(desk.answers(phone)) >= times, lambda: f"{rows_of(desk, phone)}\n{desk.output()}", SLOW)
    calm(desk, phone)
    assert len(desk.answers(phone)) == times


def channel_notes(desk: System) -> list[str]:
    """Reads what stands in the desk's channel outside any thread."""
    return [message["text"] for message in desk.slack() if message.get("thread_ts", message["ts"]) == message["ts"]]

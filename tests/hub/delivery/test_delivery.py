"""Tests what goes out: in order, at most once, through every gate, whatever fails."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.desk.posts import PostNote
from core.encoding import encode
from core.errors import Outcome, SendError
from core.ids import new_id
from core.messages.inbound import ReceiptStatus
from core.messages.outbound import OutboundMessage, Speaker
from core.people.addresses import Address
from core.ports.calls import Rendered, Sent
from hub.customers import newcomers
from hub.delivery.job import Result
from hub.delivery.outcomes import ambiguous
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from storage.engine.store import Store
from storage.people.tables import addresses
from storage.people.tables import conversations as conversations_table
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table
from tests.fakes import PHONE, FakeChannel, shipped_notices
from tests.hub.house import SMS, TELEGRAM, WHATSAPP, House
from tests.statements import listening


def put(house: House, text: str = "Hello", to: Address = SMS, speaker: Speaker = Speaker.BOT, **more: Any) -> str:
    """Puts a message into the outbox; returns its id."""
    link_preview = more.pop("link_preview", None)
    now = house.clock()
    id_ = new_id(now)
    message = encode(OutboundMessage(text, speaker=speaker, link_preview=link_preview))
    with house.store.write() as conn:
        newcomers.ensure(conn, house.store, [(to, "Jane")], now)
        row = outbox.row(id_, to.key, to.channel, to.account, to.value, message, speaker.value, now, **more)
        conn.execute(house.store.insert(outbox_table), row)
    return id_


def wrote(house: House, to: Address = WHATSAPP, hours_ago: float = 0) -> None:
    """Opens the window: the customer's last message came so long ago."""
    with house.store.write() as conn:
        newcomers.ensure(conn, house.store, [(to, "Jane")], house.clock())
        at = house.clock() - timedelta(hours=hours_ago)
        conn.execute(conversations_table.update().where(conversations_table.c.key == to.key).values(last_inbound_at=at))


def states(house: House) -> list[tuple[str, str | None]]:
    return [(row.state, row.code) for row in house.messages()]


def fails(house: House, outcome: Outcome, code: str = "x", channel: str = "sms", **more: Any) -> None:
    house.channels[channel].script.append(SendError(outcome, code, **more))


# --- the straight way


def test_a_message_leaves_and_its_part_knows_the_providers_id(house: House) -> None:
    put(house)
    assert house.texts("sms") == ["Hello"]
    row, part = house.messages()[0], house.parts()[0]
    assert (row.state, row.rendered, row.finished_at) == ("sent", 1, house.clock())
    assert (part.state, part.provider_id, part.status, part.n) == ("sent", "sms-1", "sent", 0)


def test_the_call_carries_the_parts_own_id(house: House) -> None:
    put(house)
    house.send()
    assert [sending.correlation for sending in house.channels["sms"].sent] == [house.parts()[0].id]


def test_a_channel_without_receipts_claims_none(house: House) -> None:
    put(house, to=TELEGRAM)
    house.send()
    assert (house.parts()[0].state, house.parts()[0].status) == ("sent", None)


def test_messages_of_a_conversation_keep_their_order(house: House) -> None:
    for n in range(5):
        put(house, str(n))
    first, _ = take_due(house.hub, house.pace, 50)
    assert len(first) == 1
    error = SendError(Outcome.RETRY, "connect")
    record(house.hub, house.pace, [Result(first[0], first[0].parts[0], error=error)])
    house.later(seconds=1)
    assert house.texts("sms") == ["0", "1", "2", "3", "4"]


def test_replies_leave_before_bulk(house: House) -> None:
    numbers = [f"+120255501{n:02}" for n in range(10, 16)]
    for number in numbers[:3]:
        put(house, "offer", Address("sms", "main", number), Speaker.MARKETING)
    put(house, "parcel", Address("sms", "main", numbers[3]), Speaker.NOTICE)
    put(house, "answer", Address("sms", "main", numbers[4]))
    jobs, _ = take_due(house.hub, house.pace, 2)
    assert [job.posting.speaker for job in jobs] == ["bot", "notice"]


def test_what_one_worker_took_no_other_gets(house: House) -> None:
    put(house)
    assert len(take_due(house.hub, house.pace, 50)[0]) == 1
    assert take_due(house.hub, house.pace, 50)[0] == []


def test_a_message_of_which_nothing_is_left_to_say_ends(house: House) -> None:
    put(house, "")
    put(house, "next")
    assert house.texts("sms") == ["next"]
    assert [row.state in ("sent", "cancelled") for row in house.messages()] == [True, True]


def test_it_is_known_when_asking_again_is_worth_it(house: House) -> None:
    assert take_due(house.hub, house.pace, 50)[1] == 60
    put(house, not_before=house.clock() + timedelta(seconds=7))
    assert take_due(house.hub, house.pace, 50)[1] == 7


# --- gates


def test_an_expired_message_is_cancelled(house: House) -> None:
    put(house, expires_at=house.clock())
    put(house, "in time", expires_at=house.clock() + timedelta(seconds=1))
    assert house.texts("sms") == ["in time"]
    assert states(house) == [("cancelled", "expired"), ("sent", None)]


@pytest.mark.parametrize(("hours", "sent"), [(23.9, True), (24, False), (None, False)])
def test_free_text_needs_an_open_window(house: House, hours: float | None, sent: bool) -> None:
    if hours is not None:
        wrote(house, hours_ago=hours)
    put(house, to=WHATSAPP)
    assert bool(house.texts()) is sent
    assert states(house) == [("sent", None)] if sent else [("cancelled", "window_closed")]


def test_a_channel_that_is_off_keeps_its_messages(house: House) -> None:
    put(house, to=Address("sms", "old", PHONE))
    house.send()
    assert states(house) == [("pending", "channel_off")]
    assert house.messages()[0].attempts == 0


class Broken(FakeChannel):
    """Fails to say one text."""

    def render(self, message: OutboundMessage) -> Rendered:
        if message.text == "broken":
            raise ValueError(message.text)
        return super().render(message)


def test_what_cannot_be_prepared_gives_way_after_a_few_tries(store: Store) -> None:
    house = House(store, channels_by_name={"sms": Broken("sms")})
    put(house, "broken")
    put(house, "next")
    put(house, "elsewhere", Address("sms", "main", "+12025550199"))
    assert house.texts("sms") == ["elsewhere"]
    assert states(house)[0] == ("pending", "not_prepared")
    for _ in range(2):
        assert house.texts("sms") == []
        house.later(seconds=60)
    assert house.texts("sms") == ["next"]
    assert states(house)[0] == ("failed", "not_prepared")
    assert house.messages()[0].attempts == 3


def test_an_agent_hears_of_what_cannot_be_prepared(store: Store) -> None:
    house = House(store, channels_by_name={"whatsapp": Broken("whatsapp")})
    house.hear("talk to a person")
    house.send()
    house.writes("broken")
    for _ in range(3):
        posts = house.posts()
        house.later(seconds=60)
    assert any("not_prepared" in post.text for post in posts if isinstance(post, PostNote))


def test_a_payload_that_cannot_be_read_stops_nobody(house: House) -> None:
    id_ = put(house)
    with house.store.write() as conn:
        conn.execute(outbox_table.update().where(outbox_table.c.id == id_).values(payload="{"))
    put(house, "next")
    for _ in range(3):
        house.send()
        house.later(seconds=60)
    assert states(house) == [("failed", "not_prepared"), ("sent", None)]


# --- failures


def test_what_was_sent_stays_recorded_when_what_it_tells_cannot_be_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise LookupError("two customers with one number")

    monkeypatch.setattr("hub.customers.sends.learn_from_all", fault)
    monkeypatch.setattr("hub.accounts.incidents.heard", fault)
    alias = Address("sms", "main", "+12025550188")
    put(house)
    house.channels["sms"].script.append(Sent("SM1", aliases=(alias,)))
    house.send()
    assert states(house) == [("sent", None)]
    put(house, "refused")
    fails(house, Outcome.MISCONFIGURED, "20003")
    house.send()
    assert states(house)[1] == ("pending", "20003")


def test_a_group_is_written_in_the_order_of_its_rows(house: House) -> None:
    numbers = [Address("sms", "main", f"+120255501{n:02}") for n in range(3)]
    for number in numbers:
        put(house, to=number)
    jobs, _ = take_due(house.hub, house.pace, 3)
    ids = [part.id for part in house.parts()] + [row.id for row in house.messages()]
    written: list[str] = []

    def hear(text: str, values: list[Any]) -> None:
        if text.startswith("UPDATE"):
            written.extend(value for value in values if value in ids and written[-1:] != [value])

    results = [Result(job, job.parts[0], sent=Sent(f"sms-{n}")) for n, job in enumerate(jobs)]
    with listening(hear):
        record(house.hub, house.pace, results[::-1])
    assert written == ids


def test_a_failure_is_tried_again_later_and_blocks_its_conversation_only(house: House) -> None:
    put(house, "first")
    put(house, "second")
    put(house, "elsewhere", Address("sms", "main", "+12025550199"))
    fails(house, Outcome.RETRY, "connect")
    assert house.texts("sms") == ["elsewhere"]
    row = house.messages()[0]
    assert (row.state, row.attempts, row.not_before) == ("pending", 1, house.clock() + timedelta(seconds=1))
    house.later(seconds=1)
    assert house.texts("sms") == ["first", "second"]


def test_the_same_part_is_sent_again_not_a_new_one(house: House) -> None:
    put(house)
    fails(house, Outcome.RETRY, "connect")
    house.send()
    house.later(seconds=1)
    house.send()
    channel = house.channels["sms"]
    assert [sending.correlation for sending in (*channel.refused, *channel.sent)] == [house.parts()[0].id] * 2


def test_after_many_failures_the_next_message_has_its_turn(house: House) -> None:
    put(house, "first")
    put(house, "second")
    tries = 26  # one an hour: a provider that is away for less than a day costs no message
    for _ in range(tries):
        fails(house, Outcome.RETRY, "connect")
    for _ in range(tries):
        house.send()
        house.later(hours=1)
    house.send()
    assert house.channels["sms"].texts == ["second"]
    assert states(house) == [("failed", "connect"), ("sent", None)]
    assert house.messages()[0].attempts == tries


def test_being_too_fast_pauses_the_whole_sender(house: House) -> None:
    put(house)
    fails(house, Outcome.PACE, "429", retry_after=12)
    house.send()
    assert house.pace.pauses == [("pace:sms:main", 12)]
    row = house.messages()[0]
    assert (row.state, row.attempts, row.not_before) == ("pending", 0, house.clock() + timedelta(seconds=12))


@pytest.mark.parametrize("scope", ["all", "pair"])
def test_what_waited_because_we_were_too_fast_goes_once_and_in_order(house: House, scope: str) -> None:
    for n in range(3):
        put(house, str(n))
    for _ in range(2):
        fails(house, Outcome.PACE, "131056", scope=scope)
    house.send()
    house.later(minutes=2)
    house.send()
    house.later(minutes=2)
    assert house.texts("sms") == ["0", "1", "2"]
    assert states(house) == [("sent", None)] * 3


def test_a_token_that_is_wrong_keeps_the_queue(house: House) -> None:
    put(house)
    for _ in range(20):
        fails(house, Outcome.MISCONFIGURED, "190")
        house.send()
        house.later(minutes=2)
    assert states(house) == [("pending", "190")]
    assert house.texts("sms") == ["Hello"]


def test_an_opt_out_told_by_the_provider_is_recorded(house: House) -> None:
    put(house)
    fails(house, Outcome.OPTED_OUT, "21610")
    house.send()
    assert states(house) == [("failed", "21610")]
    assert house.consents() == [
        ("sms", "service", False, "provider:21610"),
        ("sms", "marketing", False, "provider:21610"),
    ]


def test_an_opt_out_of_marketing_leaves_service_alone(house: House) -> None:
    put(house)
    fails(house, Outcome.OPTED_OUT, "131050", scope="marketing")
    house.send()
    assert house.consents() == [("sms", "marketing", False, "provider:131050")]


def test_a_dead_address_is_remembered(house: House) -> None:
    put(house)
    fails(house, Outcome.ADDRESS_DEAD, "30006")
    house.send()
    with house.store.read() as conn:
        assert conn.execute(addresses.select()).one().dead_at == house.clock()


def test_a_providers_long_code_is_kept_short(house: House) -> None:
    put(house)
    fails(house, Outcome.CONTENT_REJECTED, "E" * 200, detail="d" * 2000)
    house.send()
    ((state, code),) = states(house)
    assert (state, code) == ("failed", "E" * 64)


# --- parts


def split(house: House, parts: int = 3) -> str:
    """Puts a message that becomes so many parts; returns its id."""
    limit = house.channels["sms"].capabilities.text_max
    return put(house, " ".join(str(n) * (limit - 1) for n in range(parts)))


def test_a_long_text_has_a_state_and_an_id_per_part(house: House) -> None:
    split(house)
    assert [text[0] for text in house.texts("sms")] == ["0", "1", "2"]
    assert [(part.n, part.state, part.provider_id) for part in house.parts()] == [
        (0, "sent", "sms-1"),
        (1, "sent", "sms-2"),
        (2, "sent", "sms-3"),
    ]
    assert house.messages()[0].state == "sent"


def test_a_long_text_goes_on_at_the_part_that_failed(house: House) -> None:
    split(house)
    house.channels["sms"].script.extend([house.channels["sms"]._acceptance(), SendError(Outcome.RETRY, "connect")])
    house.send()
    assert [part.state for part in house.parts()] == ["sent", "pending", "pending"]
    house.later(seconds=1)
    house.send()
    assert [text[0] for text in house.channels["sms"].texts] == ["0", "1", "2"]
    assert states(house) == [("sent", None)]


def test_nothing_follows_a_part_that_will_never_pass(house: House) -> None:
    split(house)
    fails(house, Outcome.CONTENT_REJECTED)
    assert house.texts("sms") == []
    assert [part.state for part in house.parts()] == ["failed", "pending", "pending"]
    assert states(house) == [("failed", "x")]


def test_a_courtesy_that_fails_stops_nothing(house: House) -> None:
    message = encode(OutboundMessage("Hello", callback="cb1"))
    put(house, to=TELEGRAM)
    with house.store.write() as conn:
        conn.execute(outbox_table.update().values(payload=message))
    fails(house, Outcome.CONTENT_REJECTED, "query is too old", channel="telegram")
    assert house.texts("telegram") == ["Hello"]
    assert states(house) == [("sent", None)]


# --- doubt


def test_an_unknown_outcome_is_healed_by_its_receipt(house: House) -> None:
    put(house)
    put(house, "next")
    fails(house, Outcome.AMBIGUOUS, "read_timeout")
    assert house.texts("sms") == []
    assert [row.state for row in house.messages()] == ["unknown", "pending"]
    house.receipt(ReceiptStatus.DELIVERED, SMS, correlation=house.parts()[0].id, provider_id="SM1")
    assert house.texts("sms") == ["next"]
    part = house.parts()[0]
    assert (part.state, part.status, part.provider_id) == ("sent", "delivered", "SM1")
    assert states(house)[0][0] == "sent"


@pytest.mark.parametrize("speaker", [Speaker.BOT, Speaker.NOTICE, Speaker.AGENT])
def test_without_a_receipt_a_reply_is_repeated_once(house: House, speaker: Speaker) -> None:
    put(house, speaker=speaker)
    fails(house, Outcome.AMBIGUOUS, "read_timeout")
    fails(house, Outcome.AMBIGUOUS, "read_timeout")
    house.send()
    assert ambiguous.sweep(house.hub) == 0
    house.later(seconds=46)
    assert ambiguous.sweep(house.hub) == 1
    assert states(house) == [("pending", "repeated_after_doubt")]
    house.send()
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    house.send()
    assert states(house) == [("failed", "ambiguous")]
    assert [sending.correlation for sending in house.channels["sms"].refused] == [house.parts()[0].id] * 2


def test_marketing_is_never_repeated(house: House) -> None:
    put(house, speaker=Speaker.MARKETING)
    fails(house, Outcome.AMBIGUOUS, "read_timeout")
    house.send()
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    house.send()
    assert states(house) == [("failed", "ambiguous")]
    assert house.channels["sms"].texts == []


def crash(house: House) -> None:
    """Kills a worker that took what is due."""
    take_due(house.hub, house.pace, 50)


def test_what_a_crash_left_is_repeated_once(house: House) -> None:
    put(house)
    crash(house)
    house.later(seconds=31)
    assert ambiguous.sweep(house.hub) == 1
    assert states(house) == [("unknown", "crash")]
    house.later(seconds=15)
    ambiguous.sweep(house.hub)
    assert house.texts("sms") == ["Hello"]
    assert house.parts()[0].repeats == 1


def test_a_call_under_way_is_not_taken_for_a_crash(house: House) -> None:
    put(house)
    jobs, _ = take_due(house.hub, house.pace, 50)
    house.later(seconds=29)
    assert ambiguous.sweep(house.hub) == 0
    assert len(jobs) == 1


@pytest.mark.parametrize("speaker", [Speaker.BOT, Speaker.MARKETING])
def test_what_was_delivered_before_the_crash_is_not_sent_again(house: House, speaker: Speaker) -> None:
    put(house, speaker=speaker)
    crash(house)
    house.receipt(ReceiptStatus.DELIVERED, SMS, correlation=house.parts()[0].id, provider_id="SM1")
    for _ in range(4):
        house.later(seconds=46)
        ambiguous.sweep(house.hub)
        house.send()
    assert house.channels["sms"].texts == []
    assert states(house)[0][0] == "sent"


def test_the_parts_after_a_crash_go_on_where_receipts_end(house: House) -> None:
    split(house)
    crash(house)
    house.receipt(ReceiptStatus.DELIVERED, SMS, correlation=house.parts()[0].id, provider_id="SM1")
    for _ in range(3):
        house.later(seconds=46)
        ambiguous.sweep(house.hub)
        house.send()
    assert [text[0] for text in house.channels["sms"].texts] == ["1", "2"]
    assert states(house)[0][0] == "sent"


def test_what_was_sent_is_recorded_even_when_the_sweep_was_quicker(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 50)
    house.later(seconds=31)
    ambiguous.sweep(house.hub)
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("SM1"))])
    assert states(house)[0][0] == "sent"
    assert house.parts()[0].provider_id == "SM1"


# --- link previews


@pytest.mark.parametrize(
    ("to", "says", "shown"),
    [
        (WHATSAPP, None, True),
        (WHATSAPP, False, False),
        (TELEGRAM, None, None),
        (SMS, None, None),
    ],
)
def test_the_store_chooses_previews_and_a_message_may_say_otherwise(
    store: Store, to: Address, says: bool | None, shown: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = shipped_notices()
    shop = msgspec.structs.replace(policy.shop, link_previews={"whatsapp": True})
    house = House(store, notices=msgspec.structs.replace(policy, shop=shop))
    rendered: list[OutboundMessage] = []
    channel = house.channels[to.channel]
    render = channel.render
    monkeypatch.setattr(channel, "render", lambda message: rendered.append(message) or render(message))
    wrote(house, to)
    put(house, "https://shop.example", to, link_preview=says)
    assert house.texts(to.channel) == ["https://shop.example"]
    assert [message.link_preview for message in rendered] == [shown]

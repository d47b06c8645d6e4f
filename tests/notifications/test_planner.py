from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from core.encoding import encode
from core.messages.outbound import Speaker, TemplateCall
from core.ports.templates import TemplateState
from core.shop.orders import ShipmentStatus
from notifications import (
    About,
    Candidate,
    Decision,
    Hold,
    Notice,
    Policy,
    Reason,
    Recipient,
    Send,
    Skip,
    decode_decision,
    explain,
    plan,
)
from notifications.planning.caps import Past
from notifications.planning.decisions import Assumed, Assumption
from notifications.planning.explaining import reason_words
from notifications.planning.zones import Zones, zone_candidates
from notifications.store.shop import Hours
from tests.notifications.samples import NOW, PHONE, POLICY, candidate, order, parcel, recipient, shipped_notice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CUTOFF = Notice(
    kind="holiday_cutoff",
    key="holiday_cutoff:christmas-2026:c1:7",
    created_at=NOW,
    expires_at=NOW + 7 * DAY,
    data={
        "titles": {"en": "Christmas", "zh": "圣诞节"},
        "service": "UPS Ground",
        "order_by": "2026-12-16T19:00:00+00:00",
        "alternative": "UPS Next Day Air",
        "alternative_by": "2026-12-22T19:00:00+00:00",
        "gift_card": "https://shop.example/gift-cards",
        "shop_link": "https://shop.example/",
    },
)


def shipped(to: Recipient, policy: Policy = POLICY, now: datetime = NOW, **changes: Any) -> Decision:
    notice, after = shipped_notice()
    return plan(notice, to, About(order=msgspec.structs.replace(after, **changes)), now, policy)


def cutoff(to: Recipient, now: datetime = NOW, policy: Policy = POLICY) -> Decision:
    return plan(CUTOFF, to, About(), now, policy)


def modes(decision: Decision) -> list[str]:
    """Lists modes: `whatsapp:order_shipped` for a template, `whatsapp` for free text."""
    assert isinstance(decision, Send), explain(decision)
    calls = [(way.address.channel, way.message.template) for way in decision.ways]
    return [f"{channel}:{call.name}" if call else channel for channel, call in calls]


def why(decision: Decision) -> dict[str, Reason]:
    return {refusal.address.channel: refusal.reason for refusal in decision.refusals}


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([candidate("whatsapp", HOUR)], ["whatsapp"]),
        ([candidate("whatsapp", DAY)], ["whatsapp:order_shipped"]),
        ([candidate("whatsapp", service=True)], ["whatsapp:order_shipped"]),
        ([candidate("messenger", HOUR)], ["messenger"]),
        ([candidate("messenger", DAY)], ["messenger:order_shipped"]),
        ([candidate("telegram", 300 * DAY)], ["telegram"]),
        ([candidate("sms", 300 * DAY)], ["sms"]),
        ([candidate("sms", service=True)], ["sms"]),
        # notify is a set, not an order
        ([candidate("sms", service=True), candidate("whatsapp", service=True)], ["whatsapp:order_shipped", "sms"]),
        # the channel used last with an open window, then the store's order
        ([candidate("whatsapp", 2 * HOUR), candidate("messenger", HOUR)], ["messenger", "whatsapp"]),
        (
            [candidate("whatsapp", 2 * DAY), candidate("messenger", 3 * DAY)],
            ["whatsapp:order_shipped", "messenger:order_shipped"],
        ),
        ([candidate("whatsapp", DAY), candidate("telegram", 2 * DAY)], ["telegram", "whatsapp:order_shipped"]),
        (
            [candidate("sms", service=True), candidate("telegram", 9 * DAY), candidate("messenger", 2 * DAY)],
            ["telegram", "messenger:order_shipped", "sms"],
        ),
    ],
)
def test_where_a_service_notice_goes(candidates: list[Candidate], expected: list[str]) -> None:
    assert modes(shipped(recipient(*candidates))) == expected


def test_whatsapp_by_two_providers() -> None:
    cloud = candidate("whatsapp", service=True)
    twilio = candidate("whatsapp", service=True, account="twilio:x", provider="twilio")
    assert modes(shipped(recipient(twilio, cloud))) == [
        "whatsapp:order_shipped",
        "whatsapp:HX00000000000000000000000000000101",
    ]
    wrote = candidate("whatsapp", 2 * DAY, account="twilio:x", provider="twilio")
    assert modes(shipped(recipient(cloud, wrote)))[0] == "whatsapp:HX00000000000000000000000000000101"


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (recipient(), Reason.NO_ADDRESS),
        (recipient(candidate("sms")), Reason.NO_CONSENT),
        (recipient(candidate("whatsapp", marketing=True)), Reason.NO_CONSENT),
        (recipient(candidate("sms", HOUR, service=False)), Reason.STOPPED_ALL),
        (recipient(candidate("sms", HOUR), stopped=frozenset({"all"})), Reason.STOPPED_ALL),
        (recipient(candidate("telegram", service=True)), Reason.NEVER_OPENED),
        (recipient(candidate("messenger", service=True)), Reason.NEVER_OPENED),
    ],
)
def test_who_gets_no_service_notice(to: Recipient, expected: Reason) -> None:
    decision = shipped(to)
    assert isinstance(decision, Skip)
    assert decision.reason == expected


def test_stop_for_offers_leaves_service_alone() -> None:
    assert modes(shipped(recipient(candidate("sms", HOUR, marketing=False), stopped=frozenset({"marketing"})))) == [
        "sms"
    ]


def test_every_address_that_was_not_taken_has_its_reason() -> None:
    decision = shipped(
        recipient(
            candidate("whatsapp"),
            candidate("messenger", service=True),
            candidate("telegram", HOUR),
            candidate("sms", service=False),
        )
    )
    assert modes(decision) == ["telegram"]
    assert why(decision) == {
        "whatsapp": Reason.NO_CONSENT,
        "messenger": Reason.NEVER_OPENED,
        "sms": Reason.STOPPED_ALL,
    }


def test_the_window_closes_between_two_plans() -> None:
    to = recipient(candidate("whatsapp", 23 * HOUR))
    assert modes(shipped(to)) == ["whatsapp"]
    assert modes(shipped(to, now=NOW + HOUR)) == ["whatsapp:order_shipped"]


def test_the_customer_stops_between_two_plans() -> None:
    assert modes(shipped(recipient(candidate("sms", HOUR)))) == ["sms"]
    stopped = shipped(recipient(candidate("sms", HOUR, service=False)))
    assert isinstance(stopped, Skip)
    assert stopped.reason == Reason.STOPPED_ALL


def test_the_parcel_arrives_between_two_plans() -> None:
    decision = shipped(recipient(candidate("sms", HOUR)), shipments=(parcel(status=ShipmentStatus.DELIVERED),))
    assert decision == Skip(Reason.NOT_TRUE)


def test_a_notice_expires() -> None:
    notice, _ = shipped_notice()
    assert modes(shipped(recipient(candidate("sms", HOUR)), now=notice.expires_at - timedelta(seconds=1))) == ["sms"]
    assert shipped(recipient(candidate("sms", HOUR)), now=notice.expires_at) == Skip(Reason.EXPIRED)


def test_a_kind_that_is_gone() -> None:
    notice = msgspec.structs.replace(CUTOFF, kind="no_such")
    assert plan(notice, recipient(candidate("sms", HOUR)), About(), NOW, POLICY) == Skip(Reason.UNKNOWN_KIND)


def changed(**shop: Any) -> Policy:
    return msgspec.structs.replace(POLICY, shop=msgspec.structs.replace(POLICY.shop, **shop))


def test_a_channel_the_store_does_not_use() -> None:
    decision = shipped(recipient(candidate("sms", HOUR)), changed(channels=("whatsapp",)))
    assert isinstance(decision, Skip)
    assert decision.reason == Reason.CHANNEL_OFF


def test_a_kind_the_store_does_not_send() -> None:
    decision = shipped(recipient(candidate("sms", HOUR)), changed(notices={"shipped": False, "delay": True}))
    assert isinstance(decision, Skip)
    assert decision.reason is Reason.SWITCHED_OFF


def test_a_suspended_template_leaves_the_next_channel() -> None:
    to = recipient(candidate("whatsapp", service=True), candidate("sms", service=True))
    decision = shipped(to, msgspec.structs.replace(POLICY, suspended=frozenset({"order_shipped"})))
    assert modes(decision) == ["sms"]
    assert why(decision) == {"whatsapp": Reason.TEMPLATE_SUSPENDED}


def test_a_template_that_became_marketing_needs_that_consent() -> None:
    section = POLICY.templates.sections["whatsapp"]
    turned = {"whatsapp": {**section, "shipped": msgspec.structs.replace(section["shipped"], category="marketing")}}
    policy = msgspec.structs.replace(POLICY, templates=msgspec.structs.replace(POLICY.templates, sections=turned))
    decision = shipped(recipient(candidate("whatsapp", service=True)), policy)
    assert why(decision) == {"whatsapp": Reason.TEMPLATE_IS_MARKETING}
    agreed = shipped(recipient(candidate("whatsapp", service=True, marketing=True, value="+8613800138000")), policy)
    assert modes(agreed) == ["whatsapp:order_shipped"]


def test_a_template_that_became_marketing_keeps_what_marketing_keeps() -> None:
    state = TemplateState("order_shipped", "en", "marketing", "approved")
    number = "+8613800138000"
    asked = msgspec.structs.replace(
        candidate("whatsapp", service=True, marketing=True, value=number), templates=(state,)
    )
    night = datetime(2026, 12, 3, 4, tzinfo=UTC)
    kept = shipped(recipient(asked), now=night)
    assert isinstance(kept, Hold)
    assert (kept.reason, night < kept.until) == (Reason.QUIET_HOURS, True)
    assert why(kept) == {"whatsapp": Reason.MARKETING_LATER}
    assert modes(shipped(recipient(asked), now=kept.until)) == ["whatsapp:order_shipped"]
    other = shipped(recipient(asked, candidate("sms", service=True)), now=night)
    assert (modes(other), why(other)) == (["sms"], {"whatsapp": Reason.MARKETING_LATER})
    sent = tuple(Past(f"m{n}", "holiday_cutoff", "marketing", NOW - HOUR) for n in range(2))
    full = msgspec.structs.replace(recipient(asked), recent=sent)
    decision = shipped(full)
    assert isinstance(decision, Skip)  # free again in a week: of no use then
    assert decision.reason is Reason.CAPPED


def test_service_keeps_quiet_hours_only_when_told_to() -> None:
    night = datetime(2026, 12, 3, 4, tzinfo=UTC)
    to = recipient(candidate("telegram", HOUR))
    assert modes(shipped(to, now=night)) == ["telegram"]
    quiet = changed(quiet_hours={"service": Hours("22:00", "08:00")})
    assert shipped(to, quiet, night) == Hold(datetime(2026, 12, 3, 13, tzinfo=UTC), Reason.QUIET_HOURS)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (recipient(candidate("sms", HOUR)), Reason.NO_CONSENT),
        (recipient(candidate("sms", HOUR, service=True)), Reason.NO_CONSENT),
        (recipient(candidate("sms", HOUR, marketing=False)), Reason.STOPPED_MARKETING),
        (recipient(candidate("sms", HOUR, marketing=True), stopped=frozenset({"marketing"})), Reason.STOPPED_MARKETING),
        (recipient(candidate("sms", marketing=True, service=False)), Reason.STOPPED_ALL),
        (recipient(candidate("messenger", 2 * DAY, marketing=True)), Reason.NO_TEMPLATE),
        (recipient(candidate("whatsapp", marketing=True)), Reason.NOT_DELIVERED_THERE),
        (recipient(candidate("whatsapp", marketing=True, value="US.1349")), Reason.NOT_DELIVERED_THERE),
    ],
)
def test_who_gets_no_offer(to: Recipient, expected: Reason) -> None:
    decision = cutoff(to)
    assert isinstance(decision, Skip)
    assert decision.reason == expected


def test_where_an_offer_goes() -> None:
    abroad = candidate("whatsapp", marketing=True, value="+8613800138000")
    assert modes(cutoff(recipient(abroad, zones=Zones()))) == ["whatsapp:holiday_cutoff"]
    assert modes(cutoff(recipient(candidate("whatsapp", HOUR, marketing=True)))) == ["whatsapp"]
    assert modes(cutoff(recipient(candidate("sms", marketing=True)))) == ["sms"]


NIGHT = datetime(2026, 12, 3, 3, tzinfo=UTC)  # 22:00 in New York


@pytest.mark.parametrize(
    ("zones", "until"),
    [
        (("America/New_York",), datetime(2026, 12, 3, 14, tzinfo=UTC)),
        (("America/New_York", "Pacific/Honolulu"), datetime(2026, 12, 3, 19, tzinfo=UTC)),
        ((), datetime(2026, 12, 3, 14, tzinfo=UTC)),  # the store's zone
        (("Mars/Olympus", "../etc/passwd"), datetime(2026, 12, 3, 14, tzinfo=UTC)),
    ],
)
def test_offers_wait_for_the_morning(zones: tuple[str, ...], until: datetime) -> None:
    to = recipient(candidate("sms", marketing=True), zones=Zones(zones))
    decision = cutoff(to, NIGHT)
    assert isinstance(decision, Hold)
    assert (decision.until, decision.reason) == (until, Reason.QUIET_HOURS)
    assert modes(cutoff(to, until)) == ["sms"]


def test_an_offer_that_would_be_stale_in_the_morning() -> None:
    notice = msgspec.structs.replace(CUTOFF, expires_at=NIGHT + HOUR)
    to = recipient(candidate("sms", marketing=True))
    assert plan(notice, to, About(), NIGHT, POLICY) == Skip(Reason.TOO_LATE_AFTER_QUIET)


def test_an_offer_with_no_common_hour() -> None:
    to = recipient(candidate("sms", marketing=True), zones=Zones(("Asia/Shanghai", "America/New_York")))
    assert cutoff(to) == Skip(Reason.NO_COMMON_HOUR)


def test_a_template_message() -> None:
    decision = shipped(recipient(candidate("whatsapp", service=True), locale="zh-CN"))
    assert isinstance(decision, Send)
    message = decision.ways[0].message
    assert message.template == TemplateCall(
        "order_shipped",
        "zh_CN",
        ("Jane", "1001", "DHL", "JD0001", "12月5日周六", "https://track.example/JD0001"),
        "utility",
    )
    assert message.text.endswith("https://track.example/JD0001")
    assert (message.link, message.speaker) == ("", Speaker.NOTICE)


def test_template_values_are_one_line_and_have_words_where_one_is_missing() -> None:
    bare = parcel(carrier=" D\tH\n\nL     ", tracking_number="", eta=None, tracking_url="")
    decision = shipped(recipient(candidate("whatsapp", service=True)), shipments=(bare,))
    assert isinstance(decision, Send)
    call = decision.ways[0].message.template
    assert call is not None
    assert call.values == ("Jane", "1001", "D H L", "not known yet", "not known yet", "not there yet")


def test_decisions_survive_their_row_and_have_words() -> None:
    decisions = [
        shipped(
            recipient(candidate("whatsapp", service=True), candidate("sms", HOUR), candidate("telegram", service=True))
        ),
        cutoff(recipient(candidate("sms", marketing=True)), NIGHT),
        cutoff(recipient(candidate("sms"))),
    ]
    assert [decode_decision(encode(decision)) for decision in decisions] == decisions
    assert [explain(decision) for decision in decisions] == [
        "Goes out now by sms (free text), else by whatsapp (template order_shipped)."
        " Not by telegram: the customer never wrote there, and this channel lets the customer write first.",
        "Waits until 2026-12-03 14:00 UTC: it is quiet time in a zone the customer may be in.",
        "Does not go out: the customer has not agreed to be written to there."
        " Not by sms: the customer has not agreed to be written to there.",
    ]


@pytest.mark.parametrize("locale", ["en", "zh", "zh-CN", "de", ""])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason: Reason, locale: str) -> None:
    said = explain(Skip(reason), locale)
    assert reason.value not in said
    assert said.startswith("不发送" if locale.startswith("zh") else "Does not go out")


def test_what_nobody_told_is_assumed_aloud() -> None:
    agreed = candidate("sms", marketing=True)
    by_phone = recipient(agreed, zones=zone_candidates("", "+12025550101"), locale="")
    decision = cutoff(by_phone, NIGHT)
    assert isinstance(decision, Hold)
    assert decision.assumed == (
        Assumption(Assumed.TIMEZONE_BY_PHONE, "America/New_York"),
        Assumption(Assumed.LANGUAGE_OF_STORE, "en"),
    )
    of_store = cutoff(recipient(agreed, zones=zone_candidates("Mars/Olympus", None)), NIGHT)
    assert of_store.assumed == (Assumption(Assumed.TIMEZONE_OF_STORE, "America/New_York"),)
    assert "America/New_York is assumed, from the phone number." in explain(decision)
    assert "按电话号码推定为 America/New_York。" in explain(decision, "zh-CN")
    assert "the store's is assumed, America/New_York." in explain(of_store, "en")
    assert "使用店铺的语言 en。" in explain(decision, "zh")
    assert decode_decision(encode(decision)) == decision


def test_what_the_store_told_is_not_assumed() -> None:
    assert cutoff(recipient(candidate("sms", marketing=True)), NIGHT).assumed == ()
    assert shipped(recipient(candidate("sms", service=True), zones=zone_candidates("Asia/Tokyo", PHONE))).assumed == ()


def test_a_hold_waits_for_the_order_again() -> None:
    after = order(shipments=(parcel(),))
    notice, _ = shipped_notice()
    assert plan(notice, recipient(candidate("sms", HOUR)), About(), NOW, POLICY) == Skip(Reason.NOT_TRUE)
    assert modes(plan(notice, recipient(candidate("sms", HOUR)), About(order=after), NOW, POLICY)) == ["sms"]


def test_an_end_that_was_decided_later_has_words_too() -> None:
    assert reason_words("ambiguous").startswith("the provider never said")
    assert reason_words("ambiguous", "zh") != reason_words("ambiguous")
    assert reason_words("no_consent") == "the customer has not agreed to be written to there"
    assert reason_words("131026") == ""  # the provider's own

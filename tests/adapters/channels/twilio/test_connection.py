"""Tests setting up, checking and catching up, against a Twilio that knows what ours asks for."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs

import pytest

from adapters.channels.spec import Site
from adapters.channels.twilio.kit import build
from adapters.channels.twilio.outbound.client import address
from adapters.channels.twilio.settings import AccountSettings
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.messages.charges import Charge
from core.messages.inbound import InboundMessage, Reacted, Receipt, ReceiptStatus, Unsupported
from core.people.addresses import Address
from core.ports.calls import Download
from core.ports.channel import Channel, Finding
from core.ports.templates import Draft, TemplateMaker, TemplateShape, TemplateState, Wording
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

BASE = "https://desk.shop.example"
HOOK = f"{BASE}/webhooks/twilio#rc=5&rp=all"
SETTINGS = AccountSettings("AC1", ("first", "second"), "+12025550100", "+14155550123")
SINCE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
ACCOUNT, NUMBERS = "/2010-04-01/Accounts/AC1.json", "/2010-04-01/Accounts/AC1/IncomingPhoneNumbers"
SENDERS, CONTENTS, ALERTS = "/messaging/v2/Channels/Senders", "/content/v1/ContentAndApprovals", "/monitor/v1/Alerts"
MESSAGES = "/2010-04-01/Accounts/AC1/Messages"
NUMBER: dict[str, Any] = {
    "sid": "PN1",
    "phone_number": "+12025550100",
    "sms_url": HOOK,
    "sms_method": "POST",
    "sms_application_sid": "",
    "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
}
SENDER: dict[str, Any] = {
    "sid": "XE1",
    "sender_id": "whatsapp:+14155550123",
    "status": "ONLINE",
    "webhook": {"callback_url": HOOK, "callback_method": "POST", "status_callback_url": None},
    "properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
}
OTHER_SENDER = {"sid": "XE0", "sender_id": "whatsapp:+14155550199", "status": "OFFLINE"}
ALERT = {"error_code": "11200", "date_generated": "2026-11-30T20:00:00Z", "alert_text": "sourceComponent=…"}


def numbers(**changes: Any) -> dict[str, Any]:
    return {"incoming_phone_numbers": [{**NUMBER, **changes}], "next_page_uri": None}


def senders(**changes: Any) -> dict[str, Any]:
    return {"senders": [OTHER_SENDER, {**SENDER, **changes}], "meta": {"key": "senders", "next_page_url": None}}


GOOD: dict[str, Any] = {
    ACCOUNT: {"sid": "AC1", "friendly_name": "Northwind", "status": "active"},
    f"{NUMBERS}.json": numbers(),
    SENDERS: senders(),
    ALERTS: {"alerts": [], "meta": {"key": "alerts"}},
}


def ask(channel: str, call: Callable[[Channel], Any], answers: Mapping[str, Any] = GOOD) -> tuple[Any, list[Asked]]:
    """Returns what `call` gives, and everything that was asked. Paths without an answer are 20404."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Reply:
        asked.append(request)
        found = answers.get(request.path, answers.get(request.path.partition("?")[0]))
        if isinstance(found, Reply):
            return found
        return Reply(200, found) if found is not None else Reply(404, {"code": 20404, "status": 404, "message": "?"})

    async def run() -> Any:
        http = Http()
        async with Provider(Reply(), answer) as provider:
            try:
                accounts = build((SETTINGS,), Site(provider.url, http, KeptFiles(), BASE)).accounts
                return await call(next(account for account in accounts if account.channel == channel))
            finally:
                await http.close()

    return asyncio.run(run()), asked


def query(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.path.partition("?")[2]).items()}


def status(channel: str, **answers: Any) -> list[Finding]:
    findings, _ = ask(channel, lambda account: account.status(f"{BASE}/"), {**GOOD, **answers.get("answers", {})})
    assert all(finding.ok or finding.cure for finding in findings)
    return list(findings)


# status


def test_all_is_well() -> None:
    assert status("sms") == [
        Finding("account", True, "Northwind (active)"),
        Finding("number", True, "+12025550100: SMS, MMS"),
        Finding("webhook", True, HOOK),
        Finding("alerts", True, "none"),
    ]
    assert status("whatsapp")[1:] == [
        Finding("number", True, "whatsapp:+14155550123: ONLINE, HIGH, 10K Customers/24hr"),
        Finding("webhook", True, HOOK),
        Finding("alerts", True, "none"),
    ]


def test_alerts_are_told_but_are_no_fault() -> None:
    (alerts,) = status("sms", answers={ALERTS: {"alerts": [ALERT, ALERT]}})[3:]
    assert alerts.ok
    assert alerts.said == "newest: 11200 at 2026-11-30T20:00:00Z; 11200 at 2026-11-30T20:00:00Z"
    assert "docs/api/errors" in alerts.cure


@pytest.mark.parametrize(
    ("answers", "what", "said"),
    [
        ({ACCOUNT: {"friendly_name": "Northwind", "status": "suspended"}}, "account", "Northwind (suspended)"),
        ({f"{NUMBERS}.json": numbers(capabilities={"voice": True})}, "number", "+12025550100: no messages"),
        ({f"{NUMBERS}.json": numbers(sms_url=None)}, "webhook", "messages go to nobody"),
        (
            {f"{NUMBERS}.json": numbers(sms_url="https://old.example/")},
            "webhook",
            "messages go to https://old.example/",
        ),
        ({f"{NUMBERS}.json": numbers(sms_application_sid="AP1")}, "webhook", "messages go to application AP1"),
        ({f"{NUMBERS}.json": numbers(sms_method="GET")}, "webhook", f"{HOOK} is called by GET, not by POST"),
        (
            {f"{NUMBERS}.json": numbers(sms_url=f"{BASE}/webhooks/twilio")},
            "webhook",
            f"{BASE}/webhooks/twilio does not ask for repeats: what we cannot take is lost",
        ),
        ({f"{NUMBERS}.json": {"incoming_phone_numbers": []}}, "number", "the account has no sender +12025550100"),
        ({f"{NUMBERS}.json": {}}, "number", "the account has no sender +12025550100"),
        ({ACCOUNT: Reply(401, {"code": 20003, "status": 401})}, "account", "Twilio did not answer as asked: 20003"),
        ({f"{NUMBERS}.json": Reply(503, b"<html>")}, "number", "Twilio did not answer as asked: http_503"),
        ({ALERTS: Reply(429, {"code": 20429})}, "alerts", "Twilio did not answer as asked: 20429"),
        ({ACCOUNT: Reply(drop=True)}, "account", "Twilio did not answer as asked: connection_lost"),
    ],
)
def test_each_fault_of_a_number_has_a_cure(answers: dict[str, Any], what: str, said: str) -> None:
    faults = [finding for finding in status("sms", answers=answers) if not finding.ok]
    assert [(fault.what, fault.said) for fault in faults] == [(what, said)]


def test_each_fault_of_a_sender_has_a_cure() -> None:
    offline, _ = (f for f in status("whatsapp", answers={SENDERS: senders(status="OFFLINE", webhook=None)}) if not f.ok)
    assert offline.said.startswith("whatsapp:+14155550123: OFFLINE")
    (missing,) = (f for f in status("whatsapp", answers={SENDERS: {"senders": [OTHER_SENDER]}}) if not f.ok)
    assert missing.said == "the account has no sender whatsapp:+14155550123"
    assert HOOK in missing.cure


# setup


def setup(channel: str, answers: Mapping[str, Any]) -> tuple[Finding, list[Asked]]:
    (finding,), asked = ask(channel, lambda account: account.setup(f"{BASE}/"), {**GOOD, **answers})
    return finding, [each for each in asked if each.method == "POST"]


def test_a_number_is_pointed_to_us() -> None:
    answers = {f"{NUMBERS}.json": numbers(sms_url="https://old.example/"), f"{NUMBERS}/PN1.json": NUMBER}
    finding, (asked,) = setup("sms", answers)
    assert finding == Finding(
        "webhook", True, f"messages to +12025550100 now come to {HOOK}, before to https://old.example/"
    )
    assert asked.path == f"{NUMBERS}/PN1.json"
    assert parse_qs(asked.body.decode(), keep_blank_values=True) == {
        "SmsUrl": [HOOK],
        "SmsMethod": ["POST"],
        "SmsApplicationSid": [""],
    }


def test_a_sender_is_pointed_to_us() -> None:
    finding, (asked,) = setup("whatsapp", {SENDERS: senders(webhook={}), f"{SENDERS}/XE1": Reply(202, SENDER)})
    assert finding == Finding("webhook", True, f"messages to whatsapp:+14155550123 now come to {HOOK}")
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.json() == {
        "webhook": {
            "callback_url": HOOK,
            "callback_method": "POST",
            "status_callback_url": f"{BASE}/webhooks/twilio/status",
            "status_callback_method": "POST",
        }
    }


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_is_right_is_left_alone(channel: str) -> None:
    finding, asked = setup(channel, {})
    assert finding.ok
    assert finding.said.endswith("already")
    assert asked == []


def test_what_cannot_be_set_up_says_what_to_do() -> None:
    finding, _ = setup("sms", {f"{NUMBERS}.json": {"incoming_phone_numbers": []}})
    assert (finding.what, finding.ok) == ("number", False)
    finding, _ = setup("sms", {f"{NUMBERS}.json": numbers(sms_url="")})  # refuses the change
    assert finding.said == "Twilio did not answer as asked: 20404"
    assert finding.cure


# catching up


def listed(sid: str, **changes: Any) -> dict[str, Any]:
    return {
        "sid": sid,
        "direction": "inbound",
        "from": "+12025550101",
        "to": "+12025550100",
        "body": "Where is 1001?",
        "num_media": "0",
        "status": "received",
        "date_created": "Tue, 01 Dec 2026 09:29:00 +0000",
        "date_sent": "Tue, 01 Dec 2026 09:30:00 +0000",
        **changes,
    }


def test_what_was_missed_is_what_the_webhooks_would_have_said() -> None:
    second = f"{MESSAGES}.json?PageToken=p2"
    uri = "/2010-04-01/Accounts/AC1/Messages/MM3/Media/ME1.json"
    pages = {
        f"{MESSAGES}.json": {
            "messages": [
                listed("SM9", direction="outbound-api"),
                listed("SM8", body="Liked “On its way”"),
                listed("MM3", body="See\0", num_media="1", date_sent=None),
            ],
            "next_page_uri": second,
        },
        second: {
            "messages": [listed("SM2", body=""), listed("SM1"), {"direction": "inbound"}, 7],
            "next_page_uri": None,
        },
        f"{MESSAGES}/MM3/Media.json": {"media_list": [{"sid": "ME1", "content_type": "image/jpeg", "uri": uri}]},
    }
    events, asked = ask("sms", lambda account: account.missed(SINCE), pages)
    assert query(asked[0]) == {"To": "+12025550100", "DateSent>": "2026-12-01T09:00:00Z", "PageSize": "200"}
    first, empty, picture, liked = events
    jane = Address("sms", "+12025550100", "+12025550101")
    assert first == InboundMessage("SM1", jane, datetime(2026, 12, 1, 9, 30, tzinfo=UTC), "Where is 1001?")
    assert isinstance(empty, Unsupported)
    assert isinstance(liked, Reacted)
    assert (picture.text, picture.sent_at) == ("See", datetime(2026, 12, 1, 9, 29, tzinfo=UTC))
    assert [(a.kind, a.ref) for a in picture.attachments] == [("image", f"https://api.twilio.com{uri[:-5]}")]


def test_on_whatsapp_the_list_is_asked_for_its_own_name() -> None:
    one = listed("SM1", **{"from": "whatsapp:+12025550101", "to": "whatsapp:+14155550123", "date_sent": "soon"})
    del one["date_created"]
    (event,), asked = ask("whatsapp", lambda account: account.missed(SINCE), {f"{MESSAGES}.json": {"messages": [one]}})
    assert query(asked[0])["To"] == "whatsapp:+14155550123"
    assert event.sender == Address("whatsapp", "twilio:+14155550123", "+12025550101")
    assert event.sent_at == SINCE


def sent(sid: str, **changes: Any) -> dict[str, Any]:
    """Makes a message of ours as the list shows it."""
    ours = {"direction": "outbound-api", "from": "+12025550100", "to": "+12025550101", "status": "delivered"}
    return listed(sid, **{**ours, "price": "-0.01660", "price_unit": "USD", "num_segments": "2", **changes})


def test_what_messages_cost_is_in_the_list() -> None:
    page = {
        "messages": [
            sent("SM9", price=None, status="sent"),  # not known yet
            sent("SM8", status="undelivered", error_code=30003, price="-0.00100", num_segments="1"),
            sent("SM7"),
            sent("SM6", price="0", num_segments=None),
            sent("SM5", price="dear"),
            listed("SM4", price="-0.00750", price_unit="USD"),  # came in, and is nobody's message of ours
            sent("SM3", **{"from": "+12025550177"}),
        ]
    }
    events, asked = ask("sms", lambda account: account.missed(SINCE), {f"{MESSAGES}.json": page})
    told = [event for event in events if isinstance(event, Receipt)]
    assert query(asked[-1]) == {"From": "+12025550100", "DateSent>": "2026-12-01T08:00:00Z", "PageSize": "1000"}
    assert [(each.external_id, each.status, each.charge) for each in told] == [
        ("SM7:delivered:price", ReceiptStatus.DELIVERED, Charge("", "0.01660", "USD", 2)),
        ("SM8:undelivered:price", ReceiptStatus.FAILED, Charge("", "0.00100", "USD")),
    ]
    assert told[0].recipient == Address("sms", "+12025550100", "+12025550101")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(401, {"code": 20003, "status": 401}), Outcome.MISCONFIGURED),
        (Reply(drop=True), Outcome.RETRY),  # never "it may have been sent"
        (Reply(503, b""), Outcome.RETRY),
        (Reply(200, {"messages": [], "next_page_uri": "@evil.example/next"}), Outcome.MISCONFIGURED),
    ],
)
def test_catching_up_fails_by_the_same_outcomes(reply: Reply, outcome: Outcome) -> None:
    with pytest.raises(SendError) as caught:
        ask("sms", lambda account: account.missed(SINCE), {f"{MESSAGES}.json": reply})
    assert caught.value.outcome is outcome


def test_an_answer_that_is_no_list_is_none() -> None:
    for body in (b"<html>", b"[]", b'{"messages": {}}'):
        events, _ = ask("sms", lambda account: account.missed(SINCE), {f"{MESSAGES}.json": Reply(200, body)})
        assert events == []


# templates


def content(sid: str, **approval: Any) -> dict[str, Any]:
    said = {"sid": sid, "language": "en", "friendly_name": "order_shipped"}
    return {**said, "types": TYPES.get(sid), "approval_requests": approval or None}


TYPES = {
    "HX1": {
        "twilio/call-to-action": {
            "body": "Hi {{1}}, order {{2}} left.",
            "actions": [{"type": "URL", "title": "Track", "url": "https://track.example/{{3}}"}],
        }
    },
    "HX3": {"twilio/text": {"body": "Hi {{customer}}"}},
}


def test_templates_have_whatsapps_word() -> None:
    second = f"{CONTENTS}?PageToken=p2"
    pages = {
        CONTENTS: {
            "contents": [content("HX1", category="UTILITY", status="approved"), content("HX2")],
            "meta": {
                "key": "contents",
                "next_page_url": f"https://content.twilio.com{second.removeprefix('/content')}",
            },
        },
        second: {"contents": [content("HX3", category="MARKETING", status="received"), {"language": "de"}]},
    }
    states, asked = ask("whatsapp", lambda account: account.templates(), pages)
    assert states == [
        TemplateState("HX1", "en", "utility", "approved", TemplateShape(values=("1", "2", "3"))),
        TemplateState("HX2", "en", "", "pending"),
        TemplateState("HX3", "en", "marketing", "pending", TemplateShape(True, values=("customer",))),
    ]
    assert len(asked) == 2


def test_an_sms_needs_no_template() -> None:
    assert ask("sms", lambda account: account.templates()) == ([], [])


def test_a_page_elsewhere_is_not_asked_for() -> None:
    page = {"contents": [], "meta": {"next_page_url": "https://content.twilio.com.evil.example/v1/next"}}
    with pytest.raises(SendError) as caught:
        ask("whatsapp", lambda account: account.templates(), {CONTENTS: page})
    assert caught.value.code == "foreign_host"


@pytest.mark.parametrize(
    ("uri", "api", "url"),
    [
        ("https://api.twilio.com/2010-04-01/x", "https://api.twilio.com", "https://api.twilio.com/2010-04-01/x"),
        ("https://content.twilio.com/v1/x", "https://api.twilio.com", "https://content.twilio.com/v1/x"),
        (
            "https://messaging.twilio.com/v2/x",
            "https://api.dublin.ie1.twilio.com",
            "https://messaging.dublin.ie1.twilio.com/v2/x",
        ),
        ("https://api.twilio.com/2010-04-01/x", "http://127.0.0.1:9/twilio", "http://127.0.0.1:9/twilio/2010-04-01/x"),
        ("https://monitor.twilio.com/v1/x", "http://127.0.0.1:9/twilio", "http://127.0.0.1:9/twilio/monitor/v1/x"),
        ("http://127.0.0.1:9/twilio/v1/x", "http://127.0.0.1:9/twilio", "http://127.0.0.1:9/twilio/v1/x"),
    ],
)
def test_where_calls_go(uri: str, api: str, url: str) -> None:
    assert address(uri, api) == url


# media

MEDIA = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
PROOF = {"Authorization": "Basic QUMxOmZpcnN0"}


def located(ref: str, channel: str = "sms", api_url: str = "https://api.twilio.com") -> Download:
    accounts = build((SETTINGS,), Site(api_url, Http(), KeptFiles(), BASE)).accounts
    return asyncio.run(next(account for account in accounts if account.channel == channel).locate(ref))


def test_media_are_fetched_with_the_accounts_proof() -> None:
    assert located(f"https://api.twilio.com{MEDIA}") == Download(f"https://api.twilio.com{MEDIA}", PROOF, 5_242_880)
    assert located(f"https://api.twilio.com{MEDIA}", "whatsapp").max_bytes == 16_777_216
    here = "http://127.0.0.1:9/twilio"
    assert located(f"https://api.twilio.com{MEDIA}", api_url=here) == Download(f"{here}{MEDIA}", PROOF, 5_242_880)
    assert located(f"{here}{MEDIA}", api_url=f"{here}/") == Download(f"{here}{MEDIA}", PROOF, 5_242_880)


@pytest.mark.parametrize(
    "ref",
    [
        f"https://api.twilio.com.evil.example{MEDIA}",
        f"https://evil.example{MEDIA}",
        f"https://api.twilio.com@evil.example{MEDIA}",
        f"http://api.twilio.com{MEDIA}",
        f"https://api.twilio.com{MEDIA.replace('AC1', 'AC2')}",
        "https://scontent.xx.fbcdn.net/v/boots.jpg",
    ],
)
def test_nobody_else_gets_the_proof(ref: str) -> None:
    assert located(ref).headers == {}


@pytest.mark.parametrize("ref", ["", "ME1", "file:///etc/passwd", "https://", "https://[::1", "javascript:1"])
def test_what_is_no_address_is_no_media(ref: str) -> None:
    with pytest.raises(SendError) as caught:
        located(ref)
    assert (caught.value.outcome, caught.value.code) == (Outcome.CONTENT_REJECTED, "media_ref")


# submitting


def submitting(draft: Draft) -> Callable[[Channel], Any]:
    """Makes a call that submits a draft."""
    return lambda account: cast(TemplateMaker, account).submit(draft)


DELIVERED = "Hi {{name}}, it is there."
PRESS = ("not_received", "It is not here")
DRAFT = Draft("order_delivered", "en", "utility", DELIVERED, {"name": "Jane"}, (PRESS,))


def posted(asked: list[Asked]) -> list[tuple[str, Any]]:
    return [(each.path, json.loads(each.body)) for each in asked if each.method == "POST"]


def test_a_wording_is_made_and_submitted_to_whatsapp() -> None:
    answers = {
        **GOOD,
        CONTENTS: {"contents": []},
        "/content/v1/Content": {"sid": "HX77", "friendly_name": "order_delivered"},
        "/content/v1/Content/HX77/ApprovalRequests/whatsapp": {"status": "received", "category": "UTILITY"},
    }
    made, asked = ask("whatsapp", submitting(DRAFT), answers)
    assert made == Wording("HX77", "order_delivered", "en", "utility", "received", DRAFT.text)
    assert posted(asked) == [
        (
            "/content/v1/Content",
            {
                "friendly_name": "order_delivered",
                "language": "en",
                "variables": {"name": "Jane"},
                "types": {
                    "twilio/quick-reply": {
                        "body": DRAFT.text,
                        "actions": [{"title": "It is not here", "id": "not_received"}],
                    }
                },
            },
        ),
        ("/content/v1/Content/HX77/ApprovalRequests/whatsapp", {"name": "order_delivered", "category": "UTILITY"}),
    ]


def test_one_that_was_made_and_not_submitted_is_not_made_again() -> None:
    types = {"twilio/text": {"body": DRAFT.text}}
    kept = {"sid": "HX5", "friendly_name": "order_delivered", "language": "en", "types": types}
    answers = {
        **GOOD,
        CONTENTS: {"contents": [{**kept, "approval_requests": {"status": "unsubmitted"}}]},
        "/content/v1/Content/HX5/ApprovalRequests/whatsapp": {"status": "received", "category": "UTILITY"},
    }
    made, asked = ask("whatsapp", submitting(DRAFT), answers)
    assert made.id == "HX5"
    assert [path for path, _ in posted(asked)] == ["/content/v1/Content/HX5/ApprovalRequests/whatsapp"]

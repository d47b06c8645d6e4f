"""Tests setting up and checking a number against a Graph API that knows what ours asks for."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec
import pytest

from adapters.channels.spec import Site
from adapters.channels.whatsapp.kit import build
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.meta.template_shape import FIELDS
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.ports.channel import Channel, Finding
from core.ports.templates import Draft, TemplateMaker, TemplateState, Wording
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

ACCOUNT, WABA, TOKEN = "106540352242922", "102290129340398", "EAAGtoken"
BASE = "https://shop.example"
NUMBER = f"/{ACCOUNT}?fields=display_phone_number,verified_name,name_status,status,quality_rating,throughput"
HEALTH, LIMIT = f"/{ACCOUNT}?fields=health_status", f"/{ACCOUNT}?fields=whatsapp_business_manager_messaging_limit"
OLD_LIMIT, CALLBACK = f"/{ACCOUNT}?fields=messaging_limit_tier", f"/{ACCOUNT}?fields=webhook_configuration"
APPS = f"/{WABA}/subscribed_apps"
TEMPLATES = f"/{WABA}/message_templates?fields={FIELDS}&limit=100"
GOOD: dict[str, Any] = {
    NUMBER: {
        "display_phone_number": "+1 202-555-0100",
        "verified_name": "Northwind",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"},
        "id": ACCOUNT,
    },
    HEALTH: {
        "health_status": {
            "can_send_message": "AVAILABLE",
            "entities": [
                {"entity_type": "PHONE_NUMBER", "id": ACCOUNT, "can_send_message": "AVAILABLE"},
                {"entity_type": "WABA", "id": WABA, "can_send_message": "AVAILABLE"},
                {"entity_type": "APP", "id": "1", "can_send_message": "AVAILABLE"},
            ],
        }
    },
    LIMIT: {"whatsapp_business_manager_messaging_limit": "TIER_2K", "id": ACCOUNT},
    CALLBACK: {"webhook_configuration": {"whatsapp_business_account": f"{BASE}/webhooks/whatsapp"}},
    APPS: {"data": [{"whatsapp_business_api_data": {"id": "1", "name": "Doorstep"}}]},
}
REFUSED = {"error": {"code": 190, "message": "Error validating access token: Session has expired"}}


def ask(
    call: Callable[[Channel], Any], answers: Mapping[str, Any], posts: Sequence[Reply] = (), business: str = ""
) -> tuple[Any, list[Asked]]:
    """Returns what `call` gives, and everything that was asked. Paths without an answer are error 100."""
    asked: list[Asked] = []
    replies = iter(posts)

    def answer(request: Asked) -> Reply:
        asked.append(request)
        if request.method == "POST":
            return next(replies, Reply(200, {"success": True}))
        found = answers.get(
            request.path, {"error": {"code": 100, "message": "(#100) Tried accessing nonexisting field"}}
        )
        return Reply(400 if "error" in found else 200, found)

    async def run() -> Any:
        http = Http()
        async with Provider(Reply(), answer) as provider:
            settings = AccountSettings(ACCOUNT, TOKEN, ("s",), "our-verify-token", business)
            try:
                return await call(build([settings], Site(provider.url, http, KeptFiles())).accounts[0])
            finally:
                await http.close()

    return asyncio.run(run()), asked


def status(**changed: Any) -> list[Finding]:
    names = {"number": NUMBER, "health": HEALTH, "limit": LIMIT, "callback": CALLBACK, "apps": APPS}
    answers = {**GOOD, **{names[name]: value for name, value in changed.items()}}
    found, _ = ask(lambda account: account.status(BASE), answers)
    return list(found)


def bad(findings: list[Finding]) -> list[Finding]:
    assert all(each.cure for each in findings if not each.ok)
    return [each for each in findings if not each.ok]


def test_a_good_number_is_told_with_name_quality_and_limits() -> None:
    assert status() == [
        Finding("token and number", True, "+1 202-555-0100 Northwind"),
        Finding("display name", True, "APPROVED"),
        Finding("number", True, "CONNECTED"),
        Finding("quality", True, "GREEN"),
        Finding("throughput", True, "STANDARD"),
        Finding("messaging limit", True, "TIER_2K"),
        Finding("subscription", True, "Doorstep"),
        Finding("webhook", True, f"{BASE}/webhooks/whatsapp"),
    ]


def test_a_dead_token_is_the_only_finding() -> None:
    (found,) = status(number=REFUSED)
    assert (found.ok, found.what) == (False, "token and number")
    assert "190" in found.said
    assert "WHATSAPP_ACCESS_TOKEN" in found.cure


def test_a_wrong_id_is_cured_by_the_right_one() -> None:
    (found,) = status(number={"error": {"code": 100, "error_subcode": 33, "message": "Unsupported get request."}})
    assert "WHATSAPP_PHONE_NUMBER_ID" in found.cure


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name_status", "DECLINED", "display name"),
        ("status", "FLAGGED", "number"),
        ("quality_rating", "RED", "quality"),
        ("throughput", {"level": "NOT_APPLICABLE"}, "throughput"),
    ],
)
def test_a_bad_word_about_the_number_has_a_cure(field: str, value: Any, what: str) -> None:
    (found,) = bad(status(number={**GOOD[NUMBER], field: value}))
    assert found.what == what


def test_what_meta_does_not_say_is_no_finding() -> None:
    findings = status(number={"display_phone_number": "+1 202-555-0100"}, limit={"id": ACCOUNT}, callback={})
    assert [each.what for each in findings] == ["token and number", "subscription"]


def test_the_older_field_of_the_limit_is_asked_where_the_newer_is_unknown() -> None:
    answers = {**GOOD, OLD_LIMIT: {"messaging_limit_tier": "TIER_1K"}}
    del answers[LIMIT]
    found, _ = ask(lambda account: account.status(BASE), answers)
    assert Finding("messaging limit", True, "TIER_1K") in found


def test_what_stands_in_the_way_comes_with_metas_advice() -> None:
    problem = {
        "error_code": 141006,
        "error_description": "There is an error with the payment method.",
        "possible_solution": "Go to the payment settings.",
    }
    entities = [
        {"entity_type": "WABA", "id": WABA, "can_send_message": "BLOCKED", "errors": [problem]},
        {"entity_type": "APP", "id": "1", "can_send_message": "LIMITED"},
    ]
    payment, app = bad(status(health={"health_status": {"entities": entities}}))
    assert (payment.what, payment.said, payment.cure) == (
        "health of WABA",
        "There is an error with the payment method.",
        "Go to the payment settings.",
    )
    assert (app.what, app.said) == ("health of APP", "LIMITED")


def test_no_subscription_and_another_callback_are_cured_by_setup() -> None:
    elsewhere = {"webhook_configuration": {"phone_number": "https://old.example/hook", "application": f"{BASE}/x"}}
    subscription, webhook = bad(status(apps={"data": []}, callback=elsewhere))
    assert subscription.what == "subscription"
    assert webhook.said == "https://old.example/hook"
    assert all("doorstep channels setup" in each.cure for each in (subscription, webhook))


def test_without_a_business_account_only_its_part_fails() -> None:
    (found,) = bad(status(health={"health_status": {"entities": []}}))
    assert found.what == "subscription"
    assert "no_business" in found.said


def test_setup_subscribes_and_then_names_our_webhook() -> None:
    found, asked = ask(lambda account: account.setup(BASE), GOOD)
    assert [(each.what, each.ok) for each in found] == [
        ("subscription", True),
        ("webhook", True),
        ("account news", True),
    ]
    assert f"callback URL {BASE}/webhooks/whatsapp" in found[2].todo
    _, subscribed, named = asked
    assert (subscribed.path, subscribed.json()) == (APPS, {})
    assert named.json() == {
        "override_callback_uri": f"{BASE}/webhooks/whatsapp",
        "verify_token": "our-verify-token",
    }
    assert all(request.headers["Authorization"] == f"Bearer {TOKEN}" for request in asked)


def test_the_business_account_of_the_settings_is_not_asked_for() -> None:
    _, asked = ask(lambda account: account.setup(BASE), {}, business=WABA)
    assert [request.path for request in asked] == [APPS, APPS]


def test_a_webhook_that_meta_does_not_reach_is_told_without_the_verify_token() -> None:
    refused = {"code": 2200, "message": "Callback verification failed with our-verify-token: HTTP Status Code = 403"}
    found, _ = ask(lambda account: account.setup(BASE), GOOD, [Reply(), Reply(400, {"error": refused})])
    subscription, webhook, _ = found
    assert subscription.ok
    assert (webhook.ok, webhook.said) == (False, "2200")
    assert "PUBLIC_URL" in webhook.cure


def test_without_a_subscription_no_webhook_is_named() -> None:
    found, asked = ask(lambda account: account.setup(BASE), GOOD, [Reply(400, REFUSED)])
    assert [(each.what, each.ok) for each in found] == [("subscription", False), ("account news", True)]
    assert [request.method for request in asked] == ["GET", "POST"]


def test_templates_of_all_pages_in_our_words() -> None:
    def template(name: str, status: str, category: str = "UTILITY") -> dict[str, str]:
        return {"name": name, "language": "en_US", "category": category, "status": status, "id": "1"}

    first = [template("order_shipped", "APPROVED"), template("cutoff", "PAUSED", "MARKETING")]
    second = [template("old", "REJECTED"), template("new", "IN_APPEAL"), template("odd", "ARCHIVED")]
    answers = {
        **GOOD,
        TEMPLATES: {
            "data": first,
            "paging": {"cursors": {"after": "QVFI=="}, "next": "https://graph.example/?access_token=x"},
        },
        f"{TEMPLATES}&after=QVFI%3D%3D": {"data": second, "paging": {"cursors": {"after": "ZZZ"}}},
    }
    found, _ = ask(lambda account: account.templates(), answers)
    assert found == [
        TemplateState("order_shipped", "en_US", "utility", "approved"),
        TemplateState("cutoff", "en_US", "marketing", "paused"),
        TemplateState("old", "en_US", "utility", "rejected"),
        TemplateState("new", "en_US", "utility", "pending"),
        TemplateState("odd", "en_US", "utility", "disabled"),
    ]


def test_templates_that_cannot_be_read_are_an_error() -> None:
    with pytest.raises(SendError) as caught:
        ask(lambda account: account.templates(), {**GOOD, TEMPLATES: REFUSED})
    assert caught.value.outcome is Outcome.MISCONFIGURED


def submitting(draft: Draft) -> Callable[[Channel], Any]:
    """Makes a call that submits a draft."""
    return lambda account: cast(TemplateMaker, account).submit(draft)


DRAFT = Draft(
    "order_delivered",
    "zh_CN",
    "utility",
    "您好，{{name}}！您的订单 {{order}} 已送达。",
    {"name": "张伟", "order": "1001"},
    (("not_received", "没收到"),),
)


@pytest.mark.parametrize(
    ("seconds", "category", "lives"),
    [(36_000, "utility", 36_000), (0, "utility", None), (259_200, "utility", None), (36_000, "marketing", None)],
)
def test_a_wording_that_is_soon_of_no_use_says_so(seconds: int, category: str, lives: int | None) -> None:
    draft = msgspec.structs.replace(DRAFT, valid_for=seconds, category=category)
    _, asked = ask(submitting(draft), GOOD, [Reply(200, {"id": "1", "status": "PENDING", "category": "UTILITY"})])
    (posted,) = [each for each in asked if each.method == "POST"]
    assert json.loads(posted.body).get("message_send_ttl_seconds") == lives


def test_a_wording_is_submitted_with_examples_and_buttons() -> None:
    replies = [Reply(200, {"id": "594425479261596", "status": "PENDING", "category": "UTILITY"})]
    made, asked = ask(submitting(DRAFT), GOOD, replies)
    assert made == Wording("order_delivered", "order_delivered", "zh_CN", "utility", "pending", DRAFT.text)
    (posted,) = [each for each in asked if each.method == "POST"]
    assert posted.path.endswith("/message_templates")
    assert json.loads(posted.body) == {
        "name": "order_delivered",
        "language": "zh_CN",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {
                "type": "BODY",
                "text": DRAFT.text,
                "example": {
                    "body_text_named_params": [
                        {"param_name": "name", "example": "张伟"},
                        {"param_name": "order", "example": "1001"},
                    ]
                },
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "没收到"}]},
        ],
    }


def test_values_by_number_have_their_examples_in_order() -> None:
    numbered = {str(n): f"value {n}" for n in (10, 2, 1, *range(3, 10))}
    draft = Draft("order_shipped", "en", "utility", "Hi {{1}} … {{10}}.", numbered)
    _, asked = ask(submitting(draft), GOOD, [Reply(200, {"id": "1", "status": "PENDING"})])
    (posted,) = [each for each in asked if each.method == "POST"]
    (body,) = json.loads(posted.body)["components"]
    assert body["example"] == {"body_text": [[f"value {n}" for n in range(1, 11)]]}


def test_a_wording_that_is_refused_says_why() -> None:
    refused = Reply(400, {"error": {"code": 100, "error_subcode": 2388299, "message": "(#100) Leading params"}})
    with pytest.raises(SendError) as caught:
        ask(submitting(DRAFT), GOOD, [refused])
    assert caught.value.code.startswith("100")

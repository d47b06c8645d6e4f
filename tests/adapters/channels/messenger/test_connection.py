"""Tests setting the page up, and looking whether it still is."""

from typing import Any

import pytest

from adapters.channels.messenger.upkeep.connection import NEEDED, WISHED
from core.errors import SendError
from core.ports.channel import Finding
from core.ports.templates import TemplateState
from tests.adapters.channels.messenger.page import PAGE, against, refusal
from tests.adapters.channels.provider import Asked, Reply

BASE = "https://shop.example"
SUBSCRIBED = f"POST {PAGE}/subscribed_apps"
APP = {"id": "1517776481860111", "name": "Doorstep", "subscribed_fields": [*NEEDED, *WISHED]}
WELL = {
    "GET me?": Reply(200, {"id": PAGE, "name": "Shop", "is_published": True}),
    f"GET {PAGE}/subscribed_apps": Reply(200, {"data": [APP]}),
    "GET app": Reply(200, {"id": APP["id"]}),
    "GET me/messenger_profile": Reply(200, {"data": [{"get_started": {"payload": "GET_STARTED"}}]}),
}


def setup(answers: dict[str, Any]) -> tuple[list[Finding], list[Asked]]:
    return against(answers, lambda account: account.setup(BASE))


def status(**changed: Reply) -> dict[str, Finding]:
    named = {
        "me": "GET me?",
        "apps": f"GET {PAGE}/subscribed_apps",
        "app": "GET app",
        "profile": "GET me/messenger_profile",
    }
    answers = {**WELL, **{named[key]: reply for key, reply in changed.items()}}
    findings, _ = against(answers, lambda account: account.status(BASE))
    return {each.what: each for each in findings}


def test_setup_subscribes_the_page_and_registers_the_button() -> None:
    done = Reply(200, {"success": True})
    findings, (subscribed, profile) = setup(
        {SUBSCRIBED: done, "POST me/messenger_profile": Reply(200, {"result": "success"})}
    )
    assert subscribed.json() == {"subscribed_fields": ",".join((*NEEDED, *WISHED))}
    assert profile.json() == {"get_started": {"payload": "GET_STARTED"}}
    assert [each.ok for each in findings] == [True, True, True]
    assert f"{BASE}/webhooks/messenger" in findings[2].said
    assert [bool(each.todo) for each in findings] == [False, False, True]


def test_setup_does_without_the_fields_that_a_page_may_lack() -> None:
    refused = refusal(100, None, "(#100) Param subscribed_fields[12] must be one of {feed, messages}")
    findings, asked = setup({SUBSCRIBED: [refused, Reply(200, {"success": True})]})
    assert asked[1].json() == {"subscribed_fields": ",".join(NEEDED)}
    assert findings[0].ok
    assert f"refused: {', '.join(WISHED)}" in findings[0].said


def test_what_setup_could_not_do_has_a_cure() -> None:
    findings, _ = setup({SUBSCRIBED: refusal(200, None, "(#200) pages_manage_metadata is missing")})
    subscription, button, _ = findings
    assert not subscription.ok
    assert subscription.said == "200: (#200) pages_manage_metadata is missing"
    assert "pages_manage_metadata" in subscription.cure
    assert not button.ok
    assert button.cure


def test_all_is_well() -> None:
    found = status()
    assert {name: each.ok for name, each in found.items()} == {
        "page": True,
        "subscription": True,
        "get started button": True,
    }
    assert found["page"].said == f"Shop ({PAGE})"
    assert f"{BASE}/webhooks/messenger" in found["subscription"].said


def test_the_token_of_another_page() -> None:
    page = status(me=Reply(200, {"id": "42", "name": "Other"}))["page"]
    assert (page.ok, page.said) == (False, "the token belongs to Other (42)")
    assert "MESSENGER_PAGE_ID" in page.cure


def test_a_page_that_nobody_sees() -> None:
    page = status(me=Reply(200, {"id": PAGE, "name": "Shop", "is_published": False}))["page"]
    assert not page.ok
    assert "publish" in page.cure


def test_a_token_that_ended() -> None:
    page = status(me=refusal(190, 463, "Error validating access token: Session has expired", 401))["page"]
    assert (page.ok, page.said) == (False, "190: Error validating access token: Session has expired")
    assert "MESSENGER_ACCESS_TOKEN" in page.cure


@pytest.mark.parametrize(
    ("apps", "said"),
    [
        ([], "the page is not subscribed to the app"),
        ([{**APP, "id": "98765"}], "the page is not subscribed to the app"),
        (
            [{**APP, "subscribed_fields": [name for name in NEEDED if name != "message_echoes"]}],
            "missing: message_echoes",
        ),
    ],
)
def test_a_subscription_that_was_lost(apps: list[Any], said: str) -> None:
    subscription = status(apps=Reply(200, {"data": apps}))["subscription"]
    assert (subscription.ok, subscription.said) == (False, said)
    assert "doorstep channels setup" in subscription.cure


def test_wished_fields_may_be_missing() -> None:
    assert status(apps=Reply(200, {"data": [{**APP, "subscribed_fields": [*NEEDED]}]}))["subscription"].ok


def test_any_app_will_do_where_meta_does_not_say_which_is_ours() -> None:
    assert status(app=refusal(100, 33))["subscription"].ok


def test_a_failed_look_is_a_finding_too() -> None:
    assert not status(apps=Reply(drop=True))["subscription"].ok


@pytest.mark.parametrize("data", [[], [{}], [{"get_started": {"payload": "START"}}]])
def test_a_get_started_button_that_is_not_ours(data: list[Any]) -> None:
    button = status(profile=Reply(200, {"data": data}))["get started button"]
    assert not button.ok
    assert "doorstep channels setup" in button.cure


def test_templates_of_all_pages_with_their_states() -> None:
    listed = [
        {"name": "order_shipped", "language": "en_US", "category": "UTILITY", "status": "APPROVED"},
        {"name": "order_delayed", "language": "en_US", "category": "UTILITY", "status": "PENDING"},
        {"name": "a", "language": "en", "category": "MARKETING", "status": "REJECTED"},
        {"name": "b", "language": "en", "category": "UTILITY", "status": "IN_APPEAL"},
        {"name": "c", "language": "en", "category": "UTILITY", "status": "PENDING_DELETION"},
    ]
    more = [{"name": "delivery_confirmation_1", "language": "en", "id": "7635027653257090"}, {"id": "no name"}]
    pages = [
        Reply(200, {"data": listed, "paging": {"cursors": {"after": "c2"}, "next": "https://graph…"}}),
        Reply(200, {"data": more, "paging": {"cursors": {"after": "c3"}}}),
    ]
    found, asked = against({f"GET {PAGE}/message_templates": pages}, lambda account: account.templates())
    assert [(each.name, each.category, each.status) for each in found] == [
        ("order_shipped", "utility", "approved"),
        ("order_delayed", "utility", "pending"),
        ("a", "marketing", "rejected"),
        ("b", "utility", "pending"),
        ("c", "utility", "disabled"),
        ("delivery_confirmation_1", "utility", "approved"),
    ]
    assert found[0] == TemplateState("order_shipped", "en_US", "utility", "approved")
    assert [each.path.partition("&after=")[2] for each in asked] == ["", "c2"]


def test_templates_are_read_without_what_they_are_made_of_where_meta_refuses_that() -> None:
    listed = [{"name": "order_shipped", "language": "en_US", "category": "UTILITY", "status": "APPROVED"}]
    pages = [refusal(100), Reply(200, {"data": listed})]
    found, asked = against({f"GET {PAGE}/message_templates": pages}, lambda account: account.templates())
    assert found == [TemplateState("order_shipped", "en_US", "utility", "approved")]
    assert ["components" in each.path for each in asked] == [True, False]


def test_templates_that_cannot_be_read_are_an_error() -> None:
    with pytest.raises(SendError):
        against({f"GET {PAGE}/message_templates": refusal(10)}, lambda account: account.templates())

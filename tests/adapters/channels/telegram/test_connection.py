"""Tests webhook and commands: what is registered, and what a check-up finds."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.channels.telegram.inbound.parse import ALLOWED_UPDATES
from adapters.channels.telegram.settings import AccountSettings
from core.errors import Outcome, SendError
from core.ports.channel import Finding
from tests.adapters.channels.provider import Asked, Reply
from tests.adapters.channels.telegram.rig import POLLED, WEBHOOK, against, form, method, ok, refusing

BASE = "https://desk.shop.example"
URL = f"{BASE}/webhooks/telegram"
ME = {"id": 5550001111, "is_bot": True, "first_name": "Northwind", "username": "northwind_boots_bot"}
INFO = {
    "url": URL,
    "has_custom_certificate": False,
    "pending_update_count": 0,
    "max_connections": 40,
    "allowed_updates": list(ALLOWED_UPDATES),
}


def commands(listed: Any) -> Callable[[Asked], Reply | None]:
    return lambda asked: ok(listed) if method(asked) == "getMyCommands" else None


def test_a_webhook_is_registered_with_the_first_secret_and_all_kinds() -> None:
    findings, (webhook, *_) = against(ok(True), lambda account: account.setup(BASE), commands([]))
    assert findings == [Finding("webhook", True, f"registered: {URL}"), Finding("commands", True, "named")]
    assert method(webhook) == "setWebhook"
    asked = form(webhook)
    assert json.loads(asked.pop("allowed_updates")) == list(ALLOWED_UPDATES)
    assert asked == {"url": URL, "secret_token": "new-secret", "max_connections": "40"}
    assert {"message_reaction", "my_chat_member", "callback_query", "edited_message"} <= set(ALLOWED_UPDATES)


def test_commands_are_named_in_each_language_where_there_are_none() -> None:
    _, (_, english, chinese) = against(ok(True), lambda account: account.setup(BASE), commands([]))
    assert "language_code" not in form(english)
    assert json.loads(form(english)["commands"])[0]["command"] == "menu"
    assert form(chinese)["language_code"] == "zh"


def test_commands_of_the_store_are_kept() -> None:
    own = [{"command": "sale", "description": "Our sale"}]
    findings, asked = against(ok(True), lambda account: account.setup(BASE), commands(own))
    assert findings[1] == Finding("commands", True, "kept as they are")
    assert [method(each) for each in asked] == ["setWebhook"]


def test_a_webhook_without_commands_is_a_webhook() -> None:
    def first(asked: Asked) -> Reply | None:
        return refusing(500, "Internal Server Error") if method(asked) == "getMyCommands" else None

    findings, _ = against(ok(True), lambda account: account.setup(BASE), first)
    assert [finding.ok for finding in findings] == [True, False]
    assert findings[1].cure


def test_the_webhook_of_a_polled_bot_ends_without_losing_updates() -> None:
    findings, (asked,) = against(
        ok(True), lambda a: a.setup(BASE), commands([{"command": "m", "description": "d"}]), POLLED
    )
    assert method(asked) == "deleteWebhook"
    assert form(asked).get("drop_pending_updates", "false") == "false"
    assert findings[0] == Finding("webhook", True, "none: updates are polled")


def test_an_address_that_telegram_does_not_take_has_its_cure() -> None:
    refusal = refusing(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    with pytest.raises(SendError) as caught:
        against(refusal, lambda account: account.setup(BASE))
    assert caught.value.outcome is Outcome.MISCONFIGURED
    assert "PUBLIC_URL" in caught.value.detail


def status(info: dict[str, Any], settings: AccountSettings = WEBHOOK) -> dict[str, Finding]:
    def first(asked: Asked) -> Reply | None:
        return ok(ME) if method(asked) == "getMe" else None

    findings, _ = against(ok(info), lambda account: account.status(BASE), first, settings)
    assert all(finding.cure for finding in findings if not finding.ok)
    return {finding.what: finding for finding in findings}


def test_a_healthy_bot_has_nothing_to_mend() -> None:
    found = status(INFO)
    assert list(found) == ["bot", "webhook", "update kinds", "deliveries", "waiting"]
    assert all(finding.ok for finding in found.values())
    assert found["bot"].said == "@northwind_boots_bot (5550001111)"


@pytest.mark.parametrize(
    ("changes", "what", "words"),
    [
        ({"url": ""}, "webhook", "none is registered"),
        ({"url": "https://old.example/webhooks/telegram"}, "webhook", "registered is https://old.example"),
        ({"allowed_updates": ["message", "callback_query"]}, "update kinds", "edited_message, message_reaction"),
        ({"allowed_updates": []}, "update kinds", "not sent: message_reaction"),
        ({"pending_update_count": 312}, "waiting", "312 updates"),
        (
            {
                "pending_update_count": 3,
                "last_error_date": 1796119300,
                "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
            },
            "deliveries",
            "failing, 2026-12-01 10:01 UTC: Wrong response from the webhook: 502",
        ),
    ],
)
def test_what_is_wrong_is_found(changes: dict[str, Any], what: str, words: str) -> None:
    found = status({**INFO, **changes})
    assert [finding.what for finding in found.values() if not finding.ok] == [what]
    assert words in found[what].said


def test_an_old_error_is_history_once_nothing_waits() -> None:
    found = status({**INFO, "last_error_date": 1796119300, "last_error_message": "Connection timed out"})
    assert found["deliveries"].ok
    assert "Connection timed out" in found["deliveries"].said


def test_a_polled_bot_has_no_webhook() -> None:
    assert status({**INFO, "url": ""}, POLLED)["webhook"].ok
    assert not status(INFO, POLLED)["webhook"].ok


@pytest.mark.parametrize("reply", [refusing(401, "Unauthorized"), refusing(502, "Bad Gateway"), Reply(drop=True)])
def test_a_failed_question_is_a_finding(reply: Reply) -> None:
    (finding,), _ = against(reply, lambda account: account.status(BASE))
    assert (finding.what, finding.ok) == ("bot", False)
    assert finding.cure


def test_telegram_has_no_list_of_what_was_missed_and_no_templates() -> None:
    async def both(account: Any) -> tuple[Any, Any]:
        return await account.missed(datetime(2026, 12, 1, tzinfo=UTC)), await account.templates()

    assert against(ok(True), both) == (([], []), [])

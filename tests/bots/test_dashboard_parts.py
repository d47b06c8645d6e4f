"""Tests what the web process hands to the pages: links that lead somewhere, what codes mean, and words understood."""

from pathlib import Path

import pytest

from bots.wiring.insight import dashboard
from bots.wiring.intake import build_intake
from config.settings import load


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({}, ""),
        ({"PUBLIC_URL": "https://desk.example"}, ""),
        (
            {"PUBLIC_URL": "https://desk.example", "DASHBOARD_PASSWORD": "sesame"},
            "https://desk.example/dashboard/conversations/c1",
        ),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "http://127.0.0.1:8000/dashboard/conversations/c1"),
        ({"DASHBOARD_PASSWORD": "sesame"}, ""),
    ],
)
def test_a_card_links_to_a_page_that_answers(settings: dict[str, str], link: str) -> None:
    assert dashboard.talk_link(load(settings))("c1") == link


def test_what_is_handed_to_the_pages(tmp_path: Path) -> None:
    given = {"VAR_DIR": str(tmp_path), "UNDERSTANDING": "light", "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}
    given |= {"WHATSAPP_PHONE_NUMBER_ID": "1", "WHATSAPP_ACCESS_TOKEN": "t", "WHATSAPP_VERIFY_TOKEN": "v"}
    given |= {"WHATSAPP_APP_SECRET": "s", "WHATSAPP_BUSINESS_ID": "2"}
    intake = build_intake(load(given))
    try:
        assert dashboard.file_link(intake)("m1").startswith("/media/")
        assert dashboard.thread_link(intake)("C1", "1.2") == ""
        meaning = dashboard.meaning(intake)
        assert [meaning("whatsapp", "131047"), meaning("whatsapp", "none"), meaning("sms", "30003")] == [
            "window_closed",
            "",
            "",
        ]
        flows = dashboard.Flows(intake)
        assert flows.understand("where is my order 1001?")["candidates"][0]["intent"] == "order_status"
        assert flows().responses.find("utter_order_status", "en")
        assert flows() is flows()
    finally:
        intake.store.close()
        intake.redis.close()

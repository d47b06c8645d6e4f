"""Tests that a store can list campaigns, and see how far one is."""

from datetime import timedelta

import pytest

from bots.wiring.intake import Intake
from storage.campaigns import campaigns
from storage.campaigns.campaigns import Campaign
from storage.campaigns.tables import recipients
from tests.bots.http.api.caller import ask, pages
from tests.fakes import NOW


@pytest.fixture
def three(intake: Intake) -> Intake:
    """Knows three campaigns; the newest has recipients."""
    with intake.store.write() as conn:
        for n in range(3):
            made = Campaign(f"win_back-000{n}", "win_back", "all", "anna", NOW + timedelta(seconds=n))
            campaigns.add(conn, intake.store, made)
        for n, state in enumerate(("told", "queued", "held_out")):
            row = {"campaign_id": "win_back-0002", "customer_id": f"{n:024}", "state": state, "notice_id": None}
            conn.execute(recipients.insert(), row)
    return intake


def test_one_is_told_whole(three: Intake) -> None:
    status, body = ask(three, "/api/v1/campaigns/win_back-0002")
    assert status == 200
    assert (body["id"], body["state"], body["segment"], body["created_by"]) == ("win_back-0002", "draft", "all", "anna")
    assert body["recipients"] == {"queued": 1, "told": 1, "held_out": 1, "merged": 0}
    assert body["messages"] == {"queued": 0, "held": 0, "sent": 0, "failed": 0, "skipped": 0}


def test_they_are_listed_newest_first_page_by_page(three: Intake) -> None:
    found = [item["id"] for page in pages(three, "/api/v1/campaigns?limit=2") for item in page]
    assert found == ["win_back-0002", "win_back-0001", "win_back-0000"]


def test_one_that_is_not_there(three: Intake) -> None:
    status, body = ask(three, "/api/v1/campaigns/win_back-ffff")
    assert (status, "no such campaign" in body["error"]) == (404, True)

"""Tests that the store can ask what its news came to: who was told, who was not, and why."""

from datetime import timedelta

from bots.wiring.intake import Intake
from core.ids import new_id
from core.shop.outgoing import stamp
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice
from tests.bots.http.api.caller import ask, pages
from tests.fakes import NOW


def add(intake: Intake, kind: str, order: str, decided: Decided, seconds: int = 0) -> None:
    now = NOW + timedelta(seconds=seconds)
    notice = NewNotice(new_id(now), f"{kind}:{order}", kind, "service", "customer", "{}", order)
    with intake.store.write() as conn:
        notices.add(conn, intake.store, [(notice, decided)], now)


def test_each_notice_has_its_state_and_the_reason_in_words(intake: Intake) -> None:
    add(intake, "shipped", "1001", Decided(notices.QUEUED, channel="whatsapp"))
    refused = [("messenger", "no_consent"), ("sms", "no_address")]
    add(intake, "delay", "1001", Decided(notices.SKIPPED, "no_route", refusals=refused), 1)
    add(intake, "shipped", "1002", Decided(notices.QUEUED, channel="sms"))
    status, body = ask(intake, "/api/v1/notices?order=1001")
    delay, shipped = body["items"]
    assert (status, body["next"]) == (200, None)
    assert (shipped["kind"], shipped["state"], shipped["channel"], shipped["said"]) == (
        "shipped",
        "queued",
        "whatsapp",
        "",
    )
    assert (delay["state"], delay["reason"], delay["order"]) == ("skipped", "no_route", "1001")
    assert delay["refused"] == [
        {
            "channel": "messenger",
            "reason": "no_consent",
            "said": "the customer has not agreed to be written to there",
        },
        {"channel": "sms", "reason": "no_address", "said": "there is no address to write to"},
    ]


def test_a_way_that_was_taken_and_failed_is_told_with_the_code_of_the_provider(intake: Intake) -> None:
    add(intake, "shipped", "1001", Decided(notices.FAILED, "no_route", refusals=[("sms", "30005")]))
    ((shipped,),) = (ask(intake, "/api/v1/notices?order=1001")[1]["items"],)
    said = "it was sent there and failed, with this code of the provider"
    assert shipped["refused"] == [{"channel": "sms", "reason": "30005", "said": said}]
    assert shipped["at"] == shipped["created_at"] == stamp(NOW)


def test_an_order_without_notices_has_none(intake: Intake) -> None:
    assert ask(intake, "/api/v1/notices?order=1%27") == (200, {"items": [], "next": None})


def test_pages_go_on_where_the_last_one_ended(intake: Intake) -> None:
    kinds = [f"kind{n}" for n in range(5)]
    for n, kind in enumerate(kinds):
        add(intake, kind, "1001", Decided(notices.QUEUED), n)
    found = pages(intake, "/api/v1/notices?order=1001&limit=2")
    assert [[each["kind"] for each in page] for page in found] == [["kind4", "kind3"], ["kind2", "kind1"], ["kind0"]]


def test_the_order_has_to_be_said(intake: Intake) -> None:
    status, body = ask(intake, "/api/v1/notices")
    assert (status, body["path"]) == (400, "$.order")

"""Tests that the store can have a notice sent, sees what would become of it, and is told truly what did."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bots.http.app import create_app
from bots.wiring.intake import Intake
from core.people.consent import SERVICE
from core.shop.orders import Buyer
from storage.notices import notices
from storage.people import consents
from storage.people.tables import consents as consents_table
from tests.bots.http.api.caller import KEY
from tests.fakes import PHONE
from tests.storage.orders_sample import ORDER, saved_order


@pytest.fixture
def client(intake: Intake) -> Any:
    saved_order(intake.store, Buyer(id="c1", name="Jane Doe", phone=PHONE), lines=ORDER.lines[:1])
    with intake.store.write() as conn:
        agreed = consents.row("sms", PHONE, SERVICE, True, "order:1001", datetime.now(UTC))
        conn.execute(consents_table.insert(), agreed)
    return create_app(intake).test_client()


def wish(client: Any, key: str = KEY, **said: Any) -> tuple[int, Any]:
    return post(client, said, key)


def post(client: Any, said: Any, key: str = KEY) -> tuple[int, Any]:
    answer = client.post("/api/v1/notices", json=said, headers={"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.json


def test_a_dry_run_says_why_and_registers_nothing(intake: Intake, client: Any) -> None:
    status, told = wish(client, kind="shipped", order="1001", dry_run=True)
    assert (status, told["id"]) == (200, None)
    assert told["words"]
    with intake.store.read() as conn:
        assert notices.of_order(conn, "1001", 10) == []


@pytest.mark.parametrize(
    ("said", "status", "path", "words"),
    [
        ({"kind": "shiped", "order": "1001"}, 400, "$.kind", "did you mean 'shipped'"),
        ({"kind": "shipped"}, 400, "$.order", "exactly one of order, return and customer"),
        ({"kind": "shipped", "order": "1001", "customer": "c1"}, 400, "$.customer", "exactly one"),
        ({"kind": "shipped", "order": "9999"}, 404, "$.order", "order 9999 is not known"),
        ({"kind": "shipped", "customer": "c1"}, 400, "$.customer", "is about an order"),
        ({"kind": "return_approved", "return": "R9"}, 404, "$.return", "return R9 is not known"),
        ({"kind": "back_in_stock", "customer": "c1"}, 400, "$.product", "needs the product too"),
        ({"kind": "cancelled", "order": "1001"}, 400, "$.kind", "gives no reason"),
        ({"kind": "shipped", "order": "1001", "dryrun": True}, 400, "$.dryrun", "did you mean 'dry_run'"),
        ({"order": "1001"}, 400, "$.kind", "this is needed"),
        (["shipped"], 400, "$", "expected an object"),
        ({"kind": "shipped", "order": 1001}, 400, "$.order", "str"),
    ],
)
def test_a_wrong_wish_says_what_to_mend(client: Any, said: Any, status: int, path: str, words: str) -> None:
    answered, told = post(client, said)
    assert (answered, told.get("path")) == (status, path), told
    assert told["errors"][0] == {"path": path, "error": told["error"]}
    assert words in told["error"]


def test_nobody_sends_without_the_key(client: Any) -> None:
    assert wish(client, "another", kind="shipped", order="1001")[0] == 401


def test_what_is_no_json_is_refused(client: Any) -> None:
    answer = client.post("/api/v1/notices", data=b"{", headers={"Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, answer.json["path"]) == (400, "$")


def test_all_that_is_wrong_is_said_at_once(client: Any) -> None:
    _, told = wish(client, kind=7, order="1001", agian=True)
    assert [fault["path"] for fault in told["errors"]] == ["$.agian", "$.kind"]

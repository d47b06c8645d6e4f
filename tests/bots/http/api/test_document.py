"""Tests that the API's document is what the code is: valid, complete, committed, and true of what is answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from adapters.shops.events import parse, shapes
from bots.http.api.events import examples
from bots.http.api.routes import routes, written
from bots.http.app import create_app
from bots.wiring.intake import Intake
from core.shop.orders import Buyer
from core.shop.returns import ReturnState
from core.shop.store_events import Ignored, event_type
from storage.notices import notices
from storage.notices.notices import Decided
from tests.bots.http.api.caller import KEY, ask
from tests.bots.http.api.test_notices import add
from tests.bots.http.api.test_returns import told
from tests.fakes import NOW
from tests.storage.orders_sample import saved_order

FILE = Path(__file__).parents[4] / "docs" / "openapi.json"
DOCUMENT: Any = json.loads(written())


def schema(reference: dict[str, Any]) -> Draft202012Validator:
    """Makes a validator of one of the document's schemas."""
    return Draft202012Validator({**reference, "components": DOCUMENT["components"]})


def answers(path: str, method: str, status: str) -> Draft202012Validator:
    told_of = DOCUMENT["paths"][path][method]["responses"][status]
    return schema(told_of["content"]["application/json"]["schema"])


def test_it_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_copy_is_as_it_is_written_now() -> None:
    cure = "write it anew: python -m bots.http.api > docs/openapi.json"
    assert FILE.read_bytes() == written(), cure


def test_every_route_under_the_prefix_is_there(intake: Intake) -> None:
    app = create_app(intake)
    served = {
        (rule.rule.replace("<path:", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/")
    }
    written_down = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert written_down == served == {(route.path, route.method.lower()) for route in routes()}


def test_it_is_served_to_everybody(intake: Intake) -> None:
    answer = create_app(intake).test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.data) == (200, written())


def test_every_type_of_event_has_an_example_that_is_taken_and_fits() -> None:
    body = DOCUMENT["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]["application/json"]
    assert {name: each["value"] for name, each in body["examples"].items()} == examples()
    assert set(examples()) == set(shapes())
    fits = schema(body["schema"])
    for name, example in examples().items():
        (event,) = parse(json.dumps(example).encode(), NOW)
        assert not isinstance(event, Ignored)
        assert event_type(event) == name
        fits.validate(example)
    fits.validate(list(examples().values()))


@pytest.mark.parametrize("broken", [{"data": {}}, {"type": "order.creatd"}, {"id": ""}, {"specversion": "2"}])
def test_what_is_wrong_does_not_fit(broken: dict[str, Any]) -> None:
    body = DOCUMENT["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]["application/json"]
    assert not schema(body["schema"]).is_valid({**examples()["order.created"], **broken})


def test_what_is_answered_is_what_is_written_down(intake: Intake) -> None:
    saved_order(intake.store, Buyer(id="c1", name="Jane Doe", phone="+12025550101"))
    add(intake, "delay", "1001", Decided(notices.SKIPPED, "no_route", refusals=[("sms", "no_address")]))
    told(intake, "r1", "1001", ReturnState.REQUESTED)
    for path, query in (
        ("/api/v1/notices", "?order=1001"),
        ("/api/v1/returns", ""),
        ("/api/v1/customers/{who}", ""),
    ):
        status, body = ask(intake, path.replace("{who}", "c1") + query)
        answers(path, "get", str(status)).validate(body)
    for path, query, status in (
        ("/api/v1/notices", "", 400),
        ("/api/v1/returns", "?state=x", 400),
        ("/api/v1/customers/{who}", "", 404),
    ):
        found, body = ask(intake, path.replace("{who}", "nobody") + query)
        assert found == status
        answers(path, "get", str(status)).validate(body)


def test_what_events_are_answered_with_is_written_down(intake: Intake) -> None:
    web = create_app(intake).test_client()
    key = {"Authorization": f"Bearer {KEY}"}
    for body, status in ((examples()["order.created"], 202), ({"type": "order.created"}, 400)):
        answer = web.post("/api/v1/events", json=body, headers=key)
        assert answer.status_code == status
        answers("/api/v1/events", "post", str(status)).validate(answer.json)

"""Tests what all calls that read have in common: keys, parameters, pages, and that nothing ends in a 500."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.http.api.routes import reading
from bots.http.app import create_app
from bots.wiring.intake import Intake
from tests.bots.http.api.caller import KEY, ask

LISTS = ("/api/v1/notices?order=1001", "/api/v1/returns?")
CLOSED = [route.path.replace("{who}", "c1") for route in reading() if not route.is_open]


@pytest.mark.parametrize("path", CLOSED)
def test_only_the_store_may_ask(intake: Intake, path: str) -> None:
    assert ask(intake, path, "wrong")[0] == 401
    answer = create_app(intake).test_client().get(path)
    assert (answer.status_code, "Bearer" in answer.json["error"]) == (401, True)


@pytest.mark.parametrize("path", CLOSED)
def test_another_method_is_refused(intake: Intake, path: str) -> None:
    answer = create_app(intake).test_client().delete(path, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 405


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "1.5", "9" * 30, "²"])
def test_a_page_has_from_1_to_200_items(intake: Intake, path: str, limit: str) -> None:
    status, body = ask(intake, f"{path}&limit={limit}")
    assert (status, body["path"], body["errors"][0]["path"]) == (400, "$.limit", "$.limit")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["x", "MTphYmM'", "MjphYmM", "MTrDpA", "é", "a" * 5000])
def test_what_is_no_cursor_is_refused(intake: Intake, path: str, cursor: str) -> None:
    status, body = ask(intake, f"{path}&cursor={cursor}")
    assert (status, body["path"]) == (400, "$.cursor")


@pytest.mark.parametrize("path", LISTS)
def test_a_misspelt_parameter_is_named(intake: Intake, path: str) -> None:
    status, body = ask(intake, f"{path}&limt=2")
    assert (status, body["path"]) == (400, "$.limt")
    assert "did you mean 'limit'?" in body["error"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.text(max_size=30),
    parameters=st.dictionaries(st.sampled_from(["order", "state", "limit", "cursor", "q"]), st.text(max_size=20)),
)
def test_nothing_that_is_asked_is_a_fault_of_ours(intake: Intake, who: str, parameters: dict[str, str]) -> None:
    web = create_app(intake).test_client()
    key = {"Authorization": f"Bearer {KEY}"}
    for path in ("/api/v1/notices", "/api/v1/returns", f"/api/v1/customers/{who.encode('utf-8', 'replace').hex()}"):
        assert web.get(path, query_string=parameters, headers=key).status_code < 500

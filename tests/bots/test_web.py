"""Tests that the web process waits for its port, and has threads for all that may take one."""

import logging
from typing import Any

import pytest

from bots import web
from bots.http import dashboard
from config.settings import load


def test_a_port_that_another_program_took_is_waited_for_and_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = iter([False, False, False, True])
    monkeypatch.setattr(web, "is_free", lambda _host, _port: next(answers))
    monkeypatch.setattr(web, "DYING_SECONDS", -1)
    monkeypatch.setattr(web, "LOOK_SECONDS", 0)
    with caplog.at_level(logging.WARNING):
        web._await_port(load({"PORT": "28000"}))
    assert [record.getMessage() for record in caplog.records] == ["another program has our port; waiting"]
    assert next(answers, None) is None


def test_those_who_wait_for_a_page_take_no_thread_of_what_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    served: dict[str, Any] = {}

    class Server:
        def __init__(self, _target: str, **given: Any) -> None:
            served.update(given)

        def serve(self) -> None:
            served["is_served"] = True

    monkeypatch.setattr(web, "Granian", Server)
    for given in ("1", "32", "256"):
        settings = load({"WEB_THREADS": given})
        web.serve("bots.http.wsgi:app", settings, dashboard.threads(settings))
        assert served["blocking_threads"] >= int(given) + dashboard.WAITING + 2

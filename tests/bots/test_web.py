"""Tests that the web process waits for its port where another program took it while it was not there."""

import logging

import pytest

from bots import web
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

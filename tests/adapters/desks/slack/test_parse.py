"""Tests that every captured payload gives exactly the event written beside it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from adapters.desks.slack.inbound.parse import moment, parse, unreadable
from core.encoding import encode
from core.errors import MalformedPayload

FIXTURES = Path(__file__).with_name("fixtures")
CAPTURES = sorted((FIXTURES / "payloads").glob("*.json"))
UNREADABLE = sorted((FIXTURES / "unreadable").glob("*.json"))
NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)


def test_there_are_captures() -> None:
    assert len(CAPTURES) >= 30
    assert len(UNREADABLE) >= 7


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_capture(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    event = parse(case["payload"], NOW)
    assert (json.loads(encode(event)) if event else None) == case["expected"]


@pytest.mark.parametrize("path", UNREADABLE, ids=lambda path: path.stem)
def test_a_lost_shape_is_named(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(MalformedPayload) as caught:
        parse(case["payload"], NOW)
    assert caught.value.path == case["path"]


def test_a_message_id_is_an_exact_time() -> None:
    assert moment("1796119200.000001") == datetime(2026, 12, 1, 10, 0, 0, 1, tzinfo=UTC)
    assert moment("1796119200") == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_an_unreadable_body_keeps_its_id_in_retries() -> None:
    assert unreadable("[1]") == unreadable("[1]")
    assert unreadable("[1]").external_id != unreadable("[2]").external_id
    assert msgspec.json.decode(encode(unreadable("[1]", "$.x")))["raw"] == "[1]"

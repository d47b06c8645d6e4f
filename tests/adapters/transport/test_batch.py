"""Tests that a batch is read item by item: one that cannot be read harms no other."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.transport.batch import decode, digest, each_safely, items, moment, put_aside
from core.errors import MalformedPayload
from core.messages.inbound import InboundEvent, Unsupported
from core.people.addresses import Address

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
NOBODY = Address("pigeon", "northwind", "")


def test_a_bad_item_harms_no_other() -> None:
    def read(item: Any) -> Iterable[InboundEvent]:
        yield put_aside(item["kind"], NOBODY, item, NOW)
        yield put_aside(item["more"], NOBODY, item, NOW)

    good = {"kind": "a", "more": "b"}
    events = list(each_safely([good, {"kind": "a"}, 7, good], read, lambda bad: put_aside("bad", NOBODY, bad, NOW)))
    assert [event.kind for event in events if isinstance(event, Unsupported)] == ["a", "b", "bad", "bad", "a", "b"]


@pytest.mark.parametrize("raw", [1796119200, "1796119200", 1796119200000, "1796119200000"])
def test_a_moment_is_in_seconds_or_milliseconds(raw: Any) -> None:
    assert moment(raw, NOW) == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("raw", [None, "soon", [], "nan", 1e300])
def test_a_moment_that_is_none_is_now(raw: Any) -> None:
    assert moment(raw, NOW) == NOW


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000])
def test_a_body_must_be_an_object(body: bytes) -> None:
    with pytest.raises(MalformedPayload):
        decode(body)


def test_half_an_emoji_costs_only_itself() -> None:
    assert decode(b'{"name": "Jane \\ud83d"}') == {"name": "Jane \ufffd"}


@pytest.mark.parametrize("holder", [None, [], {}, {"events": {}}, {"events": "x"}])
def test_items_are_a_list_or_none(holder: Any) -> None:
    assert items(holder, "events") == []


def test_a_digest_names_what_is_said_however_it_is_ordered() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})

"""The product's own doors against the stand-ins for tracking services: shapes, signatures, what goes wrong."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest
from core.shop.orders import ShipmentStatus
from core.shop.store_events import ShipmentEvent
from sandbox.platforms.tracking.words import SERVICES, STEPS
from tests.adapters.carriers.webhooks import DOOR, PARSE
from tests.sandbox.playground import Playground, play

README = Path(__file__).parents[2] / "sandbox" / "README.md"
MODULE = {"aftership": "aftership", "17track": "seventeentrack", "easypost": "easypost"}
SETTING = {
    "aftership": "AFTERSHIP_WEBHOOK_SECRET",
    "17track": "SEVENTEENTRACK_KEY",
    "easypost": "EASYPOST_WEBHOOK_SECRET",
}
OURS: Mapping[str, str] = {
    "nothing": "pending",
    "label": "info_received",
    "moving": "in_transit",
    "customs": "in_transit",
    "out": "out_for_delivery",
    "nobody": "attempt_failed",
    "pickup": "available_for_pickup",
    "delivered": "delivered",
    "neighbour": "delivered",
    "collected": "delivered",
    "late": "exception",
    "damaged": "exception",
    "lost": "exception",
    "returning": "returned",
    "returned": "returned",
    "expired": "expired",
}


def hooks(place: Playground, service: str) -> list[RawRequest]:
    """Reads what came to the product from a service."""
    return [
        RawRequest("POST", hook.url, {name.lower(): value for name, value in hook.headers.items()}, hook.body)
        for hook in place.product.on(f"/webhooks/{service}")
    ]


def read(place: Playground, service: str) -> list[Any]:
    """Verifies and parses what came, as the product does."""
    found: list[Any] = []
    for raw in hooks(place, service):
        DOOR[MODULE[service]].verify(raw, (place.settings[SETTING[service]],))
        found += PARSE[MODULE[service]].parse(raw, datetime.now(UTC))
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_step_is_read_as_what_it_is(service: str) -> None:
    async def scenario(place: Playground) -> None:
        for step in STEPS:
            await place.api("carriers/tell", {"service": service, "number": f"1Z{step}", "step": step})
        told = read(place, service)
        assert [each.shipment.status.value for each in told] == list(OURS.values())
        assert {each.shipment.carrier for each in told} == {"UPS"}

    assert list(OURS) == list(STEPS)
    play(scenario)


@pytest.mark.parametrize("service", SERVICES)
def test_a_course_has_all_scans_so_far_and_each_message_is_another(service: str) -> None:
    async def scenario(place: Playground) -> None:
        course = {"service": service, "number": "1Z9", "steps": ["label", "moving", "out", "delivered"]}
        await place.api("carriers/course", {**course, "eta": "2027-01-05", "turned": True, "lose": [1]})
        told = read(place, service)
        assert [len(each.shipment.events) for each in told] == [4, 3, 1]
        assert told[0].shipment.status is ShipmentStatus.DELIVERED
        assert len({each.external_id for each in told}) == 3
        assert {str(each.shipment.eta) for each in told} == {"2027-01-05"}

    play(scenario)


@pytest.mark.parametrize("service", SERVICES)
def test_it_repeats_what_was_not_taken_and_doubles_on_command(service: str) -> None:
    async def scenario(place: Playground) -> None:
        place.product.answer(f"/webhooks/{service}", web.Response(status=503))
        told = await place.api("carriers/tell", {"service": service, "number": "1Z9", "step": "out", "times": 2})
        assert [each["status"] for each in told["answers"]] == [200, 200]
        bodies = [raw.body for raw in hooks(place, service)]
        assert (len(bodies), len(set(bodies))) == (3, 1)

    play(scenario)


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_held_comes_turned_round_and_another_key_signs(service: str) -> None:
    async def scenario(place: Playground) -> None:
        about = {"service": service, "number": "1Z9"}
        for step in ("moving", "out"):
            assert await place.api("carriers/tell", {**about, "step": step, "hold": True}) == {"held": 1}
        await place.api("carriers/release", {"turned": True})
        assert [len(each.shipment.events) for each in read(place, service)] == [2, 1]
        await place.api("carriers/tell", {**about, "step": "delivered", "secret": "guessed"})
        with pytest.raises(SignatureInvalid):
            read(place, service)

    play(scenario)


def test_headers_of_aftership() -> None:
    async def scenario(place: Playground) -> None:
        for header in ("", "old", "returns"):
            about = {"service": "aftership", "number": "1Z9", "step": "moving", "header": header}
            await place.api("carriers/tell", about)
        assert len(read(place, "aftership")) == 3
        await place.api("carriers/tell", {"service": "aftership", "number": "1Z9", "step": "out", "header": "none"})
        with pytest.raises(SignatureInvalid):
            read(place, "aftership")

    play(scenario)


@pytest.mark.parametrize("service", SERVICES)
def test_another_day_is_told_without_a_scan(service: str) -> None:
    async def scenario(place: Playground) -> None:
        about = {"service": service, "number": "1Z9"}
        await place.api("carriers/tell", {**about, "step": "moving", "eta": "2027-01-05"})
        await place.api("carriers/revise", {**about, "eta": "2027-01-08"})
        before, after = read(place, service)
        assert isinstance(after, ShipmentEvent)
        assert (str(before.shipment.eta), str(after.shipment.eta)) == ("2027-01-05", "2027-01-08")
        assert before.shipment.events == after.shipment.events

    play(scenario)


@pytest.mark.parametrize("service", SERVICES)
def test_any_body_and_any_word_can_be_sent(service: str) -> None:
    async def scenario(place: Playground) -> None:
        await place.api("carriers/raw", {"service": service, "payload": {"hello": 1}})
        await place.api("carriers/tell", {"service": service, "number": "1Z9", "step": "Beamed_001"})
        bodies = [raw.body for raw in hooks(place, service)]
        assert json.loads(bodies[0]) == {"hello": 1}
        assert b"Beamed" in bodies[1]
        said = await place.api("carriers/tell", {"service": "dhl", "number": "1", "step": "out"}, status=404)
        assert "aftership, 17track, easypost" in said["error"]

    play(scenario)


def test_what_is_lost_is_lost_and_a_reset_forgets() -> None:
    async def scenario(place: Playground) -> None:
        about = {"service": "aftership", "number": "1Z9"}
        await place.api("webhooks", {"platform": "aftership", "deliver": False})
        await place.api("carriers/tell", {**about, "step": "moving"})
        assert hooks(place, "aftership") == []
        await place.api("webhooks", {"platform": "aftership", "deliver": True})
        assert len((await place.api("carriers"))["parcels"]) == 1
        await place.api("reset", {})
        assert (await place.api("carriers"))["parcels"] == []

    play(scenario)


def test_the_readme_names_every_command() -> None:
    said = README.read_text()
    for name in ("tell", "course", "revise", "raw", "release", *SERVICES, *SETTING.values()):
        assert f"`{name}`" in said or f"{name}," in said, name

"""Tests what Meta refuses after a while: marketing, portfolio, pacing; and every error that can be armed."""

from typing import Any

import pytest

from tests.sandbox.playground import Playground, play
from tests.sandbox.test_messenger import message as page_message
from tests.sandbox.test_messenger import post as page_post
from tests.sandbox.test_whatsapp import message, post, statuses


def template(name: str = "sale", to: str = "12025550101") -> dict[str, Any]:
    return message("template", {"name": name, "language": {"code": "en"}}) | {"to": to}


async def failures(place: Playground, count: int) -> list[int]:
    """Lists the codes of the failed receipts, once there are so many."""
    await place.until(lambda: len([one for one in statuses(place) if one["status"] == "failed"]) >= count)
    return [one["errors"][0]["code"] for one in statuses(place) if one["status"] == "failed"]


def test_marketing_is_paused_for_us_numbers_stopped_and_capped() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("templates", {"name": "sale", "category": "MARKETING"})
        await post(place, template())
        assert await failures(place, 1) == [131049]
        await place.api("pace", {"us_pause": False, "marketing_cap": 1})
        await post(place, template())
        await place.until(lambda: statuses(place)[-1]["status"] == "read")
        await post(place, template())
        assert await failures(place, 2) == [131049, 131049]
        await place.api("phones/jane-whatsapp/marketing", {"stop": True})
        await post(place, template())
        assert (await failures(place, 3))[-1] == 131050

    play(scenario)


@pytest.mark.parametrize("code", [131064, 131048])
def test_the_portfolio_opens_so_many_conversations(code: int) -> None:
    async def scenario(place: Playground) -> None:
        await place.api("pace", {"portfolio": 1, "portfolio_code": code})
        second = (await place.api("people", {"name": "Two"}))["person"]["number"]
        await post(place, template("shipped"))
        await post(place, template("shipped"))
        await post(place, template("shipped", second.lstrip("+")))
        assert await failures(place, 1) == [code]

    play(scenario)


def test_beyond_the_portfolio_limit_nothing_may_be_heard() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("pace", {"portfolio": 1, "portfolio_code": 0})
        second = (await place.api("people", {"name": "Two", "number": "+12125550177"}))["phones"][0]
        await post(place, template("shipped"))
        status, _ = await post(place, template("shipped", "12125550177"))
        assert status == 200
        await place.until(lambda: statuses(place) and statuses(place)[-1]["status"] == "read")
        assert len(statuses(place)) == 3
        assert len(place.transcript(second["id"])) == 1

    play(scenario)


def test_a_held_template_is_delivered_or_dropped() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("templates", {"name": "new", "pacing": "held"})
        _, body = await post(place, template("new"))
        assert body["messages"][0]["message_status"] == "held_for_quality_assessment"
        await place.until(lambda: statuses(place) and statuses(place)[-1]["status"] == "read")
        await place.api("templates", {"name": "new", "pacing": "dropped"})
        await post(place, template("new"))
        assert await failures(place, 1) == [132015]

    play(scenario)


def test_a_failure_may_come_in_the_receipt() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        failing = {"platform": "whatsapp", "kind": "failed_receipts", "times": 1}
        await place.api("faults", {**failing, "value": {"code": 131026, "after": "sent"}})
        await place.api("faults", {**failing, "kind": "error", "value": {"code": 131042, "later": True}})
        for _ in range(2):
            assert (await post(place, message()))[0] == 200
        assert sorted(await failures(place, 2)) == [131026, 131042]
        assert [one["status"] for one in statuses(place)].count("sent") == 1

    play(scenario)


def test_every_error_can_be_armed() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        await place.say("sofia-messenger", text="hi")
        await place.api("pace", {"receipts": False})
        whatsapp, messenger = await place.api("errors/whatsapp"), await place.api("errors/messenger")
        assert len(whatsapp) > 50
        for error in whatsapp:
            await place.api("faults", {"platform": "whatsapp", "kind": "error", "times": 1, "value": error["value"]})
            status, body = await post(place, message())
            assert (status, body["error"]["code"]) == (error["status"], error["value"])
        for error in messenger:
            await place.api("faults", {"platform": "messenger", "kind": "error", "times": 1, "value": error["value"]})
            status, body = await page_post(place, page_message(place))
            value = error["value"] if isinstance(error["value"], dict) else {"code": error["value"]}
            assert (status, body["error"]["code"]) == (error["status"], value["code"])
            assert body["error"].get("error_subcode") == value.get("subcode")
        await place.api("errors/fax", status=404)

    play(scenario)


@pytest.mark.parametrize("platform", ["whatsapp", "messenger", "telegram", "twilio", "slack"])
def test_every_platform_lists_its_errors(platform: str) -> None:
    async def scenario(place: Playground) -> None:
        listed = await place.api(f"errors/{platform}")
        assert len(listed) > 5
        assert all({"value", "status", "title", "receipt"} <= set(one) for one in listed)

    play(scenario)

"""Faults, the demo store, the control API, the stream, configuration."""

import json
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from sandbox import config
from sandbox.store import orders
from tests.ports import two_ports
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_whatsapp import message, post, statuses


def test_configuration_is_private_and_keeps_its_secrets(tmp_path: Path) -> None:
    first = config.create(tmp_path, "http://127.0.0.1:8000", 8001)
    path = tmp_path / "sandbox.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = config.create(tmp_path, "http://127.0.0.1:9000/", 9001)
    assert again.product == "http://127.0.0.1:9000"
    assert again.settings["SLACK_API_URL"] == "http://127.0.0.1:9001/slack/api/"
    changed = {name for name in first.settings if first.settings[name] != again.settings[name]}
    assert changed == {
        "GRAPH_API_URL",
        "TELEGRAM_API_URL",
        "TWILIO_API_URL",
        "SLACK_API_URL",
        "OUTGOING_WEBHOOK_URL",
    }
    assert "SLACK_APP_TOKEN" not in first.settings
    assert first.extra["slack_app_token"].startswith("xapp-")
    assert set(json.loads(path.read_text())) == {"page", "product", "settings", "extra"}


async def sends(place: Playground) -> int:
    try:
        return (await post(place, message()))[0]
    except aiohttp.ClientError:
        return 0


def test_faults_strike_as_often_as_told() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        for kind, value in (("status", {"status": 429, "retry_after": 7}), ("error", 131000), ("drop_before", None)):
            await place.api("faults", {"platform": "whatsapp", "kind": kind, "times": 1, "value": value})
        assert [await sends(place) for _ in range(4)] == [0, 429, 500, 200]
        assert await place.api("faults") == []
        shown = len(place.transcript("jane-whatsapp"))
        await place.api("faults", {"platform": "whatsapp", "kind": "drop_after_accept", "times": 1})
        assert await sends(place) == 0
        assert len(place.transcript("jane-whatsapp")) == shown + 1
        await place.api("faults", {"platform": "whatsapp", "kind": "delay", "times": 1, "value": 0.2})
        started = time.monotonic()
        assert await sends(place) == 200
        assert time.monotonic() - started >= 0.2
        await place.api("faults", {"platform": "fax", "kind": "delay"}, status=400)
        await place.api("faults", {"platform": "slack", "kind": "delay"})
        await place.api("faults", method="DELETE")
        assert await place.api("faults") == []

    play(scenario)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("no_receipts", []),
        ("reorder_receipts", ["read", "delivered", "sent"]),
        ("duplicate_receipts", ["sent", "sent", "delivered", "delivered", "read", "read"]),
    ],
)
def test_receipts_can_be_lost_doubled_and_out_of_order(kind: str, expected: list[str]) -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        await place.api("faults", {"platform": "whatsapp", "kind": kind, "times": 1})
        await post(place, message(biz_opaque_callback_data="first"))
        await post(place, message(biz_opaque_callback_data="second"))
        second = [one for one in statuses(place) if one["biz_opaque_callback_data"] == "second"]
        await place.until(lambda: len(statuses(place)) == 3 + len(expected))
        first = [one["status"] for one in statuses(place) if one["biz_opaque_callback_data"] == "first"]
        assert first == expected
        assert len(second) <= 3

    play(scenario)


def test_nothing_is_read_until_somebody_looks() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        await place.api("pace", {"looking": False})
        await post(place, message())
        await place.until(lambda: len(statuses(place)) == 2)
        await place.api("pace", {"looking": True})
        await place.until(lambda: [one["status"] for one in statuses(place)] == ["sent", "delivered", "read"])

    play(scenario)


def test_webhooks_are_repeated_after_a_failure() -> None:
    async def scenario(place: Playground) -> None:
        place.product.answer("/webhooks/whatsapp", web.Response(status=503))
        assert (await place.say("jane-whatsapp", text="hi"))["status"] == 200
        first, second = place.product.on("/webhooks/whatsapp")
        assert first.body == second.body

    play(scenario)


def test_the_store_seeds_old_events_once_the_product_is_ready() -> None:
    async def scenario(place: Playground) -> None:
        await place.until(lambda: place.parts.store.seeded)
        events = [event for hook in place.product.on("/api/v1/events") for event in hook.json]
        assert (
            place.product.on("/api/v1/events")[0].headers["Authorization"]
            == f"Bearer {place.settings['STORE_API_KEY']}"
        )
        limit = datetime.now(UTC) - timedelta(hours=48)
        assert all(datetime.fromisoformat(event["time"]) < limit for event in events)
        assert all(event["id"].startswith("demo-") for event in events)
        assert len({event["id"] for event in events}) == len(events)
        made = {
            event["data"]["order"]["number"]: event["data"]["order"]
            for event in events
            if event["type"] == "order.created"
        }
        shipped = [event["data"]["shipment"]["status"] for event in events if event["type"] == "shipment.created"]
        assert {order["status"] for order in made.values()} == {
            "pending_payment",
            "paid",
            "fulfilled",
            "partially_fulfilled",
            "cancelled",
            "refunded",
        }
        assert set(shipped) == {
            "info_received",
            "in_transit",
            "out_for_delivery",
            "attempt_failed",
            "available_for_pickup",
            "delivered",
            "exception",
            "returned",
        }
        assert made["1001"]["customer"] == {
            "id": "jane",
            "name": "Jane Doe",
            "email": "jane@example.com",
            "phone": "+12025550101",
            "locale": "en",
            "tier": "vip",
            "timezone": "America/New_York",
            "notify": ["whatsapp", "sms"],
            "marketing": ["whatsapp"],
        }
        assert made["1004"]["customer"]["name"] == "王小明"

    play(scenario, seed=True)


def test_the_stores_buttons_report_what_they_do() -> None:
    async def scenario(place: Playground) -> None:
        async def press(number: str, action: str) -> list[dict[str, object]]:
            place.product.hooks.clear()
            assert (await place.api(f"store/orders/{number}/{action}", {}))["ok"]
            events: list[dict[str, object]] = place.product.hooks[0].json
            return events

        shipped = await press("1002", "ship")
        assert [event["type"] for event in shipped] == ["shipment.created", "order.updated"]
        parcel = shipped[0]["data"]["shipment"]  # type: ignore[index]  # JSON
        assert (parcel["status"], parcel["lines"]) == (
            "in_transit",
            [{"line_id": "l1", "quantity": 1}, {"line_id": "l2", "quantity": 1}],
        )
        delayed = await press("1002", "delay")
        assert delayed[0]["data"]["shipment"]["eta"] > parcel["eta"]  # type: ignore[index]  # JSON
        delivered = await press("1002", "deliver")
        assert delivered[0]["data"]["shipment"]["status"] == "delivered"  # type: ignore[index]  # JSON
        await place.api("store/orders/1002/deliver", {}, status=400)
        assert [event["type"] for event in await press("1005", "pay")] == ["order.paid"]
        assert [event["type"] for event in await press("1005", "cancel")] == ["order.cancelled"]
        assert [event["type"] for event in await press("1015", "refund")] == ["refund.issued", "order.updated"]
        await place.api("store/orders/9999/ship", {}, status=404)

    play(scenario)


def test_offsets() -> None:
    base = datetime(2026, 12, 1, tzinfo=UTC)
    assert orders.at("-3d4h", base) == base - timedelta(days=3, hours=4)
    assert orders.at("+30m", base) == base + timedelta(minutes=30)
    with pytest.raises(ValueError, match="not an offset"):
        orders.at("tomorrow", base)


def test_state_transcripts_log_and_reset() -> None:
    async def scenario(place: Playground) -> None:
        made = await place.api("people", {"name": "Ad Hoc", "channels": ["sms", "telegram"], "started": True})
        assert [phone["channel"] for phone in made["phones"]] == ["sms", "telegram"]
        assert made["phones"][0]["window_open"] is True
        await place.api("people", {"channels": ["fax"]}, status=400)
        before = (await place.api("transcripts"))["revision"]
        await place.say(made["phones"][0]["id"], text="hi")
        fresh = await place.api(f"transcripts?since={before}")
        assert [bubble["text"] for bubble in fresh["phones"][made["phones"][0]["id"]]] == ["hi"]
        entry = (await place.api("log"))[-1]
        assert (entry["direction"], entry["platform"], entry["path"]) == ("in", "twilio", "/webhooks/twilio")
        assert "Body=hi" in (await place.api(f"log/{entry['id']}"))["request"]
        await place.api("log/99999", status=404)
        await place.api("phones/nobody/send", {"text": "x"}, status=404)
        await place.api("reset", {})
        state = await place.api("state")
        assert all(not phone["bubbles"] for phone in state["phones"])
        assert state["log"] == []

    play(scenario)


def test_the_log_is_searched_and_knows_checks() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", kind="image", text="A broken zip")
        await post(place, message())
        number, token = (place.settings[f"WHATSAPP_{name}"] for name in ("PHONE_NUMBER_ID", "ACCESS_TOKEN"))
        photo = place.transcript("jane-whatsapp")[0].media.path.rsplit("/", 1)[-1]
        calls = [
            (f"{place.settings['GRAPH_API_URL']}/{number}?fields=quality_rating", {"Authorization": f"Bearer {token}"}),
            (f"{place.settings['GRAPH_API_URL']}/{photo}", {"Authorization": f"Bearer {token}"}),
            (f"{place.settings['GRAPH_API_URL']}/message_template_library", {"Authorization": f"Bearer {token}"}),
            (f"{place.settings['TELEGRAM_API_URL']}/bot{place.settings['TELEGRAM_BOT_TOKEN']}/getMe", {}),
            (f"{place.settings['TWILIO_API_URL']}/2010-04-01/Accounts/AC/Messages.json", {}),
            (f"{place.settings['SLACK_API_URL']}auth.test", {}),
        ]
        for url, headers in calls:
            async with place.session.get(url, headers=headers):
                pass
        log = [entry for entry in await place.api("log") if entry["direction"] == "out"]
        assert [entry["check"] for entry in log] == [False, True, False, True, True, True, True]
        assert [one["path"] for one in await place.api("log?q=BROKEN ZIP")] == ["/webhooks/whatsapp"]
        assert [one["path"] for one in await place.api("log?q=getme")] == ["/telegram/bot<token>/getMe"]
        assert await place.api("log?q=nothing like that") == []
        for phone in ("xiaoming-whatsapp", "meiling-sms"):
            await place.say(phone, text="坏了")
        assert [one["path"] for one in await place.api("log?q=坏了")] == ["/webhooks/whatsapp", "/webhooks/twilio"]

    play(scenario)


def test_the_stream_tells_of_changes_at_once() -> None:
    async def scenario(place: Playground) -> None:
        async with place.session.get(f"{place.config.page}sandbox/api/stream") as stream:
            await stream.content.readuntil(b"\n\n")
            started = time.monotonic()
            await place.api("phones/jane-whatsapp/send", {"text": "quick"})
            found = b""
            while b"quick" not in found:
                found = await stream.content.readuntil(b"\n\n")
            assert time.monotonic() - started < 0.5
            changes = dict(json.loads(found.removeprefix(b"data: ")))
            assert changes["bubble"]["text"] == "quick"

    play(scenario)


def test_the_page_is_served_with_a_strict_policy() -> None:
    async def scenario(place: Playground) -> None:
        for name, kind in (("", "text/html"), ("app.js", "text/javascript"), ("app.css", "text/css")):
            async with place.session.get(place.config.page + name) as response:
                assert (response.status, response.content_type) == (200, kind)
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                text = await response.text()
                assert "innerHTML" not in text
                assert 'src="http' not in text

    play(scenario)


def test_the_process_starts_serves_and_stops(tmp_path: Path) -> None:
    with two_ports() as port:
        config.create(tmp_path, "http://127.0.0.1:1", port)
        with subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--var", str(tmp_path)], stderr=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            _wait_for(port)
            process.terminate()
            out, errors = process.communicate(timeout=10)
    assert (process.returncode, out, errors) == (0, b"", b"")
    missing = subprocess.run(
        [sys.executable, "-m", "sandbox", "--var", str(tmp_path / "no")], capture_output=True, check=False
    )
    assert missing.returncode == 1
    assert b"sandbox.json is missing" in missing.stderr


def _wait_for(port: int) -> None:
    for _ in range(400):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the sandbox did not come up")

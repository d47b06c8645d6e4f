"""The world goes on after a restart: chats, Slack, accounts, what is under way."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.control import keeping
from tests.sandbox import test_messenger as messenger
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_slack import card
from tests.sandbox.test_telegram import bot
from tests.sandbox.test_twilio import TOM, create
from tests.sandbox.test_whatsapp import interactive, message, post, rows

SHOWN = ("people", "phones", "slack", "orders", "faults", "pace", "muted")


async def slack(place: Playground, method: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {place.settings['SLACK_BOT_TOKEN']}"}
    url = f"{place.settings['SLACK_API_URL']}{method}"
    async with place.session.post(url, json=body, headers=headers) as response:
        return await response.json()


def test_everything_that_is_shown_is_there_again(tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    async def before(place: Playground) -> None:
        await place.say("jane-whatsapp", text="Where is my order?")
        await place.say("xiaoming-whatsapp", kind="image", text="坏了")
        await post(place, message("interactive", interactive("list", rows(3))))
        made = await place.api("people", {"name": "Ad Hoc", "channels": ["messenger", "messenger:second"]})
        await place.api(f"phones/{made['phones'][1]['id']}/block", {"blocked": True})
        await create(place, to=TOM, body="Your parcel")
        root = (await slack(place, "chat.postMessage", channel=place.settings["SLACK_CHANNEL"], blocks=card()))["ts"]
        await place.api("slack/reply", {"thread_ts": root, "text": "On my way", "files": ["image"], "user": "bea"})
        await place.api("slack/react", {"ts": root, "name": "eyes", "user": "sam"})
        await place.api("store/orders/1002/ship", {})
        await place.api("faults", {"platform": "slack", "kind": "delay", "times": 3, "value": 1})
        await place.api("pace", {"slack_burst": 5})
        await place.api("webhooks", {"platform": "messenger", "deliver": False})
        await place.until(lambda: place.transcript("jane-whatsapp")[-1].status == "read")
        await place.until(lambda: place.transcript("tom-sms")[-1].status == "delivered")
        state = await place.api("state")
        seen.update({name: state[name] for name in SHOWN}, revision=state["revision"], log=state["log"])

    async def after(place: Playground) -> None:
        state = await place.api("state")
        for name in SHOWN:
            assert _elsewhere(state[name]) == _elsewhere(seen[name]), name
        assert state["log"][: len(seen["log"])] == seen["log"]
        assert state["revision"] >= seen["revision"]
        photo = next(bubble["media"] for bubble in _phone(state, "xiaoming-whatsapp")["bubbles"])
        async with place.session.get(f"{place.config.base}{photo['path']}") as response:
            assert (await response.read()).startswith(b"\x89PNG")
        await place.say("jane-whatsapp", choice="Row 1")
        tapped = place.product.on("/webhooks/whatsapp")[-1].json["entry"][0]["changes"][0]["value"]["messages"][0]
        assert tapped["context"]["id"] == _phone(state, "jane-whatsapp")["bubbles"][-1]["id"]

    play(before, folder=tmp_path)
    play(after, folder=tmp_path)


def _phone(state: Any, name: str) -> Any:
    return next(phone for phone in state["phones"] if phone["id"] == name)


def _elsewhere(value: Any) -> Any:
    """Leaves out ports: the next sandbox has others."""
    if isinstance(value, dict):
        return {name: _elsewhere(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_elsewhere(part) for part in value]
    return value.partition("127.0.0.1:")[2][5:] if isinstance(value, str) and "127.0.0.1:" in value else value


def test_accounts_stay_as_the_product_set_them_up(tmp_path: Path) -> None:
    async def before(place: Playground) -> None:
        await place.api("templates", {"name": "shipped", "body": "On its way: {{1}}", "strict": True})
        await place.api("contents", {"sid": "HX" + "1" * 32, "body": "Hello"})
        await place.api("graph/subscription", {"subscribed": False, "platform": "messenger"})
        await place.api("graph/news", {"field": "phone_number_quality_update", "value": {"current_limit": "TIER_250"}})
        url = f"{place.config.product}/webhooks/telegram"
        async with bot(place) as client:
            await client.set_webhook(url, secret_token="new", allowed_updates=["message"])
        place.parts.twilio.messages.numbers.first(whatsapp=False).url = f"{place.config.product}/webhooks/twilio"

    async def after(place: Playground) -> None:
        number, page = place.parts.graph.whatsapp, place.parts.graph.messenger
        known = number.templates.get("shipped", "en")
        assert known is not None
        assert (known.body, number.templates.strict, number.tier) == ("On its way: {{1}}", True, "TIER_250")
        assert not page.subscription.on
        messages = place.parts.twilio.messages
        assert "HX" + "1" * 32 in messages.contents
        assert messages.numbers.first(whatsapp=False).url == f"{place.config.product}/webhooks/twilio"
        await place.say("marcus-telegram", text="hi")
        hook = place.product.on("/webhooks/telegram")[0]
        assert hook.headers["X-Telegram-Bot-Api-Secret-Token"] == "new"

    play(before, folder=tmp_path)
    play(after, folder=tmp_path)


def test_what_the_product_had_not_taken_is_sent_again(tmp_path: Path) -> None:
    async def before(place: Playground) -> None:
        refused = [web.Response(status=503) for _ in range(3)]
        for path, answer in zip(("whatsapp", "telegram", "twilio"), refused, strict=True):
            place.product.answer(f"/webhooks/{path}", answer)
        for phone in ("jane-whatsapp", "marcus-telegram", "tom-sms"):
            await place.api(f"phones/{phone}/send", {"text": f"from {phone}"})
        await place.until(lambda: len(place.product.hooks) == 3)

    async def after(place: Playground) -> None:
        await place.until(lambda: len(place.product.hooks) == 3)
        bodies = b"".join(hook.body for hook in place.product.hooks)
        assert all(phone in bodies for phone in (b"jane-whatsapp", b"marcus-telegram", b"tom-sms"))
        await place.until(lambda: not place.parts.world.courier.under_way())

    async def later(place: Playground) -> None:
        await asyncio.sleep(0.05)
        assert place.product.hooks == []

    play(before, folder=tmp_path)
    play(after, folder=tmp_path)
    play(later, folder=tmp_path)


def test_receipts_wait_over_a_restart_until_somebody_looks(tmp_path: Path) -> None:
    phones = ("jane-whatsapp", "sofia-messenger", "meiling-twilio_whatsapp")

    async def before(place: Playground) -> None:
        for phone in phones:
            await place.say(phone, text="hi")
            await place.api(f"phones/{phone}/look", {"looking": False})
        await post(place, message())
        await messenger.post(place, messenger.message(place))
        callback = f"{place.config.product}/webhooks/twilio/status"
        sender = f"whatsapp:{place.settings['TWILIO_WHATSAPP_FROM']}"
        await create(place, to="whatsapp:+12025550106", from_=sender, body="hello", status_callback=callback)
        await place.until(lambda: all(place.transcript(phone)[-1].status == "delivered" for phone in phones))

    async def after(place: Playground) -> None:
        await place.until(lambda: len(place.product.hooks) >= 5)  # sent and delivered again; Messenger only delivers
        await asyncio.sleep(0.1)
        assert all(place.transcript(phone)[-1].status == "delivered" for phone in phones)
        for phone in phones:
            await place.api(f"phones/{phone}/look", {"looking": True})
        assert [place.transcript(phone)[-1].status for phone in phones] == ["read"] * 3
        await place.until(lambda: sum(b"read" in hook.body for hook in place.product.hooks) == 3)

    play(before, folder=tmp_path)
    play(after, folder=tmp_path)


def test_ids_go_on_and_are_never_given_again(tmp_path: Path) -> None:
    given: list[str] = []

    async def scenario(place: Playground) -> None:
        for _ in range(2):
            await place.say("marcus-telegram", text="hi")
        given.extend(bubble.id for bubble in place.transcript("marcus-telegram") if bubble.id not in given)
        given.append((await place.api("slack/reply", {"text": "hello", "user": "bea"}))["ts"])

    play(scenario, folder=tmp_path)
    play(scenario, folder=tmp_path)
    assert len(set(given)) == len(given) == 6
    assert given[:2] + given[3:5] == sorted(given[:2] + given[3:5], key=int)


def test_a_killed_sandbox_has_lost_a_second_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE", 0.02)
    kept = tmp_path / "sandbox-world.json"

    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="are you there?")
        await place.until(lambda: kept.exists() and b"are you there?" in kept.read_bytes())
        assert kept.stat().st_mode & 0o777 == 0o600
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / kept.name).write_bytes(kept.read_bytes())

    async def after(place: Playground) -> None:
        assert [bubble.text for bubble in place.transcript("jane-whatsapp")] == ["are you there?"]

    play(scenario, folder=tmp_path)
    play(after, folder=tmp_path / "copy")


@pytest.mark.parametrize("content", [b"", b"{", b'{"base": "x", "product": "y"}', b'{"base": 1}', b"\xff"])
def test_a_world_that_cannot_be_read_is_laid_aside(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sandbox-world.json").write_bytes(content)

    async def scenario(place: Playground) -> None:
        assert place.transcript("jane-whatsapp") == []
        await place.say("jane-whatsapp", text="hi")

    play(scenario, folder=tmp_path)
    assert (tmp_path / "sandbox-world.json.unreadable").read_bytes() == content
    assert "the sandbox begins anew" in capsys.readouterr().err

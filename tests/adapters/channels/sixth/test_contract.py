"""Tests that a channel which exists in the tests only keeps what every channel promises."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from adapters.channels.spec import Site
from adapters.transport.http import Http
from core.messages.inbound import InboundMessage
from core.people.addresses import Address
from core.ports.calls import Part
from core.ports.channel import Kit
from core.ports.webhooks import RawRequest
from tests.adapters.channels.contract import SECRETS, TEXT, ChannelContract
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply
from tests.adapters.channels.sixth.mounted import mounted

with mounted():
    from adapters.channels.pigeon.kit import build
    from adapters.channels.pigeon.settings import PATH, AccountSettings

FIXTURES = Path(__file__).parent / "fixtures"
LOFT, KEY = "northwind", "pk_0123456789abcdef"
BASE = "https://desk.shop.example"


def signature(body: bytes, secret: str) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def refused(status: int, code: int, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, {"error": {"code": code, "message": f"cannot carry {TEXT} to jane.doe"}}, headers)


class TestPigeon(ChannelContract):
    name = "pigeon"
    fixtures = FIXTURES
    batched = True
    json_bodies = True
    to = Address("pigeon", LOFT, "jane.doe")
    private = (KEY,)
    replies: ClassVar[Mapping[str, Reply]] = {
        "accepted": Reply(201, {"id": "note-0001"}),
        "pace": refused(429, 1429, {"Retry-After": "7"}),
        "broken": Reply(502, b"<html>bad gateway</html>"),
        "opted_out": refused(403, 1403),
        "bad_token": refused(401, 1401),
        "unknown_code": refused(400, 1999),
    }

    def build(self, url: str, http: Http) -> Kit:
        return build([AccountSettings(LOFT, KEY, SECRETS)], Site(url, http, KeptFiles()))

    def request(self, body: bytes, secret: str | None, path: str) -> RawRequest:
        headers = {} if secret is None else {"x-pigeon-signature": signature(body, secret)}
        return RawRequest("POST", f"{BASE}{path}", headers, body)

    def option_ids(self, part: Part) -> list[tuple[str, str]]:
        return [(each["id"], each["title"]) for each in part.payload["buttons"]]

    def press(self, option_id: str, title: str) -> bytes:
        body = json.loads((self.fixtures / "pressed.json").read_bytes())
        body["events"][0]["button"] = {"id": option_id, "title": title}
        return json.dumps(body).encode()

    def check_limits(self, part: Part) -> None:
        note = part.payload
        assert part.call == "notes"
        assert 1 <= len(note["text"]) <= (700 if "buttons" in note or "link" in note else 900)
        assert len(note.get("buttons", [])) <= 4
        titles = [each["title"] for each in (*note.get("buttons", []), *([note["link"]] if "link" in note else []))]
        assert all(1 <= len(title) <= 18 for title in titles)


def asked_of(answers: Mapping[str, Reply], act: Any) -> tuple[Any, list[Asked]]:
    """Returns what `act(account)` gives, against a Pigeon that answers by method and place."""
    seen: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked)
        return answers.get(f"{asked.method} {asked.path.partition('?')[0]}", refused(404, 1404))

    async def run() -> Any:
        http = Http()
        async with Provider(Reply(), answer) as provider:
            kit = build([AccountSettings(LOFT, KEY, SECRETS)], Site(provider.url, http, KeptFiles()))
            try:
                return await act(kit.accounts[0])
            finally:
                await http.close()

    return asyncio.run(run()), seen


def test_set_up_registers_our_webhook() -> None:
    found, asked = asked_of({f"PUT /v1/lofts/{LOFT}/webhook": Reply(200)}, lambda account: account.setup(BASE))
    assert [(finding.what, finding.ok) for finding in found] == [("webhook", True)]
    assert asked[0].json() == {"url": f"{BASE}{PATH}"}
    assert asked[0].headers["Authorization"] == f"Bearer {KEY}"


def test_status_tells_who_we_are_and_where_webhooks_go() -> None:
    loft = Reply(200, {"name": "Northwind", "webhook": "https://old.example/webhooks/pigeon"})
    (name, webhook), _ = asked_of({f"GET /v1/lofts/{LOFT}": loft}, lambda account: account.status(BASE))
    assert (name.ok, name.said) == (True, "Northwind")
    assert (webhook.ok, webhook.cure) == (False, "run `doorstep channels setup`")


def test_a_wrong_key_is_a_finding() -> None:
    (finding,), _ = asked_of({f"GET /v1/lofts/{LOFT}": refused(401, 1401)}, lambda account: account.status(BASE))
    assert (finding.ok, finding.said) == (False, "1401")


def test_what_was_missed_comes_as_by_webhook() -> None:
    since = datetime(2026, 12, 1, 9, tzinfo=UTC)
    webhook = json.loads((FIXTURES / "text.json").read_bytes())
    answers = {f"GET /v1/lofts/{LOFT}/events": Reply(200, {"events": webhook["events"]})}
    (event,), asked = asked_of(answers, lambda account: account.missed(since))
    assert isinstance(event, InboundMessage)
    assert event.external_id == "ev-01"
    assert asked[0].path.endswith("?since=2026-12-01T09:00:00%2B00:00")  # a bare + would be read as a space


def test_the_key_goes_to_pigeon_only() -> None:
    site = Site("https://api.pigeon.example", Http(), KeptFiles())
    (account,) = build([AccountSettings(LOFT, KEY, SECRETS)], site).accounts
    refs = ("https://api.pigeon.example/v1/photos/ph-7", "https://api.pigeon.example.evil.example/v1/photos/ph-7")
    own, other = (asyncio.run(account.locate(ref)) for ref in refs)
    assert own.headers == {"Authorization": f"Bearer {KEY}"}
    assert other.headers == {}
    assert own.max_bytes == 3_000_000

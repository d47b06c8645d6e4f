"""Takes the desk's webhooks as a store of one's own would: verifies them, carries requests out once, answers."""

import base64
import hashlib
import hmac
import json
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, json_handler
from sandbox.store import requests
from sandbox.store.store import Store
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.world import World

Json = dict[str, Any]
TOLERANCE = 300  # seconds that a webhook may be old
REFUSE, LATER = "refuse", "later"  # faults of this door alone
ERRORS = {400: "Bad request", 401: "Signature refused", 404: "Not found", 410: "Gone", 422: "Cannot be read"}
REASON = "the parcel is packed already"


class StoreError(PlatformError):
    """A bare HTTP error with a word."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status = status

    def response(self) -> web.Response:
        """Answers with {"error"}."""
        return web.json_response({"error": str(self) or ERRORS.get(self.status, "Error")}, status=self.status)


class StoreWebhook:
    """Serves /store/webhook, and what people of the store decide on requests that wait for them."""

    def __init__(self, world: World, store: Store) -> None:
        self.world = world
        self.store = store

    def describe(self, _request: web.Request, body: bytes) -> Call:
        """Tells what a call is: requests count as sends, facts are as quiet as checks."""
        asks = _kind(body) in requests.DEEDS
        return Call("store", asks, check=not asks)

    def failure(self, value: Any) -> PlatformError:
        """Makes the error with this HTTP status."""
        return StoreError(int(value["code"] if isinstance(value, dict) else value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare status."""
        return web.Response(status=status, headers={"Retry-After": f"{retry_after:g}"} if status == 429 else {})

    def errors(self, _platform: str) -> list[Json]:
        """Lists the errors that a fault can arm."""
        named = {status: f"{status}: {words}" for status, words in ERRORS.items()}
        return [{"value": each, "status": each, "title": title, "receipt": False} for each, title in named.items()]

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes."""
        return [
            web.post("/store/webhook", self._take),
            web.post(f"{API}/store/requests/{{id}}/{{decision}}", json_handler(self._decide)),
        ]

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._verify(request, body)
        event = _event(body)
        if event["type"] not in requests.DEEDS:
            return web.Response(status=204)
        data = event["data"]
        known = requests.find(self.store.records, str(data["id"]))
        if known is not None:
            return self._answered(known[1])
        record = self.store.records.get(str(data.get("order_number")))
        if record is None:
            return web.json_response({"status": "refused", "reason": "there is no such order", "id": None})
        return self._answered(self._asked(record, str(event["type"]), data))

    def _asked(self, record: Json, kind: str, data: Json) -> Json:
        """Carries a request out, refuses it, or leaves it to people, as the faults say."""
        refused = self.world.faults.take("store", (REFUSE,))
        later = None if refused else self.world.faults.take("store", (LATER,))
        now = self.store.now()
        if refused:
            asked = requests.entry(record, kind, data, requests.REFUSED, now, str(refused.value or REASON))
        else:
            asked = requests.entry(record, kind, data, requests.PENDING, now)
        if later:
            asked["accepted"] = later.value == 202
        elif not refused:
            self.store.carry_out(record, asked)
        self.store.changed(record)
        return asked

    def _answered(self, asked: Json) -> web.Response:
        if asked["state"] == requests.PENDING and asked.get("accepted"):
            return web.Response(status=202)
        return web.json_response(requests.answer(asked))

    async def _decide(self, request: web.Request, body: Json) -> Json:
        """Lets the people of the store do, or refuse, what they were asked for."""
        found = requests.find(self.store.records, request.match_info["id"])
        if found is None:
            raise LookupError(f"no request {request.match_info['id']!r}")
        record, asked = found
        if asked["state"] != requests.PENDING:
            raise ValueError(f"request {asked['id']} is {asked['state']} already")
        decision = request.match_info["decision"]
        if decision == "do":
            self.store.carry_out(record, asked)
        elif decision == REFUSE:
            self.store.refuse(record, asked, str(body.get("reason") or REASON))
        else:
            raise LookupError(f"no decision {decision!r}; one of do, {REFUSE}")
        self.store.changed(record)
        return asked

    def _verify(self, request: web.Request, body: bytes) -> None:
        """Checks the signature by Standard Webhooks. Raises StoreError."""
        id_, sent_at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if not id_ or not sent_at.isdigit() or abs(self.world.clock() - int(sent_at)) > TOLERANCE:
            raise StoreError(401, "webhook-id or webhook-timestamp is missing, or is too old")
        given = request.headers.get("webhook-signature", "").split()
        secrets = self.world.setting("OUTGOING_WEBHOOK_SECRET").split(",")
        expected = [f"v1,{_sign(secret, id_, sent_at, body)}" for secret in secrets]
        if not any(hmac.compare_digest(one, other) for one in given for other in expected):
            raise StoreError(401, "webhook-signature is wrong")


def _sign(secret: str, id_: str, sent_at: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{id_}.{sent_at}.".encode() + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _event(body: bytes) -> Json:
    """Reads a CloudEvent. Raises StoreError."""
    try:
        event = json.loads(body)
    except ValueError:
        raise StoreError(400, "expected JSON") from None
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        raise StoreError(400, "expected a CloudEvent 1.0")
    missing = [name for name in ("id", "source", "type") if not event.get(name)]
    if missing or not isinstance(event.get("data"), dict):
        raise StoreError(400, f"the event has no {missing[0] if missing else 'data'}")
    if event["type"] in requests.DEEDS and not event["data"].get("id"):
        raise StoreError(400, "the request has no id")
    return event


def _kind(body: bytes) -> str:
    try:
        event = json.loads(body)
    except ValueError:
        return ""
    return str(event.get("type", "")) if isinstance(event, dict) else ""

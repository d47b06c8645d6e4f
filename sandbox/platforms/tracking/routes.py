"""Lets the services tell of parcels, by calls of the control API. Nobody registers numbers: they tell of what they are
told to."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, answered, json_handler
from sandbox.platforms.tracking.deliveries import Deliveries, Delivery
from sandbox.platforms.tracking.shapes import Parcel, Scan, written
from sandbox.platforms.tracking.words import SERVICES, STEPS, described, word
from sandbox.world.world import World

Json = dict[str, Any]
CARRIERS = {"aftership": "ups", "17track": "UPS", "easypost": "UPS"}


class Tracking:
    """Keeps what each service knows of parcels, and posts it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.deliveries = Deliveries(world)
        self._parcels: dict[tuple[str, str], Parcel] = {}

    def reset(self) -> None:
        """Forgets all parcels, and what was held."""
        self._parcels.clear()
        self.deliveries.reset()

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes."""
        return [
            web.get(f"{API}/carriers", json_handler(self._shown)),
            web.post(f"{API}/carriers/tell", json_handler(self._tell)),
            web.post(f"{API}/carriers/course", json_handler(self._course)),
            web.post(f"{API}/carriers/revise", json_handler(self._revise)),
            web.post(f"{API}/carriers/raw", json_handler(self._raw)),
            web.post(f"{API}/carriers/release", json_handler(self._release)),
        ]

    async def _shown(self, _request: web.Request, _body: Json) -> Json:
        listed = [
            {"service": service, "number": number, "scans": [scan.word for scan in parcel.scans]}
            for (service, number), parcel in self._parcels.items()
        ]
        return {"services": SERVICES, "steps": list(STEPS), "parcels": listed}

    async def _tell(self, _request: web.Request, body: Json) -> Json:
        """Posts one message: the step is scanned now, or at `at`."""
        return await self._sent([self._step(body, str(body["step"]))], body)

    async def _course(self, _request: web.Request, body: Json) -> Json:
        """Posts a message for each step; `lose` lists those (from 0) that never come, `turned`: last one first."""
        lost = set(body.get("lose") or ())
        made = [self._step(body, str(step)) for step in body["steps"]]
        kept = [each for place, each in enumerate(made) if place not in lost]
        return await self._sent(kept[::-1] if body.get("turned") else kept, body)

    async def _revise(self, _request: web.Request, body: Json) -> Json:
        """Posts another day of delivery, without a scan."""
        parcel = self._parcel(body)
        parcel.word = parcel.word or word(str(body["service"]), "nothing")
        parcel.eta = str(body["eta"])
        return await self._sent([self._made(body, parcel, "edd_revise")], body)

    async def _raw(self, _request: web.Request, body: Json) -> Json:
        """Posts any body, signed: `payload`, or the text `raw`."""
        content = str(body["raw"]) if "raw" in body else json.dumps(body["payload"], ensure_ascii=False)
        return await self._sent([self._signed(body, content.encode())], body)

    async def _release(self, _request: web.Request, body: Json) -> Json:
        return {"answers": [answered(each) for each in await self.deliveries.release(turned=bool(body.get("turned")))]}

    async def _sent(self, made: list[Delivery], body: Json) -> Json:
        if body.get("hold"):
            for each in made:
                self.deliveries.hold(each)
            return {"held": len(made)}
        times = int(body.get("times") or 1)
        return {"answers": [answered(said) for each in made for said in await self.deliveries.post(each, times)]}

    def _step(self, body: Json, step: str) -> Delivery:
        service, parcel = str(body["service"]), self._parcel(body)
        said = parcel.word = word(service, step)
        if described(step):
            parcel.scans.append(Scan(self._now(body.get("at")), said, described(step)))
        parcel.eta = body.get("eta") or parcel.eta
        parcel.signed_by = body.get("signed_by") or parcel.signed_by
        return self._made(body, parcel, "")

    def _made(self, body: Json, parcel: Parcel, event: str) -> Delivery:
        id_ = str(body.get("id") or (f"evt_{uuid.uuid4().hex}" if body["service"] == "easypost" else uuid.uuid4()))
        told = written(str(body["service"]), parcel, id_, self._now(body.get("sent_at") or body.get("at")), event)
        return self._signed(body, json.dumps(told, ensure_ascii=False).encode())

    def _signed(self, body: Json, content: bytes) -> Delivery:
        service = str(body["service"])
        if service not in SERVICES:
            raise LookupError(f"no service {service!r}; one of {', '.join(SERVICES)}")
        return self.deliveries.make(service, content, str(body.get("secret") or ""), str(body.get("header") or ""))

    def _parcel(self, body: Json) -> Parcel:
        service, number = str(body["service"]), str(body["number"])
        carrier = str(body.get("carrier") or CARRIERS.get(service, ""))
        return self._parcels.setdefault((service, number), Parcel(number, carrier))

    def _now(self, given: Any) -> datetime:
        return datetime.fromisoformat(str(given)) if given else datetime.fromtimestamp(self.world.clock(), UTC)

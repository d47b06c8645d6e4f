"""Seeds the product with demo orders and reports what the store's buttons do."""

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from sandbox.files import write_private
from sandbox.store import actions, catalogue, orders, requests
from sandbox.wire.webhooks import ONCE, Answer, Plan, fixed
from sandbox.world.people import Person
from sandbox.world.world import World

Json = dict[str, Any]
DEMO = Path(__file__).with_name("demo.yaml")
CATALOGUE = Path(__file__).with_name("catalogue.yaml")
STALE = timedelta(days=2)
BATCH = 20
EVENTS = Plan(retries=(1, 2, 5, 10, 30), timeout=10)


class Store:
    """Keeps orders by number; in `file` they outlive a restart for two days, so that the page and the product agree."""

    def __init__(self, world: World, file: Path | None) -> None:
        self.world = world
        self.demo: Json = _read(DEMO)
        self.records: dict[str, Json] = {}
        self.seeded = False
        self.variants = _variants(_read(CATALOGUE), self.now())
        self._file = file
        self._generation = ""
        self._base = self.now()

    def open(self) -> None:
        """Takes up the kept orders, or makes new ones."""
        kept = self._kept()
        if kept and self.now() - datetime.fromisoformat(kept["base"]) < STALE:
            self._generation, self._base = kept["generation"], datetime.fromisoformat(kept["base"])
            self.records = kept["records"]
        else:
            self.renew()

    def renew(self) -> None:
        """Makes all orders anew, relative to now."""
        self._base = self.now()
        self._generation = self._base.strftime("%Y%m%d%H%M%S")
        self.records = orders.build(self.demo, self._base)
        self._keep()
        for number in self.records:
            self._touch(number)

    def people(self) -> list[tuple[Person, list[str]]]:
        """Lists the demo customers and their channels."""
        fields = ("id", "name", "number", "locale", "country", "timezone", "email")
        return [
            (Person(**{name: customer[name] for name in fields}), customer["channels"])
            for customer in self.demo["customers"]
        ]

    async def watch(self) -> None:
        """Waits for the product, seeds it, and keeps an eye on it: runs until cancelled."""
        while True:
            ready = (await self.world.courier.get(f"{self.world.config.product}/readyz")).status
            self.world.product_reached(ready != 0)
            refused = ready == 200 and not self.seeded and not await self.seed()
            await asyncio.sleep(5 if self.seeded or refused else 0.5)

    async def seed(self) -> bool:
        """Posts the seed events in batches; True when all were accepted."""
        told = catalogue.build(_read(CATALOGUE), self._base)
        events = orders.seed_events(self.records, self._base, self._generation)
        moment = self._base - timedelta(hours=71)
        events += [orders.event(f"demo-{self._generation}-{id_}", kind, moment, data) for id_, kind, data in told]
        for start in range(0, len(events), BATCH):
            answer = await self._post(events[start : start + BATCH], ONCE)
            if not answer.ok:
                return False
        self.seeded = True
        return True

    async def act(self, number: str, action: str) -> tuple[list[str], Answer]:
        """Presses a button of an order; returns the types of the events and what the product said to them.

        Raises KeyError or ValueError.
        """
        changes = actions.act(self.records[number], action, self.now())
        self._keep()
        self._touch(number)
        answer = await self._post([self._event(kind, data) for kind, data in changes], EVENTS)
        return [kind for kind, _ in changes], answer

    def carry_out(self, record: Json, asked: Json) -> None:
        """Does what the desk asked for, and tells what came of it; what the store's rules forbid is refused."""
        try:
            news, asked["made"] = requests.carry_out(record, asked["type"], asked["data"], self.now(), self.variants)
        except requests.Refusal as refusal:
            self.refuse(record, asked, str(refusal))
            return
        asked["state"] = requests.DONE
        self._tell(news)

    def refuse(self, record: Json, asked: Json, reason: str) -> None:
        """Refuses what the desk asked for. Of a return that waits the store tells by its event; of the rest it has
        none, and says it only when it is asked again."""
        asked["state"], asked["reason"] = requests.REFUSED, reason
        wanted = asked["data"].get("return")
        if wanted:
            told = {"order_number": record["number"], "state": "refused", "resolution": "refund", "lines": [], **wanted}
            self._tell([("return.updated", {"return": told})])

    def changed(self, record: Json) -> None:
        """Keeps an order and shows it anew."""
        self._keep()
        self._touch(record["number"])

    def _tell(self, news: list[tuple[str, Json]]) -> None:
        """Sends events beside the answer under way."""
        if news:
            self.world.spawn(self._post([self._event(kind, data) for kind, data in news], EVENTS))

    async def told(self, number: str) -> Answer:
        """Asks the product what its notices about an order came to."""
        key = self.world.setting("STORE_API_KEY").split(",")[0]
        url = f"{self.world.config.product}/api/v1/notices?{urlencode({'order': number})}"
        return await self.world.courier.get(url, headers={"Authorization": f"Bearer {key}"})

    async def report(self, kind: str, data: Json) -> Answer:
        """Sends any event of the store, now."""
        return await self._post([self._event(kind, data)], EVENTS)

    def _event(self, kind: str, data: Json) -> Json:
        return orders.event(f"evt-{secrets.token_hex(8)}", kind, self.now(), data)

    async def _post(self, events: list[Json], plan: Plan) -> Answer:
        key = self.world.setting("STORE_API_KEY").split(",")[0]
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"}
        body = json.dumps(events, ensure_ascii=False).encode()
        return await self.world.courier.deliver(
            "store", f"{self.world.config.product}/api/v1/events", body, fixed(headers), plan
        )

    def _touch(self, number: str) -> None:
        self.world.feed.publish("order", number, shown(self.records[number]))

    def now(self) -> datetime:
        """Returns the time of this world."""
        return datetime.fromtimestamp(self.world.clock(), UTC)

    def _keep(self) -> None:
        if self._file:
            kept = {"generation": self._generation, "base": self._base.isoformat(), "records": self.records}
            write_private(self._file, json.dumps(kept, ensure_ascii=False).encode())

    def _kept(self) -> Json | None:
        if not self._file or not self._file.exists():
            return None
        try:
            kept: Json = json.loads(self._file.read_text())
        except json.JSONDecodeError:
            return None
        return kept if {"generation", "base", "records"} <= kept.keys() else None


def _variants(found: Json, base: datetime) -> dict[str, Json]:
    """Returns the variants of all products by their ids, each with its product's title."""
    told = [data["product"] for _, _, data in catalogue.build(found, base) if "product" in data]
    return {each["id"]: {**each, "title": product["title"]} for product in told for each in product["variants"]}


def _read(path: Path) -> Json:
    found: Json = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


def shown(record: Json) -> Json:
    """Describes an order for the page: also which buttons may be pressed (`can`)."""
    return {**record, "can": actions.possible(record)}

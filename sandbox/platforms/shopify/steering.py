"""Does with the shop what the control API says: webhooks by hand, what follows an action, what its people do."""

import asyncio
from decimal import Decimal
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, answered, json_handler
from sandbox.platforms.shopify import people
from sandbox.platforms.shopify.bucket import Bucket
from sandbox.platforms.shopify.deeds import cancelling
from sandbox.platforms.shopify.deliveries import PATH, Deliveries, Delivery
from sandbox.platforms.shopify.shop import Json, Shop
from sandbox.world.world import World


class Steering:
    """Steers one shop. `ways` says how webhooks that follow an action travel: lose, hold, turned, times."""

    def __init__(self, world: World, shop: Shop, bucket: Bucket) -> None:
        self.world = world
        self.shop = shop
        self.bucket = bucket
        self.deliveries = Deliveries(world)
        self.ways: Json = {}

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes of the control API."""
        return [web.post(f"{API}/shopify/{name}", json_handler(self._handler(name))) for name in COMMANDS]

    def _handler(self, name: str) -> Any:
        async def handle(_request: web.Request, body: Json) -> Json:
            told: Json = await COMMANDS[name](self, body)
            self.tell()
            return told

        return handle

    def tell(self) -> None:
        """Sends the webhooks that are due by what happened, and waits for jobs that will make more."""
        due, self.shop.told = self.shop.told, []
        made = [(topic, payload, url) for topic, payload in due for url in self._urls(topic)]
        if self.ways.get("turned"):
            made.reverse()
        if not self.ways.get("lose"):
            self._send([self.deliveries.make(url, topic, payload, {}) for topic, payload, url in made])
        if (seconds := cancelling.work(self.shop)) is not None:
            self.world.spawn(self._later(seconds))
        elif self.shop.told:
            self.tell()

    def _send(self, made: list[Delivery]) -> None:
        """Posts them one after the other, or holds them."""
        if self.ways.get("hold"):
            for each in made:
                self.deliveries.hold(each)
        elif made:
            self.world.spawn(self._post(made, int(self.ways.get("times") or 1)))

    async def _post(self, made: list[Delivery], times: int) -> None:
        for each in made:
            await self.deliveries.post(each, times)

    def reset(self) -> None:
        """Forgets what was held, and that webhooks travel in a way of their own."""
        self.deliveries.reset()
        self.ways = {}

    async def deliver(self, body: Json) -> Json:
        """Posts a webhook to who subscribed to its topic, or to the product's own path with `anyway`."""
        topic = str(body["topic"])
        urls = [f"{self.world.config.product}{PATH}"] if body.get("anyway") else self._urls(topic)
        made = [self.deliveries.make(url, topic, body["payload"], body) for url in urls]
        if body.get("lose"):
            return {"lost": len(made)}
        if body.get("hold"):
            for each in made:
                self.deliveries.hold(each)
            return {"held": len(made)}
        times = int(body.get("times") or 1)
        return {"answers": [answered(said) for each in made for said in await self.deliveries.post(each, times)]}

    async def release(self, body: Json) -> Json:
        """Posts what was held."""
        return {"answers": [answered(each) for each in await self.deliveries.release(turned=bool(body.get("turned")))]}

    async def follow(self, body: Json) -> Json:
        """Says how webhooks that follow an action travel from now on."""
        self.ways = dict(body)
        return self.ways

    async def orders(self, body: Json) -> Json:
        """Keeps orders, in GraphQL's shape, by their ids."""
        self.shop.orders.update({str(each["id"]): each for each in body["orders"]})
        return {"orders": sorted(self.shop.orders)}

    async def customers(self, body: Json) -> Json:
        """Keeps customers likewise."""
        self.shop.customers.update({str(each["id"]): each for each in body["customers"]})
        return {"customers": sorted(self.shop.customers)}

    async def products(self, body: Json) -> Json:
        """Keeps products likewise."""
        self.shop.products.update({str(each["id"]): each for each in body["products"]})
        return {"products": sorted(self.shop.products)}

    async def stock(self, body: Json) -> Json:
        """Counts variants, and says what they are: {id: {"stock"?, "title"?, "variant"?, "price"?}}."""
        for id_, told in body["variants"].items():
            self.shop.variants[id_] = {**told, "price": Decimal(str(told.get("price") or 0))}
            if "stock" in told:
                self.shop.stock[id_] = int(told["stock"])
        return {"stock": self.shop.stock}

    async def jobs(self, body: Json) -> Json:
        """Says how long a cancellation takes, and with which code the next ones fail (empty: none)."""
        self.shop.job_seconds = float(body.get("seconds", self.shop.job_seconds))
        self.shop.job_error = str(body.get("error", self.shop.job_error))
        return {"seconds": self.shop.job_seconds, "error": self.shop.job_error}

    async def people(self, body: Json) -> Json:
        """Lets the store's people, its customers and carriers act (sandbox.platforms.shopify.people)."""
        return people.act(self.shop, body)

    async def scopes(self, body: Json) -> Json:
        """Grants these scopes, and no others."""
        self.shop.scopes = set(body["scopes"])
        return {"scopes": sorted(self.shop.scopes)}

    async def drain(self, body: Json) -> Json:
        """Empties the bucket; `restore`: points a second from now on."""
        self.bucket.empty()
        self.bucket.restore = float(body.get("restore") or self.bucket.restore)
        return {"restore": self.bucket.restore}

    async def unsubscribe(self, body: Json) -> Json:
        """Loses subscriptions, as Shopify does after eight failures; without `topic` all of them."""
        name = str(body.get("topic", "")).replace("/", "_").upper()
        gone = [id_ for id_, each in self.shop.subscriptions.items() if name in ("", each["topic"])]
        for id_ in gone:
            del self.shop.subscriptions[id_]
        return {"gone": len(gone)}

    def _urls(self, topic: str) -> list[str]:
        name = topic.replace("/", "_").upper()
        return [each["uri"] for each in self.shop.subscriptions.values() if each["topic"] == name]

    async def _later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        cancelling.work(self.shop)
        self.tell()


COMMANDS = {
    "deliver": Steering.deliver,
    "release": Steering.release,
    "follow": Steering.follow,
    "orders": Steering.orders,
    "customers": Steering.customers,
    "products": Steering.products,
    "stock": Steering.stock,
    "jobs": Steering.jobs,
    "people": Steering.people,
    "scopes": Steering.scopes,
    "drain": Steering.drain,
    "unsubscribe": Steering.unsubscribe,
}

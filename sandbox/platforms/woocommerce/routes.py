"""Serves the WooCommerce stand-in: the REST API behind its gate, and what the control API does with the shop."""

import uuid
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, answered, json_handler
from sandbox.platforms.woocommerce import changes, selling
from sandbox.platforms.woocommerce.access import Access
from sandbox.platforms.woocommerce.deliveries import PATH, Deliveries
from sandbox.platforms.woocommerce.errors import WooError, listed, page
from sandbox.platforms.woocommerce.rest import Rest
from sandbox.platforms.woocommerce.shop import FULFILLED, TRACKED, Shop
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.world import World

Json = dict[str, Any]
INDEX = "/wp-json"


class WooCommerce:
    """Serves one shop behind /wp-json."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.deliveries = Deliveries(world)
        self.shop = Shop(world.clock)
        self.access = Access(world.setting("WOOCOMMERCE_KEY"), world.setting("WOOCOMMERCE_SECRET"))
        self.rest = Rest(world, self.shop, self.deliveries)

    def reset(self) -> None:
        """Empties the shop: orders, products, webhooks, and what was held; the key may read and write."""
        self.shop.reset()
        self.access.reset()
        self.deliveries.reset()

    def describe(self, request: web.Request, _body: bytes) -> Call:
        """Tells what a call is: none sends anything to a customer."""
        return Call("woocommerce", sends=True, check=request.method == "GET")

    def failure(self, value: Any) -> PlatformError:
        """Makes the error with this code."""
        return WooError(str(value["code"] if isinstance(value, dict) else value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a page of the host."""
        return page(status, retry_after)

    def errors(self, _platform: str) -> list[Json]:
        """Lists the errors that a fault can arm."""
        return listed()

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes."""
        commands = {
            "deliver": self._deliver,
            "release": self._release,
            "orders": self._orders,
            "place": self._place,
            "pay": self._pay,
            "track": self._track,
            "fulfil": self._fulfil,
            "refund": self._refund,
            "products": self._products,
            "plugins": self._plugins,
            "gateway": self._gateway,
            "key": self._key,
            "webhook": self._webhook,
        }
        guarded = [web.route(each.method, each.path, self._guarded(each.handler)) for each in self.rest.routes()]
        steered = [web.post(f"{API}/woocommerce/{name}", json_handler(command)) for name, command in commands.items()]
        return [*guarded, web.get(f"{API}/woocommerce", json_handler(self._shown)), *steered]

    def _guarded(self, handler: Any) -> Any:
        """Makes a handler that first asks who calls; the index is open to everybody."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if request.path != INDEX:
                self.access.require(request, self.world.clock())
            response: web.StreamResponse = await handler(request)
            return response

        return handle

    async def _shown(self, _request: web.Request, _body: Json) -> Json:
        return {
            "webhooks": list(self.shop.webhooks.values()),
            "orders": [self.shop.shown(each) for each in self.shop.orders.values()],
            "refunds": self.shop.refunds,
            "notes": self.shop.notes,
            "plugins": sorted(self.shop.plugins),
            "permissions": self.access.permissions,
        }

    async def _deliver(self, _request: web.Request, body: Json) -> Json:
        """Posts a webhook to who has an active one of its topic, or to the product's own path with `anyway`."""
        topic = str(body["topic"])
        known = self.shop.webhooks.values()
        to = [each for each in known if each["topic"] == topic and each["status"] == "active"]
        if body.get("anyway"):
            secret = self.world.setting("WOOCOMMERCE_WEBHOOK_SECRET").split(",")[0]
            url = f"{self.world.config.product}{PATH}"
            to = [{"id": 1, "topic": topic, "delivery_url": url, "secret": secret, "failures": 0, "status": "active"}]
        payload = body["payload"] if "payload" in body else self.shop.shown(self.shop.order(str(body["id"])))
        made = [self.deliveries.make(each, payload, body) for each in to]
        if body.get("lose"):
            return {"lost": len(made)}
        if body.get("hold"):
            for each in made:
                self.deliveries.hold(each)
            return {"held": len(made)}
        times = int(body.get("times") or 1)
        return {"answers": [answered(said) for each in made for said in await self.deliveries.post(each, times)]}

    async def _release(self, _request: web.Request, body: Json) -> Json:
        return {"answers": [answered(each) for each in await self.deliveries.release(turned=bool(body.get("turned")))]}

    async def _orders(self, _request: web.Request, body: Json) -> Json:
        """Keeps orders by their ids. `touch`: they changed now; `quiet`: no webhook tells of it."""
        for each in body["orders"]:
            is_new = int(each["id"]) not in self.shop.orders
            kept = self.shop.keep(each, touched=bool(body.get("touch", True)))
            if not body.get("quiet"):
                self.rest.announce("order.created" if is_new else "order.updated", self.shop.shown(kept))
        return {"orders": sorted(self.shop.orders)}

    async def _place(self, _request: web.Request, body: Json) -> Json:
        """Places an order; it waits for its payment."""
        kept = self.shop.keep(selling.placed(self.shop, body), touched=True)
        self.rest.announce("order.created", self.shop.shown(kept))
        return {"id": kept["id"], "number": kept["number"]}

    async def _pay(self, _request: web.Request, body: Json) -> Json:
        """Pays one."""
        order = self.shop.order(str(body["id"]))
        kept = self.shop.keep({**order, "status": "processing", "date_paid_gmt": self.shop.now()}, touched=True)
        self.rest.announce("order.updated", self.shop.shown(kept))
        return {"id": kept["id"], "status": kept["status"]}

    async def _track(self, _request: web.Request, body: Json) -> Json:
        """Adds a tracking number as the plugin does in the shop's back office. `touch`: the order changes with it."""
        order = self.shop.order(str(body["id"]))
        now = datetime.fromtimestamp(self.world.clock(), UTC)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        item = {
            "tracking_provider": "ups",
            "custom_tracking_provider": "",
            "custom_tracking_link": "",
            "tracking_number": "1Z999AA10123456784",
            "date_shipped": str(int(day.timestamp())),
            "tracking_id": uuid.uuid4().hex,
            "day": f"{day:%Y-%m-%d}",
            **(body.get("item") or {}),
        }
        self.shop.set_meta(order, TRACKED, [*self.shop.tracked(order), item])
        if body.get("touch"):
            self.shop.keep(order, touched=True)
            self.rest.announce("order.updated", self.shop.shown(order))
        return item

    async def _fulfil(self, _request: web.Request, body: Json) -> Json:
        """Makes a fulfilment of the core; the order changes with it."""
        order = self.shop.order(str(body["id"]))
        told = {"_tracking_number": "1Z999AA10123456784", "_shipping_provider": "ups", **(body.get("meta") or {})}
        made = {
            "id": self.shop.new_id(),
            "entity_type": "WC_Order",
            "entity_id": str(order["id"]),
            "status": "fulfilled" if body.get("fulfilled", True) else "unfulfilled",
            "is_fulfilled": bool(body.get("fulfilled", True)),
            "date_updated": self.shop.now(),
            "date_deleted": None,
            "meta_data": [{"id": self.shop.new_id(), "key": key, "value": value} for key, value in told.items()],
        }
        self.shop.fulfillments.setdefault(order["id"], []).append(made)
        self.shop.set_meta(order, FULFILLED, body.get("order_status", "fulfilled"))
        self.shop.keep(order, touched=True)
        if not body.get("quiet"):
            self.rest.announce("order.updated", self.shop.shown(order))
        return made

    async def _refund(self, _request: web.Request, body: Json) -> Json:
        """Refunds as somebody does in the back office."""
        order = self.shop.order(str(body["id"]))
        made = changes.refund(self.shop, order, body, by_api=False)
        if not body.get("quiet"):
            self.rest.announce("order.updated", self.shop.shown(order))
        return made

    async def _products(self, _request: web.Request, body: Json) -> Json:
        """Keeps products, and variations by the id of their product."""
        now = self.shop.now()
        for each in body["products"]:
            self.shop.products[int(each["id"])] = {"date_modified_gmt": now, "date_created_gmt": now, **each}
        for id_, variations in (body.get("variations") or {}).items():
            self.shop.variations[int(id_)] = {int(each["id"]): each for each in variations}
        return {"products": sorted(self.shop.products)}

    async def _plugins(self, _request: web.Request, body: Json) -> Json:
        self.shop.plugins = set(body["plugins"])
        return {"plugins": sorted(self.shop.plugins)}

    async def _gateway(self, _request: web.Request, body: Json) -> Json:
        self.shop.gateway_refunds = bool(body["refunds"])
        return {"refunds": self.shop.gateway_refunds}

    async def _key(self, _request: web.Request, body: Json) -> Json:
        """Changes what the key may do; `revoked`: nobody knows it any more."""
        self.access.permissions = str(body.get("permissions") or self.access.permissions)
        if body.get("revoked"):
            self.access.revoke()
        return {"permissions": self.access.permissions}

    async def _webhook(self, _request: web.Request, body: Json) -> Json:
        """Changes webhooks, of one topic or all, as a person does: `status`, or `gone`."""
        found = [each for each in self.shop.webhooks.values() if body.get("topic") in (None, each["topic"])]
        for each in found:
            if body.get("gone"):
                del self.shop.webhooks[each["id"]]
            else:
                each["status"] = body["status"]
        return {"changed": len(found)}

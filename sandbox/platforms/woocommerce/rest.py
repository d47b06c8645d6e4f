"""Serves the REST API: /wp-json/wc/v3/…, and the addresses of the tracking plugins that are switched on."""

import math
from typing import Any

from aiohttp import web

from sandbox.platforms.woocommerce import changes
from sandbox.platforms.woocommerce.deliveries import Deliveries
from sandbox.platforms.woocommerce.errors import WooError
from sandbox.platforms.woocommerce.shop import HIDDEN, Shop, listed
from sandbox.world.world import World

Json = dict[str, Any]
WC = "/wp-json/wc/v3"
SPACES = {"ast": ["wc-ast/v3", "wc-shipment-tracking/v3"], "shipment_tracking": ["wc-shipment-tracking/v3"]}
UNSENT = ("secret", "name", "topic", "delivery_url", "status")


class Rest:
    """Answers the calls of the REST API; what changes is told by webhooks."""

    def __init__(self, world: World, shop: Shop, deliveries: Deliveries) -> None:
        self.world = world
        self.shop = shop
        self.deliveries = deliveries

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes."""
        order = f"{WC}/orders/{{id:\\d+}}"
        trackings = "/wp-json/{space:wc-[a-z-]+/v3}/orders/{id:\\d+}/shipment-trackings"
        return [
            web.get("/wp-json", self._index),
            web.get(f"{WC}/orders", self._orders),
            web.get(order, self._order),
            web.put(order, self._update),
            web.get(f"{order}/refunds", self._refunds),
            web.post(f"{order}/refunds", self._refund),
            web.get(f"{order}/notes", self._notes),
            web.post(f"{order}/notes", self._note),
            web.get(f"{order}/fulfillments", self._fulfillments),
            web.get(trackings, self._trackings),
            web.get(f"{WC}/products", self._products),
            web.get(f"{WC}/products/{{id:\\d+}}", self._product),
            web.get(f"{WC}/products/{{id:\\d+}}/variations", self._variations),
            web.get(f"{WC}/webhooks", self._webhooks),
            web.post(f"{WC}/webhooks", self._make_webhook),
            web.post(f"{WC}/webhooks/batch", self._batch),
            web.put(f"{WC}/webhooks/{{id:\\d+}}", self._change_webhook),
            web.route("*", "/wp-json/{rest:.*}", self._nowhere),
        ]

    def announce(self, topic: str, payload: Json) -> None:
        """Tells who has an active webhook of this topic, after the answer."""
        for webhook in self.shop.webhooks.values():
            if webhook["topic"] == topic and webhook["status"] == "active":
                self.world.spawn(self.deliveries.post(self.deliveries.make(webhook, payload)))

    async def _index(self, _request: web.Request) -> web.Response:
        spaces = ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wp/v2"]
        for plugin in sorted(self.shop.plugins & SPACES.keys()):
            spaces += SPACES[plugin]
        return web.json_response({"namespaces": spaces})

    async def _orders(self, request: web.Request) -> web.Response:
        return _page([self.shop.shown(each) for each in self.shop.orders.values()], request)

    async def _order(self, request: web.Request) -> web.Response:
        return web.json_response(self.shop.shown(self._found(request)))

    async def _update(self, request: web.Request) -> web.Response:
        order = changes.update(self.shop, self._found(request), await request.json())
        self.announce("order.updated", self.shop.shown(order))
        return web.json_response(self.shop.shown(order))

    async def _refunds(self, request: web.Request) -> web.Response:
        return _page(self.shop.refunds.get(self._found(request)["id"], []), request)

    async def _refund(self, request: web.Request) -> web.Response:
        order = self._found(request)
        made = changes.refund(self.shop, order, await request.json())
        self.announce("order.updated", self.shop.shown(order))
        return web.json_response(made, status=201)

    async def _notes(self, request: web.Request) -> web.Response:
        return web.json_response(self.shop.notes.get(self._found(request)["id"], []))

    async def _note(self, request: web.Request) -> web.Response:
        body = await request.json()
        made = {
            "id": self.shop.new_id(),
            "author": "system",
            "date_created_gmt": self.shop.now(),
            "note": body["note"],
            "customer_note": bool(body.get("customer_note")),
        }
        self.shop.notes.setdefault(self._found(request)["id"], []).append(made)
        return web.json_response(made, status=201)

    async def _fulfillments(self, request: web.Request) -> web.Response:
        if "fulfillments" not in self.shop.plugins:
            raise WooError("rest_no_route")
        found = self.shop.orders.get(int(request.match_info["id"]))
        if found is None:
            raise WooError("woocommerce_rest_order_invalid_id")
        return web.json_response(self.shop.fulfillments.get(found["id"], []))

    async def _trackings(self, request: web.Request) -> web.Response:
        spaces = [space for plugin in self.shop.plugins & SPACES.keys() for space in SPACES[plugin]]
        if request.match_info["space"] not in spaces:
            raise WooError("rest_no_route")
        found = self.shop.orders.get(int(request.match_info["id"]))
        if found is None:
            raise WooError("woocommerce_rest_order_invalid_id")
        return web.json_response([_tracking(each) for each in self.shop.tracked(found)])

    async def _products(self, request: web.Request) -> web.Response:
        return _page(list(self.shop.products.values()), request)

    async def _product(self, request: web.Request) -> web.Response:
        id_ = int(request.match_info["id"])
        varied = next((of[id_] for of in self.shop.variations.values() if id_ in of), None)
        found = self.shop.products.get(id_) or varied
        if found is None:
            raise WooError("woocommerce_rest_product_invalid_id")
        return web.json_response(found)

    async def _variations(self, request: web.Request) -> web.Response:
        return _page(list(self.shop.variations.get(int(request.match_info["id"]), {}).values()), request)

    async def _webhooks(self, request: web.Request) -> web.Response:
        return _page([_open(each) for each in self.shop.webhooks.values()], request)

    async def _make_webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        _require_url(body.get("delivery_url"))
        id_ = self.shop.new_id()
        made = {
            "id": id_,
            "name": body.get("name", ""),
            "status": body.get("status", "active"),
            "topic": body["topic"],
            "delivery_url": body["delivery_url"],
            "secret": body.get("secret") or f"auto-{id_}",
            "failures": 0,
            "date_created_gmt": self.shop.now(),
            "date_modified_gmt": self.shop.now(),
        }
        self.shop.webhooks[id_] = made
        self.world.spawn(self.deliveries.ping(made))
        return web.json_response(_open(made), status=201)

    async def _change_webhook(self, request: web.Request) -> web.Response:
        known = self.shop.webhooks.get(int(request.match_info["id"]))
        if known is None:
            raise WooError("woocommerce_rest_webhook_invalid_id")
        body = await request.json()
        _require_url(body.get("delivery_url", known["delivery_url"]))
        known.update({name: body[name] for name in UNSENT if name in body})
        if body.get("status") == "active":
            known["failures"] = 0
        return web.json_response(_open(known))

    async def _batch(self, _request: web.Request) -> web.Response:
        return web.json_response({})

    async def _nowhere(self, _request: web.Request) -> web.Response:
        raise WooError("rest_no_route")

    def _found(self, request: web.Request) -> Json:
        return self.shop.order(request.match_info["id"])


def _page(items: list[Json], request: web.Request) -> web.Response:
    found, total = listed(items, request.query)
    pages = math.ceil(total / int(request.query.get("per_page", 10)))
    return web.json_response(found, headers={"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)})


def _open(webhook: Json) -> Json:
    """Shows a webhook without what the API does not tell."""
    return {name: value for name, value in webhook.items() if name not in HIDDEN}


def _tracking(item: Json) -> Json:
    """Shows an entry as the plugins' addresses do: with the carrier's name and link, and the day."""
    return {
        "tracking_id": item["tracking_id"],
        "tracking_provider": item.get("custom_tracking_provider") or str(item.get("tracking_provider", "")).upper(),
        "tracking_link": item.get("custom_tracking_link") or f"https://track.example/{item['tracking_number']}",
        "tracking_number": item["tracking_number"],
        "date_shipped": item.get("day", ""),
    }


def _require_url(url: Any) -> None:
    if not str(url or "").startswith(("http://", "https://")):
        raise WooError("woocommerce_rest_webhook_invalid_delivery_url")

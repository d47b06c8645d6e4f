"""Serves the HTTP side of the Shopify stand-in: /admin/oauth/access_token, /admin/api/2026-10/graphql.json."""

import secrets
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, json_handler
from sandbox.platforms.shopify.bucket import Bucket
from sandbox.platforms.shopify.cost import MOST, actual, cost_of
from sandbox.platforms.shopify.deeds.refunding import NoKeyError
from sandbox.platforms.shopify.operations import answer
from sandbox.platforms.shopify.shop import DeniedError, Shop
from sandbox.platforms.shopify.steering import Steering
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.world import World

Json = dict[str, Any]
VERSION = "2026-10"
DAY = 86_399
ERRORS = {401: "Invalid API key or access token", 402: "Unavailable shop", 403: "Forbidden", 429: "Too many requests"}


class ShopifyError(PlatformError):
    """A bare HTTP error with Shopify's words."""

    def __init__(self, status: int, retry_after: float = 0) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after

    def response(self) -> web.Response:
        """Answers with {"errors"}."""
        headers = {"Retry-After": f"{self.retry_after:g}"} if self.retry_after else {}
        return web.json_response({"errors": ERRORS.get(self.status, "Error")}, status=self.status, headers=headers)


class Shopify:
    """Serves one shop behind /admin, and what the control API does with it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bucket = Bucket(world.clock)
        self.shop = Shop(world.setting("SHOPIFY_SHOP"), world.config.shop, world.clock)
        self.steering = Steering(world, self.shop, self.bucket)
        self._tokens: dict[str, float] = {}

    def describe(self, _request: web.Request, _body: bytes) -> Call:
        """Tells what a call is: none sends anything to a customer."""
        return Call("shopify", sends=True, check=True)

    def failure(self, value: Any) -> PlatformError:
        """Makes the error with this HTTP status."""
        return ShopifyError(int(value["code"] if isinstance(value, dict) else value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare status."""
        return ShopifyError(status, retry_after if status == 429 else 0).response()

    def errors(self, _platform: str) -> list[Json]:
        """Lists the errors that a fault can arm."""
        return [{"value": s, "status": s, "title": f"{s}: {words}", "receipt": False} for s, words in ERRORS.items()]

    def reset(self) -> None:
        """Fills the bucket, revokes tokens, forgets subscriptions, orders and what was held."""
        self.bucket.reset()
        self.shop.reset()
        self.steering.reset()
        self._tokens.clear()

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes."""
        return [
            web.post("/admin/oauth/access_token", self._grant),
            web.post(f"/admin/api/{VERSION}/graphql.json", self._graphql),
            web.get(f"{API}/shopify", json_handler(self._shown)),
            web.post(f"{API}/shopify/revoke", json_handler(self._revoke)),
            *self.steering.routes(),
        ]

    async def _grant(self, request: web.Request) -> web.Response:
        """Gives a token of a day to who knows the secret."""
        form = await request.post()
        own = (self.world.setting("SHOPIFY_CLIENT_ID"), self.world.setting("SHOPIFY_CLIENT_SECRET").split(",")[0])
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        if (form.get("client_id"), form.get("client_secret")) != own:
            said = {"error": "invalid_client", "error_description": "client_id or client_secret is invalid"}
            return web.json_response(said, status=401)
        token = f"shpat_{secrets.token_hex(16)}"
        self._tokens[token] = self.world.clock() + DAY
        scope = ",".join(sorted(self.shop.scopes))
        return web.json_response({"access_token": token, "scope": scope, "expires_in": DAY})

    async def _graphql(self, request: web.Request) -> web.Response:
        until = self._tokens.get(request.headers.get("X-Shopify-Access-Token", ""), 0.0)
        if self.world.clock() >= until:
            raise ShopifyError(401)
        body = await request.json()
        query, variables = str(body.get("query", "")), body.get("variables") or {}
        cost = cost_of(query)
        if cost > MOST:
            words = f"Query cost is {cost}, which exceeds the single query max cost limit ({MOST})."
            return self._refused(words, {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": MOST}, {})
        if not self.bucket.take(cost):
            return self._refused("Throttled", {"code": "THROTTLED"}, self.bucket.told(cost, None))
        try:
            data = answer(self.shop, query, variables)
            self.steering.tell()
            spent = min(actual(query, data), cost)
            self.bucket.give_back(cost - spent)
            return web.json_response({"data": data, "extensions": {"cost": self.bucket.told(cost, spent)}})
        except DeniedError as error:
            access = {"code": "ACCESS_DENIED", "requiredAccess": str(error)}
            return self._refused("Access denied.", access, self.bucket.told(cost, None))
        except NoKeyError as error:
            return self._refused(str(error), {"code": "BAD_REQUEST"}, self.bucket.told(cost, None))
        except LookupError as error:
            return self._refused(str(error), {"code": "undefinedField"}, self.bucket.told(cost, None))

    def _refused(self, message: str, extensions: Json, cost: Json) -> web.Response:
        error = {"message": message, "extensions": extensions}
        return web.json_response({"errors": [error], "extensions": {"cost": cost}})

    async def _shown(self, _request: web.Request, _body: Json) -> Json:
        return {
            "subscriptions": list(self.shop.subscriptions.values()),
            "scopes": sorted(self.shop.scopes),
            "orders": sorted(self.shop.orders),
            "state": self.shop.orders,
            "tokens": len(self._tokens),
        }

    async def _revoke(self, _request: web.Request, _body: Json) -> Json:
        """Takes all tokens back, as an app that is uninstalled loses them."""
        revoked, self._tokens = len(self._tokens), {}
        return {"revoked": revoked}

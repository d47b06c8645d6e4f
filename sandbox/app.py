"""Puts the stand-ins, the control API and the page into one aiohttp application."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox.config import SandboxConfig
from sandbox.control.control import Control
from sandbox.control.customers import Customers
from sandbox.control.keeping import Keeper
from sandbox.control.parts import Parts
from sandbox.control.snapshot import Snapshot
from sandbox.control.steering import Steering
from sandbox.platforms.meta.routes import Graph
from sandbox.platforms.shopify.routes import Shopify
from sandbox.platforms.slack.routes import Slacks
from sandbox.platforms.telegram.routes import Telegram
from sandbox.platforms.tracking.routes import Tracking
from sandbox.platforms.twilio.routes import Twilio
from sandbox.platforms.woocommerce.routes import WooCommerce
from sandbox.store.store import Store
from sandbox.store.webhook import StoreWebhook
from sandbox.wire.gate import Platform, middleware
from sandbox.world.phones import Phones
from sandbox.world.receipts import Receipts
from sandbox.world.world import WORLD, World

PAGE = Path(__file__).with_name("page")
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
BODY_LIMIT = 105 * 1024 * 1024  # WhatsApp takes documents of 100 MB
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def create_app(
    config: SandboxConfig, var_dir: Path | None = None, clock: Callable[[], float] | None = None, seed: bool = True
) -> web.Application:
    """Builds the application of the whole sandbox.

    With `seed` it waits for the product's /readyz and posts the demo orders; `var_dir` keeps them and the world over a
    restart.
    """
    world = World(config, clock) if clock else World(config)
    receipts = Receipts(world)
    graph, telegram, twilio, slack = Graph(world, receipts), Telegram(world), Twilio(world, receipts), Slacks(world)
    store = Store(world, var_dir / "sandbox-orders.json" if var_dir else None)
    asked, shopify, woocommerce = StoreWebhook(world, store), Shopify(world), WooCommerce(world)
    phones, tracking = Phones(graph, telegram, twilio), Tracking(world)
    parts = Parts(world, receipts, graph, telegram, twilio, slack, store, asked, shopify, woocommerce, tracking, phones)
    platforms: dict[str, Platform] = {
        "graph": graph,
        "telegram": telegram,
        "twilio": twilio,
        "slack": slack,
        "store": asked,
        "admin": shopify,
        "wp-json": woocommerce,
    }
    app = web.Application(middlewares=[middleware(platforms)], client_max_size=BODY_LIMIT)
    app[WORLD] = world
    app[PARTS] = parts
    platforms_own = (graph, telegram, twilio, slack, asked, shopify, woocommerce, tracking)
    owners = (*platforms_own, Snapshot(parts), Steering(parts), Customers(parts), Control(parts))
    app.add_routes([route for owner in owners for route in owner.routes()])
    app.add_routes(
        [web.get("/" if file.name == "index.html" else f"/{file.name}", _page(file)) for file in PAGE.iterdir()]
    )
    app.add_routes([web.get("/media/{media}", _media), web.get("/favicon.ico", _no_icon)])
    keeper = Keeper(parts, var_dir)
    app.on_response_prepare.append(keeper.notice)
    app.cleanup_ctx.append(_life(parts, keeper, seed))
    return app


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)


def _life(parts: Parts, keeper: Keeper, seed: bool) -> Callable[[web.Application], AsyncIterator[None]]:
    async def life(_app: web.Application) -> AsyncIterator[None]:
        world = parts.world
        keeper.take_up()
        for person, channels in parts.store.people():
            if person.id not in world.directory.people:
                world.directory.add(person, channels)
        parts.store.open()
        await world.open()
        keeper.resume()
        world.spawn(keeper.watch())
        if seed:
            world.spawn(parts.store.watch())
        yield
        last = keeper.collect()  # before what is under way is cancelled
        for workspace in parts.slacks.by_account.values():
            await workspace.desk.outlet.close()
        await world.close()
        keeper.write(last)

    return life


def _page(file: Path) -> Callable[[web.Request], Awaitable[web.Response]]:
    content = file.read_bytes()

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(body=content, content_type=KINDS[file.suffix], charset="utf-8", headers=PAGE_HEADERS)

    return serve


async def _media(request: web.Request) -> web.Response:
    stored = request.app[WORLD].media.get(request.match_info["media"])
    if stored is None:
        return web.Response(status=404)
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "max-age=3600",
    }
    return web.Response(body=stored.content, content_type=stored.mime.split(";")[0], headers=headers)


async def _no_icon(_request: web.Request) -> web.Response:
    return web.Response(status=204)

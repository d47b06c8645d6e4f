"""Answers the shop's own site: `GET /banner.json?country=&locale=`, public, made of the store's files alone."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from flask import Response, request

from bots.http.reread import Reread
from bots.wiring.intake import Intake
from config.settings import SHIPPED_STORE

if TYPE_CHECKING:
    from notifications.campaigns.banner import Site

PATH = "/banner.json"
FRESH_SECONDS = 300
LONGEST = 16  # letters of a country or a locale; longer ones are none
FILES = ("shop.yaml", "cutoffs.yaml", "shipping.yaml")
HEADERS = {"Cache-Control": f"public, max-age={FRESH_SECONDS}", "Access-Control-Allow-Origin": "*"}


def view(intake: Intake) -> Callable[[], Response]:
    """Makes the view. A mistake in the store's files leaves the banner as it was, or not active."""
    store = intake.settings.store_dir
    sites = Reread("banner", partial(_paths, store), partial(_load, store))

    @lru_cache(maxsize=256)
    def body(_version: int, country: str, locale: str, minute: datetime) -> bytes:
        return _body(sites.now, country, locale, minute)

    def answer() -> Response:
        now = intake.now()
        version = sites.look(now)
        country, locale = (request.args.get(name, "")[:LONGEST] for name in ("country", "locale"))
        made = Response(
            body(version, country, locale, now.replace(second=0, microsecond=0)), mimetype="application/json"
        )
        made.headers.extend(HEADERS)
        made.set_etag(hashlib.blake2s(made.get_data(), digest_size=8).hexdigest())
        made.make_conditional(request)
        return made

    return answer


def _body(site: "Site | None", country: str, locale: str, now: datetime) -> bytes:
    from notifications.campaigns.banner import banner  # noqa: PLC0415 - the web process stays small

    if site is None:
        return msgspec.json.encode({"active": False, "text": "", "cutoffs": [], "until": None})
    return msgspec.json.encode(banner(site, country, locale, now))


def _paths(store: Path) -> list[Path]:
    own = [store / name for name in FILES]
    return [*own, *(SHIPPED_STORE / name for name in FILES), *sorted((store / "notices").rglob("common*.yaml"))]


def _load(store: Path) -> "Site":
    from adapters.channels import registry  # noqa: PLC0415 - read once, when the first banner is asked for
    from core.files.documents import found_in  # noqa: PLC0415
    from notifications.campaigns.banner import Site  # noqa: PLC0415
    from notifications.store.calendars import load_cutoffs  # noqa: PLC0415
    from notifications.store.policy import load_shipping_of  # noqa: PLC0415
    from notifications.store.shop import load_shop  # noqa: PLC0415
    from notifications.wording.texts import PACKAGED, load_common  # noqa: PLC0415

    folders = (store, SHIPPED_STORE)
    lines, previews = tuple(registry.lines()), registry.with_link_previews()
    calendar = load_cutoffs(found_in("cutoffs.yaml", *folders))
    shop = load_shop(found_in("shop.yaml", *folders), lines, previews, "?")
    return Site(shop, calendar, load_shipping_of(folders, calendar), load_common(*PACKAGED, store / "notices"))

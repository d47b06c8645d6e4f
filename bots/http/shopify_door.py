"""Takes webhooks of Shopify, `POST /webhooks/shopify`: what is signed is kept, readable or not, and answered."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from adapters.shops.shopify.inbound.headers import verify
from adapters.shops.shopify.inbound.parse import parse
from adapters.shops.shopify.settings import ShopifySettings
from bots.http.answers import as_text, unavailable
from bots.http.webhooks import View
from bots.wiring.intake import Intake
from core.errors import MalformedPayload, SignatureInvalid
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored, order_id
from hub import arrivals, metrics
from hub.orders.completing import numbered

CHANNEL = "shopify"
Keep = Callable[[Sequence[Any], str], list[bool] | None]


def view(shop: ShopifySettings, intake: Intake, keep: Keep) -> View:
    """Makes the view. `keep` stores events and rows, and returns None when it cannot."""

    def answer(raw: RawRequest) -> Response:
        try:
            verify(raw, shop.shop, shop.secrets)
        except SignatureInvalid as error:
            metrics.webhooks.labels(CHANNEL, "refused").inc()
            return as_text(401, f"{error}\n")
        try:
            told = _read(intake, raw)
        except SQLAlchemyError:
            return unavailable()
        return unavailable() if keep(told, CHANNEL) is None else as_text(200, "OK\n")

    return answer


def _read(intake: Intake, raw: RawRequest) -> Sequence[Any]:
    """Makes what is kept of a webhook: its events, or the bytes where nobody can read them.

    Orders are named by their numbers where these are known, so that news of one are handled one after the other.
    """
    now = intake.now()
    try:
        events = parse(raw, now)
    except MalformedPayload as error:
        return [arrivals.unreadable(CHANNEL, raw.body, f"{error.path}: {error}", now)]
    if not any(not isinstance(event, Ignored) and order_id(event) for event in events):
        return events
    with intake.store.read() as conn:
        return numbered(conn, events)

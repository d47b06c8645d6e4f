"""Holds everything that the control API steers."""

import msgspec

from sandbox.config import MAIN
from sandbox.platforms.meta.routes import Graph
from sandbox.platforms.shopify.routes import Shopify
from sandbox.platforms.slack.routes import Slack, Slacks
from sandbox.platforms.telegram.routes import Telegram
from sandbox.platforms.tracking.routes import Tracking
from sandbox.platforms.twilio.routes import Twilio
from sandbox.platforms.woocommerce.routes import WooCommerce
from sandbox.store.store import Store
from sandbox.store.webhook import StoreWebhook
from sandbox.world.phones import Phones
from sandbox.world.receipts import Receipts
from sandbox.world.world import World


class Parts(msgspec.Struct):
    """The stand-ins, the store and the world they share."""

    world: World
    receipts: Receipts
    graph: Graph
    telegram: Telegram
    twilio: Twilio
    slacks: Slacks
    store: Store
    asked: StoreWebhook
    shopify: Shopify
    woocommerce: WooCommerce
    tracking: Tracking
    phones: Phones

    @property
    def slack(self) -> Slack:
        """Returns the main workspace of Slack."""
        return self.slacks.by_account[MAIN]

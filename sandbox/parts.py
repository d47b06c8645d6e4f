"""Everything the control API steers."""

import msgspec

from sandbox.graph.routes import Graph
from sandbox.phones import Phones
from sandbox.receipts import Receipts
from sandbox.slack.routes import Slack
from sandbox.store import Store
from sandbox.telegram.routes import Telegram
from sandbox.twilio.routes import Twilio
from sandbox.world import World


class Parts(msgspec.Struct):
    """The stand-ins, the store and the world they share."""

    world: World
    receipts: Receipts
    graph: Graph
    telegram: Telegram
    twilio: Twilio
    slack: Slack
    store: Store
    phones: Phones

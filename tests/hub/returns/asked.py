"""Makes a return that a customer asked for in the chat, at a desk with a warehouse and a finance team."""

from decimal import Decimal
from typing import Any

import msgspec

from core.cases.routing import Routing, Team
from core.desk.events import Pressed
from core.desk.posts import PostReturn
from core.messages.inbound import InboundMessage
from core.shop.orders import Buyer, ShipmentStatus
from core.shop.returns import ReturnedLine
from core.shop.store_events import OrderEvent, RefundEvent, ReturnEvent
from flows.engine.effects import OpenReturn
from hub.conversation.acting.effects import perform
from hub.conversation.turn import Turn
from hub.notices import lifecycle
from storage.conversations import conversations
from storage.engine.store import Store
from storage.shop import filed_returns, return_refunds
from storage.shop.filed_returns import Filed
from storage.shop.tables import returns
from tests.fakes import NOW, PHONE
from tests.hub.house import ANNA, WHATSAPP, House
from tests.hub.outgoing.asking import Asking
from tests.storage.orders_sample import PARCEL, order

TEAMS = Routing({"warehouse": Team("CWARE"), "finance": Team("CFIN")})
DELIVERED = msgspec.structs.replace(PARCEL, status=ShipmentStatus.DELIVERED, delivered_at=NOW)
QUOTE = {"currency": "USD", "goods": "99.80", "total": "99.80", "values": {"l1": "99.80"}}
BOOTS = (ReturnedLine("l1", 1, "changed_mind"),)


class AtDesk:
    """Holds the house, its shop and the return."""

    def __init__(self, store: Store, **changes: Any) -> None:
        self.house = House(store, routing=TEAMS)
        self.house.hear("hello")
        buyer = Buyer(id="c1", name="Jane Doe", phone=PHONE, notify=("whatsapp",))
        bought = order(buyer=buyer, shipments=(DELIVERED,), total=Decimal("129.80"))
        self.house.told(OrderEvent(external_id="o1", source="shop", at=NOW, kind="created", order=bought))
        self.asking = Asking(self.house, listens=False)
        self.shop = self.asking.shop
        self.file(**changes)
        self.house.texts()
        self.house.desk.posts.clear()

    def file(
        self,
        lines: tuple[ReturnedLine, ...] = BOOTS,
        quote: Any = None,
        resolution: str = "refund",
        reference: str = "R1001-1",
        **details: Any,
    ) -> None:
        """Files a return as the flow does, for a person to decide."""
        hub, worth = self.house.hub, QUOTE if quote is None else quote
        wish = OpenReturn("1001", lines, resolution, reference, details=details, quote=worth)
        with hub.store.write() as conn:
            turn = Turn(hub, conversations.by_keys(conn, [WHATSAPP.key])[WHATSAPP.key], hub.now())
            turn.heard(InboundMessage("return", WHATSAPP, hub.now(), "I want to return my boots"))
            perform(turn, wish)
            batch = turn.close()
            batch.apply(conn, hub.store)

    def press(self, action: str, user: str = ANNA, place: str = "CDESK", **values: str) -> None:
        """Presses a button under the return, with what its form asks."""
        about, now = self.filed.id, self.house.clock()
        ids = self.house.fresh("ev"), self.house.fresh("ts")
        self.house.act(Pressed(ids[0], place, ids[1], ids[1], user, action, about, now, values))

    def answered(self) -> list[str]:
        """Reads what agents were told in private since the last time."""
        return [post.text for post in self.house.ephemerals()]

    def told(self, state: str, **more: Any) -> None:
        """Has the store tell of the return."""
        fields = {"id": "shop-88", "state": state, "lines": (), "told_at": None, **more}
        record = msgspec.structs.replace(self.filed.record, approval="", logistics="", settlement="")
        told = msgspec.convert({**msgspec.to_builtins(record), **msgspec.to_builtins(fields)}, type(record))
        event = ReturnEvent(external_id=self.house.fresh("r"), source="shop", at=self.house.clock(), returned=told)
        self.house.told(event)

    def told_refund(self, refund: Any) -> None:
        """Has the store tell of money that it sent."""
        event = RefundEvent(external_id=self.house.fresh("f"), source="shop", at=self.house.clock(), refund=refund)
        self.house.told(event)

    def call(self) -> int:
        """Asks the store what is due to be asked."""
        return self.asking.call()

    def later(self, minutes: int = 5) -> None:
        """Lets time go on, and notices with it."""
        self.house.drain()
        self.house.clock.advance(minutes=minutes)
        lifecycle.release(self.house.hub)
        self.house.send()

    def heard(self) -> list[str]:
        """Lists the kinds of notices about the return that the customer was sent."""
        told = [key.split(":")[0] for key, state, _ in self.house.notices() if state not in ("skipped", "cancelled")]
        return [kind for kind in told if kind.startswith(("return_", "refund_"))]

    def team_posts(self, team: str) -> list[PostReturn]:
        """Lists what a team was shown since the last time."""
        return [post for post in self.house.posts() if isinstance(post, PostReturn) and post.team == team]

    @property
    def filed(self) -> Filed:
        """Reads the return as it stands."""
        row = self.house.row(returns)
        with self.house.store.read() as conn:
            found = filed_returns.by_id(conn, row.id)
        assert found is not None
        return found

    @property
    def tracks(self) -> tuple[str, str, str]:
        """Reads its three tracks."""
        tracks = self.filed.tracks
        return tracks.approval.value, tracks.logistics.value, tracks.settlement.value

    @property
    def money(self) -> Any:
        """Reads the newest refund that was asked for."""
        with self.house.store.read() as conn:
            return return_refunds.newest_of(conn, self.filed.id)

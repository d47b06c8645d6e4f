"""Makes the fact that a customer chose one of the things that the store offered for an order."""

from datetime import datetime
from typing import Any

from core.ids import new_id
from core.shop.shop_actions import PREFIX
from flows.engine.effects import MakeChoice
from storage.outgoing import rows

TYPE = PREFIX + "choice.made"


def row(conversation_id: str, choice: MakeChoice, now: datetime) -> dict[str, Any]:
    """Makes its row. Who changes their mind makes another choice: the latest one counts."""
    id_ = new_id(now)
    number = choice.order_number.lstrip("#")
    data = {"kind": choice.kind, "order_number": number, "choice": choice.choice}
    more = {"order_number": number[:255], "conversation_id": conversation_id}
    return rows.row(id_, f"choice.made:{id_}", rows.FACT, TYPE, f"order/{number}", data, now, **more)

"""Writes a return down at its order: WooCommerce has none of its own.

Who packs and checks sees a note, plugins read the metadata; the label and the money are the store's next steps.
"""

from adapters.shops.values import Json, object_, objects, text
from adapters.shops.woocommerce.actions.found import is_marked, mark, path_of
from adapters.shops.woocommerce.inbound.values import id_of, plain
from adapters.shops.woocommerce.rest.client import Rest

MOST = 20  # lines in the note


async def create(rest: Rest, order: Json, wanted: Json) -> str:
    """Writes metadata and a note, each once; returns the return's number, which is ours. Raises SendError."""
    request_id, asked = str(wanted["id"]), object_(wanted.get("return"))
    number = text(asked.get("id")) or request_id
    if not is_marked(order, request_id):
        kept = {"id": number, "resolution": asked.get("resolution"), "lines": asked.get("lines")}
        await rest.put(
            path_of(order), {"meta_data": [{"key": f"_doorstep_return_{number}", "value": kept}, mark(request_id)]}
        )
    notes = (await rest.get(f"{path_of(order)}/notes", type="internal")).objects
    if not any(request_id in text(each.get("note")) for each in notes):
        await rest.post(f"{path_of(order)}/notes", {"note": _note(order, number, asked, request_id)})
    return number


def _note(order: Json, number: str, asked: Json, request_id: str) -> str:
    sold = {id_of(each.get("id")): plain(each.get("name")) for each in objects(order.get("line_items"))}
    lines = [
        f"- {each.get('quantity', 1)} × {sold.get(str(each.get('line_id')), '?')}"
        + (f" ({plain(each.get('reason'))})" if plain(each.get("reason")) else "")
        for each in objects(asked.get("lines"))[:MOST]
    ]
    wish = text(asked.get("resolution")) or "refund"
    return "\n".join((f"Return {number}: the customer sends back, for {wish.replace('_', ' ')}:", *lines, request_id))

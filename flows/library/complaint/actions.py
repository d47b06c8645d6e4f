"""Finds what a complaint is about, and whether the customer has said what happened."""

from core.locales import HAN
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.content import by_content
from flows.library.common.orders import LISTED, choices, known_orders, meant

NONE = "none"  # the choice that it is about no order
WORDS, SIGNS = 9, 12  # from here on a message tells what happened: words, or Chinese characters


@action("weigh_complaint")
def weigh_complaint(
    ctx: ActionContext,
    said: str | None = None,
    order_number: str | list[str] | None = None,
    spoken_of: str | None = None,
) -> Result:
    """Tells what is known of a complaint: {order_number, ask, words}. `ask`: which order, of several; `words`: what
    happened, where the message told that already."""
    mine = known_orders(ctx)
    named = meant(ctx, order_number, said, spoken_of)
    likely = [named] if named else by_content(said or "", mine, ctx.customer.locale)
    if len(likely) != 1:
        likely = [order for order in mine if order.number == spoken_of] or ([] if len(mine) != 1 else mine)
    text = (said or "").strip()
    told = len(text.split()) >= WORDS or len(HAN.findall(text)) >= SIGNS
    return Result(
        {
            "order_number": likely[0].number.lstrip("#") if len(likely) == 1 else None,
            "ask": len(likely) != 1 and len(mine) > 1,
            "words": text if told else None,
        }
    )


@action("list_complaint_orders")
def list_complaint_orders(ctx: ActionContext) -> Result:
    """Lists the customer's orders as choices, newest first, and that it is about none of them."""
    mine = known_orders(ctx)[:LISTED]
    return Result([*choices(ctx, mine), {"value": NONE, "titles": []}])

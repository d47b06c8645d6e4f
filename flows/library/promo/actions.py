"""Tells whether a promo code is asked about, or does not work."""

from pathlib import Path

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import folded

CUES = own_cues(Path(__file__).parent / "words", "broken")


@action("look_at_code")
def look_at_code(ctx: ActionContext, text: str | None = None) -> Result:
    """Tells {broken}: whether the customer says that a code does not work."""
    del ctx
    return Result({"broken": CUES["broken"].search(folded(text or "")) is not None})

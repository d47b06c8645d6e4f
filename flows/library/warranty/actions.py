"""Tells a claim under the warranty from a question about it."""

from pathlib import Path

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import folded

CUES = own_cues(Path(__file__).parent / "words", "fault")


@action("read_fault")
def read_fault(_ctx: ActionContext, text: str | None = None) -> Result:
    """Tells {is_fault}: whether the customer says that something broke, or wants to claim, and asks for no rule."""
    return Result({"is_fault": CUES["fault"].search(folded(text or "")) is not None})

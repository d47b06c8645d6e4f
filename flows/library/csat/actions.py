"""Keeps the rating that the customer gave."""

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Rate

NPS = "nps"


@action("give_rating")
def give_rating(_ctx: ActionContext, kind: str, score: str | int, low: int) -> Result:
    """Records the score; tells whether it is low. Whether somebody would recommend us brings no case back."""
    given = int(score)
    is_low = kind != NPS and given <= low
    return Result({"low": is_low}, (Rate(kind, given, is_low),))

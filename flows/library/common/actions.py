"""Lists what a message may mean, to be asked back."""

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext

OTHER = "other"


@action("list_meanings")
def list_meanings(_ctx: ActionContext, candidates: list[str]) -> Result:
    """Lists the likely intents as choices, the most probable first, and that it is something else."""
    return Result([{"value": intent} for intent in (*candidates, OTHER)])

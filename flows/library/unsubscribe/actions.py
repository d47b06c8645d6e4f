"""Ends our messages to the customer on this channel."""

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import StopMessages


@action("stop_messages")
def stop_messages(_ctx: ActionContext) -> Result:
    """Does what STOP does; its confirmation is the last message."""
    return Result(None, (StopMessages(),))

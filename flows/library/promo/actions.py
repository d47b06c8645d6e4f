"""Tells whether a promo code is asked about, or does not work."""

import re

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.understanding.normalise import folded

_BROKEN = re.compile(
    r"n't work|not work|doesnt work|invalid|not valid|expired|rejected|not accepted|n't accept|error|n't appl|not appl"
    r"|fail"
    r"|用不了|无效|不能用|失效|过期|不生效|提示错误|没反应"
)


@action("look_at_code")
def look_at_code(ctx: ActionContext, text: str | None = None) -> Result:
    """Tells {broken}: whether the customer says that a code does not work."""
    del ctx
    return Result({"broken": bool(_BROKEN.search(folded(text or "")))})

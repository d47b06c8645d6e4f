"""Tells whether a promo code is asked about, or does not work, and which."""

import re
from pathlib import Path

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import clean, folded

CUES = own_cues(Path(__file__).parent / "words", "broken")
# As shops write them; a message in capitals has several.
_CODE = re.compile(r"(?<![\w-])(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{2,23}[A-Z0-9](?![\w-])", re.ASCII)


@action("look_at_code")
def look_at_code(ctx: ActionContext, text: str | None = None) -> Result:
    """Tells {broken, code}: whether the customer says that a code does not work, and the only one named, or none."""
    del ctx
    said = clean(text or "")
    codes = {*_CODE.findall(said)}
    broken = CUES["broken"].search(folded(said)) is not None
    return Result({"broken": broken, "code": codes.pop() if len(codes) == 1 else None})

"""Carries a press out and answers it: with what was done, or why nothing was."""

from collections.abc import Callable

from core.shop.return_steps import StepRefusedError
from hub.desk.act import Act
from hub.desk.returns import words
from storage.shop.filed_returns import Filed


def step(act: Act, filed: Filed, deed: Callable[[], object], said: str = "") -> bool:
    """Does it, and says so to the agent where the card alone would not; tells why where it may not be."""
    try:
        deed()
    except StepRefusedError as error:
        act.answer(words.refused(act, filed, error.why))
        return False
    if said:
        act.answer(said)
    return True

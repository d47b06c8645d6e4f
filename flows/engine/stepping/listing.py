"""Keeps the choices that an action listed, for answers that are corrected later, in other words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.model import Step
from flows.engine.stepping.asking import listed_choices


def is_to_list(dialog: Dialog, step: Step) -> bool:
    """Tells whether choices are to be listed though the answer is there: what is added to it or left out of it later
    can then be understood."""
    return step.name not in dialog.top.listed and _is_kept(dialog, step)


def keep_listed(dialog: Dialog, step: Step, listed: Sequence[Mapping[str, Any]]) -> None:
    """Keeps what was listed for an answer that may be corrected in other words than those of the open question."""
    if _is_kept(dialog, step):
        dialog.change(listed={**dialog.top.listed, step.name: listed_choices(dialog, step, listed)})


def _is_kept(dialog: Dialog, step: Step) -> bool:
    """Tells whether a slot may hold several of the choices, or one that a caller gets back."""
    return dialog.flows.slots[step.name].multiple or step.name in dialog.flow.persist

"""Asks for a step's action and goes on with what it returned; what changes something is done once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.templating.expressions import Expression
from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import Dialog
from flows.engine.effects import RunAction
from flows.engine.model import COLLECT, Step
from flows.engine.session import Pending
from flows.engine.stepping.afterwards import DEEDS
from flows.engine.stepping.answers import answered
from flows.engine.stepping.asking import ask
from flows.engine.stepping.listing import keep_listed
from flows.engine.stepping.moving import go, leave
from flows.understanding.values.parsers import MAX_VALUE


def take_result(dialog: Dialog, value: Any, error: str) -> None:
    """Goes on with what the pending action returned."""
    dialog.pending = None
    step = dialog.step
    if error:
        dialog.track("action_failed", step=step.id, flow=dialog.top.flow)
        go(dialog, step.on_error)
    elif step.kind == COLLECT:
        _offer_listed(dialog, step, value)
    else:
        if step.consequential:
            dialog.count(DEEDS)
            dialog.change(memo={**dialog.top.memo, _memo_key(step, arguments(dialog, step.args)): value})
        keep(dialog, step, value)


def perform(dialog: Dialog, step: Step) -> None:
    """Runs an action step; what was done with the same arguments in this flow is remembered, not done again."""
    if step.consequential:
        known = _memo_key(step, arguments(dialog, step.args))
        if known in dialog.top.memo:
            keep(dialog, step, dialog.top.memo[known])
            return
    run_action(dialog, step, step.name)


def run_action(dialog: Dialog, step: Step, name: str) -> None:
    """Asks for the action `name` by a key under which it is carried out once.

    A consequential one is once per flow and arguments, any other per step and turn.
    """
    args = arguments(dialog, step.args)
    key = f"{dialog.top.flow}.{step.id}.{dialog.counters.get('turns', 0)}.{dialog.counters['steps']}"
    if step.consequential:
        began = dialog.top.started_at
        key = f"{dialog.top.flow}.{_memo_key(step, args)}.{int(began.timestamp()) if began else 0:x}"
    dialog.pending = Pending(key, name, args)
    dialog.effects.append(RunAction(name, args, key))


def keep(dialog: Dialog, step: Step, value: Any) -> None:
    """Keeps a result where the step wants it, and goes on."""
    if step.save:
        dialog.fill({step.save: value})
    leave(dialog, step)


def _offer_listed(dialog: Dialog, step: Step, value: Any) -> None:
    listed: Sequence[Mapping[str, Any]] = value if isinstance(value, list) else ()
    keep_listed(dialog, step, listed)
    if dialog.top.slots.get(step.name) is not None:
        leave(dialog, step)
    elif len(listed) == 1 and step.fill_single:
        only = str(listed[0]["value"])
        answered(dialog, step, [only] if dialog.flows.slots[step.name].multiple else only, told=False)
    elif listed:
        ask(dialog, step, listed)
    else:
        go(dialog, step.following if step.optional else step.on_error)


def arguments(dialog: Dialog, args: Mapping[str, Expression]) -> dict[str, Any]:
    """Works out a step's arguments; texts end at MAX_VALUE characters. Raises ExpressionFailed."""
    if not args:
        return {}
    scope = dialog.scope()
    return {name: _limited(expression(scope)) for name, expression in args.items()}


def _limited(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_VALUE]
    if value is None or isinstance(value, bool | int | float | list | dict):
        return value
    raise ExpressionFailed(f"a slot cannot hold {type(value).__name__}")


def _memo_key(step: Step, args: Mapping[str, Any]) -> str:
    return f"{step.id}:{hashlib.blake2s(msgspec.json.encode(args, order='sorted'), digest_size=6).hexdigest()}"

"""Registers and runs actions: typed Python functions `(ctx, **args) -> Result`, by name."""

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from core.errors import ConfigurationError
from flows.engine.context import ActionContext
from flows.engine.effects import Effect

log = logging.getLogger(__name__)


class Result(msgspec.Struct, frozen=True):
    """Holds what an action found (JSON-able) and what it wants done. `error` (a short code) leads to `on_error`."""

    value: Any = None
    effects: tuple[Effect, ...] = ()
    error: str = ""


class Action(msgspec.Struct, frozen=True):
    """Describes a registered function. A consequential one changes something in the world: it needs a yes before."""

    name: str
    function: Callable[..., Result]
    required: frozenset[str]
    allowed: frozenset[str]
    consequential: bool = False


ACTIONS: dict[str, Action] = {}


def action(name: str, consequential: bool = False) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Registers a function under `name`; its parameters after the context are the arguments that flows may give.

    Raises ConfigurationError for a name that another function has.
    """

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        known = ACTIONS.get(name)
        if known is not None and _home(known.function) != _home(function):
            raise ConfigurationError(
                f"{_home(function)}: {_home(known.function)} is called {name!r} already; expected a name of its own"
            )
        parameters = list(inspect.signature(function).parameters.values())[1:]
        required = frozenset(p.name for p in parameters if p.default is inspect.Parameter.empty)
        ACTIONS[name] = Action(name, function, required, frozenset(p.name for p in parameters), consequential)
        return function

    return register


def _home(function: Callable[..., Result]) -> str:
    """Names where a function is written; a module that is loaded again registers the same ones."""
    return f"{function.__module__}.{function.__qualname__}"


def run_action(
    name: str, args: Mapping[str, Any], ctx: ActionContext, faults: tuple[type[Exception], ...] = ()
) -> Result:
    """Runs an action. What goes wrong in it becomes a result with an error, so that the flow can go on.

    Raises only errors of `faults`: those are the caller's, not the action's.
    """
    found = ACTIONS.get(name)
    if found is None:
        return Result(error="unknown_action")
    try:
        return found.function(ctx, **args)
    except faults:
        raise
    except PermissionError as error:  # no fault: a proof is over, and the flow's `on_error` asks for it again
        log.info("an action wants a proof", extra={"action": name, "customer_id": ctx.customer.id})
        return Result(error=type(error).__name__)
    except Exception as error:  # a faulty action hands over; it stops no conversation
        log.exception("an action failed", extra={"action": name, "customer_id": ctx.customer.id})
        return Result(error=type(error).__name__)

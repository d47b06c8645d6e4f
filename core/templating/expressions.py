"""Compiles expressions when files are loaded, and templates when they are first filled in; each once.

A plain path (`slots.order.number`), a constant and simple comparisons skip Jinja: they mean the same, ten times faster.
"""

import operator
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.templating.sandbox import (
    TEMPLATE_MAX,
    ExpressionFailed,
    SlimContext,
    names,
    parse_expression,
    parse_template,
    path_of,
)

OUTPUT_MAX = 8000  # characters of a rendered text
KNOWN = 8192  # more than are shipped: a folder that is read anew has few that are not known yet
Evaluate = Callable[[dict[str, Any]], Any]


class Expression:
    """A compiled expression. `names` holds every dotted name it reads, like `("slots", "order")`."""

    __slots__ = ("_evaluate", "names", "source")

    def __init__(self, env: ImmutableSandboxedEnvironment, source: str) -> None:
        self.source = source
        self.names, self._evaluate = _compiled(env, source)

    def __call__(self, scope: dict[str, Any]) -> Any:
        """Evaluates it in `scope`. Raises ExpressionFailed."""
        try:
            value = self._evaluate(scope)
        except Exception as error:
            raise ExpressionFailed(f"{self.source!r}: {error}", self.source) from error
        if isinstance(value, StrictUndefined):
            raise ExpressionFailed(f"{self.source!r} is not defined", self.source)
        return value


def try_out(env: ImmutableSandboxedEnvironment, expression: Expression, scope: dict[str, Any]) -> None:
    """Evaluates an expression, and each comparison in it, also those that `and` and `or` leave out on these values; a
    value that may be none stands behind them.

    Raises ExpressionFailed.
    """
    expression(scope)
    for compare in parse_expression(env, expression.source).find_all(nodes.Compare):
        sides = [_simple(side) for side in (compare.expr, *(operand.expr for operand in compare.ops))]
        evaluate = _simple(compare)
        if evaluate is None or any(side is not None and side(scope) is None for side in sides):
            continue
        try:
            evaluate(scope)
        except TypeError as error:
            raise ExpressionFailed(f"{expression.source!r}: {error}", expression.source) from error


class Text:
    """A template, checked now and compiled when it is first filled in: most texts a process never says.

    Text without a placeholder stands for itself. `names` as in Expression.
    """

    __slots__ = ("_env", "_template", "names", "source")

    def __init__(self, env: ImmutableSandboxedEnvironment, source: str) -> None:
        self.source = source
        self.names: frozenset[tuple[str, ...]] = frozenset()
        self._env: ImmutableSandboxedEnvironment | None = None
        self._template: Template | None = None
        if "{" in source or len(source) > TEMPLATE_MAX:  # anything else has nothing to parse
            self.names = _checked(env, source)
            self._env = env

    def __call__(self, scope: dict[str, Any]) -> str:
        """Fills in the text in `scope`, at most OUTPUT_MAX characters. Raises ExpressionFailed."""
        if self._env is None:
            return self.source
        try:
            if self._template is None:
                self._template = self._env.from_string(self.source)
            context = SlimContext(self._env, scope, None, {})
            return "".join(self._template.root_render_func(context)).strip("\n")[:OUTPUT_MAX]
        except Exception as error:
            raise ExpressionFailed(f"{self.source[:80]!r}: {error}", self.source[:200]) from error


@lru_cache(maxsize=KNOWN)
def _compiled(env: ImmutableSandboxedEnvironment, source: str) -> tuple[frozenset[tuple[str, ...]], Evaluate]:
    """Compiles an expression; the names that it reads. Raises ExpressionRefused."""
    tree = parse_expression(env, source)
    return names(tree), _evaluator(env, source, tree)


@lru_cache(maxsize=KNOWN)
def _checked(env: ImmutableSandboxedEnvironment, source: str) -> frozenset[tuple[str, ...]]:
    """Checks a template; the names that it reads. Raises ExpressionRefused."""
    return names(parse_template(env, source))


def _evaluator(env: ImmutableSandboxedEnvironment, source: str, tree: nodes.Expr) -> Evaluate:
    """Jinja's compiled form, or a closure of the same meaning (and a tenth of the time) for the everyday kinds."""
    simple = _simple(tree)
    if simple is not None:
        return simple
    compiled: Evaluate = env.compile_expression(source, undefined_to_none=False)
    return compiled


def _simple(tree: nodes.Node) -> Evaluate | None:
    """Evaluates paths, constants and lists of them, comparisons, and, or, not; None for anything else."""
    if isinstance(tree, nodes.Const):
        return partial(_constant, tree.value)
    if isinstance(tree, nodes.List) and all(isinstance(item, nodes.Const) for item in tree.items):
        return partial(_constant, [item.value for item in tree.items])  # type: ignore[attr-defined]
    path = path_of(tree)
    if path:
        return partial(_follow, path)
    make = _SIMPLE.get(type(tree))
    return make(tree) if make else None


def _constant(value: Any, scope: dict[str, Any]) -> Any:
    del scope
    return value


def _follow(path: tuple[str, ...], scope: dict[str, Any]) -> Any:
    value: Any = scope
    for name in path:
        if not isinstance(value, dict):
            raise ExpressionFailed(f"nothing has {name!r}")
        value = value[name]
    return value


def _compare(tree: Any) -> Evaluate | None:
    apply = _COMPARED.get(tree.ops[0].op) if len(tree.ops) == 1 else None
    left, right = _simple(tree.expr), _simple(tree.ops[0].expr)
    if apply is None or left is None or right is None:
        return None
    return lambda scope: apply(left(scope), right(scope))


def _is_in(value: Any, listed: Any) -> bool:
    return value in listed


def _is_not_in(value: Any, listed: Any) -> bool:
    return value not in listed


_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": _is_in,
    "notin": _is_not_in,
}


def _both(tree: Any) -> Evaluate | None:
    left, right = _simple(tree.left), _simple(tree.right)
    return (lambda scope: left(scope) and right(scope)) if left and right else None


def _either(tree: Any) -> Evaluate | None:
    left, right = _simple(tree.left), _simple(tree.right)
    return (lambda scope: left(scope) or right(scope)) if left and right else None


def _negation(tree: Any) -> Evaluate | None:
    inner = _simple(tree.node)
    return (lambda scope: not inner(scope)) if inner else None


_SIMPLE: dict[type[nodes.Node], Callable[[Any], Evaluate | None]] = {
    nodes.Compare: _compare,
    nodes.And: _both,
    nodes.Or: _either,
    nodes.Not: _negation,
}

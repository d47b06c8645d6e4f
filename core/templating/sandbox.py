"""Restricts Jinja2 to a language of expressions and templates that staff can use and nobody can misuse.

Keys come before attributes (`order.items` is the key, never the method) and there are no attributes at all; `*` and `%`
work on numbers only, `**` not; filters, tests and syntax are allow-lists; nothing can be called.
"""

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined, TemplateError, nodes
from jinja2.filters import do_round
from jinja2.nodes import EvalContext
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.files.near import one_of

EXPRESSION_MAX, TEMPLATE_MAX = 500, 4000
DEEPEST = 50  # one thing in another: more is no sentence, and ends in Python's own limit
TOO_DEEP = f"at most {DEEPEST} things may stand one in another"
ROUNDED_MAX = 9  # decimals: 10 to the power of any number would never end
_FILTERS = """abs count d default first int join last length lower map max min reject rejectattr round select
    selectattr sort trim unique upper"""
_TESTS = """boolean defined divisibleby eq equalto even false ge gt in integer le lt mapping ne none number odd
    sequence string true undefined == != < <= > >= greaterthan lessthan"""
FILTERS, TESTS = frozenset(_FILTERS.split()), frozenset(_TESTS.split())
_LOOP = ("index", "first", "last", "length")
_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.CondExpr,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.List,
    nodes.Tuple,
    nodes.Dict,
    nodes.Pair,
    nodes.Keyword,
    nodes.Slice,
)


class ExpressionRefused(ValueError):
    """The text is no expression or template that this language allows."""


class ExpressionFailed(Exception):
    """A compiled expression or template failed on these values; `source` is its text, free of values."""

    def __init__(self, message: str, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class SlimContext(Context):
    """Jinja's context without what our language never uses (globals, blocks, exports): built four times as fast."""

    def __init__(
        self, env: Environment, parent: dict[str, Any], name: str | None, blocks: dict[str, Any], **_: Any
    ) -> None:
        del blocks
        self.parent = parent
        self.vars = {}
        self.environment = env
        self.eval_ctx = EvalContext(env, name)
        self.exported_vars = set()
        self.name = name
        self.globals_keys = set()
        self.blocks = {}


class _Environment(ImmutableSandboxedEnvironment):
    context_class = SlimContext
    intercepted_binops = frozenset(["*", "**", "%", "+"])

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.getitem(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, dict | list | tuple | str):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self.undefined(obj=obj, name=str(argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        del context
        return _BINOPS[operator](left, right)


def environment(filters: Mapping[str, Callable[..., Any]]) -> ImmutableSandboxedEnvironment:
    """Makes an environment with `filters` besides the allowed ones of Jinja; `filters` win on equal names."""
    made = _Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, cache_size=0)
    made.filters = {**{k: v for k, v in made.filters.items() if k in FILTERS}, "round": _round, **filters}
    made.tests = {k: v for k, v in made.tests.items() if k in TESTS}
    made.globals = {}
    return made


def _round(value: float, precision: int = 0, method: Literal["common", "ceil", "floor"] = "common") -> float:
    """Rounds as Jinja does, to no more than ROUNDED_MAX decimals."""
    if not isinstance(precision, int) or abs(precision) > ROUNDED_MAX:
        raise ExpressionFailed(f"a number is rounded to at most {ROUNDED_MAX} decimals")
    return do_round(value, precision, method)


def _numbers(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def checked(left: Any, right: Any) -> Any:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise ExpressionFailed("only numbers can be multiplied or divided")
        return apply(left, right)

    return checked


def _no_power(*_: Any) -> Any:
    raise ExpressionFailed("** is not allowed")


_BINOPS: dict[str, Callable[[Any, Any], Any]] = {
    "*": _numbers(operator.mul),
    "%": _numbers(operator.mod),
    "+": operator.add,
    "**": _no_power,
}


def parse_expression(env: ImmutableSandboxedEnvironment, source: str, calls: Collection[str] = ()) -> nodes.Expr:
    """Parses and checks an expression; functions in `calls` may be called. Raises ExpressionRefused."""
    if len(source) > EXPRESSION_MAX:
        raise ExpressionRefused(f"an expression has at most {EXPRESSION_MAX} characters")
    try:
        parser = Parser(env, source, state="variable")
        tree = parser.parse_expression()
    except TemplateError as error:
        raise ExpressionRefused(f"{source!r}: {error}") from error
    except RecursionError:
        raise ExpressionRefused(TOO_DEEP) from None
    if not parser.stream.eos:
        raise ExpressionRefused(f"{source!r}: unexpected {parser.stream.current.value!r}")
    tree.set_environment(env)
    _check(env, tree, calls)
    return tree


def parse_template(env: ImmutableSandboxedEnvironment, source: str) -> nodes.Template:
    """Parses and checks a template. Raises ExpressionRefused."""
    if len(source) > TEMPLATE_MAX:
        raise ExpressionRefused(f"a text has at most {TEMPLATE_MAX} characters")
    try:
        tree = env.parse(source)
    except TemplateError as error:
        raise ExpressionRefused(f"{source[:80]!r}: {error}") from error
    except RecursionError:
        raise ExpressionRefused(TOO_DEEP) from None
    _check(env, tree)
    return tree


def _check_called(name: str, calls: Collection[str]) -> None:
    if name not in calls:
        raise ExpressionRefused(f"there is no {name}(…); {one_of(name, calls)}")


def _check(env: ImmutableSandboxedEnvironment, tree: nodes.Node, calls: Collection[str] = ()) -> None:
    for node in _walk(tree):
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and calls:
            _check_called(node.node.name, calls)
            continue
        if not isinstance(node, _NODES):
            raise ExpressionRefused(f"{type(node).__name__} is not allowed here")
        if isinstance(node, nodes.Filter) and node.name not in env.filters:
            raise ExpressionRefused(f"there is no filter {node.name!r}; there are {', '.join(sorted(env.filters))}")
        if isinstance(node, nodes.Test) and node.name not in env.tests:
            raise ExpressionRefused(f"there is no test {node.name!r}")
        if isinstance(node, nodes.For) and (node.recursive or any(node.find_all(nodes.For))):
            raise ExpressionRefused("a loop inside a loop is not allowed")


def _walk(tree: nodes.Node) -> list[nodes.Node]:
    """Lists the nodes of a tree, each before those in it. Raises ExpressionRefused for one that is too deep."""
    found, waiting = [], [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth == DEEPEST:
            raise ExpressionRefused(TOO_DEEP)
        found.append(node)
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()][::-1]
    return found


def names(tree: nodes.Node) -> frozenset[tuple[str, ...]]:
    """Lists the dotted names, the longest of each chain; loop variables are left out."""
    found = _walk(tree)
    bound = {node.name for node in found if isinstance(node, nodes.Name) and node.ctx == "store"} | {"loop"}
    inner = {id(node.node) for node in found if isinstance(node, nodes.Getattr)}
    paths = (path_of(node) for node in found if id(node) not in inner)
    return frozenset(path for path in paths if path and path[0] not in bound)


def path_of(node: nodes.Node) -> tuple[str, ...]:
    """Reads `a.b.c` as a tuple; () for anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    return (node.name, *reversed(parts)) if isinstance(node, nodes.Name) else ()

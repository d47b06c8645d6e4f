"""Expressions and templates: Jinja2, hardened until staff can use it and nobody can misuse it.

Keys come before attributes (`order.items` is the key, never the method) and there are no attributes at all; `*` and `%`
work on numbers only, `**` not; filters, tests and syntax are allow-lists; nothing can be called (reference flows, 2.3).
Everything is compiled once, when files are loaded; a plain path (`slots.order.number`) or a constant skips Jinja.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, nodes
from jinja2.nodes import EvalContext
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

EXPRESSION_MAX, TEMPLATE_MAX, OUTPUT_MAX = 500, 4000, 8000
FILTERS = frozenset(
    [
        "abs",
        "count",
        "d",
        "default",
        "first",
        "int",
        "join",
        "last",
        "length",
        "lower",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "round",
        "select",
        "selectattr",
        "sort",
        "trim",
        "unique",
        "upper",
    ]
)
TESTS = frozenset(
    [
        "boolean",
        "defined",
        "divisibleby",
        "eq",
        "equalto",
        "even",
        "false",
        "ge",
        "gt",
        "in",
        "integer",
        "le",
        "lt",
        "mapping",
        "ne",
        "none",
        "number",
        "odd",
        "sequence",
        "string",
        "true",
        "undefined",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "greaterthan",
        "lessthan",
    ]
)
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


Evaluate = Callable[[dict[str, Any]], Any]


class ExpressionRefused(ValueError):
    """The text is no expression or template that this language allows."""


class ExpressionFailed(Exception):
    """A compiled expression or template failed on these values; `source` is its text, free of values."""

    def __init__(self, message: str, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class _Context(Context):
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
    context_class = _Context
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
    """An environment with `filters` besides the allowed ones of Jinja; `filters` win on equal names."""
    made = _Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, cache_size=0)
    made.filters = {**{k: v for k, v in made.filters.items() if k in FILTERS}, **filters}
    made.tests = {k: v for k, v in made.tests.items() if k in TESTS}
    made.globals = {}
    return made


class Expression:
    """A compiled expression. `names` holds every dotted name it reads, like `("slots", "order")`."""

    __slots__ = ("_evaluate", "names", "source")

    def __init__(self, env: ImmutableSandboxedEnvironment, source: str) -> None:
        self.source = source
        tree = _parse_expression(env, source)
        self.names = _names(tree)
        self._evaluate = _evaluator(env, source, tree)

    def __call__(self, scope: dict[str, Any]) -> Any:
        """The value in `scope`. Raises ExpressionFailed."""
        try:
            value = self._evaluate(scope)
        except Exception as error:
            raise ExpressionFailed(f"{self.source!r}: {error}", self.source) from error
        if isinstance(value, StrictUndefined):
            raise ExpressionFailed(f"{self.source!r} is not defined", self.source)
        return value


class Text:
    """A compiled template. `names` as in Expression; `phrases` are the response keys (or beginnings) it includes."""

    __slots__ = ("_constant", "_root", "_template", "names", "phrases", "source")

    def __init__(self, env: ImmutableSandboxedEnvironment, source: str) -> None:
        self.source = source
        tree = _parse_template(env, source)
        self.names = _names(tree)
        self.phrases = _phrases(tree)
        self._constant = None if "{" in source else source
        self._template = env.from_string(tree)
        self._root = self._template.root_render_func

    def __call__(self, scope: dict[str, Any]) -> str:
        """The text in `scope`, at most OUTPUT_MAX characters. Raises ExpressionFailed."""
        if self._constant is not None:
            return self._constant
        try:
            context = _Context(self._template.environment, scope, None, {})
            return "".join(self._root(context)).strip("\n")[:OUTPUT_MAX]
        except Exception as error:
            raise ExpressionFailed(f"{self.source[:80]!r}: {error}", self.source[:200]) from error


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


def _parse_expression(env: ImmutableSandboxedEnvironment, source: str) -> nodes.Expr:
    if len(source) > EXPRESSION_MAX:
        raise ExpressionRefused(f"an expression has at most {EXPRESSION_MAX} characters")
    try:
        parser = Parser(env, source, state="variable")
        tree = parser.parse_expression()
    except TemplateError as error:
        raise ExpressionRefused(f"{source!r}: {error}") from error
    if not parser.stream.eos:
        raise ExpressionRefused(f"{source!r}: unexpected {parser.stream.current.value!r}")
    tree.set_environment(env)
    _check(env, tree)
    return tree


def _parse_template(env: ImmutableSandboxedEnvironment, source: str) -> nodes.Template:
    if len(source) > TEMPLATE_MAX:
        raise ExpressionRefused(f"a text has at most {TEMPLATE_MAX} characters")
    try:
        tree = env.parse(source)
    except TemplateError as error:
        raise ExpressionRefused(f"{source[:80]!r}: {error}") from error
    _check(env, tree)
    return tree


def _check(env: ImmutableSandboxedEnvironment, tree: nodes.Node) -> None:
    for node in _walk(tree):
        if not isinstance(node, _NODES):
            raise ExpressionRefused(f"{type(node).__name__} is not allowed here")
        if isinstance(node, nodes.Filter) and node.name not in env.filters:
            raise ExpressionRefused(f"there is no filter {node.name!r}; there are {', '.join(sorted(env.filters))}")
        if isinstance(node, nodes.Test) and node.name not in env.tests:
            raise ExpressionRefused(f"there is no test {node.name!r}")
        if isinstance(node, nodes.For) and (node.recursive or any(node.find_all(nodes.For))):
            raise ExpressionRefused("a loop inside a loop is not allowed")


def _walk(tree: nodes.Node) -> Iterable[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _walk(child)


def _names(tree: nodes.Node) -> frozenset[tuple[str, ...]]:
    """Dotted names, the longest of each chain; loop variables are left out."""
    bound = {name.name for name in _walk(tree) if isinstance(name, nodes.Name) and name.ctx == "store"} | {"loop"}
    inner = {id(node.node) for node in _walk(tree) if isinstance(node, nodes.Getattr)}
    paths = (_path(node) for node in _walk(tree) if id(node) not in inner)
    return frozenset(path for path in paths if path and path[0] not in bound)


def _path(node: nodes.Node) -> tuple[str, ...]:
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    return (node.name, *reversed(parts)) if isinstance(node, nodes.Name) else ()


def _phrases(tree: nodes.Node) -> frozenset[tuple[str, bool]]:
    """What `|phrase(…)` names: (key, True), or (beginning, False) for `'parcel_' ~ …`."""
    found = set()
    for node in _walk(tree):
        if isinstance(node, nodes.Filter) and node.name == "phrase" and node.args:
            named = node.args[0]
            head = named.nodes[0] if isinstance(named, nodes.Concat) else named
            if isinstance(head, nodes.Const):
                found.add((str(head.value), head is named))
    return frozenset(found)


def _evaluator(env: ImmutableSandboxedEnvironment, source: str, tree: nodes.Expr) -> Evaluate:
    """Jinja's compiled form, or a closure of the same meaning (and a tenth of the time) for the everyday kinds."""
    simple = _simple(tree)
    if simple is not None:
        return simple
    compiled: Evaluate = env.compile_expression(source, undefined_to_none=False)
    return compiled


def _simple(tree: nodes.Node) -> Evaluate | None:
    """Paths, constants, == and !=, and, or, not; None for anything else."""
    if isinstance(tree, nodes.Const):
        return partial(_constant, tree.value)
    path = _path(tree)
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
    apply = {"eq": operator.eq, "ne": operator.ne}.get(tree.ops[0].op) if len(tree.ops) == 1 else None
    left, right = _simple(tree.expr), _simple(tree.ops[0].expr)
    if apply is None or left is None or right is None:
        return None
    return lambda scope: apply(left(scope), right(scope))


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

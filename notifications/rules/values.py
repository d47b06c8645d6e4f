"""Finds values that a name never has: a rule that asks whether a parcel is `in_transitt` would wait for ever."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from jinja2 import nodes

from core.people.conversations import CaseState, Priority
from core.shop.orders import OrderStatus, ShipmentStatus
from core.shop.returns import ReturnState
from core.templating.named import ENV
from core.templating.sandbox import parse_expression, path_of

_KNOWN: Mapping[tuple[str, ...], Collection[str]] = {
    ("order", "status"): [each.value for each in OrderStatus],
    ("parcel", "status"): [each.value for each in ShipmentStatus],
    ("return", "state"): [each.value for each in ReturnState],
    ("case", "state"): [each.value for each in CaseState],
    ("case", "priority"): [each.value for each in Priority],
}


class Strange(NamedTuple):
    """Names a value that is compared with a name which never has it; `known` are those it has."""

    name: str
    value: str
    known: Collection[str]


def strange_values(source: str) -> Iterator[Strange]:
    """Lists the values in a compiled condition that its names never have; "" is one that is not known yet."""
    tree = parse_expression(ENV, source)
    for compare in (tree, *tree.find_all(nodes.Compare)):
        if isinstance(compare, nodes.Compare):
            yield from _strange(compare)


def _strange(compare: nodes.Compare) -> Iterator[Strange]:
    sides = [compare.expr, *(operand.expr for operand in compare.ops)]
    for path in filter(None, map(path_of, sides)):
        known = _KNOWN.get(path)
        for value in (value for side in sides for value in _texts(side)) if known else ():
            if value and known and value not in known:
                yield Strange(".".join(path), value, known)


def _texts(side: nodes.Expr) -> Iterator[str]:
    items = side.items if isinstance(side, nodes.List | nodes.Tuple) else [side]
    return (item.value for item in items if isinstance(item, nodes.Const) and isinstance(item.value, str))

"""Writes a text as it is likely to be read at its longest: one special case at a time, values of a usual length."""

from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

from core.templating.expressions import Text
from core.templating.sandbox import parse_template, path_of
from flows.language.responses import ENV, Responses

ROWS = 2  # of a list in a text: most orders have one or two lines, parcels, ways
DEEP = 3  # how far phrases are followed into phrases
USUAL = "Northwind"  # the length of a name, a carrier, a city

# By the last word of what a placeholder reads, the first that it holds.
_VALUES = {
    "link": "https://shop.example/orders/1001?t=8f3a",
    "url": "https://shop.example/orders/1001?t=8f3a",
    "title": "Leather boots, 42",
    "label": "Leather boots, 42",
    "variant": "Brown, 42",
    "description": "Arrived at the depot in Reno",
    "text": "Arrived at the depot in Reno, and leaves it tomorrow",
    "number": "100123",
    "reference": "R100123-1",
    "order": "100123",
    "code": "SAVE10",
    "count": "2",
    "quantity": "2",
    "days": "30",
    "months": "24",
    "sign": "-",
}
_FILTERED = {
    "money": "$129.80",
    "date": "Wed, Dec 23",
    "relative": "Wed, Dec 23",
    "time": "10:30 AM",
    "mask": "j***@g***.com",
    "list": "Leather boots, 42 and Wool socks",
}


class Sampler:
    """Writes samples in one language. `settings` are the store's own values, which stand as they are."""

    def __init__(self, responses: Responses, locale: str, settings: Mapping[str, Any]) -> None:
        self._responses = responses
        self._locale = locale
        self._settings = settings

    def __call__(self, text: Text | None) -> str:
        """Writes a sample of `text`; "" for none."""
        return self._source(text, DEEP).strip("\n") if text else ""

    def _source(self, text: Text, deep: int) -> str:
        if "{" not in text.source:
            return text.source
        return self._all(parse_template(ENV, text.source).body, deep)

    def _all(self, found: list[nodes.Node], deep: int) -> str:
        """Writes what follows each other. Of what may be left out (an if without else) the longest alone is said."""
        said = [self._node(each, deep) for each in found]
        extra = [place for place, each in enumerate(found) if isinstance(each, nodes.If) and not each.else_]
        kept = max(extra, key=lambda place: len(said[place]), default=-1)
        return "".join(each for place, each in enumerate(said) if place not in extra or place == kept)

    def _node(self, node: nodes.Node, deep: int) -> str:
        if isinstance(node, nodes.Output):
            return "".join(self._value(each, deep) for each in node.nodes)
        if isinstance(node, nodes.If):
            ways = [node.body, *(each.body for each in node.elif_), node.else_]
            return max((self._all(way, deep) for way in ways), key=len)
        if isinstance(node, nodes.For):
            return self._all(node.body, deep) * ROWS
        return ""

    def _value(self, node: nodes.Expr, deep: int) -> str:
        if isinstance(node, nodes.TemplateData):
            return str(node.data)
        if isinstance(node, nodes.Const):
            return str(node.value)
        if isinstance(node, nodes.CondExpr):
            ways = (node.expr1, node.expr2)
            return max((self._value(way, deep) for way in ways if way is not None), key=len)
        if isinstance(node, nodes.Concat):
            return "".join(self._value(each, deep) for each in node.nodes)
        if isinstance(node, nodes.Filter):
            return self._filtered(node, deep)
        return self._read(path_of(node))

    def _filtered(self, node: nodes.Filter, deep: int) -> str:
        if node.name == "phrase":
            return self._phrase(node.args[0], deep - 1) if deep and node.args else ""
        if node.name == "plural":
            return max((self._value(way, deep) for way in node.args), key=len, default="")
        if node.name in _FILTERED or node.node is None:
            return _FILTERED.get(node.name, "")
        return self._value(node.node, deep)

    def _phrase(self, key: nodes.Expr, deep: int) -> str:
        """Writes the phrase of that key; of those that may stand there (`'parcel_' ~ …`) one of middling length."""
        head = key.nodes[0] if isinstance(key, nodes.Concat) else key
        begins = str(head.value) if isinstance(head, nodes.Const) else ""
        known = self._responses.by_locale[self._locale]
        keys = [begins] if head is key else [each for each in known if begins and each.startswith(begins)]
        found = [known[each] for each in keys if each in known]
        samples = sorted(
            (max((self._source(way.text, deep) for way in each.variations), key=len) for each in found), key=len
        )
        return samples[len(samples) // 2] if samples else ""

    def _read(self, path: tuple[str, ...]) -> str:
        if path[:1] == ("settings",):
            value: Any = self._settings
            for name in path[1:]:
                value = value.get(name) if isinstance(value, Mapping) else None
            return USUAL if value is None else str(value)
        last = path[-1] if path else ""
        return next((value for name, value in _VALUES.items() if name in last), USUAL)

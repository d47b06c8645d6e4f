"""Reads a segment as an operator writes it, and checks names and types: `orders.count >= 2 and not case.open`."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import nodes

from core.files.near import hint
from core.segments.conditions import EVERYBODY, AllOf, AnyOf, Comparison, Condition, Not, Value
from core.segments.names import Type, names
from core.templating.named import ENV
from core.templating.sandbox import ExpressionRefused, parse_expression, path_of

ALL, DAYS_AGO = "all", "days_ago"
MOST_DAYS = 36_500
LARGEST = 10**12  # of numbers and sums: more is no count of anything, and no database adds it up
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}  # of what is written the other way round: 2 <= orders.count
_ORDERED = frozenset((Type.NUMBER, Type.MONEY, Type.MOMENT, Type.DAY))


class SegmentRefused(ValueError):
    """Raised for a segment that cannot be understood: the words, and a caret under what is meant."""


def read_segment(source: str, channels: Collection[str], now: datetime, zone: ZoneInfo) -> Condition:
    """Reads a segment as of `now`; days are those of `zone`, the shop's. Raises SegmentRefused."""
    source = source.strip()
    if not source:
        raise SegmentRefused(f"a segment is missing; {ALL!r} is everybody")
    try:
        tree = parse_expression(ENV, source, calls=(DAYS_AGO,))
    except ExpressionRefused as error:
        raise SegmentRefused(
            _pointed(str(error).removeprefix(f"{source!r}: "), source, _misplaced(str(error)))
        ) from error
    return _Reader(source, names(channels), now, zone).condition(tree)


def _misplaced(message: str) -> str:
    """Finds what the parser stumbled over, where it says so."""
    found = re.search(r"(?:unexpected|got) '(.+?)'$|there is no (\w+)\(", message)
    return (found[1] or found[2]) if found else ""


def _pointed(message: str, source: str, piece: str) -> str:
    """Sets a caret under a piece of the source; at its end where the piece is not there."""
    begins = re.search(rf"(?<![\w.]){re.escape(piece)}", source) if piece else None
    column = begins.start() if begins else len(source)
    return f"{message}\n  {source}\n  {' ' * column}^"


class _Reader:
    """Reads one segment. Raises SegmentRefused."""

    def __init__(self, source: str, known: Mapping[str, Type], now: datetime, zone: ZoneInfo) -> None:
        self._source, self._known, self._now, self._zone = source, known, now, zone

    def condition(self, node: nodes.Node) -> Condition:
        """Reads what is true or false."""
        match node:
            case nodes.And():
                return AllOf((self.condition(node.left), self.condition(node.right)))
            case nodes.Or():
                return AnyOf((self.condition(node.left), self.condition(node.right)))
            case nodes.Not():
                return Not(self.condition(node.node))
            case nodes.Name(name="all"):
                return EVERYBODY
            case nodes.Compare():
                return self._compare(node)
            case _:
                return self._flag(node)

    def _flag(self, node: nodes.Node) -> Condition:
        name, type_ = self._name(node)
        if type_ is not Type.FLAG:
            raise self._fault(f"{name} is {type_}; compare it with something, like {_example(name, type_)}", name)
        return Comparison(name, type_, "==", True)

    def _compare(self, node: nodes.Compare) -> Condition:
        if len(node.ops) != 1:
            raise self._fault("a comparison has two sides; join two comparisons with 'and'", "")
        operand = node.ops[0]
        sign = _SIGNS[operand.op]
        if sign in ("in", "not in"):
            found = self._among(node.expr, operand.expr)
        elif path_of(node.expr):
            found = self._single(node.expr, sign, operand.expr)
        else:
            found = self._single(operand.expr, _TURNED.get(sign, sign), node.expr)
        return Not(found) if sign in ("not in", "!=") else found

    def _single(self, named: nodes.Node, sign: str, said: nodes.Node) -> Condition:
        name, type_ = self._name(named)
        if sign not in ("==", "!=") and type_ not in _ORDERED:
            raise self._fault(f"{name} is {type_}, of which none is larger; there are ==, != and in", name)
        return Comparison(name, type_, "==" if sign == "!=" else sign, self._value(name, type_, said))

    def _among(self, left: nodes.Node, right: nodes.Node) -> Condition:
        """Reads `name in ['one', 'other']`, and `'one' in name` of a list of texts."""
        if isinstance(right, nodes.List | nodes.Tuple):
            name, type_ = self._name(left)
            return AnyOf(tuple(Comparison(name, type_, "==", self._value(name, type_, each)) for each in right.items))
        name, type_ = self._name(right)
        if type_ is not Type.SET:
            raise self._fault(f"{name} is {type_}, and nothing is in it; write {name} in ['…', '…']", name)
        return Comparison(name, type_, "==", self._value(name, type_, left))

    def _name(self, node: nodes.Node) -> tuple[str, Type]:
        name = ".".join(path_of(node))
        if not name:
            said = _said(node)
            raise self._fault(f"{said or 'this'}: a name of a customer is expected, like orders.count", said)
        if name not in self._known:
            there = sorted(self._known)
            raise self._fault(
                f"{name}: nothing is called so{hint(name, there) or '; there are ' + ', '.join(there)}", name
            )
        return name, self._known[name]

    def _value(self, name: str, type_: Type, node: nodes.Node) -> Value:
        value = self._said_value(name, type_, node)
        refused = _REFUSALS.get(name)
        complaint = refused(value) if refused and isinstance(value, str) else None
        if complaint:
            raise self._fault(f"{name}: {complaint}", f"'{value}")
        return value

    def _said_value(self, name: str, type_: Type, node: nodes.Node) -> Value:
        if isinstance(node, nodes.Call):
            moment = self._days_ago(name, type_, node)
            return moment.astimezone(self._zone).date() if type_ is Type.DAY else moment
        value = -node.node.value if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const) else None
        value = node.value if isinstance(node, nodes.Const) else value
        found = _VALUES[type_](value, self._zone)
        if found is None:
            said = _said(node)
            raise self._fault(
                f"{name} is {type_}; expected {_example(name, type_)}, not {said or 'this'}", said or name
            )
        return found

    def _days_ago(self, name: str, type_: Type, node: nodes.Call) -> datetime:
        if type_ not in (Type.MOMENT, Type.DAY):
            raise self._fault(f"{name} is {type_}, and {DAYS_AGO}(…) a moment", DAYS_AGO)
        number = node.args[0] if len(node.args) == 1 and not node.kwargs else None
        days = number.value if isinstance(number, nodes.Const) else None
        if isinstance(days, bool) or not isinstance(days, int | float) or not 0 <= days <= MOST_DAYS:
            raise self._fault(f"{DAYS_AGO} takes a number of days, like {DAYS_AGO}(90)", DAYS_AGO)
        return self._now - timedelta(days=days)

    def _fault(self, message: str, piece: str) -> SegmentRefused:
        return SegmentRefused(_pointed(message, self._source, piece))


def _said(node: nodes.Node) -> str:
    """Writes a node as it may stand in the source."""
    return ".".join(path_of(node)) or (repr(node.value) if isinstance(node, nodes.Const) else "")


def _text(value: Any, _zone: ZoneInfo) -> str | None:
    return value if isinstance(value, str) and "\0" not in value else None


def _number(value: Any, _zone: ZoneInfo) -> int | Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        return None
    return value if isinstance(value, int) else Decimal(repr(value))


def _money(value: Any, zone: ZoneInfo) -> Decimal | None:
    found = _number(value, zone)
    return None if found is None else Decimal(found)


def _flag(value: Any, _zone: ZoneInfo) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: Any, _zone: ZoneInfo) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """Takes a day as its beginning in the shop's zone."""
    day = _day(value, zone)
    return datetime.combine(day, time(), tzinfo=zone) if day else None


_VALUES: Mapping[Type, Callable[[Any, ZoneInfo], Value | None]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.MONEY: _money,
    Type.MOMENT: _moment,
    Type.DAY: _day,
    Type.FLAG: _flag,
    Type.SET: _text,
}


def _not_a_country(value: str) -> str | None:
    is_code = value == "" or (len(value) == 2 and value.isascii() and value.isalpha() and value.isupper())
    return None if is_code else "a country is two capital letters, like 'US'"


def _not_a_language(value: str) -> str | None:
    is_language = value == "" or (value.isascii() and value.isalpha() and value.islower())
    return None if is_language else "a language alone is compared, like 'en' or 'zh'"


# Values that no customer has: a comparison with one would find nobody, without a word.
_REFUSALS: Mapping[str, Callable[[str], str | None]] = {
    "customer.country": _not_a_country,
    "customer.locale": _not_a_language,
}


def _example(name: str, type_: Type) -> str:
    own = {"customer.country": "'US'", "customer.locale": "'en'", "customer.tier": "'vip'"}.get(name)
    return {
        Type.TEXT: f"{name} == {own or repr('…')}",
        Type.NUMBER: f"{name} >= 2",
        Type.MONEY: f"{name} >= 100",
        Type.MOMENT: f"{name} < {DAYS_AGO}(90), or a day like '2026-11-30'",
        Type.DAY: f"{name} == '1990-05-17'",
        Type.FLAG: name,
        Type.SET: f"'…' in {name}",
    }[type_]

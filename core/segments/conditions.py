"""Declares a segment as it is understood: a condition over one customer, without any syntax left."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from core.segments.names import Type

Value = str | int | Decimal | bool | datetime | date


class Comparison(msgspec.Struct, frozen=True):
    """Compares what a name holds with a value.

    `sign` is ==, <, <=, > or >=; of a list of texts (`Type.SET`) == asks whether the value is among them. A comparison
    with what is not known is false, whatever the sign; an unknown text is "".
    """

    name: str
    type: Type
    sign: str
    value: Value


class AnyOf(msgspec.Struct, frozen=True):
    """Is true if one of its parts is; without a part, false."""

    parts: tuple["Condition", ...]


class AllOf(msgspec.Struct, frozen=True):
    """Is true if all of its parts are; without a part, true: that is everybody."""

    parts: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True):
    """Is true if its part is false."""

    part: "Condition"


Condition = Comparison | AnyOf | AllOf | Not
EVERYBODY = AllOf(())

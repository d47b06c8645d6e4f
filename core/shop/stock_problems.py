"""Describes what of an order the store cannot send as ordered."""

from datetime import date
from enum import StrEnum

import msgspec

from core.shop.orders import ShippedLine


class StockOption(StrEnum):
    """What the store offers instead."""

    WAIT = "wait"
    REPLACE = "replace"
    REFUND = "refund"


class StockProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Lines that are not in stock, since when not known; `expected` is the day they are there again."""

    order_number: str
    lines: tuple[ShippedLine, ...] = ()
    expected: date | None = None
    options: tuple[StockOption, ...] = ()

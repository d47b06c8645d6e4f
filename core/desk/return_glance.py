"""Defines what the desk shows of a return: on its case's card, and in the messages of the warehouse and of finance."""

import msgspec


class ReturnGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds a return in words for agents. What customers or stores wrote stands in `items` and `note`, literally.

    `stands` are (name, value, the desk user concerned or ""), `sums` (name, value), in order; `policy` says what speaks
    for it and against it, `trouble` what went wrong with the shop.
    """

    title: str
    items: tuple[str, ...] = ()
    stands: tuple[tuple[str, str, str], ...] = ()
    policy: tuple[str, ...] = ()
    sums: tuple[tuple[str, str], ...] = ()
    note: str = ""
    trouble: str = ""

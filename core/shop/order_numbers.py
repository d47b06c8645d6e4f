"""Compares order and tracking numbers as people write them: one form for `#Ab-1001`, `ab1001` and `ＡＢ－１００１`."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from core.shop.orders import Order

_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_SEPARATORS = re.compile(r"[\W_]+")
_IDLE = re.compile(r"(?<![0-9])-|-(?![0-9])")


def ascii_digits(text: str) -> str:
    """Writes the digits of every script as 0 to 9."""
    return text if text.isascii() else _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), text)


def normal_form(number: str) -> str:
    """Returns the form by which a number is compared: caseless, without `#`, separators only between two digits.

    Between digits they tell numbers apart: `1001.1` is not `10011`. Which one it is does not matter.
    """
    said = ascii_digits(unicodedata.normalize("NFKC", _INVISIBLE.sub("", number.replace("№", "#")))).casefold()
    return _IDLE.sub("", _SEPARATORS.sub("-", said))


def tracking_form(number: str) -> str:
    """Returns the form by which a parcel's number is compared: carriers print it in groups, and nothing parts them."""
    return normal_form(number).replace("-", "")


def named(wanted: Sequence[str], orders: Iterable[Order]) -> Order | None:
    """Finds the order that the first of these numbers names, by its own number or else by a parcel's.

    Where several orders have the form, it is the one that is written so; where none is, it is none of them.
    """
    own: dict[str, list[Order]] = {}
    sent: dict[str, list[Order]] = {}
    for order in orders:
        own.setdefault(normal_form(order.number), []).append(order)
        for number in {tracking_form(s.tracking_number) for s in order.shipments}:
            sent.setdefault(number, []).append(order)
    for said in wanted:
        form = normal_form(said)
        alike = own.get(form) or sent.get(tracking_form(said)) if form else None
        found = alike and _written_so(said, alike)
        if found:
            return found
    return None


def _written_so(said: str, alike: Sequence[Order]) -> Order | None:
    if len(alike) == 1:
        return alike[0]
    same = [order for order in alike if _plain(order.number) == _plain(said)]
    return same[0] if len(same) == 1 else None


def _plain(number: str) -> str:
    return number.strip().lstrip("#").casefold()

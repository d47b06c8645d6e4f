"""Describes what a store knows of a customer beyond name and number: points, birthday, addresses."""

from datetime import date

import msgspec

from core.shop.orders import StreetAddress


class Expiring(msgspec.Struct, frozen=True):
    """Points that are lost after the day `on`."""

    points: int
    on: date


class AccountFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an event tells of a customer's account; None means that it says nothing of it.

    A birthday without a year is of the year 1904, which has every day.
    """

    points: int | None = None
    expiring: Expiring | None = None
    birthday: date | None = None
    addresses: tuple[StreetAddress, ...] | None = None


class BuyerRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A customer as the store knows them. `points` is None where the store told of none."""

    id: str = ""  # the store's
    name: str = ""
    email: str = ""
    phone: str = ""
    tier: str = ""
    points: int | None = None
    expiring: Expiring | None = None
    birthday: date | None = None
    addresses: tuple[StreetAddress, ...] = ()

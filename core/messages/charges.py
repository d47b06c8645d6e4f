"""Defines what a provider says of the price of a message."""

import msgspec


class Charge(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call that costs something: its category, or the very sum where the provider says it.

    `category`: marketing, utility, authentication, service, or "" where the provider has none. `amount`: an exact
    number as text ("0.0083"), "" where it is not said. `parts`: segments of an SMS.
    """

    category: str = ""
    amount: str = ""
    currency: str = ""
    parts: int = 1

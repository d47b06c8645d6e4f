"""Declares what a store decides about returns: windows, money, what may not come back, and who decides alone."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import fields, replace

from core.files.complaints import COUNTRY, CURRENCY, EXAMPLES, MONEY, PERCENT, PLACE, SLUG, SUM

MOST_DAYS = 3650
Days = Annotated[int, Meta(ge=0, le=MOST_DAYS)]
Count = Annotated[int, Meta(ge=1, le=1000)]
Outcome = Literal["refund", "exchange", "store_credit"]
Payer = Literal["customer", "store"]
Country = Annotated[str, Meta(pattern=COUNTRY)]
Percent = Annotated[str, Meta(pattern=PERCENT)]
# "5.90" in the policy's currency, "10%", or a sum for each currency: {USD: "5.90", EUR: "4.90"}. `faults` looks at its
# form: msgspec writes beyond its memory where a text with a pattern stands beside a mapping.
Sum = str | dict[str, str]
Marks = tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...]
Where = tuple[str | int, ...]
OUTCOMES: tuple[Outcome, ...] = ("refund", "exchange", "store_credit")
_SUM, _MONEY, _CURRENCY = map(re.compile, (SUM, MONEY, CURRENCY))


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses keys that it does not know."""


class HolidayExtension(_Strict, frozen=True):
    """Lets purchases of these days be returned until a later day."""

    bought_from: date
    bought_until: date
    return_until: date


class OutcomeRules(_Strict, frozen=True):
    """Holds the rules for one outcome; what is none is as for all of them.

    `fee` is kept of the money, `restocking` a part of the goods' price; `bonus` comes on top; `return_shipping` says
    who pays for sending back; `first_free`: the first exchange of an order is free of fees, whoever pays else.
    """

    enabled: bool | None = None
    window_days: Days | None = None
    fee: Sum | None = None
    restocking: Percent | None = None
    bonus: Sum | None = None
    return_shipping: Payer | None = None
    first_free: bool | None = None


class ByOutcome(_Strict, frozen=True):
    """Holds the rules for each outcome."""

    refund: OutcomeRules = OutcomeRules()
    exchange: OutcomeRules = OutcomeRules()
    store_credit: OutcomeRules = OutcomeRules()

    def of(self, outcome: Outcome) -> OutcomeRules:
        """Returns the rules for an outcome."""
        return {"refund": self.refund, "exchange": self.exchange, "store_credit": self.store_credit}[outcome]


class Zone(_Strict, frozen=True):
    """Says what is otherwise for orders to these countries ("DE") or regions ("US-HI")."""

    id: Annotated[str, Meta(pattern=SLUG)]
    to: Annotated[tuple[Annotated[str, Meta(pattern=PLACE)], ...], Meta(min_length=1)]
    window_days: Days | None = None
    holiday_extension: HolidayExtension | None = None
    outcomes: ByOutcome = ByOutcome()


class Withdrawal(_Strict, frozen=True):
    """Holds the days in which the law lets consumers of these countries withdraw: to a refund, without fees."""

    days: Days
    countries: Annotated[tuple[Country, ...], Meta(min_length=1)]


class Claims(_Strict, frozen=True):
    """Says until when the store makes good what is its fault, and up to which value without a person."""

    window_days: Days = 30
    auto_approve_under: Sum | None = None


class AutoApprove(_Strict, frozen=True):
    """Says which returns the bot grants by itself: up to a value, for these outcomes, so many a year."""

    up_to: Sum
    outcomes: Annotated[tuple[Outcome, ...], Meta(min_length=1)] = OUTCOMES
    per_year: Count = 5


class RefundDays(_Strict, frozen=True):
    """Says how long money takes: `shop` working days from arrival to the refund, `bank` from there to the account."""

    shop: Days = 5
    bank: tuple[Days, Days] = (3, 10)


class ReturnPolicy(_Strict, frozen=True):
    """Says how long, how and at whose cost things may come back; days count from the delivery.

    `final_sale`, `exchange_only` and `not_returnable` name tags, kinds or SKUs of lines (`SALE-*`: all that begin so).
    """

    enabled: bool = True
    window_days: Days = 30
    holiday_extension: HolidayExtension | None = None
    exchange: bool = True
    currency: Annotated[str, Meta(pattern=f"{CURRENCY}|^$")] = ""
    outcomes: ByOutcome = ByOutcome()
    zones: tuple[Zone, ...] = ()
    final_sale: Marks = ("final_sale", "final-sale")
    exchange_only: Marks = ("exchange_only", "exchange-only")
    not_returnable: Marks = ("hygiene", "custom", "digital", "gift_card")
    keep_item_under: Sum | None = None
    withdrawal: Withdrawal | None = None
    claims: Claims = Claims()
    auto_approve: AutoApprove | None = None
    finance_above: Sum | None = None  # a refund of more is finance's to approve
    grace_days: Days = 3
    refund_days: RefundDays = RefundDays()

    def zone(self, country: str, region: str = "") -> Zone | None:
        """Finds the first zone that an order goes to."""
        places = {country, f"{country}-{region}"}
        return next((zone for zone in self.zones if places & set(zone.to)), None)

    def terms(self, outcome: Outcome, country: str, region: str = "") -> "Terms":
        """Settles the rules of one outcome for one place."""
        zone = self.zone(country, region)
        rules = self.outcomes.of(outcome)
        if zone is not None:
            rules = _over(zone.outcomes.of(outcome), rules)
        own_window = zone.window_days if zone else None
        if zone is not None and own_window is not None and zone.outcomes.of(outcome).window_days is None:
            rules = replace(rules, window_days=own_window)
        holiday = (zone.holiday_extension if zone else None) or self.holiday_extension
        offered = {"refund": True, "exchange": self.exchange, "store_credit": False}[outcome]
        return Terms(
            outcome,
            enabled=offered if rules.enabled is None else rules.enabled,
            window_days=self.window_days if rules.window_days is None else rules.window_days,
            holiday=holiday,
            fee=rules.fee,
            restocking=percent(rules.restocking),
            bonus=rules.bonus,
            return_shipping=rules.return_shipping or "customer",
            first_free=bool(rules.first_free),
            currency=self.currency,
        )

    def sum_in(self, amount: Sum | None, currency: str, of: Decimal = Decimal(0)) -> Decimal | None:
        """Returns a sum in a currency, a percentage as part `of` something; None where the policy has none in it."""
        return sum_in(amount, currency, self.currency, of)


class Terms(msgspec.Struct, frozen=True):
    """Holds the rules that hold for one outcome in one place."""

    outcome: Outcome
    enabled: bool
    window_days: int
    holiday: HolidayExtension | None
    fee: Sum | None
    restocking: Decimal
    bonus: Sum | None
    return_shipping: Payer
    first_free: bool
    currency: str

    def sum_in(self, amount: Sum | None, currency: str, of: Decimal = Decimal(0)) -> Decimal:
        """Returns a sum in a currency; nothing where the policy has none in it."""
        return sum_in(amount, currency, self.currency, of) or Decimal(0)


def sum_in(amount: Sum | None, currency: str, own: str, of: Decimal) -> Decimal | None:
    """Returns what a sum of the policy comes to in `currency`; `own` is that of sums without one."""
    if amount is None:
        return None
    if isinstance(amount, dict):
        return Decimal(amount[currency]) if currency in amount else None
    if amount.endswith("%"):
        return of * percent(amount)
    return Decimal(amount) if currency == own else None


def percent(said: str | None) -> Decimal:
    """Reads `10%` as 0.1; nothing is 0."""
    return Decimal(said.rstrip("%")) / 100 if said else Decimal(0)


def faults(policy: ReturnPolicy) -> Iterator[tuple[str, Where]]:
    """Finds what does not fit together: (what is expected, where)."""
    wanted = "expected bought_from, bought_until and return_until one after the other"
    for where, each in _extensions(policy):
        if not each.bought_from <= each.bought_until <= each.return_until:
            yield wanted, where
    seen: set[str] = set()
    for n, zone in enumerate(policy.zones):
        if zone.id in seen:
            yield f"there are two zones {zone.id!r}", ("zones", n, "id")
        seen.add(zone.id)
    for where, amount in _sums(policy):
        yield from sum_faults(amount, where, policy.currency)
    if isinstance(policy.finance_above, str) and policy.finance_above.endswith("%"):
        yield f"a limit is a sum, no part of one; expected text like {EXAMPLES[MONEY]}", ("finance_above",)
    if policy.refund_days.bank[0] > policy.refund_days.bank[1]:
        yield "expected the shorter time first", ("refund_days", "bank")


def _over(own: OutcomeRules, general: OutcomeRules) -> OutcomeRules:
    said = {f.name: value for f in fields(OutcomeRules) if (value := getattr(own, f.name)) is not None}
    return replace(general, **said)


def _extensions(policy: ReturnPolicy) -> Iterator[tuple[Where, HolidayExtension]]:
    if policy.holiday_extension:
        yield ("holiday_extension",), policy.holiday_extension
    for n, zone in enumerate(policy.zones):
        if zone.holiday_extension:
            yield ("zones", n, "holiday_extension"), zone.holiday_extension


def sum_faults(amount: Sum, where: Where, own: str) -> Iterator[tuple[str, Where]]:
    """Finds what is no sum, or has no currency, as (what is expected, where); `own` is that of sums without one."""
    if isinstance(amount, str):
        if not _SUM.match(amount):
            yield f"expected text like {EXAMPLES[SUM]}", where
        elif not (own or amount.endswith("%")):
            yield 'a sum without a currency; expected returns.currency, or {USD: "5.90"}', where
        return
    for currency, each in amount.items():
        if not _CURRENCY.match(currency):
            yield f"expected text like {EXAMPLES[CURRENCY]}", (*where, currency)
        elif not _MONEY.match(each):
            yield f"expected text like {EXAMPLES[MONEY]}", (*where, currency)


def _sums(policy: ReturnPolicy) -> Iterator[tuple[Where, Sum]]:
    """Lists the sums of a policy."""
    groups: list[tuple[Where, Any, tuple[str, ...]]] = [
        (("outcomes", name), policy.outcomes.of(name), ("fee", "bonus")) for name in OUTCOMES
    ]
    for n, zone in enumerate(policy.zones):
        groups += [(("zones", n, "outcomes", o), zone.outcomes.of(o), ("fee", "bonus")) for o in OUTCOMES]
    groups.append(((), policy, ("keep_item_under", "finance_above")))
    groups.append((("claims",), policy.claims, ("auto_approve_under",)))
    if policy.auto_approve:
        groups.append((("auto_approve",), policy.auto_approve, ("up_to",)))
    for where, node, names in groups:
        for name in names:
            amount = getattr(node, name)
            if amount is not None:
                yield (*where, name), amount

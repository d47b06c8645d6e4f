"""Asks the database whom a segment means: its condition as SQL over a row of `customers`, in both databases.

Everything is a look into an index for one customer. What is not known of them makes a comparison false, never unknown,
so that `not` means the same here as in a sentence.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.segments.conditions import AllOf, AnyOf, Comparison, Condition, Not
from core.segments.names import Type
from core.shop.orders import OrderStatus
from storage.desk.tables import IS_UNRESOLVED, cases, ratings
from storage.people.tables import addresses, consents, customers
from storage.shop.tables import order_lines, orders, tags
from storage.shop.tags import CUSTOMER

_OPEN = [status.value for status in (OrderStatus.PENDING_PAYMENT, OrderStatus.PAID, OrderStatus.PARTIALLY_FULFILLED)]
_CHANNEL = "channel."
MILLS = 1000  # sums are added up and compared as whole thousandths: exact in both databases


class _Field(FunctionElement[str]):
    """Reads one field of a JSON object in a text column."""

    type = String()
    inherit_cache = True


@compiles(_Field, "sqlite")
def _field_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, name = element.clauses
    return f"json_extract({compiler.process(column, **more)}, '$.' || {compiler.process(name, **more)})"


@compiles(_Field, "postgresql")
def _field_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, name = element.clauses
    return f"(CAST({compiler.process(column, **more)} AS json) ->> {compiler.process(name, **more)})"


class _Mills(FunctionElement[int]):
    """Reads a sum that is kept as text in whole thousandths."""

    type = BigInteger()
    inherit_cache = True


@compiles(_Mills, "sqlite")
def _mills_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(round(CAST({compiler.process(element.clauses, **more)} AS REAL) * {MILLS}) AS INTEGER)"


@compiles(_Mills, "postgresql")
def _mills_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(round(CAST({compiler.process(element.clauses, **more)} AS NUMERIC) * {MILLS}) AS BIGINT)"


def condition_sql(condition: Condition, currency: str) -> ColumnElement[bool]:
    """Makes the condition on a row of `customers`. Only orders in `currency`, the shop's, add up to `orders.total`."""
    match condition:
        case Comparison():
            return _comparison(condition, currency)
        case AllOf(parts=parts):
            return and_(true(), *(condition_sql(part, currency) for part in parts))
        case AnyOf(parts=parts):
            return or_(false(), *(condition_sql(part, currency) for part in parts))
        case Not(part=part):
            return not_(condition_sql(part, currency))


def _comparison(comparison: Comparison, currency: str) -> ColumnElement[bool]:
    name, value = comparison.name, comparison.value
    if name in _SETS:
        return _SETS[name](str(value))
    if comparison.type is Type.FLAG:
        holds = _on_channel(name.removeprefix(_CHANNEL)) if name.startswith(_CHANNEL) else _FLAGS[name]()
        return holds if value else not_(holds)
    held: ColumnElement[Any] = _total(currency) if name == "orders.total" else _VALUES[name]()
    compared = _SIGNS[comparison.sign](held, _bound(comparison))
    return func.coalesce(compared, false())


def _bound(comparison: Comparison) -> Any:
    value = comparison.value
    if comparison.type is Type.MONEY and isinstance(value, Decimal):
        return int((value * MILLS).quantize(Decimal(1), ROUND_HALF_EVEN))
    if comparison.type is Type.DAY:
        return str(value)
    return cast(literal(str(value)), Numeric) if isinstance(value, Decimal) else value


_SIGNS: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "==": lambda held, value: held == value,
    "<": lambda held, value: held < value,
    "<=": lambda held, value: held <= value,
    ">": lambda held, value: held > value,
    ">=": lambda held, value: held >= value,
}


def _bought(*conditions: ColumnElement[bool]) -> Any:
    """Selects from the customer's orders, but for cancelled ones."""
    return and_(orders.c.customer_id == customers.c.id, orders.c.status != OrderStatus.CANCELLED.value, *conditions)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(orders).where(_bought(*conditions)).scalar_subquery()


def _total(currency: str) -> ColumnElement[int]:
    summed = func.coalesce(func.sum(_Mills(orders.c.total)), 0)
    return select(cast(summed, BigInteger)).where(_bought(orders.c.currency == currency)).scalar_subquery()


def _moment(of: Callable[[Any], Any]) -> ColumnElement[Any]:
    return type_coerce(select(of(orders.c.placed_at)).where(_bought()).scalar_subquery(), orders.c.placed_at.type)


def _place(field: str) -> ColumnElement[str]:
    """Reads where the newest order went; "" without one."""
    newest = select(_Field(orders.c.shipping, literal(field))).where(orders.c.customer_id == customers.c.id)
    newest = newest.order_by(orders.c.placed_at.desc(), orders.c.number.desc()).limit(1)
    return func.coalesce(newest.scalar_subquery(), "")


class _Language(FunctionElement[str]):
    """Reads the language alone of a locale: "zh" of "zh-Hant-TW"."""

    type = String()
    inherit_cache = True


@compiles(_Language, "sqlite")
def _language_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    said = f"replace(lower({compiler.process(element.clauses, **more)}), '_', '-')"
    return f"substr({said}, 1, instr({said} || '-', '-') - 1)"


@compiles(_Language, "postgresql")
def _language_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"split_part(replace(lower({compiler.process(element.clauses, **more)}), '_', '-'), '-', 1)"


def _score() -> ColumnElement[int]:
    given = (ratings.c.customer_id == customers.c.id, ratings.c.kind == "csat", ratings.c.score.is_not(None))
    newest = select(ratings.c.score).where(*given).order_by(ratings.c.given_at.desc(), ratings.c.id.desc())
    return newest.limit(1).scalar_subquery()


_SAID = func.nullif(customers.c.language, "")
_VALUES: Mapping[str, Callable[[], ColumnElement[Any]]] = {
    "customer.id": lambda: func.coalesce(customers.c.store_id, ""),
    "customer.country": lambda: _place("country"),
    "customer.region": lambda: _place("region"),
    "customer.city": lambda: _place("city"),
    "customer.locale": lambda: _Language(func.coalesce(_SAID, customers.c.locale)),
    "customer.tier": lambda: customers.c.tier,
    "customer.points": lambda: customers.c.points,
    "customer.birthday": lambda: _Field(customers.c.account, literal("birthday")),
    "orders.count": _count,
    "orders.first_at": lambda: _moment(func.min),
    "orders.last_at": lambda: _moment(func.max),
    "orders.open": lambda: _count(orders.c.status.in_(_OPEN)),
    "rating.last": _score,
}


def _consents(purpose: str) -> ColumnElement[bool]:
    """Tells whether the last word about this purpose is a yes, at their number or one of their addresses."""
    later = consents.alias("later")
    stands = ~exists().where(
        later.c.subject == consents.c.subject,
        later.c.channel == consents.c.channel,
        later.c.purpose == consents.c.purpose,
        later.c.id > consents.c.id,
    )
    said = (consents.c.purpose == purpose, consents.c.granted.is_(True), stands)
    number = exists().where(consents.c.subject == customers.c.phone, *said)
    own = addresses.c.customer_id == customers.c.id
    address = exists().where(own, consents.c.subject == addresses.c.value, *said)
    return or_(number, address)


def _on_channel(channel: str) -> ColumnElement[bool]:
    """Tells whether an address on that channel is known that is not dead."""
    return exists().where(
        addresses.c.customer_id == customers.c.id, addresses.c.channel == channel, addresses.c.dead_at.is_(None)
    )


_FLAGS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "consent.marketing": lambda: _consents("marketing"),
    "consent.service": lambda: _consents("service"),
    "case.open": lambda: exists().where(cases.c.customer_id == customers.c.id, IS_UNRESOLVED),
}


def _has_sku(value: str) -> ColumnElement[bool]:
    line = order_lines.c.order_number == orders.c.number
    return exists().where(_bought(line, _Field(order_lines.c.data, literal("sku")) == value))


def _has_tag(value: str) -> ColumnElement[bool]:
    return exists().where(tags.c.customer_id == customers.c.id, tags.c.subject == CUSTOMER, tags.c.tag == value)


_SETS: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "customer.tag": _has_tag,
    "orders.sku": _has_sku,
}

"""Reads the values that all of Shopify's payloads share: ids, amounts as the customer paid them, addresses, names."""

from decimal import Decimal, InvalidOperation
from typing import Any

Json = dict[str, Any]


def object_(value: Any) -> Json:
    """Returns the object itself; empty where there is none."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Json]:
    """Returns the objects of a list; none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def id_of(value: Any) -> str:
    """Returns an id as text, also of `gid://shopify/Order/450789469`; empty where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).rpartition("/")[2].partition("?")[0]


def text(value: Any) -> str:
    """Returns text without blanks around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """Returns the texts of a list; none where it is no list."""
    return [each for each in value if isinstance(each, str) and each] if isinstance(value, list) else []


def amount(owner: Json, name: str) -> str:
    """Reads an amount in the customer's currency (`…_set.presentment_money`), else in the shop's; "0" for none."""
    shown = object_(object_(owner.get(f"{name}_set")).get("presentment_money")).get("amount")
    return str(shown if shown not in (None, "") else owner.get(name) or "0")


def added(amounts: list[str]) -> Decimal:
    """Adds up amounts; what is none counts nothing."""
    return sum((_decimal(each) for each in amounts), Decimal(0))


def address(value: Any) -> Json:
    """Translates an address; the region by its code where there is one."""
    told = object_(value)
    return {
        "line1": told.get("address1"),
        "line2": told.get("address2"),
        "city": told.get("city"),
        "postcode": told.get("zip"),
        "region": told.get("province_code") or told.get("province"),
        "country": told.get("country_code") or told.get("country"),
    }


def full_name(value: Any) -> str:
    """Joins first and last name, else takes the name as it is told."""
    told = object_(value)
    return " ".join(filter(None, (text(told.get("first_name")), text(told.get("last_name"))))) or text(told.get("name"))


def _decimal(value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)

"""Reads the values that all of Shopify's payloads share: ids, amounts as the customer paid them, addresses, names."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.shops.fields import Moment
from adapters.shops.values import Json, object_, text
from core.people import names

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def id_of(value: Any) -> str:
    """Returns an id as text, also of `gid://shopify/Order/450789469`; empty where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).rpartition("/")[2].partition("?")[0]


def moment(value: Any, otherwise: datetime) -> datetime:
    """Reads a time; `otherwise` for what is none."""
    try:
        return _MOMENT.validate_python(value)
    except ValidationError:
        return otherwise


def amount(owner: Json, name: str) -> str:
    """Reads an amount in the customer's currency (`…_set.presentment_money`), else in the shop's; "0" for none."""
    shown = object_(object_(owner.get(f"{name}_set")).get("presentment_money")).get("amount")
    return str(shown if shown not in (None, "") else owner.get(name) or "0")


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
    return names.full_name(text(told.get("first_name")), text(told.get("last_name"))) or text(told.get("name"))

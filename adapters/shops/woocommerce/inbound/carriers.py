"""Knows carriers by the short names that tracking plugins write, and their tracking pages (carriers.yaml)."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from adapters.shops.values import Json, object_, text
from core.files.documents import read


@cache
def _known() -> dict[str, Any]:
    return dict(read(Path(__file__).with_name("carriers.yaml")))


def name(slug: str) -> str:
    """Returns a carrier's name; of one that is not known what the plugin wrote."""
    return text(object_(_known().get(slug.lower())).get("name")) or slug


def link(slug: str, number: str, order: Json) -> str:
    """Returns the tracking page of a parcel; empty where none is known."""
    page = text(object_(_known().get(slug.lower())).get("page"))
    postcode = text(object_(order.get("shipping")).get("postcode")) if order else ""
    return page.format(number=quote(number, safe=""), postcode=quote(postcode, safe="")) if page and number else ""

"""Collects the GraphQL documents that the adapter sends, by the name of their operation."""

import re
from importlib import import_module
from pkgutil import walk_packages

import adapters.shops.shopify as package

_DOCUMENT = re.compile(r"\s*(?:query|mutation)\s+(\w+)")


def documents() -> dict[str, str]:
    """Returns every constant of the adapter's modules that is a document."""
    modules = [import_module(found.name) for found in walk_packages(package.__path__, f"{package.__name__}.")]
    values = [value for module in modules for value in vars(module).values() if isinstance(value, str)]
    return {found.group(1): value for value in values if (found := _DOCUMENT.match(value))}

"""Prices a document as Shopify does, before it is answered.

https://shopify.dev/docs/api/usage/limits: an object costs one, scalars nothing, a connection two and its page times
what a node costs, a mutation ten more. One document may cost a thousand at most; what was not needed is given back.
"""

import re
from collections.abc import Iterator
from typing import Any

MOST = 1000
MUTATION = 10
_TOKEN = re.compile(r"\.\.\.\s*(?:on\s+\w+)?|\w+(?:\s*\([^)]*\))?|[{}]")
_STRING = re.compile(r'"[^"]*"')
_FIRST = re.compile(r"\bfirst:\s*(\d+)")
_FREE = ("nodes", "edges", "pageInfo")  # parts of a connection, which its own price holds


def cost_of(document: str) -> int:
    """Says what a document costs, whatever comes of it."""
    body = _STRING.sub('""', document)
    tokens = _TOKEN.findall(body[body.index("{") + 1 :])
    spent = MUTATION if body.lstrip().startswith("mutation") else 0
    return spent + _selection(iter(tokens))


def actual(document: str, told: Any) -> int:
    """Says what an answer cost: its objects."""
    return objects(told) + (MUTATION if document.lstrip().startswith("mutation") else 0)


def objects(told: Any) -> int:
    """Counts the objects of an answer."""
    if isinstance(told, dict):
        return 1 + sum(map(objects, told.values()))
    return sum(map(objects, told)) if isinstance(told, list) else 0


def _selection(tokens: Iterator[str]) -> int:
    """Adds up the fields until the selection ends."""
    total, field = 0, ""
    for sign in tokens:
        if sign == "}":
            break
        if sign == "{":
            total += _field(field, _selection(tokens))
        else:
            field = sign
    return total


def _field(field: str, inner: int) -> int:
    """Prices a field with the selection below it."""
    if field.startswith("...") or field.partition("(")[0].strip() in _FREE:
        return inner
    first = _FIRST.search(field)
    return 2 + int(first.group(1)) * (inner + 1) if first else inner + 1

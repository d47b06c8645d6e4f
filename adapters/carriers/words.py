"""Translates the words of tracking services into ours, by `statuses.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from core.files.documents import Document
from core.files.near import one_of
from core.shop.orders import Handed, Incident, ShipmentStatus

TABLE = Path(__file__).with_name("statuses.yaml")


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a service's word means."""

    status: ShipmentStatus
    incident: Incident = ""
    handed_to: Handed = ""


def meaning(service: str, *words: str) -> Meaning | None:
    """Finds what a service means by the first of `words` that it is known by, the finest first; None for none."""
    table = _tables()[service]
    return next((found for word in words if (found := table.get(word))), None)


@cache
def _tables() -> Mapping[str, Mapping[str, Meaning]]:
    """Reads the table. Raises ConfigurationError with file and line."""
    document = Document(TABLE)
    told = document.read(dict[str, dict[str, str | Meaning]])
    return {
        service: {word: _whole(document, service, word, said[word]) for word in said} for service, said in told.items()
    }


def _whole(document: Document, service: str, word: str, said: str | Meaning) -> Meaning:
    if isinstance(said, Meaning):
        return said
    try:
        return Meaning(ShipmentStatus(said))
    except ValueError:
        raise document.fault(one_of(said, list(ShipmentStatus)), service, word) from None

"""Reads `<kind>/kind.yaml`: what a kind of notice is about, when it is due, what it may say."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.errors import ConfigurationError
from core.files.documents import Document
from core.files.durations import EXPECTED, duration
from core.files.near import one_of
from core.people.consent import MARKETING, SERVICE
from core.shop.promises import Purpose
from core.shop.shop_actions import ShopAction
from notifications.catalogue.news import TIMER
from notifications.notice import Subject
from notifications.planning.caps import REVIEW

FILE = "kind.yaml"
EVENTS = (
    *("order.created", "order.updated", "order.paid", "order.cancelled", "shipment.created", "shipment.updated"),
    *("return.updated", "refund.issued", "stock.problem", "product.updated", "customer.updated", "loyalty.updated"),
    TIMER,
)
PURPOSES = tuple(purpose.value for purpose in Purpose)
CATEGORIES = (SERVICE, MARKETING, REVIEW)
Words = Annotated[str, Meta(min_length=1)]
_EXAMPLE = "like that of notices/pickup_ready/kind.yaml"


class KindFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"condition": "if", "is_on": "enabled"}):
    """Holds a `kind.yaml` as it is written.

    `enabled` says whether the kind is sent where `shop.yaml: notices` does not name it; `template_of` names the kind
    whose provider template says it where it has none of its own; `unless_asked` the action of the store of whose
    outcome the chat tells whoever asked for it there; `promises` the dates that the words tell, by what is to happen
    until then. Variables of a kind with code are named there.
    """

    subject: Subject | None = None
    category: Words = SERVICE
    on: tuple[str, ...] = ()
    condition: Words = "true"
    still_true: Words = "true"
    key: str = ""
    variables: dict[str, Words] = {}
    link: str = ""
    settle: Words = "0s"
    expires_after: Words = "3d"
    deadline: str = ""
    choices: tuple[Words, ...] = ()
    priority: Annotated[int, Meta(ge=1, le=100)] = 20
    is_on: bool = True
    template_of: str = ""
    family: str = ""
    unless_asked: ShopAction | None = None
    promises: dict[str, Words] = {}


class Written(msgspec.Struct, frozen=True):
    """Holds the merged `kind.yaml` of one kind, and which document said each of its fields."""

    file: KindFile
    subject: Subject
    said: Mapping[str, Document]

    def fault(self, message: str, field: str, *steps: str | int) -> ConfigurationError:
        """Makes the error for a field, in the file that says it."""
        document = self.said.get(field) or next(iter(self.said.values()))
        return document.fault(message, field, *steps)

    def document(self, field: str) -> Document:
        """Returns the document that says a field."""
        return self.said.get(field) or next(iter(self.said.values()))

    def length(self, field: str, text: str) -> timedelta:
        """Reads a length of time. Raises ConfigurationError."""
        try:
            return duration(text)
        except ValueError:
            raise self.fault(f"expected {EXPECTED}", field) from None


def read_kind(*paths: Path) -> Written:
    """Reads the files of one kind, later ones over earlier, field by field. Raises ConfigurationError."""
    documents = [Document(path) for path in paths]
    merged: dict[str, Any] = {}
    said: dict[str, Document] = {}
    for document in documents:
        document.read(KindFile)
        for field, value in document.data.items():
            merged[field], said[field] = value, document
    file = msgspec.convert(merged, KindFile)
    if file.subject is None:
        raise documents[0].fault(f"subject is missing; expected one of {', '.join(Subject)}")
    written = Written(file, file.subject, said)
    _check(written)
    return written


def _check(written: Written) -> None:
    file = written.file
    for number, event in enumerate(file.on):
        if event not in EVENTS:
            raise written.fault(f"{event}: {one_of(event, EVENTS, 'some')}", "on", number)
    for purpose in file.promises:
        if purpose not in PURPOSES:
            raise written.fault(f"{purpose}: {one_of(purpose, PURPOSES, 'some')}", "promises", purpose)
    if file.category not in CATEGORIES:
        raise written.fault(one_of(file.category, CATEGORIES), "category")
    if file.on and not file.key:
        raise written.fault(f"key is missing: it says which news are the same, {_EXAMPLE}", "on")

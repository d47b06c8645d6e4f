"""Reads what becomes of a case with time (`sla.yaml`): when it is answered, rated, and how long words reopen it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.files.documents import Document
from core.files.durations import duration


class Csat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says when a rating is asked for, how often, and up to which score it brings the case back to the lead."""

    after: str = "10m"
    low: Annotated[int, Meta(ge=0, le=4)] = 2
    once_per_customer: str = "30d"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `sla.yaml`. What the desk's clocks need beside it is kept as it is written."""

    policies: Mapping[str, Any] = {}
    paused_in: Mapping[str, Any] = {}
    unclaimed: Mapping[str, Any] = {}
    still_waiting: Mapping[str, Any] = {}
    assign: Mapping[str, Any] = {}
    undo: str = "0s"
    chase: Mapping[str, Any] = {}
    reopen: str = "72h"
    csat: Csat = Csat()


class Aim(msgspec.Struct, frozen=True):
    """Says within which time a case is to be first answered, in the desk's hours or round the clock."""

    within: timedelta = timedelta(hours=2)
    always: bool = False


class DeskTimes(msgspec.Struct, frozen=True):
    """Holds the times; a rating of `low` or less reopens the case."""

    reopen: timedelta = timedelta(hours=72)
    rating_after: timedelta = timedelta(minutes=10)
    low: int = 2
    once_per_customer: timedelta = timedelta(days=30)
    first: Mapping[str, Aim] = {}

    def aim(self, sla: str) -> Aim:
        """Returns what cases of this policy are first answered in."""
        return self.first.get(sla, Aim())


def load_desk_times(path: Path) -> DeskTimes:
    """Reads `sla.yaml`. Raises ConfigurationError with file, line and cure."""
    document = Document(path)
    written = document.read(_File)
    return DeskTimes(
        _time(document, written.reopen, "reopen"),
        _time(document, written.csat.after, "csat", "after"),
        written.csat.low,
        _time(document, written.csat.once_per_customer, "csat", "once_per_customer"),
        {name: _aim(document, name, policy) for name, policy in written.policies.items() if isinstance(policy, dict)},
    )


def _aim(document: Document, name: str, policy: Mapping[str, Any]) -> Aim:
    within = _time(document, str(policy["first"]), "policies", name, "first") if "first" in policy else Aim().within
    return Aim(within, policy.get("hours") == "always")


def _time(document: Document, text: str, *steps: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as error:
        raise document.fault(str(error), *steps) from error

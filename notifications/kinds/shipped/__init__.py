"""Tells with "your parcel left" that it comes later than promised, when both are news at once."""

from collections.abc import Mapping
from datetime import date

import msgspec

from notifications.notice import Fact, Kind, View

DECIDES = ()


def complete(kind: Kind) -> Kind:
    """Adds the day promised before (`old_date`) to what `kind.yaml` says."""

    def facts(view: View) -> Mapping[str, Fact]:
        return {**kind.facts(view), "old_date": _promise(view) or ""}

    return msgspec.structs.replace(kind, variables=(*kind.variables, "old_date"), facts=facts)


def _promise(view: View) -> date | None:
    data, parcel = view.notice.data, view.about.parcel(view.notice.shipment_id)
    promise = date.fromisoformat(data["promise"]) if "promise" in data else None
    return promise if promise and parcel and parcel.eta and parcel.eta > promise else None

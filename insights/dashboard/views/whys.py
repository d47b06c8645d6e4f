"""Words what a change is put down to."""

import msgspec

from insights.dashboard.views.reader import Reader
from insights.metrics.causes import Cause
from insights.metrics.definitions import Metric


class Why(msgspec.Struct, frozen=True):
    """The group behind a change. `by` and `key` as they are in addresses, the rest in words; `share`: how much of the
    change it explains."""

    by: str
    key: str
    grouping: str
    label: str
    before: str
    after: str
    share: str


def why(metric: Metric, cause: Cause, reader: Reader) -> Why:
    """Words a cause."""
    return Why(
        by=cause.by,
        key=cause.key,
        grouping=reader.grouping(cause.by),
        label=reader.label(cause.by, cause.key),
        before=reader.figure(cause.before, metric.unit),
        after=reader.figure(cause.after, metric.unit),
        share=reader.figure(round(min(cause.share, 1), 2), "share"),
    )

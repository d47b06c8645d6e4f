"""Words what a rule of the store did: {"notice": "stuck", "left_out": "told_already"} as "Notice: parcel stuck (…)"."""

from collections.abc import Mapping
from typing import Any

from insights.dashboard.asked import Asked
from insights.metrics import labels

LEFT_OUT = "left_out"
CODED = ("notice",)  # of which the name is a code with words of its own


def worded(deed: Mapping[str, Any], asked: Asked) -> str:
    """Words one deed, and why it was left undone."""
    what, name = next(iter(deed.items()))
    if name is None:
        words = asked.t(f"trace.deed_{what}")
    else:
        of = labels.code(name, asked.language) if what in CODED else str(name)
        words = asked.t("trace.both", kind=asked.t(f"trace.deed_{what}"), of=of)
    why = f"trace.left_{deed[LEFT_OUT]}" if deed.get(LEFT_OUT) else "trace.deed_added" if deed.get("added_to") else ""
    return asked.t("trace.and_why", what=words, why=asked.t(why)) if why else words

"""Lists the templates that the demo shop has had approved: the words that the product offers, read as a file."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

Json = dict[str, Any]
OFFERED = (
    Path(__file__).parents[3] / "notifications" / "wording"
)  # read as a shop's clerk reads it: nothing is imported
NOT_SUBMITTED = {"order_arriving_tomorrow"}  # the demo shop does not tell of it, so it has not submitted it


class Wording(msgspec.Struct, frozen=True):
    """Holds a template as it was submitted: its text and the titles of its quick replies, by our language."""

    category: str
    texts: dict[str, str]
    is_named: bool
    buttons: dict[str, list[str]]


def _read(name: str) -> Json:
    found: Json = yaml.load((OFFERED / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


def _wordings() -> dict[str, Wording]:
    offered = _read("submissions.yaml")["templates"]
    titles = {locale: _read(f"common.{locale}.yaml")["choices"] for locale in ("en", "zh")}
    return {
        one["name"]: Wording(
            one.get("category", "utility").upper(),
            one["text"],
            "positional" not in one,
            {locale: [titles[locale][each] for each in one.get("buttons", ())] for locale in one["text"]},
        )
        for one in offered
        if one["name"] not in NOT_SUBMITTED
    }


WORDINGS = _wordings()  # by name
# Whom the names are registered with, and what the languages are called there.
WHATSAPP = {"en": "en", "zh": "zh_CN"}
MESSENGER = {"en": "en_US", "zh": "zh_CN"}
# Content SIDs at Twilio, by name and language: of those that the product's templates.yaml shows there.
CONTENTS = {
    "order_shipped": {"en": "HX00000000000000000000000000000101", "zh": "HX00000000000000000000000000000102"},
    "order_delayed": {"en": "HX00000000000000000000000000000201", "zh": "HX00000000000000000000000000000202"},
    "holiday_cutoff": {"en": "HX00000000000000000000000000000301", "zh": "HX00000000000000000000000000000302"},
}

"""Shows what messages cost: by channel, flow, kind of notice, contact and case."""

from functools import partial

from insights.dashboard.page import Page
from insights.dashboard.subjects import Grouped, Subject, show

NUMBERS = ("cost", "cost_estimated")
EACH = ("cost_per_contact", "cost_per_case")

SUBJECT = Subject(
    name="costs",
    cards=("cost", *EACH, "cost_estimated"),
    courses=(("cost",), EACH),
    tables=(
        Grouped("channels", "channel", (*NUMBERS, *EACH)),
        Grouped("topics", "topic", NUMBERS),
        Grouped("currencies", "detail", NUMBERS),
    ),
)

PAGES = (Page("/costs", partial(show, subject=SUBJECT), nav="costs"),)

"""Shows whether what customers were promised was kept."""

from functools import partial

from insights.dashboard.page import Page
from insights.dashboard.subjects import Grouped, Subject, show

NUMBERS = ("promises_due", "promises_kept")

SUBJECT = Subject(
    name="promises",
    cards=("promises_kept", "promises_due"),
    courses=(("promises_kept",), ("promises_due",)),
    tables=(
        Grouped("what", "detail", NUMBERS),
        Grouped("who", "topic", NUMBERS),
        Grouped("channels", "channel", NUMBERS),
    ),
)

PAGES = (Page("/promises", partial(show, subject=SUBJECT), nav="promises"),)

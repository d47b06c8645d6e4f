"""Shows what customers were told before they asked: by kind, why not, and whether fewer asked."""

from functools import partial

from insights.dashboard.page import Page
from insights.dashboard.subjects import Grouped, Subject, show

OUTCOMES = ("notices_sent", "notices_delivered", "notices_read", "notices_failed", "notices_skipped")
ANSWERS = ("notices_answered", "notices_opted_out", "notice_delay_s")

SUBJECT = Subject(
    name="notices",
    cards=("order_status_told", "order_status_untold", *OUTCOMES, *ANSWERS),
    courses=(("notices_sent", "notices_skipped"), ("order_status_told", "order_status_untold")),
    tables=(
        Grouped("kinds", "topic", (*OUTCOMES, *ANSWERS)),
        Grouped("reasons", "detail", ("notices_skipped", "notices_failed")),
        Grouped("channels", "channel", (*OUTCOMES, *ANSWERS)),
    ),
)

PAGES = (Page("/notices", partial(show, subject=SUBJECT), nav="notices"),)

"""Shows how people at the desk do: by agent, team, hour of day and topic, with what customers say of it."""

from functools import partial

from insights.dashboard.page import Page
from insights.dashboard.subjects import Grouped, Subject, show

ANSWERS = ("first_response_s", "next_reply_s", "resolution_s")
ALL = ("cases", *ANSWERS, "sla_met", "csat")

SUBJECT = Subject(
    name="people",
    cards=("cases", *ANSWERS, "requester_wait_s", "sla_met", "csat", "backlog", "unattended"),
    courses=(("first_response_s",), ("csat",)),
    tables=(
        Grouped("agents", "agent", ("first_response_s", "next_reply_s", "resolution_s", "csat", "reopened")),
        Grouped("hours", "hour", ("cases", *ANSWERS)),
        Grouped("topics", "topic", (*ALL, "requester_wait_s", "one_touch")),
        Grouped("teams", "team", ALL),
    ),
)

PAGES = (Page("/people", partial(show, subject=SUBJECT), nav="people"),)

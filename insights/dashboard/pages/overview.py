"""Shows how service is doing at a glance."""

from insights.dashboard.asked import Asked
from insights.dashboard.house import House
from insights.dashboard.page import Page


def view(_house: House, asked: Asked) -> str:
    """Shows the page."""
    span = asked.span(7)
    return asked.render("overview.html", span=span, only=asked.options(span))


PAGES = (Page("/", view, nav="overview"),)

"""Keeps what somebody asked to see unmasked: one thing, for ten minutes, or until they go on to another."""

from datetime import datetime, timedelta

from flask import session

from insights.dashboard.asked import Asked

LASTS = timedelta(minutes=10)
SHOW, HIDE = "details", "hide"
_KEY = "look"


def looked(asked: Asked, of: str) -> bool:
    """Takes the press of "Show" or "Hide"; tells whether there was one. `of` is what it is about, for the log."""
    if asked.shows(SHOW, of):
        session[_KEY] = {"of": of, "until": (asked.now + LASTS).timestamp()}
        return True
    if asked.is_post and asked.form.get("show") == HIDE:
        leave()
        return True
    return False


def may_see(asked: Asked, of: str) -> bool:
    """Tells whether it is shown unmasked; whoever looked at something else has left that."""
    look = session.get(_KEY)
    if look and look["of"] == of and asked.now < datetime.fromtimestamp(look["until"], asked.now.tzinfo):
        return True
    leave()
    return False


def leave() -> None:
    """Ends the look."""
    if _KEY in session:
        session.pop(_KEY)

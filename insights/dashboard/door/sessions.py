"""Keeps who signed in, in a signed cookie: for twelve hours, until they sign out, or the password is another one."""

import hmac
import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from insights.dashboard.door.door import Door
from insights.dashboard.door.shared import Shared

LIFETIME = timedelta(hours=12)
NAME = 40  # letters of a name
COOKIE = "doorstep_dashboard"
SALT = "dashboard"
ENDED = "dashboard:ended:"

Kept = MutableMapping[str, Any]


class _Signed(SecureCookieSessionInterface):
    salt = SALT


def configure(app: Flask, door: Door, path: str) -> None:
    """Makes the cookie one that only we read, on our pages alone."""
    app.secret_key = door.secret
    app.session_interface = _Signed()
    app.permanent_session_lifetime = LIFETIME
    app.config |= {
        "SESSION_COOKIE_NAME": COOKIE,
        "SESSION_COOKIE_PATH": path,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": door.is_secure,
        "SESSION_REFRESH_EACH_REQUEST": False,
    }


def begin(session: Kept, door: Door, who: str, now: datetime) -> None:
    """Signs somebody in. Nothing of what the browser had before stays."""
    session.clear()
    session.update(id=secrets.token_urlsafe(16), who=who, at=int(now.timestamp()), by=_mark(door))
    session["_permanent"] = True


def who(session: Kept, door: Door, shared: Shared, now: datetime) -> str | None:
    """Returns who signed in; None where nobody did, or it is over."""
    name, began = session.get("who"), session.get("at", 0)
    lasts = timedelta() <= now - datetime.fromtimestamp(began, now.tzinfo) < LIFETIME
    if not name or not lasts or not hmac.compare_digest(session.get("by", ""), _mark(door)):
        return None
    ended = shared.ask(lambda redis: redis.exists(ENDED + session["id"]))
    return None if ended else str(name)  # where nobody knows, the cookie is all there is, which they removed


def end(session: Kept, shared: Shared) -> None:
    """Signs somebody out: a copy of the cookie is worth nothing either, as far as Redis remembers."""
    if "id" in session:
        shared.ask(lambda redis: redis.set(ENDED + session["id"], 1, ex=LIFETIME))
    session.clear()


def _mark(door: Door) -> str:
    """Makes what is another one after the password has changed, and tells nothing of it."""
    return hmac.digest(door.secret.encode(), b"dashboard:" + door.password.encode(), "sha256").hex()[:32]

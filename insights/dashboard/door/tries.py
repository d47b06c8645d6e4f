"""Bounds how often a password is tried: by the browser where somebody signed in with it before, else by the address.

Nobody is kept out by what others do. While very many guess, an address has two tries in place of ten: who knows the
password needs one, and who has many addresses comes a fifth as far with each. A browser that is known is not asked from
where it comes (OWASP calls this device cookies).
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

from insights.dashboard.door.addresses import address_of
from insights.dashboard.door.door import Door
from insights.dashboard.door.limits import Counters, Limit

BY_BROWSER = Limit("browser", 10, 600)
BY_ADDRESS = Limit("login", 10, 600)
BY_ALL = Limit("logins", 100, 600)
ALERTED = BY_ADDRESS._replace(most=2)  # of an address, while more than that are tried by all
ALL = "all"
COOKIE = "doorstep_browser"
LASTS = timedelta(days=365)


class Tries(NamedTuple):
    """Counts the tries of passwords at a door."""

    door: Door
    counters: Counters

    def hit(self, request: Request, now: datetime) -> int:
        """Counts one more; returns the seconds to wait, 0 where it is allowed."""
        if browser := self._browser(request):
            return self.counters.hit(BY_BROWSER, browser, now)
        many = self.counters.hit(BY_ALL, ALL, now)
        return self.counters.hit(ALERTED if many else BY_ADDRESS, address_of(request.environ), now)

    def passed(self, request: Request, response: Response, now: datetime, path: str) -> Response:
        """Forgives what was mistyped, as they knew the password, and has their browser known for a year."""
        browser = self._browser(request)
        limit, who = (BY_BROWSER, browser) if browser else (BY_ADDRESS, address_of(request.environ))
        self.counters.forgive(limit, who, now)
        value = self._signer.dumps(browser or secrets.token_urlsafe(16))
        response.set_cookie(COOKIE, value, LASTS, path=path, secure=self.door.is_secure, httponly=True, samesite="Lax")
        return response

    def _browser(self, request: Request) -> str:
        """Reads by which name we know a browser; "" where nobody signed in with it yet."""
        try:
            return str(self._signer.loads(request.cookies.get(COOKIE, "")))
        except BadSignature:
            return ""

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.door.secret, salt="dashboard-browser")

"""Signs people in and out: a name, so that the log says who looked, and the password."""

import hmac
import logging
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, redirect, render_template, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

from insights.dashboard.door import forms, sessions
from insights.dashboard.door.door import Door
from insights.dashboard.door.limits import Counters
from insights.dashboard.door.shared import Shared
from insights.dashboard.door.tries import Tries
from insights.dashboard.door.ways import leads

log = logging.getLogger(__name__)

LOGIN = "login"
ENDPOINTS = (LOGIN, "logout")
SITE, OURS = "Sec-Fetch-Site", "same-origin"  # the header by which browsers tell where a request was made
KEPT_SECONDS = 3600  # so long a form waits for who sent it to sign in
LONGEST_NEXT = 2000


def add_routes(app: Flask, door: Door, counters: Counters, shared: Shared) -> None:
    """Adds the paths."""
    app.add_url_rule("/login", LOGIN, partial(_login, Tries(door, counters)), methods=["GET", "POST"])
    app.add_url_rule("/logout", "logout", partial(_logout, shared), methods=["POST"])


def asked_for(door: Door) -> Response:
    """Asks to sign in, in place of what was asked for; a form that was sent is kept, and nothing of it done yet."""
    path = request.full_path.rstrip("?")
    if request.method == "POST":
        is_ours = request.headers.get(SITE) == OURS  # of any other nobody knows who wrote it
        fields = {name: value for name, value in request.form.items() if name != forms.FIELD}
        return _page(401, "door.over", kept=_signer(door).dumps([path, fields]) if is_ours else "")
    query = {"next": path} if path != "/" and len(path) < LONGEST_NEXT and leads(path) else {}
    return _to(g.asked.root + "/login", query)


def _login(tries: Tries) -> Response:
    if request.method != "POST":
        return _on() if g.is_in else _page(200)
    door, form, now = tries.door, request.form, g.asked.now
    name = " ".join(form.get("name", "").split())
    if not forms.is_ours(session, form):
        return _page(400, "door.stale")
    if wait := tries.hit(request, now):
        return _page(429, "door.too_often", {"Retry-After": str(wait)}, n=-(-wait // 60))
    if not name or len(name) > sessions.NAME or not name.isprintable():
        return _page(400, "door.no_name", most=sessions.NAME)
    if not hmac.compare_digest(form.get("password", "").encode(), door.password.encode()):
        log.warning("a wrong password for the dashboard")
        return _page(403, "door.wrong")
    sessions.begin(session, door, name, now)
    return tries.passed(request, _on(_kept(door, form.get("kept", ""))), now, g.asked.root)


def _logout(shared: Shared) -> Response:
    sessions.end(session, shared)
    return _to(g.asked.root + "/login", {"out": "1"})


def _on(kept: tuple[str, dict[str, str]] | None = None) -> Response:
    """Leads to where they were; a form they had sent is shown, to be sent or left."""
    if kept:
        path, fields = kept
        return make_response(
            render_template("door_again.html", asked=g.asked, action=g.asked.root + path, fields=fields)
        )
    path = request.values.get("next", "/")
    return make_response(redirect(g.asked.root + (path if leads(path) else "/"), 303))


def _kept(door: Door, token: str) -> tuple[str, dict[str, str]] | None:
    try:
        path, fields = _signer(door).loads(token, max_age=KEPT_SECONDS)
    except BadSignature:
        return None
    return path, fields


def _page(
    status: int, words: str = "", headers: dict[str, str] | None = None, kept: str = "", **values: Any
) -> Response:
    given = {
        "words": g.asked.t(words, **values) if words else "",
        "name": request.form.get("name", "")[: sessions.NAME],
        "next": request.values.get("next", "")[:LONGEST_NEXT],
        "kept": kept or request.form.get("kept", ""),
        "is_out": "out" in request.args,
    }
    answer = make_response(render_template("door_login.html", asked=g.asked, **given), status)
    answer.headers.extend(headers or {})
    return answer


def _to(path: str, query: dict[str, str]) -> Response:
    return make_response(redirect(path + (f"?{urlencode(query)}" if query else ""), 303))


def _signer(door: Door) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(door.secret, salt="dashboard-form")

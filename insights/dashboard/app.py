"""Makes the WSGI application of the pages; the web process puts it under /dashboard."""

from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlencode

from flask import Flask, Response, abort, g, make_response, redirect, request, session

from insights.dashboard import page, statics
from insights.dashboard.asked import Asked
from insights.dashboard.door import forms, headers, login, sessions, ways
from insights.dashboard.door.addresses import address_of
from insights.dashboard.door.limits import PAGES, Counters, Slots
from insights.dashboard.door.shared import Shared
from insights.dashboard.house import House
from insights.dashboard.mistakes import NotThere
from insights.dashboard.refusals import RETRY_SECONDS, TooMany, add_refusals, refusal
from insights.dashboard.rendering import THEMES, equip
from insights.dashboard.texts import LANGUAGES

ROOT = "/dashboard"
STATIC = "static"
MOST_BODY = 256 * 1024
YEAR = 365 * 86400
CHOICES = {"lang": tuple(LANGUAGES), "theme": THEMES}


def create_app(house: House) -> Flask:
    """Builds the application of one installation."""
    app = Flask("insights.dashboard", static_folder=None, template_folder="templates")
    app.config |= {"MAX_CONTENT_LENGTH": MOST_BODY, "MAX_FORM_PARTS": 200}
    sessions.configure(app, house.door, ROOT)
    shared = Shared(house.door.redis)
    counters, door = Counters(shared), house.door
    slots, streams = Slots(door.at_once, door.waiting, door.patience), Slots(door.at_once)
    pages = page.found()
    equip(app, pages, ROOT)
    for ask in (
        partial(_know, house, shared),
        partial(_limit, counters),
        _refuse_others,
        _straighten,
        partial(_admit, house),
        _prove,
        partial(_take, slots),
    ):
        app.before_request(ask)
    app.after_request(headers.guarded)
    app.after_request(partial(_remember, house.door.is_secure))
    app.after_request(partial(_leave, slots, streams))  # the last one registered comes first
    app.teardown_request(partial(_give_back, slots))
    app.add_url_rule("/static/<name>", endpoint=STATIC, view_func=statics.answer)
    for each in pages:
        app.add_url_rule(
            each.rule, endpoint=each.rule, view_func=partial(_shown, house, each), methods=list(each.methods)
        )
    if house.door.password:
        login.add_routes(app, house.door, counters, shared)
    add_refusals(app)
    return app


def _shown(house: House, of: page.Page, **parts: str) -> Response | str:
    if any("\x00" in part for part in parts.values()):  # which no id has, and PostgreSQL takes in no text
        raise NotThere
    return of.view(house, g.asked, **parts)


def _know(house: House, shared: Shared) -> None:
    """Finds out who asks, and how they want to read."""
    now = house.now()
    who = sessions.who(session, house.door, shared, now) if house.door.password else ""
    g.is_in = who is not None
    g.asked = Asked(
        house=house,
        who=who or "",
        language=_language(),
        theme=_chosen("theme") or THEMES[0],
        root=ROOT,
        path=request.path,
        query=request.args,
        form={},
        now=now,
    )


def _limit(counters: Counters) -> None:
    wait = 0 if request.endpoint == STATIC else counters.hit(PAGES, address_of(request.environ), g.asked.now)
    if wait:
        raise TooMany(wait)


def _refuse_others() -> None:
    """Takes no POST from a page of another site, which browsers tell."""
    if request.method == "POST" and request.headers.get(login.SITE, login.OURS) != login.OURS:
        abort(403)


def _straighten() -> Response | None:
    """Leads from a path with a `/` too much at its end to the page."""
    path = request.path.rstrip("/")
    if request.url_rule or path == request.path or request.method not in ("GET", "HEAD") or not ways.is_page(path):
        return None
    query = urlencode(request.args.to_dict(flat=False), doseq=True)
    return make_response(redirect(ROOT + quote(path) + (f"?{query}" if query else ""), 308))


def _admit(house: House) -> Response | None:
    """Lets in who signed in; all others sign in first, and go on where they were."""
    if g.is_in or request.endpoint == STATIC or request.endpoint in login.ENDPOINTS:
        return None
    return login.asked_for(house.door)


def _prove() -> None:
    """Takes a POST only from a form of ours."""
    if request.method != "POST" or request.endpoint == login.LOGIN:  # which says so beside its fields
        return
    form = request.form.to_dict()
    if not forms.is_ours(session, form):
        abort(403)
    g.asked = replace(g.asked, form=form, is_post=True)


def _take(slots: Slots) -> None:
    if request.endpoint == STATIC:
        return
    if not slots.take():
        raise TooMany(RETRY_SECONDS)
    g.slot = True


def _leave(slots: Slots, streams: Slots, response: Response) -> Response:
    """Gives the slot back when the page is made. A file that is streamed has one of another kind until it has left:
    whoever takes in a long one slowly keeps nobody from pages."""
    if g.pop("slot", False):
        slots.give_back()
        if not response.is_sequence:
            return _streamed(streams, response)
    return response


def _streamed(streams: Slots, response: Response) -> Response:
    if not streams.take():
        response.close()
        return refusal(429, g.asked.t("refusals.leaving"), Retry_After=RETRY_SECONDS)
    response.call_on_close(streams.give_back)
    return response


def _give_back(slots: Slots, _error: BaseException | None) -> None:
    if g.pop("slot", False):
        slots.give_back()


def _remember(is_secure: bool, response: Response) -> Response:
    """Keeps what they chose: the language, and light or dark."""
    for name, known in CHOICES.items():
        if request.args.get(name) in known:
            response.set_cookie(
                _cookie(name), request.args[name], YEAR, path=ROOT, samesite="Lax", httponly=True, secure=is_secure
            )
    return response


def _chosen(name: str) -> str:
    known = CHOICES[name]
    return next((each for each in (request.args.get(name), request.cookies.get(_cookie(name))) if each in known), "")


def _language() -> str:
    return _chosen("lang") or request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _cookie(name: str) -> str:
    return f"doorstep_{name}"

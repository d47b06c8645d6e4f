"""Tests the door of the pages: signing in and out, sessions that end, forms that are not ours, asking too often."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis import ConnectionError, Redis
from sqlalchemy.pool import QueuePool
from werkzeug.test import TestResponse, create_environ

from insights.dashboard import csv_file
from insights.dashboard.door.door import Door
from insights.dashboard.door.headers import HEADERS
from insights.dashboard.door.limits import PAGES, Counters, Limit, Slots
from insights.dashboard.door.sessions import LIFETIME
from insights.dashboard.door.shared import REST_SECONDS, Shared
from insights.dashboard.door.tries import ALERTED, BY_ADDRESS, BY_ALL, BY_BROWSER
from insights.dashboard.house import House
from storage.desk import audit
from tests.insights.dashboard.conftest import NOW
from tests.insights.dashboard.visitor import PASSWORD, Visitor, mounted


class Clock:
    """Tells the time that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def locked(filled: House, clock: Clock) -> House:
    """Returns the pages of an installation with a password."""
    return replace(filled, now=clock, door=replace(filled.door, redis=None))


def with_door(house: House, **changed: Any) -> House:
    return replace(house, door=replace(house.door, **changed))


# --- signing in


def test_who_is_not_signed_in_signs_in_and_goes_on_where_they_were(locked: House) -> None:
    visitor = Visitor(locked)
    login = visitor.get("/?from=2026-11-01&channel=sms")
    assert login.headers["Location"].startswith("/dashboard/login?next=")
    form = visitor.follow(login)
    assert form.status_code == 200
    assert 'value="/?from=2026-11-01&amp;channel=sms"' in form.text
    back = visitor.post("/login", {"name": "Bea", "password": PASSWORD, "next": "/?from=2026-11-01&channel=sms"})
    assert back.headers["Location"] == "/dashboard/?from=2026-11-01&channel=sms"
    page = visitor.follow(back)
    assert page.status_code == 200
    assert "Bea" in page.text
    assert visitor.follow(visitor.get("/login")).status_code == 200  # who is in has no need of it


@pytest.mark.parametrize(
    ("where", "leads"),
    [
        ("https://evil.example/", "/dashboard/"),
        ("//evil.example/", "/dashboard/"),
        ("/\\evil.example", "/dashboard/"),
        ("/../../x", "/dashboard/"),
        ("/trace/../../x", "/dashboard/"),
        ("/trace/%2e%2E/..%2f../x", "/dashboard/"),
        ("/trace/..\\..\\x", "/dashboard/"),
        ("/trace/..", "/dashboard/"),
        ("/trace/wamid.a..b%2F=?by=any", "/dashboard/trace/wamid.a..b%2F=?by=any"),
        ("/conversations?q=../..", "/dashboard/conversations?q=../.."),
        ("/logout", "/dashboard/"),
        ("/nothing", "/dashboard/"),
        ("javascript:alert(1)", "/dashboard/"),
        ("/a\r\nSet-Cookie: x=1", "/dashboard/"),
        ("", "/dashboard/"),
    ],
)
def test_signing_in_leads_nowhere_else(locked: House, where: str, leads: str) -> None:
    assert Visitor(locked).sign_in(next=where).headers["Location"] == leads


def test_who_asks_for_what_is_no_page_begins_at_the_overview(locked: House) -> None:
    """Such is the way out, which is a press of a button."""
    assert Visitor(locked).get("/logout").headers["Location"] == "/dashboard/login"


def test_a_head_is_answered_like_the_page(locked: House) -> None:
    answer = Visitor(locked).send("HEAD", "/login")
    assert (answer.status_code, answer.data) == (200, b"")


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/conversations/", "/dashboard/conversations"),
        ("/conversations/?q=a%26b&q=%C3%A9", "/dashboard/conversations?q=a%26b&q=%C3%A9"),
        ("/metrics/backlog/behind//", "/dashboard/metrics/backlog/behind"),
        ("/login/", "/dashboard/login"),
    ],
)
def test_a_stroke_too_much_leads_to_the_page(locked: House, path: str, leads: str) -> None:
    for method in ("GET", "HEAD"):
        answer = Visitor(locked).send(method, path)
        assert (answer.status_code, answer.headers["Location"]) == (308, leads)
    assert Visitor(locked).send("POST", path).status_code == 401


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"password": "wrong"}, 403, "That is not the password."),
        ({"password": ""}, 403, "That is not the password."),
        ({"password": "pässword"}, 403, "That is not the password."),
        ({"name": "  "}, 400, "Write your name"),
        ({"name": "x" * 41}, 400, "Write your name"),
        ({"name": "a\u202eb"}, 400, "Write your name"),
        ({"csrf": "another"}, 400, "Try once more."),
    ],
)
def test_a_form_that_is_wrong_says_so_and_lets_nobody_in(
    locked: House, given: dict[str, str], status: int, words: str
) -> None:
    visitor = Visitor(locked)
    answer = visitor.sign_in(**given)
    assert answer.status_code == status
    assert words in answer.text
    assert visitor.get("/").status_code == 303


def test_a_name_is_shown_as_it_was_written_and_no_more(locked: House) -> None:
    visitor = Visitor(locked)
    visitor.follow(visitor.sign_in("<b>王 & Co</b>"))
    assert "&lt;b&gt;王 &amp; Co&lt;/b&gt;" in visitor.get("/").text
    assert "<b>" not in visitor.get("/").text


def test_the_cookies_are_ours_alone(locked: House) -> None:
    plain = Visitor(locked).sign_in().headers.getlist("Set-Cookie")
    assert len(plain) == 2  # of the session, and of the browser
    for each in plain:
        assert {"HttpOnly", "Path=/dashboard", "SameSite=Lax"} <= set(each.split("; "))
        assert "Secure" not in each
        assert PASSWORD not in each
    secure = Visitor(with_door(locked, is_secure=True), "https://desk.example").sign_in()
    assert all("Secure" in each.split("; ") for each in secure.headers.getlist("Set-Cookie"))


# --- the end of a session


def test_a_session_ends_after_twelve_hours(locked: House, clock: Clock) -> None:
    visitor = Visitor(locked)
    visitor.sign_in()
    clock.now = NOW + LIFETIME - timedelta(seconds=1)
    assert visitor.get("/").status_code == 200
    clock.now = NOW + LIFETIME
    assert visitor.get("/").status_code == 303
    clock.now = NOW - timedelta(seconds=1)  # the clock was put back: nobody knows for how long
    assert visitor.get("/").status_code == 303


@pytest.mark.parametrize("changed", [{"password": "another"}, {"secret": "another"}])
def test_a_session_ends_when_the_password_or_the_key_is_another(locked: House, changed: dict[str, str]) -> None:
    visitor = Visitor(locked)
    visitor.sign_in()
    cookie = visitor.cookie
    other = Visitor(with_door(locked, **changed))
    other.cookie = cookie
    assert other.get("/").status_code == 303
    same = Visitor(locked)
    same.cookie = cookie
    assert same.get("/").status_code == 200


def test_signing_out_ends_copies_of_the_cookie_too(locked: House, valkey: Redis) -> None:
    house = with_door(locked, redis=valkey)
    visitor = Visitor(house)
    visitor.follow(visitor.sign_in())
    copied = visitor.cookie
    out = visitor.follow(visitor.post("/logout"))
    assert "You are signed out." in out.text
    assert visitor.get("/").status_code == 303
    thief = Visitor(house)
    thief.cookie = copied
    assert thief.get("/").status_code == 303


def test_a_form_from_a_session_that_is_over_is_kept_until_they_are_back(locked: House, clock: Clock) -> None:
    visitor = Visitor(locked)
    visitor.follow(visitor.sign_in())
    clock.now = NOW + LIFETIME
    over = visitor.post("/?from=2026-11-01", {"show": "phone <1>"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert over.status_code == 401
    assert "Nothing was changed yet" in over.text
    kept = over.text.split('name="kept" value="')[1].split('"')[0]
    again = visitor.post("/login", {"name": "Bea", "password": PASSWORD, "kept": kept})
    assert again.status_code == 200
    assert 'action="/dashboard/?from=2026-11-01"' in again.text
    assert 'name="show" value="phone &lt;1&gt;"' in again.text
    forged = Visitor(locked).sign_in(kept="forged")
    assert forged.status_code == 303  # signed in, and nothing to be done


# --- forms


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"csrf": ""}, {}),
        ({"csrf": "guessed"}, {}),
        ({"csrf": "käse"}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_form_that_is_not_ours_does_nothing(locked: House, form: dict[str, str], headers: dict[str, str]) -> None:
    visitor = Visitor(locked)
    visitor.follow(visitor.sign_in())
    refused = visitor.post("/logout", form, headers=headers)
    assert refused.status_code == 403
    assert "Nothing was changed" in refused.text
    assert visitor.get("/").status_code == 200


def test_a_form_of_another_site_is_not_kept_for_later(locked: House) -> None:
    refused = Visitor(locked).post("/", {"show": "all"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert "kept" not in refused.text


# --- too often


def test_whoever_guesses_waits(locked: House, clock: Clock, valkey: Redis) -> None:
    visitor = Visitor(with_door(locked, redis=valkey), REMOTE_ADDR="192.0.2.1")
    for number in range(BY_ADDRESS.most):  # what they write themselves makes them nobody else
        wrong = visitor.sign_in(password="wrong", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        assert wrong.status_code == 403
    waits = visitor.sign_in()
    assert waits.status_code == 429
    assert 0 < int(waits.headers["Retry-After"]) <= BY_ADDRESS.seconds
    assert "Try again in" in waits.text
    other = Visitor(with_door(locked, redis=valkey), REMOTE_ADDR="192.0.2.2")
    assert other.sign_in().status_code == 303
    clock.now += timedelta(seconds=BY_ADDRESS.seconds)
    assert visitor.sign_in().status_code == 303


def guessed_by_very_many(house: House, application: Any) -> None:
    """Tries wrong passwords, as many as are too many, from behind a proxy, each at another address."""
    guesser = Visitor(house, application=application, REMOTE_ADDR="10.0.0.1")
    for number in range(BY_ALL.most):
        wrong = guesser.sign_in(password="wrong", headers={"X-Forwarded-For": f"6.6.6.6, 203.0.113.{number}"})
        assert wrong.status_code == 403


def test_while_very_many_guess_an_address_has_few_tries(locked: House) -> None:
    house = with_door(locked, redis=None)
    application = mounted(house)
    guessed_by_very_many(house, application)
    right = Visitor(house, application=application, REMOTE_ADDR="192.0.2.1")
    assert right.sign_in(password="mistyped").status_code == 403
    assert right.sign_in().status_code == 303
    wrong = Visitor(house, application=application, REMOTE_ADDR="192.0.2.2")
    statuses = [wrong.sign_in(password="wrong").status_code for _ in range(ALERTED.most + 1)]
    assert statuses == [403] * ALERTED.most + [429]


def test_whose_browser_is_known_has_tries_of_their_own(locked: House, clock: Clock) -> None:
    """Whatever happens at the same address, and wherever else."""
    house = with_door(locked, redis=None)
    application = mounted(house)
    owner = Visitor(house, application=application, REMOTE_ADDR="192.0.2.1")
    assert owner.sign_in().status_code == 303
    clock.now += LIFETIME
    guessed_by_very_many(house, application)
    neighbour = Visitor(house, application=application, REMOTE_ADDR="192.0.2.1")
    assert [neighbour.sign_in(password="wrong").status_code for _ in range(3)] == [403, 403, 429]
    for _ in range(2):
        mistyped = [owner.sign_in(password="wrong").status_code for _ in range(BY_BROWSER.most - 1)]
        assert mistyped == [403] * (BY_BROWSER.most - 1)
        assert owner.sign_in().status_code == 303
        owner.follow(owner.get("/login"))
        owner.post("/logout")
    statuses = [owner.sign_in(password="wrong").status_code for _ in range(BY_BROWSER.most + 1)]
    assert statuses == [403] * BY_BROWSER.most + [429]


@pytest.mark.parametrize("value", ["", "forged", "ImEi.forged", "\x00"])
def test_a_browser_is_known_by_our_word_alone(locked: House, value: str) -> None:
    house = with_door(locked, redis=None)
    application = mounted(house)
    guesser = Visitor(house, application=application, REMOTE_ADDR="192.0.2.1")
    guesser.known_as(value)
    statuses = [guesser.sign_in(password="wrong").status_code for _ in range(BY_ADDRESS.most + 1)]
    assert statuses == [403] * BY_ADDRESS.most + [429]


def test_signing_in_forgives_what_was_mistyped(locked: House) -> None:
    visitor = Visitor(locked)
    for _ in range(3):
        for _ in range(BY_ADDRESS.most - 1):
            assert visitor.sign_in(password="wrong").status_code == 403
        assert visitor.sign_in().status_code == 303
        visitor.follow(visitor.get("/login"))
        visitor.post("/logout")


def test_counting_goes_on_without_redis() -> None:
    away = Redis.from_url("unix:///nobody.sock")
    for counters in (Counters(Shared(None)), Counters(Shared(away))):
        limit = Limit("x", 2, 60)
        assert [counters.hit(limit, "me", NOW) > 0 for _ in range(4)] == [False, False, True, True]
        assert counters.hit(limit, "you", NOW) == 0
        counters.forgive(limit, "me", NOW)
        assert counters.hit(limit, "me", NOW) == 0
    away.close()


def test_nothing_waits_for_redis_while_it_is_away() -> None:
    time, asked = [0.0], list[str]()

    def failing(_redis: Redis) -> int:
        asked.append("once")
        raise ConnectionError

    with Redis() as redis:
        shared = Shared(redis, lambda: time[0])
        assert [shared.ask(failing) for _ in range(3)] == [None] * 3
        assert asked == ["once"]
        time[0] = REST_SECONDS
        assert shared.ask(lambda _redis: 7) == 7


def test_all_processes_count_together(valkey: Redis) -> None:
    first, second = Counters(Shared(valkey)), Counters(Shared(valkey))
    limit = Limit("x", 2, 60)
    waits = [each.hit(limit, "me", NOW) for each in (first, second, first)]
    assert waits == [0, 0, 60 - int(NOW.timestamp()) % 60]
    assert 0 < valkey.ttl(valkey.keys("dashboard:x:*")[0]) <= 60


def test_whoever_asks_for_very_many_pages_waits(house: House) -> None:
    visitor = Visitor(house)
    statuses = [visitor.get("/nothing").status_code for _ in range(PAGES.most + 1)]
    assert statuses == [404] * PAGES.most + [429]
    waits = visitor.get("/", headers={"Accept-Language": "zh"})
    assert waits.status_code == 429
    assert int(waits.headers["Retry-After"]) > 0
    assert "请求过多" in waits.text


def test_few_pages_are_made_at_a_time_and_no_more_wait_than_can() -> None:
    slots = Slots(1)
    assert slots.take()
    assert not slots.take()
    slots.give_back()
    assert slots.take()
    slots.give_back()


def test_who_waits_has_a_turn_when_one_is_given_back_and_who_finds_no_room_is_told_at_once() -> None:
    slots = Slots(1, waiting=1, patience=60)
    assert slots.take()
    with ThreadPoolExecutor(1) as another:
        waits = another.submit(slots.take)
        while slots._room._value:
            time.sleep(0.001)
        assert not slots.take()
        slots.give_back()
        assert waits.result()
    slots.give_back()


def test_who_waits_too_long_is_told_to_come_again() -> None:
    slots = Slots(1, waiting=1, patience=0.01)
    assert slots.take()
    assert [slots.take(), slots.take()] == [False, False]  # and has left no place taken


def asks(house: House, *, at_once: int, waiting: int, patience: float) -> list[TestResponse]:
    """Lets a hundred people ask at once, half of them for nonsense; returns what each was answered."""
    application = mounted(with_door(house, at_once=at_once, waiting=waiting, patience=patience))

    def ask(number: int) -> TestResponse:
        visitor = Visitor(house, application=application, REMOTE_ADDR=f"192.0.2.{number}")
        return visitor.get("/?from=2026-11-01" if number % 2 else "/?from=no")

    with ThreadPoolExecutor(100) as everybody:
        answers = list(everybody.map(ask, range(100)))
    assert [ask(1).status_code, ask(2).status_code] == [200, 400]  # no slot is lost
    return answers


def test_a_hundred_at_once_get_a_page_each(house: House) -> None:
    answers = asks(house, at_once=4, waiting=96, patience=60)
    assert Counter(each.status_code for each in answers) == {200: 50, 400: 50}


def test_who_cannot_be_answered_soon_is_told_when_to_ask_again(house: House) -> None:
    answers = asks(house, at_once=1, waiting=5, patience=0.05)
    refused = [each for each in answers if each.status_code == 429]
    assert refused
    assert {each.headers["Retry-After"] for each in refused} == {"5"}
    assert {each.status_code for each in answers} <= {200, 400, 429}


# --- files that are streamed

EXPORT = "/metrics/contacts/behind?from=2026-10-15&to=2026-12-01&format=csv"


class Leaving:
    """A file that somebody takes in as slowly as they like."""

    def __init__(self, application: Any) -> None:
        environ = create_environ("/dashboard" + EXPORT)
        self.status = ""
        self._pieces = application(environ, self._begin)
        self.read = iter(self._pieces).__next__

    def _begin(self, status: str, _headers: Any, _error: Any = None) -> Any:
        self.status = status

    def goes_away(self) -> None:
        """Does what a web server does when its client has closed the connection."""
        self._pieces.close()


def test_who_takes_in_a_long_file_slowly_keeps_nobody_from_pages(house: House) -> None:
    application = mounted(with_door(house, at_once=1))
    slow = Leaving(application)
    slow.read()
    visitor = Visitor(house, application=application)
    assert [visitor.get("/").status_code for _ in range(3)] == [200] * 3
    refused = visitor.get(EXPORT)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert {name: refused.headers[name] for name in HEADERS} == HEADERS
    assert "Several files are leaving" in refused.text
    slow.goes_away()
    assert visitor.get(EXPORT).status_code == 200


@pytest.mark.parametrize("read", [0, 1])
def test_who_goes_away_in_the_middle_of_a_file_takes_nothing_with_them(house: House, read: int) -> None:
    application, pool = mounted(with_door(house, at_once=1)), house.store._reader.pool
    assert isinstance(pool, QueuePool)
    held = pool.checkedout()
    for _ in range(3):
        leaving = Leaving(application)
        assert leaving.status == "200 OK"
        for _ in range(read):
            leaving.read()
            assert pool.checkedout() == held + 1
        leaving.goes_away()
        assert pool.checkedout() == held


def test_a_file_that_breaks_off_takes_nothing_with_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    application, pool = mounted(with_door(house, at_once=1)), house.store._reader.pool
    assert isinstance(pool, QueuePool)
    held = pool.checkedout()
    for _ in range(3):
        leaving = Leaving(application)
        leaving.read()
        with monkeypatch.context() as broken:
            broken.setattr(csv_file, "cell", _breaks)
            with pytest.raises(ConnectionError):
                leaving.read()
        leaving.goes_away()
        assert pool.checkedout() == held


def _breaks(_value: Any) -> str:
    raise ConnectionError


# --- headers


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/?from=no", "/static/nothing.js"])
def test_every_answer_tells_browsers_what_it_may_do(locked: House, path: str) -> None:
    visitor = Visitor(locked)
    visitor.sign_in()
    answer = visitor.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


# --- looks at what is masked


def test_a_look_is_logged_with_the_name(locked: House) -> None:
    from insights.dashboard.asked import Asked  # noqa: PLC0415

    def asked(form: dict[str, str], *, is_post: bool, who: str = "Bea") -> Asked:
        parts: dict[str, Any] = {"language": "en", "theme": "auto", "root": "", "path": "/", "query": {}}
        return Asked(house=locked, who=who, form=form, now=NOW, is_post=is_post, **parts)

    of = "conversation:0005"
    assert not asked({"show": "phone"}, is_post=False).shows("phone", of)
    assert not asked({"show": "email"}, is_post=True).shows("phone", of)
    assert asked({"show": "phone"}, is_post=True).shows("phone", of)
    assert asked({"show": "phone"}, is_post=True, who="").shows("phone", of)
    with locked.store.read() as conn:
        looks = audit.listed(conn, action="reveal", object_=of)
    assert [(each.actor, each.data) for each in looks] == [
        ("dashboard:local", {"what": "phone"}),
        ("dashboard:Bea", {"what": "phone"}),
    ]


def test_the_door_says_nothing_of_the_password(locked: House) -> None:
    assert isinstance(locked.door, Door)
    assert PASSWORD not in Visitor(locked).get("/login").text

"""Links to files: signed, limited in time, and harmless in a browser whatever a customer sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.media.folder import FolderBlobs
from bots.http.app import create_app
from bots.http.media_links import Links, add_route
from bots.wiring.clients.media import build_links
from bots.wiring.intake import build_intake
from config.settings import load
from core.errors import Outcome, SendError
from core.ids import new_id
from storage.engine.store import Store
from storage.media import files
from storage.media.tables import media as media_table
from tests.fakes import NOW, FakeClock

SECRET = "0" * 64
BASE = "https://desk.example"


class Site:
    """Joins the route, a folder of files and a browser."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = store
        self.blobs = FolderBlobs(folder)
        self.links = Links(SECRET, BASE, timedelta(days=7), self.clock)
        app = Flask(__name__, static_folder=None)
        add_route(app, store, self.blobs, self.links, self.clock)
        self.browser: FlaskClient = app.test_client()

    def put(self, mime: str = "image/jpeg", content: bytes = b"content", **more: Any) -> str:
        """Keeps a file; returns its id."""
        row = files.row(new_id(NOW), "whatsapp", "main", "m1", "image", NOW, mime=mime)
        values = {"state": files.KEPT, "expires_at": NOW + timedelta(days=90), "size": len(content), **more}
        with self.store.write() as conn:
            conn.execute(media_table.insert(), {**row, **values})
        if values["state"] == files.KEPT:
            self.blobs.put(files.blob_name(row["id"]), content, mime)
        return str(row["id"])

    def get(self, id_: str, method: str = "GET") -> TestResponse:
        return self.open(self.links.link(id_).removeprefix(BASE), method)

    def open(self, path: str, method: str = "GET") -> TestResponse:
        return self.browser.open(path, method=method)


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path / "media")


def test_a_link_shows_the_file(site: Site) -> None:
    answer = site.get(site.put(filename="photo.jpg"))
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"content", "image/jpeg")
    assert answer.headers["Content-Length"] == "7"
    assert answer.headers["Content-Disposition"] == "inline; filename=\"photo.jpg\"; filename*=UTF-8''photo.jpg"


def test_a_look_at_the_headers_opens_no_file(site: Site) -> None:
    answer = site.get(site.put(), "HEAD")
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"", "7")


@pytest.mark.parametrize("state", [files.KEPT, files.PENDING, files.REFUSED])
def test_every_answer_is_harmless(site: Site, state: str) -> None:
    headers = site.get(site.put(state=state)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"].startswith("private" if state == files.KEPT else "no-store")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    ("mime", "shown"),
    [
        ("image/jpeg", True),
        ("image/png", True),
        ("image/gif", True),
        ("image/webp", True),
        ("audio/ogg", True),
        ("video/mp4", True),
        ("application/pdf", True),
        ("image/svg+xml", False),
        ("image/heic", False),
        ("text/html", False),
        ("text/plain", False),
        ("application/octet-stream", False),
        ("application/zip", False),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
        ("", False),
    ],
)
def test_only_what_a_browser_shows_safely_is_shown(site: Site, mime: str, shown: bool) -> None:
    disposition = site.get(site.put(mime)).headers["Content-Disposition"]
    assert disposition.startswith("inline;" if shown else "attachment;")


@pytest.mark.parametrize("mime", ["audio/ogg", "video/mp4"])
def test_a_player_may_ask_for_its_file_and_runs_nothing(site: Site, mime: str) -> None:
    policy = site.get(site.put(mime)).headers["Content-Security-Policy"]
    assert policy.endswith("sandbox allow-same-origin")
    assert "script" not in policy


def test_a_pdf_is_not_sandboxed_because_no_browser_opens_it_then(site: Site) -> None:
    policy = site.get(site.put("application/pdf")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" not in policy


@pytest.mark.parametrize(
    ("filename", "plain"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"; filename="evil.html', "a__ filename=_evil.html".replace("=", "_")),
        ("line\r\nSet-Cookie: a=b", "line_Set-Cookie_ a_b"),
        ("订单.pdf", "__.pdf"),
        ("C:\\temp\\x.jpg", "C__temp_x.jpg"),
        ("...", "image.jpg"),
        ("", "image.jpg"),
    ],
)
def test_names_are_made_safe(site: Site, filename: str, plain: str) -> None:
    answer = site.get(site.put(filename=filename))
    assert f'filename="{plain}"' in answer.headers["Content-Disposition"]
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].isascii()


def test_the_real_name_is_there_too(site: Site) -> None:
    answer = site.get(site.put(filename="订单 1.pdf"))
    assert "filename*=UTF-8''%E8%AE%A2%E5%8D%95%201.pdf" in answer.headers["Content-Disposition"]


def test_a_forged_link_is_nothing(site: Site) -> None:
    id_ = site.put()
    token = site.links.link(id_).removeprefix(f"{BASE}/media/")
    other = Links("1" * 64, BASE, timedelta(days=7), site.clock).link(id_).removeprefix(BASE)
    payload, _, rest = token.partition(".")
    swapped = Links(SECRET, BASE, timedelta(days=7), site.clock).link("f" * 24).removeprefix(f"{BASE}/media/")
    forged = [other, f"/media/{id_}", f"/media/{payload}", f"/media/{token}x", "/media/..%2f", "/media/a.b.c"]
    forged.append(f"/media/{swapped.partition('.')[0]}.{rest}")
    assert [site.open(path).status_code for path in forged] == [404] * len(forged)


def test_a_link_ends(site: Site) -> None:
    id_ = site.put()
    path = site.links.link(id_).removeprefix(BASE)
    site.clock.advance(days=7)
    assert site.open(path).status_code == 200
    site.clock.advance(seconds=1)
    assert site.open(path).status_code == 410
    assert site.get(id_).status_code == 200


def test_a_file_ends_on_its_day_even_before_it_is_removed(site: Site) -> None:
    id_ = site.put()
    site.clock.advance(days=90)
    assert site.get(id_).status_code == 410


def test_an_erased_file_is_gone_at_once(site: Site) -> None:
    id_ = site.put(customer_id="c1")
    with site.store.write() as conn:
        files.forget(conn, "c1", [], NOW)
    assert site.get(id_).status_code == 410


def test_what_nobody_knows_or_holds_is_gone(site: Site) -> None:
    assert site.get("f" * 24).status_code == 410
    id_ = site.put()
    site.blobs.delete(files.blob_name(id_))
    assert site.get(id_).status_code == 410


@pytest.mark.parametrize("state", [files.PENDING, files.FETCHING])
def test_a_file_that_is_coming_is_waited_for(site: Site, state: str) -> None:
    answer = site.get(site.put(state=state))
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "3")
    assert "being fetched" in answer.text


def test_a_refused_file_says_why(site: Site) -> None:
    answer = site.get(site.put(state=files.REFUSED, code="too_large"))
    assert answer.status_code == 410
    assert "because it is too large" in answer.text


def test_a_store_that_is_away_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_name: str) -> Iterator[bytes]:
        raise SendError(Outcome.RETRY, "media_store")

    monkeypatch.setattr(site.blobs, "stream", away)
    assert site.get(site.put()).status_code == 503


def test_the_web_process_serves_files(tmp_path: Path) -> None:
    settings = load({"VAR_DIR": str(tmp_path), "PUBLIC_URL": BASE})
    intake = build_intake(settings)
    browser = create_app(intake).test_client()
    assert browser.get("/media/forged").status_code == 404
    old = build_links(settings, FakeClock()).link("f" * 24).removeprefix(BASE)  # of another time
    assert browser.get(old).status_code == 410
    intake.store.close()

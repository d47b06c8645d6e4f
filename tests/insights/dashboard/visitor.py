"""Asks for pages as a browser does, without one."""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse

from insights.dashboard.app import ROOT, create_app
from insights.dashboard.door.sessions import COOKIE
from insights.dashboard.door.tries import COOKIE as KNOWN
from insights.dashboard.house import House

PASSWORD = "open sesame"
FORM_WORD = re.compile(r'name="csrf" value="([^"]+)"')


def mounted(house: House) -> Any:
    """Puts the pages under their path, as the web process does."""
    pages = create_app(house).wsgi_app

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        assert path.startswith(ROOT), path
        return pages({**environ, "SCRIPT_NAME": ROOT, "PATH_INFO": path.removeprefix(ROOT) or "/"}, start_response)

    return application


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serves the pages to browsers; their address."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}{ROOT}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visitor:
    """One browser: it keeps cookies, and sends forms with the word that their page had."""

    def __init__(
        self, house: House, base_url: str = "http://localhost", application: Any = None, **environ: str
    ) -> None:
        self._client = Client(application or mounted(house))
        self._given: dict[str, Any] = {"base_url": base_url, "environ_base": environ}
        self.word = ""

    def get(self, path: str = "/", **given: Any) -> TestResponse:
        """Opens a page under /dashboard."""
        return self._kept(self._client.get(ROOT + path, **self._given, **given))

    def post(self, path: str, data: dict[str, str] | None = None, **given: Any) -> TestResponse:
        """Sends a form, with the word of the last page that had one."""
        form = {"csrf": self.word, **(data or {})}
        return self._kept(self._client.post(ROOT + path, data=form, **self._given, **given))

    def send(self, method: str, path: str) -> TestResponse:
        """Sends any request, with a form's word."""
        self.get("/")
        data = {"csrf": self.word} if method == "POST" else None
        return self._client.open(ROOT + path, method=method, data=data, **self._given)

    def follow(self, answer: TestResponse) -> TestResponse:
        """Goes where an answer leads, which is a page of ours."""
        assert answer.status_code == 303, answer.status
        location = answer.headers["Location"]
        assert location.startswith(f"{ROOT}/"), location
        assert not urlsplit(location).netloc
        return self.get(location.removeprefix(ROOT))

    def sign_in(
        self, name: str = "Bea", password: str = PASSWORD, headers: dict[str, str] | None = None, **more: str
    ) -> TestResponse:
        """Sends the form of the login."""
        self.get("/login")
        return self.post("/login", {"name": name, "password": password, **more}, headers=headers)

    @property
    def cookie(self) -> str:
        """Returns the cookie of the session."""
        kept = self._client.get_cookie(COOKIE, path=ROOT)
        return kept.value if kept else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self._client.set_cookie(COOKIE, value, path=ROOT)

    def known_as(self, value: str) -> None:
        """Says by which word the door knows this browser."""
        self._client.set_cookie(KNOWN, value, path=ROOT)

    def _kept(self, answer: TestResponse) -> TestResponse:
        found = FORM_WORD.search(answer.text) if answer.mimetype == "text/html" else None
        self.word = found[1] if found else self.word
        return answer

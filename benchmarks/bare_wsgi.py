"""The baseline of webhooks: granian and a WSGI callable that verifies, answers 200 and keeps nothing."""

import hashlib
import hmac
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from granian import Granian
from granian.constants import Interfaces

SECRET = "BARE_WSGI_SECRET"
OK = [("Content-Type", "text/plain"), ("Content-Length", "14")]


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The callable."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    expected = "sha256=" + hmac.new(os.environ[SECRET].encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(environ.get("HTTP_X_HUB_SIGNATURE_256", ""), expected):
        start_response("403 Forbidden", [("Content-Length", "0")])
        return [b""]
    start_response("200 OK", OK)
    return [b"EVENT_RECEIVED"]


def main(port: str, secret: str, processes: str, threads: str) -> None:
    """Serves until it is told to stop."""
    os.environ[SECRET] = secret
    Granian(
        "benchmarks.bare_wsgi:app",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(processes),
        blocking_threads=int(threads),
        backlog=2048,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])

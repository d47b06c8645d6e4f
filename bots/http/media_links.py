"""Serves kept files by signed links that end: `GET /media/<token>`."""

import html
import mimetypes
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from core.content.media_types import container_of
from core.errors import Outcome, SendError
from core.ports.files import Blobs
from hub.media.reasons import reason
from storage.engine.store import Store
from storage.media import files
from storage.media.files import File

PATH = "/media/"
SHOWN = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "application/pdf",
    "audio/",
    "video/",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=300",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
# A player asks for its file once more, as the site itself. Nothing in a sandbox of this kind runs scripts either.
PLAYER_POLICY = f"{POLICY} allow-same-origin"
# Browsers open no PDF in a sandbox; their viewers run its scripts, if at all, outside any site.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
POLICIES = {"audio": PLAYER_POLICY, "video": PLAYER_POLICY, "application/pdf": PDF_POLICY}
AGAIN_SECONDS = 3
PAGE = (
    "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>"
    "<style>body{{font:18px/1.5 system-ui;margin:20vh auto;max-width:30em;padding:0 1em}}</style>"
    "<h1>{title}</h1><p>{words}</p>"
)


class Links:
    """Makes links and reads them back. Anybody with a link may see the file until the link is `lifetime` old."""

    def __init__(self, secret: str, base_url: str, lifetime: timedelta, clock: Callable[[], datetime]) -> None:
        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock().timestamp())

        self._signed = URLSafeTimedSerializer(secret, salt="media", signer=Signer)
        self._base_url = base_url
        self._lifetime = lifetime

    def link(self, media_id: str) -> str:
        """Makes the link to a file."""
        return f"{self._base_url}{self.path(media_id)}"

    def path(self, media_id: str) -> str:
        """Makes the link to a file for pages of this very address."""
        return f"{PATH}{self._signed.dumps(media_id)}"

    def media_id(self, token: str) -> str:
        """Reads a file's id from the token of a link. Raises BadSignature, and SignatureExpired for an old one."""
        return str(self._signed.loads(token, max_age=int(self._lifetime.total_seconds())))


def add_route(app: Flask, store: Store, blobs: Blobs, links: Links, clock: Callable[[], datetime]) -> None:
    """Adds the route that serves the files."""

    def view(token: str) -> Response:
        try:
            media_id = links.media_id(token)
        except SignatureExpired:
            return _page(410, "This link is too old", "Ask for a new one.")
        except BadSignature:
            return _page(404, "There is nothing here", "The link is not complete.")
        with store.read() as conn:
            file = files.by_ids(conn, [media_id]).get(media_id)
        return _answer(file, blobs, clock())

    app.add_url_rule(f"{PATH}<token>", endpoint="media", view_func=view, methods=["GET"])


def _answer(file: File | None, blobs: Blobs, now: datetime) -> Response:
    if file is None:
        return _page(410, "This file is gone", "It was removed.")
    if file.is_coming:
        response = _page(202, "One moment", "The file is being fetched. This page looks again by itself.")
        response.headers["Refresh"] = str(AGAIN_SECONDS)
        response.headers["Retry-After"] = str(AGAIN_SECONDS)
        return response
    if not file.is_there(now):
        return _page(410, "This file is gone", f"It cannot be shown, because {reason(file.code or 'expired')}.")
    try:
        return _content(file, blobs.stream(files.blob_name(file.id)) if request.method == "GET" else ())
    except SendError as error:
        if error.outcome is Outcome.CONTENT_REJECTED:
            return _page(410, "This file is gone", "It is no longer kept.")
        return _page(503, "Not now", "The place where files are kept does not answer. Try again in a minute.")


def _content(file: File, content: Iterable[bytes]) -> Response:
    mime = container_of(file.mime)
    shown = mime.startswith(SHOWN)
    response = Response(content, 200, content_type=mime or "application/octet-stream", headers=HEADERS)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; {_named(file)}"
    policy = POLICIES.get(mime) or POLICIES.get(mime.partition("/")[0]) or POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


def _named(file: File) -> str:
    """Writes the file's name twice: in plain ASCII for old programs, and as it is (RFC 6266)."""
    name = re.sub(r"[\x00-\x1f\x7f/\\]+", "_", file.filename).strip(" .")
    name = name or f"{file.kind}{mimetypes.guess_extension(container_of(file.mime)) or ''}"
    plain = re.sub(r"[^\w. ()-]", "_", name, flags=re.ASCII)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _page(status: int, title: str, words: str) -> Response:
    text = PAGE.format(title=html.escape(title), words=html.escape(words))
    headers: dict[str, Any] = {**HEADERS, "Cache-Control": "no-store", "Content-Security-Policy": POLICY}
    return Response(text, status, content_type="text/html; charset=utf-8", headers=headers)

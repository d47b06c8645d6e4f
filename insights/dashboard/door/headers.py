"""Tells browsers what pages may do: load what is ours, run no script that stands in a page, be framed by nobody."""

from flask import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def guarded(response: Response) -> Response:
    """Adds the headers to an answer; nothing is kept by browsers unless it says so."""
    response.headers.extend({name: value for name, value in HEADERS.items() if name not in response.headers})
    response.headers.setdefault("Cache-Control", "no-store")
    return response

"""Locates a customer's media, with the credentials that Twilio asks for."""

import base64
from urllib.parse import urlsplit

from adapters.channels.twilio.settings import AccountSettings
from core.errors import Outcome, SendError
from core.ports.calls import Download

TWILIO = "https://api.twilio.com"


def authorization(user: str, password: str) -> dict[str, str]:
    """Makes the header for basic auth."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def download_of(ref: str, settings: AccountSettings, api_url: str, max_bytes: int) -> Download:
    """Makes the request for a MediaUrl, which does not expire; it redirects to a CDN, which gets no credentials.

    The account's credentials go only to Twilio (or the place of the settings), for media of this account. Raises
    SendError (CONTENT_REJECTED) for what is no web address.
    """
    url = ref.replace(TWILIO, api_url, 1) if ref.startswith(f"{TWILIO}/") else ref
    scheme, host, path = _parts(url)
    if scheme not in ("https", "http") or not host:
        raise SendError(Outcome.CONTENT_REJECTED, "media_ref", "not a web address")
    twilios = url.startswith(f"{api_url}/") or (scheme == "https" and host.endswith(".twilio.com"))
    ours = twilios and f"/Accounts/{settings.account_sid}/" in path
    headers = authorization(settings.account_sid, settings.auth_tokens[0]) if ours else {}
    return Download(url, headers, max_bytes)


def _parts(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", ""
    return parts.scheme, parts.hostname or "", parts.path

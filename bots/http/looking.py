"""Decides who may look at what is for operators only: whoever sits at this machine, or has the store's key."""

import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from config.settings import Settings, reveal_all

ALLOWED, WRONG_KEY, HIDDEN = "allowed", "wrong key", "hidden"


def may_look(environ: Mapping[str, Any], settings: Settings) -> str:
    """Tells what is to be done with a request, from its WSGI environment: ALLOWED, WRONG_KEY or HIDDEN.

    Nobody but this machine reaches it without a key, and no proxy that stands before it: such a one tells of itself
    by headers, or by a PUBLIC_URL.
    """
    scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    keys = reveal_all(settings.store_api_key)
    if scheme.lower() == "bearer" and keys:
        fits = [hmac.compare_digest(given.strip().encode(), key.encode()) for key in keys]
        return ALLOWED if any(fits) else WRONG_KEY
    forwarded = any(name == "HTTP_FORWARDED" or name.startswith("HTTP_X_FORWARDED_") for name in environ)
    return ALLOWED if not forwarded and is_local(settings) and _is_loopback(environ.get("REMOTE_ADDR", "")) else HIDDEN


def is_local(settings: Settings) -> bool:
    """Tells whether nobody but this machine is told our address."""
    host = urlsplit(settings.public_url).hostname or ""
    return not settings.public_url or host == "localhost" or _is_loopback(host)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (inner or parsed).is_loopback

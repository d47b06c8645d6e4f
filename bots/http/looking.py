"""Decides who may look at what is for operators only: whoever sits at this machine, or has the store's key."""

import hmac
import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from config.settings import Settings, reveal_all

ALLOWED, WRONG_KEY, HIDDEN = "allowed", "wrong key", "hidden"
_PORT = re.compile(r":\d+$", re.ASCII)


def may_look(environ: Mapping[str, Any], settings: Settings) -> str:
    """Tells what is to be done with a request, from its WSGI environment: ALLOWED, WRONG_KEY or HIDDEN."""
    scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    keys = reveal_all(settings.store_api_key)
    if scheme.lower() == "bearer" and keys:
        fits = [hmac.compare_digest(given.strip().encode(), key.encode()) for key in keys]
        return ALLOWED if any(fits) else WRONG_KEY
    return ALLOWED if at_this_machine(environ, settings) else HIDDEN


def at_this_machine(environ: Mapping[str, Any], settings: Settings) -> bool:
    """Tells whether somebody sits at this machine, and asks it by a name that is its own.

    A proxy that stands before us tells of itself by headers, by a PUBLIC_URL, or by the name that it is asked by; so
    does a page of somebody else's whose name was made to lead here.
    """
    forwarded = any(name == "HTTP_FORWARDED" or name.startswith("HTTP_X_FORWARDED_") for name in environ)
    if forwarded or not is_local(settings) or not _is_loopback(environ.get("REMOTE_ADDR", "")):
        return False
    host = _PORT.sub("", environ.get("HTTP_HOST", ""))
    return not host or _is_own(host.strip("[]"))


def is_local(settings: Settings) -> bool:
    """Tells whether nobody but this machine is told our address."""
    host = urlsplit(settings.public_url).hostname or ""
    return not settings.public_url or _is_own(host)


def _is_own(host: str) -> bool:
    return host == "localhost" or _is_loopback(host)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (inner or parsed).is_loopback

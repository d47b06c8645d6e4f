"""Names where a request comes from, so that nobody who is counted by it can go on elsewhere by saying so."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Ip = IPv4Address | IPv6Address

OURS = tuple(
    ip_network(each)
    for each in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
HOUSEHOLD = 64  # bits: of IPv6 whoever has one address has all that begin alike


def address_of(environ: Mapping[str, Any]) -> str:
    """Names our peer; of a proxy of ours, whom it asks for: the last of `X-Forwarded-For` that is not ours too.

    A proxy of ours asks from this machine or a private network. Of anybody else the header is what they like to write.
    """
    peer = _read(environ.get("REMOTE_ADDR", ""))
    if peer is None or not _is_ours(peer):
        return _named(peer)
    told = [_read(each) for each in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    outside = next((each for each in reversed(told) if each is None or not _is_ours(each)), None)
    return _named(outside or told[-1] or peer)


def _read(written: str) -> Ip | None:
    """Reads an address with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`; None where it is none."""
    bare = written.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def _is_ours(address: Ip) -> bool:
    return any(address in network for network in OURS)


def _named(address: Ip | None) -> str:
    if isinstance(address, IPv6Address) and not _is_ours(address):
        return str(ip_network((address, HOUSEHOLD), strict=False))
    return str(address or "")

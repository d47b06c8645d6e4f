"""Decides which hosts may be asked for a file: those with none but public addresses, and those we are told to trust."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from core.errors import Outcome, SendError

Lookup = Callable[[str, int], Awaitable[list[str]]]
Origin = tuple[str, int]  # host, port

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")  # IPv4 in the low bits, long out of use and still routed by some stacks
_SITE_LOCAL = IPv6Network("fec0::/10")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_V4_MASK = 0xFFFF_FFFF


def is_public(address: str) -> bool:
    """Tells whether an IP address is of the open internet; an IPv4 address inside an IPv6 one counts as itself."""
    try:
        ip = ip_address(address)
    except ValueError:  # a scope ("fe80::1%eth0") is never public either
        return False
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return _global(inner)
        if ip in _SITE_LOCAL or ip in _NAT64_LOCAL:
            return False
    return _global(ip)


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """Finds the IPv4 address that a mapped, 6to4, NAT64 or compatible one stands for."""
    if ip.scope_id is not None:
        return None
    if ip in _NAT64 or ip in _COMPATIBLE:
        return IPv4Address(int(ip) & _V4_MASK)
    return ip.ipv4_mapped or ip.sixtofour


def _global(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not getattr(ip, "scope_id", None)


def origin(url: URL) -> Origin:
    """Reads host and port of an address, the port of the scheme when none is given."""
    return (url.host or "").lower(), url.port or 0


def trusted_origins(urls: Collection[str]) -> frozenset[Origin]:
    """Lists the hosts and ports of settings like TELEGRAM_API_URL, which may be private."""
    return frozenset(origin(URL(url)) for url in urls if url)


class Guard(AbstractResolver):
    """Resolves names and lets no address through that was not checked: what it returns is what is connected to.

    All addresses of a name must be `allowed`, else none is. `lookup` gives them.
    """

    def __init__(
        self,
        trusted: Collection[Origin] = (),
        lookup: Lookup | None = None,
        allowed: Callable[[str], bool] = is_public,
    ) -> None:
        self._trusted = frozenset(trusted)
        self._lookup = lookup or look_up
        self._allowed = allowed

    def check(self, url: URL) -> None:
        """Refuses what needs no name server to be refused. Raises SendError ("blocked_address")."""
        if url.scheme not in ("http", "https") or not url.host or url.user or url.password:
            raise blocked()
        if _is_literal(url.host) and origin(url) not in self._trusted and not self._allowed(url.host):
            raise blocked()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolves a name, and checks it. Raises SendError ("blocked_address"), OSError when there is no such name."""
        addresses = await self._lookup(host, port)
        known = (host.lower(), port) in self._trusted
        if not addresses or not (known or all(self._allowed(address) for address in addresses)):
            raise blocked()
        return [_result(host, port, address) for address in addresses if family in (socket.AF_UNSPEC, _family(address))]

    async def close(self) -> None:
        """Closes nothing: no connection or cache is held (aiohttp's AbstractResolver asks for the method)."""


def blocked() -> SendError:
    """Makes the refusal; it does not say what the address was."""
    return SendError(Outcome.CONTENT_REJECTED, "blocked_address", "files are fetched from public addresses only")


async def look_up(host: str, port: int) -> list[str]:
    """Looks up every address of a name, also of one written as a number ("2130706433"). Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return ":" in host
    return True


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _result(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=_family(address),
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )

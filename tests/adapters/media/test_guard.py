"""Tests what may be asked for a file: nothing private, however it is written."""

import asyncio
import socket

import pytest
from yarl import URL

from adapters.media.guard import Guard, is_public, look_up, trusted_origins
from core.errors import SendError

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "not an address",
]
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known_in_every_dress(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://①②⑦.⓪.⓪.①/x",
        "http://user:secret@93.184.216.34/x",
        "http://user@cdn.example/x",
        "ftp://cdn.example/x",
        "file:///etc/passwd",
        "//cdn.example/x",
        "http:///x",
    ],
)
def test_what_needs_no_name_server_is_refused_at_once(url: str) -> None:
    with pytest.raises(SendError, match="blocked_address"):
        Guard().check(URL(url))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "localhost"])
def test_numbers_in_other_forms_are_resolved_and_refused(host: str) -> None:
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(Guard().resolve(host, 80))


def answers(*addresses: str) -> Guard:
    async def lookup(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return Guard({("api.example", 8443)}, lookup)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(answers("93.184.216.34", "127.0.0.1").resolve("cdn.example", 443))
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(answers().resolve("cdn.example", 443))


def test_a_public_name_resolves_to_what_was_checked() -> None:
    found = asyncio.run(answers("93.184.216.34", "2606:2800::1").resolve("cdn.example", 443))
    assert [(each["host"], each["hostname"], each["family"]) for each in found] == [
        ("93.184.216.34", "cdn.example", socket.AF_INET),
        ("2606:2800::1", "cdn.example", socket.AF_INET6),
    ]
    only = asyncio.run(answers("93.184.216.34", "2606:2800::1").resolve("cdn.example", 443, socket.AF_INET6))
    assert [each["host"] for each in only] == ["2606:2800::1"]


def test_a_trusted_host_may_be_private_on_its_port_only() -> None:
    guard = answers("127.0.0.1")
    assert asyncio.run(guard.resolve("API.example", 8443))[0]["host"] == "127.0.0.1"
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(guard.resolve("api.example", 8444))


def test_trusted_are_the_hosts_and_ports_of_settings() -> None:
    urls = ["https://api.telegram.org", "http://127.0.0.1:8001/slack/api/", ""]
    assert trusted_origins(urls) == {("api.telegram.org", 443), ("127.0.0.1", 8001)}


def test_names_are_looked_up_once_each() -> None:
    assert asyncio.run(look_up("127.0.0.1", 80)) == ["127.0.0.1"]

"""Tests where a request is said to come from."""

import pytest

from insights.dashboard.door.addresses import address_of

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),  # which anybody can write
        ("2001:db8:1:2:3::4", "198.51.100.1", "2001:db8:1:2::/64"),
        (PROXY, None, PROXY),
        (PROXY, "192.0.2.1", "192.0.2.1"),
        (PROXY, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (PROXY, "6.6.6.6, 192.0.2.1, 172.16.0.9,127.0.0.1", "192.0.2.1"),  # proxies of ours, one behind the other
        (PROXY, "192.0.2.1:4711", "192.0.2.1"),
        (PROXY, "[2001:db8::1]:4711", "2001:db8::/64"),
        (PROXY, "2001:db8::1", "2001:db8::/64"),
        (PROXY, "192.168.0.7", "192.168.0.7"),  # somebody in the same building
        (PROXY, "6.6.6.6, unknown", PROXY),
        (PROXY, "6.6.6.6, unknown, 192.168.0.7", "192.168.0.7"),
        (PROXY, ", ,", PROXY),
        ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("::1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "192.0.2.1", "192.0.2.1"),
        ("", "192.0.2.1", ""),
        ("unix:", "192.0.2.1", ""),
    ],
)
def test_an_address_is_what_a_proxy_of_ours_says(peer: str, told: str | None, address: str) -> None:
    assert address_of({"REMOTE_ADDR": peer, **({"HTTP_X_FORWARDED_FOR": told} if told is not None else {})}) == address

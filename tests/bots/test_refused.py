"""Tests what the doctor is told of webhooks that were refused."""

from pathlib import Path

from redis import Redis

from bots.cli.doctor.finding import WARN
from bots.cli.doctor.taking import refusals
from bots.wiring.health import refused


def test_refusals_are_counted_by_why_and_end_by_themselves(valkey: Redis) -> None:
    for why in ("wrong secret", "wrong secret", "another shop"):
        refused.note(valkey, "shopify", why)
    assert refused.listed(valkey, "shopify") == {"wrong secret": 2, "another shop": 1}
    assert refused.listed(valkey, "woocommerce") == {}
    assert 0 < int(str(valkey.ttl(f"{refused.REFUSED}shopify"))) <= refused.SECONDS


def test_the_doctor_says_how_many_and_what_to_set(valkey: Redis) -> None:
    assert list(refusals("shopify", valkey)) == []
    refused.note(valkey, "shopify", "the secret is missing or wrong")
    (found,) = refusals("shopify", valkey)
    assert found.state == WARN
    assert found.words.startswith("1 webhook refused lately (the secret is missing or wrong)")


def test_without_redis_a_refusal_is_only_not_counted(tmp_path: Path) -> None:
    refused.note(Redis(unix_socket_path=str(tmp_path / "nobody.sock")), "shopify", "wrong secret")

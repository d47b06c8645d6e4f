"""What the docs tell a store on WooCommerce holds: topics, states, metadata, limits, how a checkout asks."""

import re
from pathlib import Path

from adapters.shops.woocommerce.actions.found import mark
from adapters.shops.woocommerce.inbound import parcels
from adapters.shops.woocommerce.inbound.orders import NO_ORDERS, STATUSES
from adapters.shops.woocommerce.inbound.parse import TOPICS
from adapters.shops.woocommerce.inbound.wishes import OFFERS, UPDATES, wishes
from adapters.shops.woocommerce.rest import changes, webhooks
from adapters.shops.woocommerce.settings import PATH
from core.shop.shop_actions import EXPIRES_AFTER

DOCS = (Path(__file__).parents[4] / "docs" / "store" / "woocommerce.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, str]:
    """Reads the table under a header row's first cell: first cell -> second."""
    table = DOCS.partition(f"| {heading} |")[2].partition("\n\n")[0]
    cells = [line.strip("|").split("|") for line in table.splitlines()[2:] if line.startswith("|")]
    return {name.strip(): value.strip() for name, value, *_ in cells}


def test_each_topic_that_is_subscribed_to_has_a_line() -> None:
    told = set(re.findall(r"`([a-z]+\.[a-z]+)`", " ".join(rows("topics"))))
    assert told == set(webhooks.TOPICS)
    assert set(TOPICS) == told - {"order.deleted", "customer.deleted"}


def test_each_status_is_as_it_says() -> None:
    listed = {word: said for name, said in rows("status").items() for word in re.findall(r"`([a-z-]+)`", name)}
    assert set(listed) == {*STATUSES, "on-hold", "checkout-draft", "trash"}
    assert {"checkout-draft", "trash"} <= NO_ORDERS
    assert all(known.value in listed[status] for status, known in STATUSES.items())


def test_limits_names_and_the_path_are_true() -> None:
    for said in (
        f"PUBLIC_URL{PATH}",
        f"last {changes.UNDER_WAY.days} days ({changes.MOST_UNDER_WAY} at most)",
        f"({changes.MOST_ASKED} orders a look)",
        f"within {EXPIRES_AFTER.seconds // 60}\nminutes",
        f"`{parcels.TRACKED}`",
        f"`{parcels.SCANNED}`",
        f"`{UPDATES}`",
        f"`{OFFERS}`",
    ):
        assert said in DOCS, said
    assert mark("act-1")["key"].startswith("_doorstep_")


def test_what_the_snippet_writes_is_read() -> None:
    (key,) = set(re.findall(r"update_meta_data\( '(\w+)'", DOCS))
    assert wishes({key: "whatsapp"})["notify"] == ["whatsapp"]
    assert wishes({f"_wc_other/doorstep/{key}": "sms"})["notify"] == ["sms"]

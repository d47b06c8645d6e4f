"""What the docs tell the store's programmers holds: the way to verify, the tries, the limits."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.shops.webhook import answers, webhook
from adapters.shops.webhook.signing import signed
from core.retries import RULES, Failure
from core.shop.shop_actions import EVERY_ACTION, EXPIRES_AFTER
from tests.adapters.shops.webhook.test_webhook import OLDER, SECRET

DOCS = (Path(__file__).parents[4] / "docs" / "outgoing.md").read_text(encoding="utf-8")


def test_snippet_verifies_what_we_sign() -> None:
    found = re.search(r"```python\n(.*?)```", DOCS, re.S)
    assert found is not None
    scope: dict[str, Any] = {}
    exec(found[1], scope)  # noqa: S102 - it is ours
    verified, now = scope["verified"], datetime.fromtimestamp(time.time(), UTC)
    headers = signed("e1", b'{"a": 1}', (SECRET, OLDER), now)
    assert verified(headers, b'{"a": 1}', SECRET)
    assert verified(headers, b'{"a": 1}', OLDER)
    assert not verified(headers, b'{"a": 2}', SECRET)
    assert not verified({**headers, "webhook-id": "e2"}, b'{"a": 1}', SECRET)
    assert not verified({**headers, "webhook-timestamp": "1000000000"}, b'{"a": 1}', SECRET)


def test_docs_name_every_action_and_the_true_limits() -> None:
    assert all(f"`doorstep.{action}`" in DOCS for action in EVERY_ACTION)
    assert f"within {webhook.SECONDS:.0f} seconds" in DOCS
    assert f"{answers.REASON_MAX} characters" in DOCS
    assert f"({EXPIRES_AFTER.seconds // 60} minutes)" in DOCS
    waits = RULES[Failure.OUTGOING].waits
    assert (len(waits) + 1, sum(waits)) == (10, (75 * 60 + 35) * 60 + 5)


FACTS = (
    *("case.opened", "case.claimed", "case.resolved", "message.delivered", "message.failed", "notice.sent"),
    *("notice.skipped", "consent.changed", "rating.given", "return.requested", "choice.made"),
)


def test_docs_name_every_fact() -> None:
    table = DOCS.split("## Facts")[1]
    for fact in FACTS:
        subject, _, what = fact.partition(".")
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `doorstep.{subject}.")]
        assert f".{what}`" in row

"""A campaign to many goes through kills of worker, jobs and clock: nobody gets it twice, and nobody is forgotten."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.campaigns import KIND, seed, store_with_sale
from storage import tables
from storage.engine.store import Store
from tests.journeys.actors import until
from tests.journeys.counting_provider import CountingProvider
from tests.journeys.system import System, system

RECIPIENTS = 8_000
KILLS_EACH = 3
ROLES = ("worker", "jobs", "clock")
FREE = {"WHATSAPP_RATE": "0", "WHATSAPP_PAIR_SECONDS": "0", "AMBIGUOUS_AFTER": "4"}
SEGMENT = "orders.count >= 1 and customer.country == 'GB'"
PATIENCE = 420.0

notices, recipients = tables.notices.c, tables.recipients.c


@pytest.fixture
def provider() -> Iterator[CountingProvider]:
    with CountingProvider().running() as made:
        yield made


@pytest.fixture
def desk(provider: CountingProvider, tmp_path: Path) -> Iterator[System]:
    """Starts a system whose WhatsApp is the counting provider."""
    with system(tmp_path) as made:
        store_dir = str(store_with_sale(tmp_path / "store"))
        made.start({**FREE, "STORE_DIR": store_dir, "GRAPH_API_URL": provider.url})
        yield made


@pytest.mark.timeout(600)
def test_everybody_is_told_once_whatever_is_killed(
    desk: System, provider: CountingProvider, record_property: Callable[[str, object], None]
) -> None:
    store = Store(f"sqlite:///{desk.var / 'doorstep.db'}")
    seed(store, RECIPIENTS)
    store.close()
    made = desk.command("campaign", "create", KIND, "--segment", SEGMENT, "--by", "anna")
    assert made.returncode == 0, made.stderr
    id_ = made.stdout.split()[0]
    assert desk.command("campaign", "approve", id_, "--by", "ben").returncode == 0
    begun = time.monotonic()
    kills: Counter[str] = Counter()
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(desk.command, "campaign", "run", id_, patience=PATIENCE)
        until(lambda: provider.heard, lambda: f"the first message; {desk.output()}")
        while min(kills[role] for role in ROLES) < KILLS_EACH:
            for role in ROLES:
                kills[role] += bool(desk.kill(role))
                time.sleep(1.2)  # the pace of the killing, not a wait for something
        until(lambda: state(desk, id_) == "done", lambda: f"its end: {states(desk, id_)}; {desk.output()}", PATIENCE)
        assert following.result().returncode == 0
    told = states(desk, id_)
    record_property("the kills cost", f"{time.monotonic() - begun:.0f} s, {dict(kills)}, {told}")
    assert not [phone for phone, number in provider.heard.items() if number > 1]
    assert sum(told.values()) == RECIPIENTS
    assert desk.count(tables.recipients, recipients.state == "told") == RECIPIENTS
    # An offer is never sent again when its worker died in the middle of the call: whether it arrived, nobody knows.
    doubtful = desk.count(tables.notices, notices.campaign_id == id_, notices.reason == "ambiguous")
    assert set(told) <= {"sent", "failed"}
    assert told.get("failed", 0) == doubtful
    assert told["sent"] <= len(provider.heard) <= told["sent"] + doubtful


def state(desk: System, id_: str) -> str:
    return str(desk.rows(select(tables.campaigns.c.state).where(tables.campaigns.c.id == id_))[0][0])


def states(desk: System, id_: str) -> dict[str, int]:
    found = select(notices.state, func.count()).where(notices.campaign_id == id_).group_by(notices.state)
    return {row[0]: row[1] for row in desk.rows(found)}

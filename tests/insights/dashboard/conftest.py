"""Makes a store with a month behind it, its pages, and a browser that looks at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.insight.history import fill
from bots.http.dashboard import build_house
from bots.wiring.intake import build_intake
from config.settings import load
from insights.dashboard.house import House
from insights.measuring.increments import measure_all
from insights.measuring.measurer import Shop
from notifications.store.opening import Desk
from storage.engine import migrate
from tests.insights.dashboard.visitor import PASSWORD, Visitor, mounted, served
from tests.journeys.test_page import CHROMIUM

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@contextmanager
def store_with_a_past(var: Path, now: datetime, messages: int, cases: int, **more: str) -> Iterator[House]:
    """Builds the pages of a store of which all is measured, as of now; `more` settings of it."""
    settings = {"VAR_DIR": str(var), "REDIS_URL": f"unix://{var}/nobody.sock", "DASHBOARD_PASSWORD": PASSWORD}
    intake = build_intake(load({**settings, **more}))
    try:
        migrate.upgrade(intake.store)
        fill(intake.store, messages=messages, cases=cases, seed=1, now=now)
        made = replace(build_house(intake), now=lambda: now)
        shop = made.shop()
        measured = Shop(shop.zone, lambda team: Desk(shop.support_hours, shop.zone.key, team))
        measure_all(made.store, measured, now - timedelta(days=60), now, now)
        yield made
    finally:
        intake.store.close()
        intake.redis.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Builds the pages as of NOW. Tests that write take a `house`."""
    with store_with_a_past(tmp_path_factory.mktemp("dashboard"), NOW, 2_000, 100) as made:
        yield made


@pytest.fixture
def house(filled: House) -> House:
    """Returns the pages as for whoever sits at this machine: without a password."""
    return replace(filled, door=replace(filled.door, password="", redis=None))


@pytest.fixture
def visitor(house: House) -> Visitor:
    """Somebody who looks."""
    return Visitor(house)


@pytest.fixture(scope="module")
def site(filled: House) -> Iterator[str]:
    """Serves the pages, without a password; their address."""
    with served(mounted(replace(filled, door=replace(filled.door, password="", redis=None)))) as address:
        yield address


@pytest.fixture(scope="module")
def locked_site(filled: House) -> Iterator[str]:
    """Serves the pages, with a password; their address."""
    with served(mounted(replace(filled, door=replace(filled.door, redis=None)))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Starts Chromium; tests that want it are skipped where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not there: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


PATIENCE = 120_000  # milliseconds: the first page that reads flows loads them, on a machine that does more than this


@pytest.fixture(scope="session")
def axe() -> str:
    """Reads axe-core, which looks for what keeps people out."""
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Opens an empty page; the test fails when the browser complains about anything: an error, a refused file."""
    complaints: list[str] = []
    context = browser.new_context(reduced_motion="reduce", timezone_id="Asia/Shanghai", locale="en-GB")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda entry: complaints.append(entry.text) if entry.type in ("error", "warning") else None)
    opened.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
    yield opened
    context.close()
    assert [each for each in complaints if "status of 4" not in each] == []  # of a page that was to be refused

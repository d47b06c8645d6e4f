"""Measures a campaign to many: written down, planned with every gate, queued, and sent by one worker without a pace."""

import resource
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.broadcast import MICROS, beginning
from benchmarks.people import QUESTIONS
from benchmarks.processes import wait_until
from benchmarks.product import ROOT, Product
from bots.wiring.installation import Parts, build
from config.settings import load
from core.ids import new_id
from hub.campaigns import making, previewing, steering
from storage.campaigns import campaigns, progress
from storage.engine import migrate
from storage.engine.store import Store
from storage.people.tables import consents, customers
from storage.shop.tables import orders

KIND, SEGMENT = "spring_sale", "orders.count >= 1 and customer.country == 'GB' and not case.open"
CHUNK = 5_000
KIND_FILE = "subject: customer\ncategory: marketing\nexpires_after: 1d\n"
TEXTS = {
    "en": "{% if name %}Hi {{ name }}, {% endif %}our spring sale begins today.",
    "zh": "{% if name %}{{ name }}，{% endif %}春季特卖今天开始。",
}
TEMPLATE = """
  spring_sale:
    name: spring_sale
    category: marketing
    languages: {en: en, zh: zh_CN}
    body: [name, shop]
    missing: {name: {en: there, zh: 尊敬的顾客}}
"""


def run(bench: Bench) -> None:
    """Seeds the customers, then takes the campaign from its draft to the last message."""
    number = bench.length.campaign_recipients
    product = Product(bench.folder / "var", bench.processes, STORE_DIR=str(store_with_sale(bench.folder / "store")))
    with product.store() as store:
        migrate.upgrade(store)
        seed(store, number)
    with _installed(product) as parts:
        id_, seconds = _frozen(parts)
        bench.figure("frozen and queued", seconds, "s", remark=f"{number:,} recipients of {number:,} customers")
        before = _memory()
        begun = time.monotonic()
        told = previewing.preview(parts.hub, id_)
        ok = told["counts"] == {"send": number}
        remark = f"{told['counts']}, {_memory() - before:+.0f} MB"
        bench.figure("previewed with every gate", time.monotonic() - begun, "s", remark=remark, ok=ok)
        with parts.hub.store.write() as conn:
            steering.approve(parts.hub, conn, id_, "ben", parts.hub.now())
    _send(bench, product, id_, number)


def store_with_sale(folder: Path) -> Path:
    """Makes a store's folder with a kind of its own, and its template."""
    shutil.copytree(ROOT / "config" / "store", folder)
    kind = folder / "notices" / KIND
    kind.mkdir(parents=True)
    (kind / "kind.yaml").write_text(KIND_FILE)
    for locale, text in TEXTS.items():
        (kind / f"{locale}.yaml").write_text(f'text: "{text}"\nsms: "{{{{ shop }}}}: {text}"\n')
    templates = folder / "templates.yaml"
    templates.write_text(templates.read_text().replace("\nwhatsapp:", "\nwhatsapp:" + TEMPLATE, 1))
    return folder


def seed(store: Store, number: int) -> None:
    """Writes customers who bought once and agreed to offers, straight into the rows; it is noon where they are."""
    now = datetime.now(UTC)
    noon = f"Etc/GMT{now.hour - 12:+d}"
    for first in range(0, number, CHUNK):
        people, said, bought = [], [], []
        for n in range(first, min(first + CHUNK, number)):
            id_, phone = new_id(now), f"+447911{n:06d}"
            person = {"id": id_, "store_id": f"c{n}", "name": f"Jane Doe {n}", "phone": phone, "timezone": noon}
            people.append({**person, "locale": "en" if n % 2 else "zh", "created_at": now})
            said += [_consent(phone, purpose, now) for purpose in ("service", "marketing")]
            bought.append(_order(n, id_, phone, now - timedelta(days=30)))
        with store.write() as conn:
            for table, rows in ((customers, people), (consents, said), (orders, bought)):
                conn.execute(table.insert(), rows)


def _consent(phone: str, purpose: str, now: datetime) -> dict[str, Any]:
    said = {"channel": "whatsapp", "subject": phone, "purpose": purpose, "granted": True, "source": "order"}
    return {"id": new_id(now), "at": now, **said}


def _order(n: int, customer_id: str, phone: str, at: datetime) -> dict[str, Any]:
    place = '{"line1":"1 Main St","city":"London","postcode":"E1 6AN","country":"GB"}'
    about = {"status": "fulfilled", "currency": "USD", "total": "129.80", "buyer": "{}", "shipping": place}
    return {"number": f"S{n}", "customer_id": customer_id, "placed_at": at, "told_at": at, "phone": phone, **about}


@contextmanager
def _installed(product: Product) -> Iterator[Parts]:
    parts = build(load(product.settings), speaks=False)
    try:
        yield parts
    finally:
        parts.hub.store.close()


def _frozen(parts: Parts) -> tuple[str, float]:
    begun = time.monotonic()
    campaign = making.create(parts.hub, making.Wanted(KIND, SEGMENT, "anna"))
    making.freeze(parts.hub, campaign.id)
    return campaign.id, time.monotonic() - begun


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _send(bench: Bench, product: Product, id_: str, number: int) -> None:
    """Lets the product send it; the rig is the provider, and counts."""
    rig = bench.rig()
    with product.running(), product.store() as store:
        load_ = {**product.rig_arguments, "conversations": 1, "connections": 1, "expect_others": number, "arrivals": 1}
        at_work = rig.start(QUESTIONS, **load_, rate=0.1, seconds=1, drain=600)
        meter = bench.meter()
        with _installed(product) as parts, parts.hub.store.write() as conn:
            steering.begin(parts.hub, conn, id_, "ben", parts.hub.now())
        outcome = at_work.wait()
        cpu = meter.ms_per(number, outcome.cpu_us)
        wait_until(lambda: _state(store, id_) == "done", 60, "the end of the campaign")
        states = _states(store, id_)
    arrivals = sorted(outcome.arrival_us)
    seconds = (arrivals[-1] - beginning(arrivals)) / MICROS
    bench.figure(
        "sent by one worker",
        outcome.others / seconds,
        "messages/s",
        cpu_ms=cpu,
        remark=f"{outcome.others:,} in {seconds:.0f} s; {states}",
        ok=outcome.others == number and states == {"sent": number},
    )


def _state(store: Store, id_: str) -> str:
    with store.read() as conn:
        return campaigns.states(conn, [id_])[id_]


def _states(store: Store, id_: str) -> Mapping[str, int]:
    with store.read() as conn:
        return progress.states(conn, id_)

"""Tests `doorstep notify` and `trace`: what was assumed of a customer is said, in the store's language."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from bots.cli import cli
from core.people.consent import SERVICE
from core.shop.orders import Buyer
from storage.engine import migrate
from storage.engine.store import Store
from storage.notices.tables import notices as notices_table
from storage.people import consents
from storage.people.tables import consents as consents_table
from tests.fakes import PHONE
from tests.storage.orders_sample import ORDER, saved_order

ROOT = Path(__file__).parents[3]
TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token", "TWILIO_SMS_FROM": "+12025550000"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes an installation with SMS and an order without time zone and language; gives its `shop.yaml`."""
    store_dir = shutil.copytree(ROOT / "config" / "store", tmp_path / "store")
    database = f"sqlite:///{tmp_path / 'doorstep.db'}"
    given = {"VAR_DIR": str(tmp_path), "DATABASE_URL": database, "STORE_DIR": str(store_dir), **TWILIO}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    store = Store(database)
    migrate.upgrade(store)
    saved_order(store, Buyer(name="Jane Doe", phone=PHONE), lines=ORDER.lines[:1])
    with store.write() as conn:
        agreed = consents.row("sms", PHONE, SERVICE, True, "order:1001", datetime.now(UTC))
        conn.execute(consents_table.insert(), agreed)
    store.close()
    return store_dir / "shop.yaml"


def run(*words: str) -> str:
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("locale", "zone", "language"),
    [
        (
            "en",
            "The customer's time zone is not known: America/New_York is assumed, from the phone number.",
            "The customer's language is not known: the store's is used, en.",
        ),
        ("zh", "客户的时区未知：按电话号码推定为 America/New_York。", "客户的语言未知：使用店铺的语言 zh。"),
    ],
)
def test_what_is_assumed_of_a_customer_is_said(shop: Path, locale: str, zone: str, language: str) -> None:
    shop.write_text(shop.read_text().replace("locale: en", f"locale: {locale}"))
    dry = run("notify", "shipped", "--order", "#1001", "--dry-run")
    assert zone in dry
    assert language in dry
    notice = json.loads(run("notify", "shipped", "--order", "1001", "--json"))["id"]
    traced = run("trace", notice)
    assert zone in traced
    assert language in traced
    steps = json.loads(run("trace", notice, "--json"))
    assumed = {"timezone_by_phone": "America/New_York", "language_of_store": locale}
    assert [step["assumed"] for step in steps if "assumed" in step] == [assumed]


def test_news_are_told_once_and_again_by_an_operators_word(shop: Path) -> None:
    first = run("notify", "shipped", "--order", "1001")
    notice = first.rsplit(" ", 1)[1].strip()
    assert f"To follow it: doorstep trace {notice}" in first
    refused = CliRunner().invoke(cli, ["notify", "shipped", "--order", "1001"])
    assert refused.exit_code == 1
    assert f"the customer was told already (shipped:1001:s1: queued, doorstep trace {notice})" in refused.stderr
    assert "--again tells them once more" in refused.stderr
    ids = {json.loads(run("notify", "shipped", "--order", "1001", "--again", "--json"))["id"] for _ in range(2)}
    assert len(ids - {notice, None}) == 2
    listed = json.loads(run("trace", "--order", "1001", "--json"))
    assert {step["id"] for step in listed if step["what"] == "notice"} == {notice, *ids}


@pytest.mark.parametrize(("options", "answer", "told"), [((), "n\n", 0), ((), "y\n", 1), (("--yes",), "", 1)])
def test_at_a_terminal_it_asks_first(
    shop: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], answer: str, told: int
) -> None:
    monkeypatch.setattr("bots.cli.commands.notify.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    done = CliRunner().invoke(cli, ["notify", "shipped", "--order", "1001", *options], input=answer)
    assert done.exit_code == 1 - told
    assert ("Tell Jane Doe of order 1001?" in done.stderr) is not bool(options)
    listed = json.loads(run("trace", "--order", "1001", "--json"))
    assert len([step for step in listed if step["what"] == "notice"]) == told


def refused(*words: str) -> str:
    done = CliRunner().invoke(cli, ["notify", *words])
    assert done.exit_code == 1, done.output
    return done.stderr


def test_what_it_is_about_is_said_once(shop: Path) -> None:
    assert "exactly one of order, return and customer" in refused("shipped")
    assert "a return_approved notice is about a return" in refused("return_approved", "--order", "1001")
    assert "return R9 is not known" in refused("return_approved", "--return", "R9")
    assert "needs the product too" in refused("back_in_stock", "--customer", PHONE)
    assert "is sent by a campaign" in refused("holiday_cutoff", "--customer", PHONE)
    assert "order 1001 is not of customer c9" in refused("shipped", "--order", "1001", "--customer", "c9")


def test_what_failed_may_be_sent_again_and_is_not_said_to_be_told(shop: Path) -> None:
    notice = json.loads(run("notify", "shipped", "--order", "1001", "--json"))["id"]
    store = Store(f"sqlite:///{shop.parents[1] / 'doorstep.db'}")
    with store.write() as conn:
        conn.execute(notices_table.update().values(state="failed", reason="30006"))
    store.close()
    said = refused("shipped", "--order", "1001")
    assert f"this did not reach the customer (shipped:1001:s1: failed (30006), doorstep trace {notice})" in said
    assert "--again tries once more" in said
    assert json.loads(run("notify", "shipped", "--order", "1001", "--again", "--json"))["id"] != notice

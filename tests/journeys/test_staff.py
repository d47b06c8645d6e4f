"""Staff change what the bot says and does while it runs: text, policy, answer, flow; mistakes change nothing."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import QUICK
from tests.journeys.system import ROOT, System, system

TUTORIAL = ROOT / "docs" / "flows" / "tutorial.md"
FILE = re.compile(r"^`([\w/.]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store's folder is changed here."""
    with system(tmp_path_factory.mktemp("staff")) as made:
        shutil.copytree(ROOT / "config" / "store", made.var / "store")
        made.run({**QUICK, "STORE_DIR": str(made.var / "store")})
        yield made


def write(shop: System, name: str, text: str) -> Path:
    path = shop.var / "store" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def change(shop: System, name: str, old: str, new: str) -> None:
    text = (shop.var / "store" / name).read_text(encoding="utf-8")
    assert old in text
    write(shop, name, text.replace(old, new, 1))


def asks(shop: System, phone: str, text: str, answer: str) -> None:
    shop.mark(phone)
    shop.say(phone, text)
    shop.expect(phone, answer)


def refused(shop: System, *words: str) -> None:
    """Reloads, which names the mistake with its file, line and cure."""
    told = shop.command("reload")
    assert told.returncode == 1, told.stdout
    assert all(word in told.stderr for word in words), told.stderr


def test_staff_change_the_bot_while_it_runs(shop: System) -> None:
    phone = shop.phones_of("whatsapp", name="Curious Cleo", number="+447700907001", country="GB")["whatsapp"]
    asks(shop, phone, "thanks", "You're welcome!")

    write(shop, "responses/en.yaml", "utter_thanks: With pleasure!\n")  # a text
    change(shop, "policies.yaml", "window_days: 30", "window_days: 45")  # a policy
    write(  # an answer
        shop,
        "faq.yaml",
        "faq:\n  - id: dogs\n    questions: {en: [can I bring my dog], zh: [可以带狗吗]}\n"
        "    answer: {en: 'Dogs are welcome, {{ shop.name }} loves them.', zh: 欢迎带狗来。}\n",
    )
    for name, text in FILE.findall(TUTORIAL.read_text(encoding="utf-8")):  # two flows
        write(shop, name, text)
    done = shop.command("reload")
    assert done.returncode == 0, done.stderr

    asks(shop, phone, "thanks", "With pleasure!")
    asks(shop, phone, "What is your return policy?", "45 days")
    asks(shop, phone, "can I bring my dog", "Dogs are welcome")
    asks(shop, phone, "can you gift wrap it", "Which paper?")
    asks(shop, phone, "gold", "What shall we write on the card?")
    asks(shop, phone, "skip", "Gift wrap, festive paper.")
    asks(shop, phone, "no", "no gift wrap")


def test_mistakes_are_refused_with_help_and_the_old_stays(shop: System) -> None:
    phone = shop.phones_of("whatsapp", name="Careful Carl", number="+447700907002", country="GB")["whatsapp"]
    for name, old, new, words in (
        ("responses/en.yaml", "utter_thanks: With", "utter_thankz: With", ("en.yaml:1", "did you mean 'utter_thanks'")),
        ("policies.yaml", "window_days: 45", "windw_days: 45", ("policies.yaml:", "did you mean 'window_days'")),
        ("faq.yaml", "answer:", "anwser:", ("faq.yaml:4", "answer")),
        (
            "flows/gift_wrap/flow.yaml",
            "if: slots.wrap_it",
            "if: slots.wrap_itt",
            ("flow.yaml:14", "did you mean 'wrap_it'"),
        ),
        ("routing.yaml", "priority: urgent", "priority: asap", ("routing.yaml:", "low, normal, high, urgent")),
    ):
        before = (shop.var / "store" / name).read_text(encoding="utf-8")
        change(shop, name, old, new)
        refused(shop, *words)
        write(shop, name, before)
    asks(shop, phone, "thanks", "With pleasure!")
    assert shop.command("reload").returncode == 0


def test_a_request_that_runs_goes_on_by_the_changed_files(shop: System) -> None:
    jane = "jane-whatsapp"
    asks(shop, jane, "I want to return order 1003", "What's the reason?")
    change(
        shop, "policies.yaml", "refund: {return_shipping: customer}", "refund: {return_shipping: customer, fee: '5.00'}"
    )
    assert shop.command("reload").returncode == 0  # which waits until the processes have taken it by themselves

    asks(shop, jane, "too large", "How should we make it right?")
    asks(shop, jane, "refund", "$48.00 - $5.00 fee = $43.00")
    shop.press(jane, "Don't send")
    shop.expect(jane, "nothing")

"""Plays requests by hand on the sandbox's page, as it is shipped, in a real browser; each is interrupted once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.journeys.actors import until
from tests.journeys.mailbox import Mailbox
from tests.journeys.system import System, system
from tests.journeys.test_page import CHROMIUM, PATIENCE_MS

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not there: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji"
)


@pytest.fixture(scope="module")
def shipped_desk(tmp_path_factory: pytest.TempPathFactory, mailbox: tuple[Mailbox, int]) -> Iterator[System]:
    """Starts the system with the settings as they are shipped, and a mail server."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{mailbox[1]}", "MAIL_FROM": "Northwind <help@shop.example>"}
        made.start({"UNDERSTANDING": "full", **mail})
        yield made


@pytest.fixture
def page(shipped_desk: System) -> Iterator[Page]:
    """Opens the sandbox's page; the test fails when the browser complains about anything."""
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(PATIENCE_MS)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
        opened.goto(shipped_desk.page)
        expect(opened.get_by_test_id("product-status")).to_have_text("desk connected", timeout=PATIENCE_MS)
        yield opened
        browser.close()
    assert complaints == []


class Phone:
    """Holds a phone of the page in one's hand."""

    def __init__(self, page: Page, person: str, channel: str) -> None:
        page.get_by_test_id(f"person-{person}").click()
        page.get_by_test_id(f"phone-tab-{person}-{channel}").click()
        self._page = page
        self.phone = page.get_by_test_id(f"phone-{channel}")
        self._chat = self.phone.get_by_test_id("chat")

    def says(self, text: str, answer: str) -> None:
        """Writes, and waits for an answer that has these words."""
        shown = self._told(answer)
        before = shown.count()
        self.phone.get_by_test_id("phone-input").fill(text)
        self.phone.get_by_test_id("phone-send").click()
        expect(shown).to_have_count(before + 1, timeout=PATIENCE_MS)

    def sends_photo(self, answer: str) -> None:
        """Sends a photo, and waits for an answer."""
        shown = self._told(answer)
        before = shown.count()
        self.phone.get_by_test_id("phone-attach").click()
        self.phone.get_by_test_id("attach-image").click()
        expect(shown).to_have_count(before + 1, timeout=PATIENCE_MS)

    def presses(self, title: str, answer: str) -> None:
        """Presses the newest button of that name, and waits for an answer."""
        shown = self._told(answer)
        before = shown.count()
        self._chat.get_by_role("button", name=title, exact=True).last.click()
        expect(shown).to_have_count(before + 1, timeout=PATIENCE_MS)

    def _told(self, words: str) -> Locator:
        return self._chat.locator("[data-direction=out]").filter(has_text=words)


def test_a_damaged_item_with_photos_in_chinese(page: Page, shipped_desk: System) -> None:
    shipped_desk.shop("1004", "deliver")
    shipped_desk.settled()
    customer = Phone(page, "xiaoming", "whatsapp")
    customer.says("我收到的茶杯碎了", "有问题的是几件")
    customer.says("台灯到哪了？", "有问题的是几件")  # told, and asked again
    customer.says("1", "照片")
    customer.sends_photo("收到")
    customer.sends_photo("收到")
    customer.says("就这些", "您希望怎么处理")
    customer.says("补发", "请核对")
    customer.presses("提交", "R1004-1")

    card = page.get_by_test_id("slack-thread").filter(has_text="R1004-1").last
    card.get_by_text("Something arrived damaged").first.wait_for()
    assert card.get_by_role("link", name="open", exact=True).count() >= 2


def test_an_exchange_by_sms_for_a_variant_in_words(page: Page) -> None:
    customer = Phone(page, "tom", "sms")
    customer.says("I'd like to exchange the hiking socks from order 1015", "What's the reason?")
    customer.says("how long does delivery take?", "What's the reason?")
    customer.says("changed my mind", "postcode")
    customer.says("90028", "Three pairs")
    customer.says("the five pairs please", "Please check")
    customer.says("yes", "R1015-1")
    card = page.get_by_test_id("slack-thread").filter(has_text="R1015-1").last
    card.get_by_text("Hiking socks Three pairs → Five pairs (changed mind)").first.wait_for()


def test_two_orders_in_one_conversation(page: Page) -> None:
    customer = Phone(page, "jane", "whatsapp")
    customer.says("where are my boots?", "on its way with DHL")
    customer.says("please cancel order 1002", "May I ask why?")
    customer.says("how much is express delivery?", "May I ask why?")
    customer.says("changed my mind", "Shall I cancel order #1002")
    customer.presses("Yes, cancel it", "order #1002 is cancelled")
    asked = page.get_by_test_id("order-1002-asked")
    until(lambda: asked.count() and asked.get_attribute("data-state") == "done", "the store has cancelled it")


def test_another_address_with_a_code_by_mail(page: Page, shipped_desk: System, mailbox: tuple[Mailbox, int]) -> None:
    customer = Phone(page, "priya", "sms")
    customer.says("please change the delivery address of order 1019", "by e-mail to p***@e***.com")
    customer.says("how much is express delivery?", "by e-mail to p***@e***.com")
    text = until(lambda: next(iter(mailbox[0].texts), ""), "an e-mail with a code")
    code = re.search(r"\b[0-9]{6}\b", text)
    assert code is not None
    customer.says(code.group(), "Please write the whole address")
    customer.says("12 Oak Ave, Apt 4, Austin, TX 78701", "Is that right?")
    customer.says("yes", "goes to 12 Oak Ave")
    assert code.group() not in shipped_desk.log.read_text()

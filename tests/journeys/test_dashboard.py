"""What a customer says is found in the running system's pages; looks at who they are are logged; erased, it is gone."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from re import search
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.journeys.actors import call, until
from tests.journeys.system import System


def opened(browser: OpenerDirector, url: str, form: dict[str, str] | None = None) -> str:
    """Opens a page, or sends a form, and goes where that leads."""
    asked = Request(url, data=urlencode(form).encode() if form else None)  # noqa: S310 - our own address
    with browser.open(asked, timeout=30) as answer:
        return str(answer.read().decode())


def test_a_conversation_is_found_looked_at_and_gone_after_erase(desk: System) -> None:
    browser, pages = build_opener(HTTPCookieProcessor(CookieJar())), f"{desk.product}/dashboard"
    customer = desk.meet(name="Philippa Quince")
    number = desk.phone(customer)["number"]
    search_page = f"{pages}/conversations?lang=en&q={quote('zygomorphic vase')}"
    assert "zygomorphic</mark>" not in opened(browser, search_page)  # the first page of a process takes its time
    desk.say(customer, "my zygomorphic vase is chipped, call +1 202 555 0143")
    until(lambda: "<mark>zygomorphic</mark>" in opened(browser, search_page), "it to be found")
    desk.settled()

    listed = opened(browser, search_page)
    link = search(r'href="(/dashboard/conversations/[0-9a-f]{24}\?[^"#]*)', listed)
    assert link, listed
    talk = desk.product + link[1].replace("&amp;", "&")
    masked = opened(browser, talk)
    assert "zygomorphic vase" in masked
    assert [word for word in ("Quince", number, "555 0143") if word in masked + listed] == []

    word = search(r'name="csrf" value="([^"]+)"', masked)
    assert word
    shown = opened(browser, talk, {"csrf": word[1], "show": "details"})
    assert [word for word in ("Quince", number, "555 0143") if word not in shown] == []
    logged = json.loads(desk.command("audit", "list", "--action", "reveal", "--json").stdout)
    id_ = talk.split("/conversations/")[1][:24]
    assert [(each["actor"], each["object"]) for each in logged] == [("dashboard:local", f"conversation:{id_}")]

    provider_id = search(r"/dashboard/trace\?q=([^\"&]+)", shown)
    assert provider_id
    assert "Came in" in opened(browser, f"{pages}/trace?lang=en&q={id_}") + opened(
        browser, f"{pages}/trace?lang=en&q={provider_id[1]}"
    )

    erased = desk.command("customer", "erase", number, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert "zygomorphic</mark>" not in opened(browser, search_page)
    desk.settled()


def test_a_hundred_who_look_at_once_are_answered_and_what_comes_in_waits_for_none_of_them(desk: System) -> None:
    """What comes in is what is signed wrongly here: it is looked at, and stored nowhere."""
    pages, forged = f"{desk.product}/dashboard/?lang=en", {"X-Hub-Signature-256": "sha256=" + "0" * 64}
    assert call(pages).status == 200
    waits = list[float]()
    with ThreadPoolExecutor(100) as everybody:
        looking = [everybody.submit(call, pages, timeout=60) for _ in range(100)]
        while not all(each.done() for each in looking):
            begun = time.perf_counter()
            assert call(f"{desk.product}/webhooks/whatsapp", b"{}", forged).status == 403
            waits.append(time.perf_counter() - begun)
            time.sleep(0.02)
    statuses = Counter(each.result().status for each in looking)
    assert set(statuses) <= {200, 429}
    assert statuses[200] > 50, statuses  # all of them, on a machine that does nothing else
    assert max(waits) < 5, sorted(waits)[-5:]

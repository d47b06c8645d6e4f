"""Tests files: customers' to the desk, agents' to customers, each once, and nothing that is not what it says.

Which addresses are not public, in whatever form they are written, is proven in tests/adapters/media/test_guard.py; here
one of each kind is redirected to.
"""

import base64
import re
import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from sandbox.world.media import SAMPLES
from storage import tables
from tests.journeys.actors import Answer, Json, call, until
from tests.journeys.system import System, system
from tests.journeys.wording import said

CHANNELS = ("whatsapp", "messenger", "telegram", "twilio_whatsapp", "sms")
TYPES = {"image": "image/png", "voice": "audio/ogg", "document": "application/pdf"}
LARGEST = 7_000_000
NOT_PUBLIC = "it lies at an address that is not public"
HTML = b"<!doctype html><html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HIDDEN = ("TELEGRAM_BOT_TOKEN", "WHATSAPP_ACCESS_TOKEN", "MESSENGER_ACCESS_TOKEN", "TWILIO_AUTH_TOKEN")

VORBIS = b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + bytes(23)
Threads = dict[str, tuple[str, str]]  # channel -> (phone, root of the thread)
media, cases, conversations = tables.media.c, tables.cases.c, tables.conversations.c


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system that tells everything in its logs and takes no large files."""
    with system(tmp_path_factory.mktemp("media")) as made:
        made.start({"LOG_LEVEL": "DEBUG", "AMBIGUOUS_AFTER": "4", "MEDIA_MAX_BYTES": str(LARGEST)})
        yield made


@pytest.fixture(scope="module")
def threads(desk: System) -> Threads:
    """Makes a customer on each channel who has a case. Slack takes a post a second: every test uses these."""
    return {channel: with_case(desk, channel) for channel in CHANNELS}


@pytest.fixture(autouse=True)
def _links_lead_where_they_should(desk: System) -> Iterator[None]:
    """Mends whatever a test breaks for the next one."""
    yield
    desk.api("media/redirect", {})
    desk.heal()


def with_case(desk: System, channel: str, **person: Any) -> tuple[str, str]:
    """Makes a customer who asked for a person: their phone, and the root of the thread."""
    phone = desk.phones_of(channel, name="Mia Media", **person)[channel]
    desk.say(phone, "talk to a person")
    desk.expect(phone, said("utter_handoff_asked_human"))
    address = desk.phone(phone)["address"].lstrip("+")
    of_theirs = conversations.value.in_((address, f"+{address}"))
    opened = select(cases.thread).join(tables.conversations, cases.conversation_id == conversations.id)
    opened = opened.where(of_theirs, conversations.account.startswith("twilio:") == channel.startswith("twilio"))

    def root() -> str | None:
        return next((row.thread for row in desk.rows(opened)), None)

    return phone, until(root, lambda: f"the thread of {phone}; there is\n{desk.slack_told()}")


def lines(desk: System, root: str) -> list[tuple[str, str]]:
    """Lists (words, link) of each line about a file in a thread and its card; the link is "" when there is none."""
    found = []
    for message in desk.slack():
        if root in (message["ts"], message.get("thread_ts")):
            for section in _sections(message.get("blocks", [])):
                words = "".join(str(piece.get("text", "")) for piece in section["elements"])
                links = [piece["url"] for piece in section["elements"] if piece["type"] == "link"]
                if "📎" in words:
                    found.append((words, links[0] if links else ""))
    return found


def _sections(block: Any) -> Iterator[Json]:
    if isinstance(block, list):
        for each in block:
            yield from _sections(each)
    elif isinstance(block, dict):
        if block.get("type") == "rich_text_section":
            yield block
        yield from _sections(block.get("elements", []))


def line_after(desk: System, root: str, phone: str, kind: str, **more: Any) -> tuple[str, str]:
    """Sends the file, as the customer: returns the line about it."""
    before = len(lines(desk, root))
    desk.send(phone, kind, **more)
    return new_line(desk, root, before)


def new_line(desk: System, root: str, before: int) -> tuple[str, str]:
    """Waits for the first line about a file after so many."""

    def found() -> tuple[str, str] | None:
        return next(iter(lines(desk, root)[before:]), None)

    return until(found, lambda: f"a line about a file: {lines(desk, root)}\n{desk.slack_told()}")


def shared(desk: System, root: str) -> list[Json]:
    """Lists the files of customers that are seen in a thread, each with the words it came with."""
    in_thread = (message for message in desk.slack() if message.get("thread_ts") == root and message.get("bot_id"))
    return [
        {**file, "words": said_in(message), "by": message["username"]}
        for message in in_thread
        for file in message.get("files", [])
    ]


def said_in(message: Json) -> str:
    """Returns the words of a message."""
    sections = _sections(message.get("blocks", []))
    return "".join(str(piece.get("text", "")) for section in sections for piece in section["elements"])


def next_shared(desk: System, root: str, before: int) -> Json:
    """Waits for the first shared file after so many."""

    def found() -> Json | None:
        return next(iter(shared(desk, root)[before:]), None)

    return until(found, lambda: f"a file in the thread: {shared(desk, root)}\n{desk.slack_told()}")


def bytes_of(desk: System, file: Json) -> bytes:
    """Reads a file as the stand-in for Slack has it."""
    return call(f"{desk.page.rstrip('/')}/media/{file['media']}").body


def opened(desk: System, link: str) -> Answer:
    """Opens a link as a browser does, once the file is there."""
    assert link.startswith(f"{desk.product}/media/"), link
    return until(lambda: answer if (answer := call(link)).status != 202 else None, f"the file behind {link}")


def file_of(desk: System, name: str) -> Any:
    """Reads the row of the file with this name."""
    return until(lambda: next(iter(desk.rows(select(tables.media).where(media.filename == name))), None), name)


def attach(desk: System, root: str, text: str, *files: Any) -> str:
    """Writes with files, as an agent; returns the ts."""
    return str(desk.api("slack/reply", {"thread_ts": root, "text": text, "user": "bea", "files": list(files)})["ts"])


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_a_customer_sends_is_seen_in_the_thread(desk: System, threads: Threads, channel: str) -> None:
    phone, root = threads[channel]
    for kind, mime in TYPES.items():
        caption = {"text": f"look, by {channel}"} if kind == "image" else {}
        before = len(shared(desk, root))
        desk.send(phone, kind, **caption)
        file = next_shared(desk, root, before)
        assert file["mimetype"] == mime
        assert file["by"].startswith("+1•" if channel == "sms" else "Mia Media (")  # by SMS nobody says their name
        assert caption.get("text", "") in file["words"]
        assert "📎" not in file["words"]
        if kind != "voice":  # each sample of a voice note is another
            assert bytes_of(desk, file) == SAMPLES[kind][2]()
    desk.settled()
    assert len(shared(desk, root)) == len(TYPES)  # each once


def test_a_forged_link_leads_nowhere(desk: System, threads: Threads) -> None:
    phone, root = threads["whatsapp"]
    odd = base64.b64encode(HTML).decode()
    _, link = line_after(desk, root, phone, "document", base64=odd, mime="application/pdf", name="genuine.pdf")
    answer = opened(desk, link)
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "private" in answer.headers["cache-control"]
    id_ = file_of(desk, "genuine.pdf").id
    # Not the last character: not all of its bits are the signature's.
    forged = link[:-4] + ("A" if link[-4] != "A" else "B") + link[-3:]
    for each in (forged, link.rsplit(".", 1)[0], f"{desk.product}/media/{id_}"):
        answer = call(each)
        assert answer.status == 404, each
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert call(f"{desk.product}/media/..%2f..%2fsandbox.json").status == 404


def test_what_was_sent_before_anybody_was_asked_for_is_on_the_card_and_in_the_thread(desk: System) -> None:
    phone = desk.phones_of("telegram", name="Early Bird")["telegram"]
    desk.send(phone, "document", name="early.pdf")
    file_of(desk, "early.pdf")
    desk.say(phone, "talk to a person")
    root = desk.slack_root("Early Bird")
    words, link = new_line(desk, root, 0)
    assert "early.pdf" in words
    assert opened(desk, link).headers["content-type"] == "application/pdf"
    assert opened(desk, link).headers["content-disposition"].startswith("inline")
    file = next_shared(desk, root, 0)
    assert (file["name"], file["words"]) == ("early.pdf", "Sent before the case was opened")


def test_a_link_that_ran_out_is_renewed(desk: System, threads: Threads) -> None:
    """The worker stands still from before the file comes until after its link ran out."""
    before = {root: len(shared(desk, root)) for _, root in threads.values()}
    workers = desk.processes("worker")
    try:
        _each(workers, "suspend")
        for phone, _ in threads.values():
            desk.send(phone, "image", wait=True)
        assert desk.api("media/expire", {})["closed"] >= 1
    finally:
        _each(workers, "resume")
    for root, count in before.items():
        assert bytes_of(desk, next_shared(desk, root, count)) == SAMPLES["image"][2]()


def _each(processes: list[psutil.Process], action: str) -> None:
    assert processes
    for process in processes:
        getattr(process, action)()


@pytest.mark.parametrize(
    "to",
    [
        "{product}/readyz",
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "http://[::ffff:127.0.0.1]:{port}/readyz",
        "http://2130706433:{port}/readyz",
        "file:///etc/passwd",
    ],
)
def test_nobody_makes_us_fetch_what_is_not_public(desk: System, to: str) -> None:
    phone = desk.meet(name="Sly Server")
    target = to.format(product=desk.product, port=desk.port)
    desk.api("media/redirect", {"to": target})
    desk.send(phone, "document", name=f"{phone}.pdf")
    assert until(lambda: _settled(desk, f"{phone}.pdf"), "the end of the download") == "refused"
    row = file_of(desk, f"{phone}.pdf")
    assert (row.code, row.blob) == ("blocked_address", None)


def _settled(desk: System, name: str) -> str | None:
    """Waits for what became of a file."""
    state = str(file_of(desk, name).state)
    return None if state in ("pending", "fetching") else state


def test_the_thread_tells_of_a_file_that_could_not_be_fetched(desk: System, threads: Threads) -> None:
    desk.api("media/redirect", {"to": f"{desk.product}/readyz"})
    for phone, root in threads.values():
        words, link = line_after(desk, root, phone, "document")
        assert f"could not be fetched, because {NOT_PUBLIC}" in words
        assert link == ""
    phone, root = threads["whatsapp"]
    desk.mark(phone)
    desk.slack_reaction(attach(desk, root, "", "image"), "x")
    desk.slack_expect(root, NOT_PUBLIC)
    assert not [bubble for bubble in desk.fresh(phone) if bubble["media"]]


def test_what_is_too_large_stays_where_it_is(desk: System, threads: Threads) -> None:
    phone, root = threads["whatsapp"]
    words, _ = line_after(desk, root, phone, "document", name="large.pdf", size=LARGEST + 1)
    assert "(large.pdf): could not be fetched, because it is too large" in words
    phone, root = threads["telegram"]
    words, _ = line_after(desk, root, phone, "video", claimed_size=21 * 1024 * 1024)  # more than getFile gives
    assert "could not be fetched, because it is too large" in words
    desk.slack_reply(root, "That was too large, sorry")
    desk.expect(phone, "That was too large, sorry")


def test_a_file_that_lies_is_not_shown_in_the_browser(desk: System, threads: Threads) -> None:
    phone, root = threads["whatsapp"]
    for name, content in (("holiday.jpg", HTML), ("drawing.png", SVG)):
        data = base64.b64encode(content).decode()
        _, link = line_after(desk, root, phone, "document", base64=data, mime="image/jpeg", name=name)
        answer = opened(desk, link)
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.body == content


# --- from the desk to the customer


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_an_agent_puts_into_the_thread_arrives(desk: System, threads: Threads, channel: str) -> None:
    phone, root = threads[channel]
    words = f"Your label and a picture, by {channel}"
    desk.mark(phone)
    reply = attach(desk, root, words, "image", "document")

    def arrived() -> dict[str, Json] | None:
        found = {_kind_of(file): file for bubble in desk.fresh(phone) for file in _files(bubble)}
        return found if len(found) == 2 else None

    found = until(arrived, lambda: f"both files\n{desk.told(phone)}\n{desk.slack_told()}")
    desk.expect(phone, words)
    desk.slack_sent(reply)
    assert sum(words in bubble["text"] for bubble in desk.fresh(phone)) == 1
    assert sum(len(_files(bubble)) for bubble in desk.fresh(phone)) == 2
    for kind, file in found.items():
        assert call(f"{desk.page.rstrip('/')}{file['path']}").body == SAMPLES[kind][2]()


def _files(bubble: Json) -> list[Json]:
    return [file for file in (bubble["media"], *bubble["files"]) if file]


def _kind_of(file: Json) -> str:
    return "image" if file["mime"].startswith("image/") else "document"


def test_an_sms_abroad_gets_links(desk: System) -> None:
    phone, root = with_case(desk, "sms", number="+447700900456", country="GB")
    reply = attach(desk, root, "Here it is", "image", "document")

    def links() -> list[str] | None:
        texts = " ".join(bubble["text"] for bubble in desk.fresh(phone))
        found = re.findall(re.escape(desk.product) + r"/media/\S+", texts)
        return found if len(found) == 2 else None

    found = until(links, lambda: f"two links\n{desk.told(phone)}")
    assert {opened(desk, link).headers["content-type"] for link in found} == {"image/png", "application/pdf"}
    assert not [bubble for bubble in desk.answers(phone) if bubble["media"]]
    desk.slack_sent(reply)


def test_a_picture_that_is_too_large_for_the_channel_goes_in_another_form(desk: System, threads: Threads) -> None:
    large = {"kind": "image", "name": "large.png", "size": 5_500_000}
    for channel in ("whatsapp", "sms"):
        phone, root = threads[channel]
        desk.mark(phone)
        reply = attach(desk, root, f"A large one by {channel}", large)
        bubble = desk.expect(phone, f"A large one by {channel}")
        desk.slack_sent(reply)
        if channel == "whatsapp":
            assert bubble["media"]["kind"] == "document"
        else:
            (link,) = re.findall(r"http\S+/media/\S+", " ".join(each["text"] for each in desk.fresh(phone)))
            assert len(opened(desk, link).body) == 5_500_000


def test_sound_that_whatsapp_does_not_play_is_a_link_and_what_it_plays_is_sound(desk: System, threads: Threads) -> None:
    phone, root = threads["whatsapp"]
    song = base64.b64encode(VORBIS).decode()
    desk.mark(phone)
    attach(desk, root, "A song", {"kind": "audio", "name": "song.ogg", "mime": "audio/ogg", "base64": song})
    assert "song.ogg: http" in desk.expect(phone, "A song")["text"]
    desk.mark(phone)
    attach(desk, root, "A greeting", "voice")
    desk.expect(phone, "A greeting")
    desk.settled()
    assert [bubble["media"]["mime"] for bubble in desk.fresh(phone) if bubble["media"]] == ["audio/ogg; codecs=opus"]


def test_a_file_that_the_provider_refuses_for_its_type_goes_as_its_link_at_once(desk: System, threads: Threads) -> None:
    phone, root = threads["whatsapp"]
    desk.fault("whatsapp", "failed_receipts", times=1, value=131053)
    desk.mark(phone)
    attach(desk, root, "The sizes", "document")

    def link() -> bool:
        return any("The sizes\n" in bubble["text"] and "/media/" in bubble["text"] for bubble in desk.fresh(phone))

    until(link, lambda: f"the link\n{desk.told(phone)}\n{desk.slack_told()}")
    desk.slack_expect(root, "does not show it as it is (131053)")


# --- secrets, crashes, erasure


def test_no_token_is_written_down(desk: System, threads: Threads) -> None:
    """Telegram has its token in every address; a call or a download that breaks is where libraries show addresses."""
    calls = {"whatsapp": ("lookaside", "/media"), "telegram": ("getFile", "/file/bot", "sendPhoto")}
    for channel, broken in calls.items():
        phone, root = threads[channel]
        desk.api("media/redirect", {"to": "http://127.0.0.1:9/"})
        assert "could not be fetched" in line_after(desk, root, phone, "document")[0]
        desk.api("media/redirect", {})
        for method in broken:
            desk.fault(channel, "drop_before", times=1, method=method)
        names = [f"{n}-{channel}.pdf" for n in range(2)]
        for name in names:
            desk.send(phone, "document", name=name)
        attach(desk, root, f"word by {channel}", "image")
        desk.expect(phone, f"word by {channel}")
        for name in names:
            assert until(partial(_settled, desk, name), name) == "kept"
        until(lambda: not desk.api("faults"), "every fault to strike")

    settings, read = desk.sandbox.settings, 0
    secrets = {name: settings[name].encode() for name in (*HIDDEN, "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")}
    secrets["secret half of the bot token"] = settings["TELEGRAM_BOT_TOKEN"].partition(":")[2].encode()
    for path in desk.var.rglob("*"):
        logged = path.suffix == ".log" or ".log." in path.name
        if path.is_file() and (logged or path.name.startswith("doorstep.db")):
            content = path.read_bytes()
            read += len(content)
            assert not [name for name, secret in secrets.items() if secret in content], path
    assert read > 100_000
    assert '"level":"debug"' in desk.log.read_text(errors="replace")


def test_a_file_whose_fetcher_died_comes_all_the_same_and_once(desk: System, threads: Threads) -> None:
    phone, root = threads["whatsapp"]
    before = len(shared(desk, root))
    desk.fault("whatsapp", "delay", times=1, value=8, method="lookaside")
    desk.send(phone, "document", name="survivor.pdf")
    until(lambda: file_of(desk, "survivor.pdf").state == "fetching", "the download")
    assert desk.kill("worker") == 1
    _lease_ends(desk, "survivor.pdf")
    until(lambda: file_of(desk, "survivor.pdf").state == "kept", lambda: f"the file; {desk.output()}")
    assert bytes_of(desk, next_shared(desk, root, before)) == SAMPLES["document"][2]()
    desk.settled()
    assert len(shared(desk, root)) == before + 1
    id_ = file_of(desk, "survivor.pdf").id
    assert len([path for path in (desk.var / "media").rglob("*") if id_ in path.name]) == 1


def _lease_ends(desk: System, name: str) -> None:
    """Lets three minutes pass for this file."""
    with sqlite3.connect(desk.var / "doorstep.db", timeout=30) as conn:
        done = conn.execute("UPDATE media SET not_before = 1 WHERE filename = ? AND state = 'fetching'", (name,))
    assert done.rowcount == 1


def test_erasing_a_customer_removes_their_files_from_the_disk(desk: System) -> None:
    phone, root = with_case(desk, "telegram")
    odd = base64.b64encode(HTML).decode()
    _, link = line_after(desk, root, phone, "document", base64=odd, name="private.pdf")
    assert opened(desk, link).status == 200
    attach(desk, root, "mine", "image")
    desk.expect(phone, "mine")
    customer = file_of(desk, "private.pdf").customer_id
    ids = {row.id for row in desk.rows(select(media.id).where(media.customer_id == customer))}

    def kept() -> set[str]:
        return {path.name for path in (desk.var / "media").rglob("*")} & ids

    assert kept() == ids
    assert len(ids) == 2
    erased = desk.command("customer", "erase", customer, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert not kept()
    assert call(link).status == 410

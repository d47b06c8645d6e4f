"""Cards against golden files and Slack's limits."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desks.slack.blocks.card import card
from adapters.desks.slack.blocks.elements import Rendering
from adapters.desks.slack.blocks.messages import customer_words, ephemeral, note
from adapters.desks.slack.blocks.returns import team_message
from core.cases.sla import AIMS, Metric
from core.desk.card import CaseView
from core.desk.glances import (
    ButtonGlance,
    ConsentGlance,
    DetailGlance,
    DueGlance,
    FileGlance,
    OrderGlance,
    ParcelGlance,
    PastCase,
    QuoteGlance,
    ReturnShown,
    TurnGlance,
)
from core.desk.posts import PostReturn
from core.desk.return_glance import ReturnGlance
from core.people.conversations import CaseState, Priority, Proof
from core.shop.orders import OrderStatus, ShipmentStatus
from hub.desk import buttons
from sandbox.platforms.slack import blocks as stand_in

CARDS = Path(__file__).with_name("fixtures") / "cards"
AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
LINK = "https://desk.example/media/token"

FULL = CaseView(
    case_id="0005f1e2d3c4b5a697886950",
    number=7,
    state=CaseState.OPEN,
    reason="no_match_3",
    customer="Jane <!channel> *Doe*",
    channel="whatsapp",
    address="+1•••••0101",
    proof=Proof.ORDER,
    opened_at=AT,
    locale="en",
    tier="vip",
    summary="Asks where order 1001 is.",
    order=OrderGlance(
        number="1001",
        status=OrderStatus.FULFILLED,
        placed_at=AT,
        total="$129.80",
        items="1 × Leather boots, 2 × Wool <socks>",
        parcels=(
            ParcelGlance(ShipmentStatus.IN_TRANSIT, "DHL", "JD0001", "https://track.example/JD0001", date(2026, 12, 5)),
        ),
    ),
    orders=(OrderGlance("1002", OrderStatus.PAID, AT, "$49.00"),),
    more_orders=2,
    past=(PastCase(3, "damaged", CaseState.RESOLVED, AT),),
    consents=(
        ConsentGlance("whatsapp", "service", granted=True),
        ConsentGlance("whatsapp", "marketing", granted=False),
        ConsentGlance("sms", "service", granted=False),
    ),
    due=(
        DueGlance(Metric.FIRST, datetime(2026, 12, 1, 12, tzinfo=UTC)),
        DueGlance(Metric.RESOLUTION, datetime(2026, 12, 3, 10, tzinfo=UTC)),
    ),
    turns=(
        TurnGlance("customer", "where is <it>? *now* <@U1>", AT),
        TurnGlance("bot", "It is on its way.", AT),
        TurnGlance("customer", "talk to a person", AT),
    ),
    returns=("R1001-1: refund of 1 × Leather boots, label sent",),
    window_closes_at=datetime(2026, 12, 2, 10, tzinfo=UTC),
)
BARE = CaseView(
    case_id="c",
    number=8,
    state=CaseState.OPEN,
    reason="stock_problem",
    customer="",
    channel="fax",
    address="",
    proof=Proof.NONE,
    opened_at=AT,
)
VIEWS = {
    "open": FULL,
    "claimed": msgspec.structs.replace(FULL, state=CaseState.CLAIMED, claimed_by="U0BEA"),
    "resolved": msgspec.structs.replace(FULL, state=CaseState.RESOLVED, claimed_by="U0BEA"),
    "bare": BARE,
    "ranked": msgspec.structs.replace(
        FULL,
        priority=Priority.URGENT,
        team="finance",
        tags=("risk", "not_ours"),
        details=(
            DetailGlance("Order", "1001"),
            DetailGlance("Photos", files=(FileGlance("image", "boots.jpg", "image/jpeg", 2048, LINK),)),
        ),
    ),
}
VIEWS = {  # as the hub hands them over
    name: msgspec.structs.replace(view, buttons=buttons.on_card(view.case_id, view.state))
    for name, view in VIEWS.items()
}


def test_a_card_shows_what_a_turn_points_at() -> None:
    turn = TurnGlance("customer", "this one", AT, QuoteGlance("bot", "1. Boots 2. Hat"))
    blocks = card(msgspec.structs.replace(FULL, turns=(turn,))).blocks
    assert "Customer: this one ↪ Bot: 1. Boots 2. Hat" in "".join(strings(blocks, "text"))


def test_what_a_message_points_at_is_a_line_above_it() -> None:
    asked = QuoteGlance("agent", "Left or <right>?")
    rendering = customer_words("the left", (), quoted=asked)
    assert rendering.text == "↪ Agent: Left or &lt;right&gt;?: the left"
    (elements,) = [section["elements"] for block in rendering.blocks for section in block["elements"]]
    assert "".join(element["text"] for element in elements) == "↪ Agent: Left or <right>?\nthe left"
    reaction = customer_words("👍", (), change="reaction", quoted=asked)
    assert reaction.text == "The customer reacted: ↪ Agent: Left or &lt;right&gt;?: 👍"
    assert customer_words("that", (), quoted=QuoteGlance()).text == "↪ an older message: that"
    assert customer_words("that", (), quoted=QuoteGlance("shop")).text == "↪ Shop: an older message: that"
    assert customer_words("that", (), quoted=QuoteGlance("", "sale", "Boots")).text == "↪ from Boots: sale: that"


@pytest.mark.parametrize("name", VIEWS)
def test_golden(name: str) -> None:
    golden = json.loads((CARDS / f"{name}.json").read_text(encoding="utf-8"))
    assert json.loads(msgspec.json.encode(card(VIEWS[name]))) == golden


def test_a_card_shows_the_buttons_of_its_view_in_their_order() -> None:
    shown = (ButtonGlance("case_b", "B", "c1"), ButtonGlance("case_a", "A", "c1", "danger"))
    row = card(msgspec.structs.replace(FULL, buttons=shown)).blocks[-1]
    told = [(each["action_id"], each["text"]["text"], each["value"], each.get("style", "")) for each in row["elements"]]
    assert told == [("case_b", "B", "c1", ""), ("case_a", "A", "c1", "danger")]
    assert "actions" not in [block["type"] for block in card(msgspec.structs.replace(FULL, buttons=())).blocks]


def test_buttons_stand_in_their_rows() -> None:
    shown = (
        ButtonGlance("case_a", "A", "c1"),
        ButtonGlance("case_b", "B", "c1"),
        ButtonGlance("case_c", "C", "c1", row=1),
    )
    rows = [block for block in card(msgspec.structs.replace(FULL, buttons=shown)).blocks if block["type"] == "actions"]
    assert [[each["text"]["text"] for each in row["elements"]] for row in rows] == [["A", "B"], ["C"]]


def test_what_is_late_stands_out_until_the_case_is_over() -> None:
    late = msgspec.structs.replace(
        FULL, due=(DueGlance(Metric.FIRST, AT, is_late=True), DueGlance(Metric.RESOLUTION, AT))
    )
    told = mrkdwn(card(late))
    assert "*❗ First answer was due <!date^" in told
    assert "Done by <!date^" in told
    assert "⏰" not in mrkdwn(card(msgspec.structs.replace(late, state=CaseState.RESOLVED)))


def test_the_owner_is_shown() -> None:
    assert "<@U0BEA> has it" in mrkdwn(card(VIEWS["claimed"]))
    assert "<@" not in mrkdwn(card(FULL))


def test_the_whole_conversation_is_a_link_where_it_can_be_seen() -> None:
    page = "https://desk.example/dashboard/conversations/0005f1"
    linked = card(msgspec.structs.replace(FULL, page=page))
    assert f"<{page}|All of it in the browser>" in linked.blocks[1]["elements"][0]["text"]
    assert "browser" not in str(card(FULL).blocks)


def test_an_owner_that_is_no_user_id_cannot_call_the_channel() -> None:
    view = msgspec.structs.replace(VIEWS["claimed"], claimed_by="!channel> <!here")
    assert "<!here" not in mrkdwn(card(view))


def test_only_web_addresses_become_links() -> None:
    assert FULL.order is not None
    parcel = ParcelGlance(ShipmentStatus.IN_TRANSIT, tracking_url="javascript:alert(1)")
    order = msgspec.structs.replace(FULL.order, parcels=(parcel,))
    assert "javascript" not in json.dumps(card(msgspec.structs.replace(FULL, order=order)).blocks)


def test_long_words_of_a_customer_arrive_whole() -> None:
    text = " ".join(["word"] * 900)
    blocks = customer_words(text, ()).blocks
    assert " ".join("".join(strings(blocks, "text")).split()) == text


def test_an_attachment_without_words_is_named() -> None:
    assert customer_words("", ("image", "document")).text == "image, document"


@pytest.mark.parametrize(
    ("file", "words", "link"),
    [
        (FileGlance("image", "photo.jpg", size=231_400, link=LINK), "📎 image, 231 kB: ", ("photo.jpg", LINK)),
        (FileGlance("voice", size=999, link=LINK), "📎 voice, 999 bytes: ", ("open", LINK)),
        (FileGlance("video", size=1_250_000, link=LINK), "📎 video, 1.2 MB: ", ("open", LINK)),
        (FileGlance("image", size=5, link=LINK, coming=True), "📎 image, is being fetched: ", ("open", LINK)),
        (
            FileGlance("contact", "jo.vcf", told="👤 Jo Roe: 1 number (+1•••••0199)"),
            "👤 Jo Roe: 1 number (+1•••••0199)",
            None,
        ),
        (FileGlance("document", "jo.vcf", coming=True), "📎 document, is being fetched", None),
        (
            FileGlance("image", trouble="it is too large"),
            "📎 image: could not be fetched, because it is too large",
            None,
        ),
    ],
)
def test_a_file_is_a_line_with_its_link(file: FileGlance, words: str, link: tuple[str, str] | None) -> None:
    rendering = customer_words("", ("image", "location"), (file,))
    (block,) = rendering.blocks
    elements = block["elements"][0]["elements"]
    assert elements[0]["text"] == "📎 location"  # what is no file is still named
    assert elements[2]["text"] == words
    assert [(each["text"], each["url"]) for each in elements[3:]] == ([link] if link else [])


def test_a_card_shows_the_newest_files() -> None:
    files = tuple(FileGlance("image", f"{n}.jpg", size=1000, link=f"{LINK}{n}") for n in range(7))
    links = re.findall(rf"{LINK}(\d)", json.dumps(card(msgspec.structs.replace(BARE, files=files)).blocks))
    assert links == ["2", "3", "4", "5", "6"]


def test_a_files_name_is_literal_and_short() -> None:
    (block,) = customer_words("", (), (FileGlance("document", "<!channel>\n" + "x" * 300, link=LINK),)).blocks
    name = block["elements"][0]["elements"][1]["text"]
    assert name.startswith("<!channel> x")  # rich text reads no markup
    assert len(name) <= 80


def test_a_word_for_one_user_has_its_buttons_under_it() -> None:
    words, row = ephemeral(
        "Bea has this case. Send it?", [ButtonGlance("held_send", "Send", "held-1", "primary")]
    ).blocks
    assert words["text"]["text"] == "Bea has this case. Send it?"
    (button,) = row["elements"]
    assert (button["action_id"], button["text"]["text"], button["value"]) == ("held_send", "Send", "held-1")
    assert button["style"] == "primary"


WORDS = st.one_of(st.text(max_size=40), st.text(max_size=12).map(lambda text: text * 300), st.just("👨‍👩‍👧‍👦" * 600))
PARCELS = st.builds(
    ParcelGlance,
    status=st.sampled_from(ShipmentStatus),
    carrier=WORDS,
    tracking_number=WORDS,
    tracking_url=st.one_of(WORDS, WORDS.map(lambda text: f"https://track.example/{text}")),
    eta=st.one_of(st.none(), st.dates()),
)
FILES = st.builds(
    FileGlance,
    kind=st.sampled_from(["image", "voice", "document"]),
    filename=WORDS,
    size=st.integers(0, 10**10),
    link=st.sampled_from(["", LINK]),
    trouble=WORDS,
    told=st.just("") | WORDS,
    unshared=st.sampled_from(["", "too_large", "not_taken"]),
)
ORDERS = st.builds(
    OrderGlance,
    number=WORDS,
    status=st.sampled_from(OrderStatus),
    placed_at=st.just(AT),
    total=WORDS,
    items=WORDS,
    parcels=st.lists(PARCELS, max_size=7).map(tuple),
    is_meant=st.booleans(),
)
QUOTES = st.builds(QuoteGlance, author=WORDS, text=WORDS, origin=WORDS)
RETURNS = st.builds(
    ReturnShown,
    st.builds(
        ReturnGlance,
        WORDS,
        st.lists(WORDS, max_size=9).map(tuple),
        st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["", "U0BEA", "<!channel>"])), max_size=3).map(tuple),
        st.lists(WORDS, max_size=9).map(tuple),
        st.lists(st.tuples(WORDS, WORDS), max_size=4).map(tuple),
        WORDS,
        WORDS,
    ),
    st.just((ButtonGlance("case_a", "A", "c1"),)),
)
CASES = st.builds(
    CaseView,
    case_id=st.just("0005f1e2d3c4b5a697886950"),
    number=st.integers(1, 10**9),
    state=st.sampled_from(CaseState),
    reason=WORDS,
    customer=WORDS,
    channel=st.one_of(st.sampled_from(["whatsapp", "messenger", "telegram", "sms"]), WORDS),
    address=WORDS,
    proof=st.sampled_from(Proof),
    opened_at=st.just(AT),
    locale=WORDS,
    tier=WORDS,
    summary=WORDS,
    claimed_by=st.one_of(st.just("U0BEA"), WORDS),
    order=st.one_of(st.none(), ORDERS),
    orders=st.lists(ORDERS, max_size=5).map(tuple),
    more_orders=st.integers(0, 99),
    past=st.lists(
        st.builds(PastCase, st.integers(1, 10**9), WORDS, st.sampled_from(CaseState), st.just(AT)), max_size=7
    ).map(tuple),
    consents=st.lists(st.builds(ConsentGlance, WORDS, WORDS, granted=st.booleans()), max_size=9).map(tuple),
    details=st.lists(
        st.builds(DetailGlance, WORDS, st.just("") | WORDS, st.lists(FILES, max_size=7).map(tuple)), max_size=12
    ).map(tuple),
    files=st.lists(FILES, max_size=9).map(tuple),
    asked_returns=st.lists(RETURNS, max_size=4).map(tuple),
    tags=st.lists(WORDS, max_size=9).map(tuple),
    team=WORDS,
    priority=st.sampled_from(Priority),
    due=st.lists(st.builds(DueGlance, st.sampled_from(AIMS), st.just(AT), st.booleans()), max_size=3).map(tuple),
    turns=st.lists(
        st.builds(TurnGlance, author=WORDS, text=WORDS, at=st.just(AT), quoted=st.none() | QUOTES), max_size=9
    ).map(tuple),
    returns=st.lists(WORDS, max_size=9).map(tuple),
    window_closes_at=st.one_of(st.none(), st.just(AT)),
    page=st.sampled_from(
        ("", f"https://{'desk.' * 40}example/dashboard/conversations/0005f1e2d3c4b5a697886950?a=1&b=2")
    ),
    buttons=st.integers(0, 25).map(lambda count: tuple(ButtonGlance(f"case_{n}", "Word", "c1") for n in range(count))),
)


@settings(max_examples=150, deadline=None)
@given(CASES)
def test_no_card_exceeds_slacks_limits(view: CaseView) -> None:
    within_limits(card(view))


@settings(max_examples=60, deadline=None)
@given(RETURNS, st.lists(st.builds(FileGlance, kind=st.just("image"), filename=WORDS, link=st.just(LINK)), max_size=9))
def test_no_team_s_message_of_a_return_exceeds_slacks_limits(shown: ReturnShown, files: list[FileGlance]) -> None:
    post = PostReturn("r1", "finance", shown=shown.glance, files=tuple(files), buttons=shown.buttons)
    within_limits(team_message(post))


def test_a_case_in_which_everything_is_long_still_shows_something_of_everything() -> None:
    long = "长 word <!channel> " * 300
    order = msgspec.structs.replace(VIEWS["ranked"].order or OrderGlance("1", OrderStatus.PAID, AT), items=long)
    view = msgspec.structs.replace(
        VIEWS["ranked"],
        summary=long,
        order=order,
        orders=(order,) * 3,
        turns=(TurnGlance("customer", long, AT),) * 8,
        returns=(long,) * 5,
        details=(DetailGlance("Told", long),) * 8,
        past=FULL.past * 5,
        files=(FileGlance("image", long, link=LINK),) * 5,
        page=LINK,
    )
    rendering = card(view)
    within_limits(rendering)
    words = "".join(strings(rendering.blocks, "text"))
    for told in (
        "In short",
        "Order 1001",
        "Also order",
        "Return",
        "Told",
        "Case 3",
        "Customer: ",
        "📎",
        "First answer",
    ):
        assert told in words


@settings(max_examples=60, deadline=None)
@given(st.text().map(lambda text: text * 300), st.lists(st.sampled_from(["image", "audio"]), max_size=40))
def test_no_customers_words_exceed_slacks_limits(text: str, kinds: list[str]) -> None:
    within_limits(customer_words(text, kinds))


@settings(max_examples=40, deadline=None)
@given(st.text().map(lambda text: text * 300), st.sampled_from(["", "<@U0BEA> "]))
def test_a_sentence_with_buttons_is_literal_and_within_slacks_limits(text: str, mention: str) -> None:
    rendering = note(text, [ButtonGlance("reply_retry", "Try again", "m1")], mention)
    stand_in.check_message({"text": rendering.text, "blocks": json.loads(json.dumps(list(rendering.blocks)))})
    *above, words, row = rendering.blocks
    assert words["text"]["type"] == "plain_text"
    assert units(words["text"]["text"]) <= 3000
    assert [block["text"]["text"] for block in above] == ([mention.strip()] if mention else [])
    assert [button["action_id"] for button in row["elements"]] == ["reply_retry"]


def within_limits(rendering: Rendering) -> None:
    """Checks limits of docs.slack.dev, Block Kit reference; lengths in UTF-16 units, the stricter reading.

    The stand-in, which checks what real clients post there, must take it too.
    """
    stand_in.check_message({"text": rendering.text, "blocks": json.loads(json.dumps(list(rendering.blocks)))})
    assert 0 < units(rendering.text) <= 40_000
    assert len(rendering.blocks) <= 50
    assert sum(units(text) for text in strings(rendering.blocks)) <= 12_000
    assert all(strings(rendering.blocks, "text"))
    for block in rendering.blocks:
        LIMITS[block["type"]](block)


def header(block: dict[str, Any]) -> None:
    assert units(block["text"]["text"]) <= 150


def section(block: dict[str, Any]) -> None:
    assert 1 <= len(block["fields"]) <= 10
    assert all(1 <= units(field["text"]) <= 2000 for field in block["fields"])


def context(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 10
    assert all(units(element["text"]) <= 3000 for element in block["elements"])


def actions(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 25
    for button in block["elements"]:
        assert units(button["text"]["text"]) <= 75
        assert units(button["value"]) <= 2000


def rich_text(block: dict[str, Any]) -> None:
    elements = block["elements"][0]["elements"]
    assert elements
    assert all(units(element.get("url", "")) <= 3000 for element in elements)


LIMITS = {
    "header": header,
    "section": section,
    "context": context,
    "actions": actions,
    "rich_text": rich_text,
    "divider": len,
}


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Lists all strings in `value`, or those under `key`."""
    if isinstance(value, str):
        if not key:
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == key and isinstance(inner, str):
                yield inner
            else:
                yield from strings(inner, key)
    else:
        for inner in value if isinstance(value, (list, tuple)) else ():
            yield from strings(inner, key)


def mrkdwn(rendering: Rendering) -> str:
    return "".join(e["text"] for b in rendering.blocks if b["type"] == "context" for e in b["elements"])


def test_a_change_is_told_before_the_words_it_is_about() -> None:
    assert customer_words("now broken", (), change="edited").text.endswith("it reads now: now broken")
    assert "took back a message" in customer_words("", (), change="deleted").text
    assert customer_words("👍", (), change="reaction").text == "The customer reacted: 👍"

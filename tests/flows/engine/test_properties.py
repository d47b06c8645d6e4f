"""Tests that, whatever a customer sends, the engine answers, stays small, and its session survives JSON."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.encoding import encode
from flows.engine.effects import Handoff, Say, Track
from flows.engine.flowset import FlowSet
from flows.engine.session import decode_session
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, orders_from

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
ORDERS = orders_from(
    [
        {
            "number": f"100{n}",
            "placed_at": "2026-11-20T12:00:00+00:00",
            "status": "fulfilled",
            "customer": {"email": "jane@example.com", "phone": "+12025550101"},
            "shipping_address": {"postcode": "12345", "country": "US"},
            "lines": [{"id": "l1", "title": "Boots", "quantity": 2}, {"id": "l2", "title": "Hat", "final_sale": True}],
            "shipments": [{"id": "s1", "status": status, "delivered_at": delivered}],
        }
        for n, (status, delivered) in enumerate([("delivered", "2026-11-25T20:00:00+00:00"), ("in_transit", None)])
    ]
)
WORDS = (
    *(
        "hi",
        "where is my order",
        "return",
        "1001",
        "1000 12345",
        "12345",
        "99999",
        "1",
        "2",
        "two",
        "yes",
        "no",
        "damaged",
    ),
    *(
        "refund",
        "exchange",
        "send it",
        "menu",
        "cancel",
        "0",
        "agent",
        "thanks",
        "ok",
        "asdf",
        "{{7*7}}",
        "",
        "😀",
        "退货",
    ),
    *(
        "back",
        "skip",
        "repeat",
        "restart",
        "change something",
        "change the reason",
        "no, 1 not 2",
        "both",
        "yes but no",
    ),
    *(
        "我的订单到哪了",
        "返回",
        "修改",
        "人工",
        "第二个",
        "x" * 5000,
        "+12025550101",
        "'; DROP TABLE orders; --",
        "<script>",
    ),
)
SILENT = ("double_tap", "bot_loop")  # an impatient thumb; two programs that greet each other for ever
SENT = st.one_of(
    st.sampled_from(WORDS).map(lambda text: ("say", text)),
    st.text(max_size=40).map(lambda text: ("say", text)),
    st.integers(0, 6).map(lambda n: ("press", str(n))),
    st.text(max_size=70).map(lambda text: ("id", text)),
    st.sampled_from(["r.reason.damaged~0", "m.topic.human~0", "start.returns", "start.gone", "~", "."]).map(
        lambda text: ("id", text)
    ),
    st.sampled_from(["image", "voice", "location"]).map(lambda kind: ("attach", kind)),
    st.sampled_from(["menu", "returns", "order_status", "verify_customer", "gone"]).map(lambda flow: ("open", flow)),
    st.integers(1, 3000).map(lambda minutes: ("wait", str(minutes))),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(SENT, max_size=25),
    st.sampled_from([("whatsapp", "+12025550101"), ("sms", "+12025550199"), ("messenger", "77")]),
    st.sampled_from(["en", "zh-HK", "xx"]),
)
def test_any_conversation(
    flows: FlowSet, policies: Policies, sent: list[tuple[str, str]], where: tuple[str, str], locale: str
) -> None:
    chat = Chat(flows, MemoryStore(ORDERS), where[0], locale, NOW, where[1], "America/New_York", policies)
    for kind, what in sent:
        effects = _send(chat, kind, what)
        said = [effect for effect in effects if isinstance(effect, Say)]
        assert len(said) <= 5
        assert chat.session.counters.get("steps", 0) <= 25
        assert sum(isinstance(effect, Handoff) for effect in effects) <= 1
        assert not any(
            effect.reason in ("internal_error", "action_failed") for effect in effects if isinstance(effect, Handoff)
        )
        unanswered = any(isinstance(effect, Track) and effect.name in SILENT for effect in effects)
        assert said or kind in ("open", "wait") or unanswered
        for option in (option for effect in said for option in effect.options):
            assert option.title
            assert option.id.isascii()
            assert len(option.id) <= 64
        assert decode_session(encode(chat.session)) == chat.session
        assert len(encode(chat.session)) < 20_000
        assert not any(effect.text == "49" for effect in said)


def _send(chat: Chat, kind: str, what: str) -> list[object]:
    if kind == "say":
        return list(chat.say(what))
    if kind == "press" and int(what) < len(chat.session.last_choices):
        return list(chat.press(chat.session.last_choices[int(what)].id))
    if kind in ("id", "press"):
        return list(chat.press(what, "A title"))
    if kind == "attach":
        return list(chat.say("", (what,)))
    if kind == "open":
        return list(chat.open(what, **({"level": "order"} if what == "verify_customer" else {})))
    chat.wait(timedelta(minutes=int(what)))
    return []

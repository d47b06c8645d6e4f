"""Runs conversation tests: cases in YAML files; says what was not as expected.

A file holds `orders:` (name -> order in the form of the store events), `shop:` (products, the buyer, returns, refunds)
and `cases:`; see flows/library/README.md.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from core.files.documents import Place, fail, mapping, place, read, sequence
from core.files.durations import EXPECTED, duration
from core.files.near import one_of
from core.shop.shop_actions import EVERY_ACTION
from flows.engine.effects import Effect, Handoff, MakeChoice, OpenReturn, Rate, Say, ShopRequest, Track
from flows.engine.flowset import FlowSet
from flows.engine.session import Offered
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, aware, kept_from, orders_from

__all__ = ["Case", "MemoryStore", "load_cases", "orders_from", "run_case"]

_CASE_FIELDS = (
    *("case", "orders", "shop", "policies", "can", "channel", "address", "locale", "timezone", "now", "understanding"),
    "steps",
)
FULL = "full"
_SENDING = (
    *("user", "choose", "press", "again", "attach", "quote", "open", "with", "wait", "answers", "event", "sends"),
    "place",
)
_EXPECTING = (
    *("bot", "never", "said", "choices", "flow_started", "flow_completed", "handed_off", "slots", "returns", "idle"),
    *("no_handoff", "summary", "asked", "ratings", "chosen"),
)


class Case(msgspec.Struct, frozen=True):
    """Describes one conversation: its circumstances and its steps with what is expected after each.

    `needs_encoder`: some of its words are understood by the sentence encoder only.
    """

    name: str
    place: Place
    orders: list[dict[str, Any]]
    channel: str
    address: str
    locale: str
    timezone: str
    now: datetime
    steps: list[tuple[Place, dict[str, Any]]]
    shop: dict[str, Any] = {}
    can: tuple[str, ...] = ()
    policies: dict[str, Any] = {}
    needs_encoder: bool = False


def load_cases(path: Path) -> list[Case]:
    """Reads the cases of a file. Raises ConfigurationError."""
    document = mapping(Place(str(path), 1), read(path), ("orders", "shop", "cases"))
    orders, shop = document.get("orders") or {}, document.get("shop") or {}
    cases = sequence(place(path, document, "cases"), document.get("cases"))
    return [case for node in cases for case in _case(path, node, orders, shop)]


def run_case(
    flows: FlowSet, policies: Policies, case: Case, watch: Callable[[Chat], None] = lambda _chat: None
) -> list[str]:
    """Plays a case; returns what was not as expected, each with its place. Empty means passed. `watch` sees the
    conversation after each step."""
    if case.policies:
        policies = policies.but(case.policies)
        flows = replace(flows, settings={**flows.settings, **policies.settings(flows.settings["store_name"])})
    store = MemoryStore(orders_from(list(case.orders)), kept_from(case.shop))
    chat = Chat(flows, store, case.channel, case.locale, case.now, case.address, case.timezone, policies)
    chat.connect(case.can)
    failures: list[str] = []
    for where, step in case.steps:
        if "choose" in step and _offered(chat, step["choose"]) is None:
            offered = [choice.value for choice in chat.session.last_choices]
            return [*failures, f"{where}: {case.name}: choose: {step['choose']!r} is not among {offered}"]
        try:
            effects = _send(chat, step)
        except LookupError as error:
            return [*failures, f"{where}: {case.name}: answers: {error}"]
        watch(chat)
        for name, expected in step.items():
            check = _CHECKS.get(name)
            problem = check(chat, effects, expected) if check else ""
            if problem:
                failures.append(f"{where}: {case.name}: {name}: {problem}")
    return failures


def _case(path: Path, node: Any, orders: Mapping[str, Any], shop: Mapping[str, Any]) -> list[Case]:
    """Reads a case; one that names several channels is played on each."""
    where = place(path, node)
    fields = mapping(where, node, _CASE_FIELDS)
    for name in fields.get("orders", []):
        if name not in orders:
            fail(where, f"unknown order {name!r}", f"one of {', '.join(orders)}")
    if fields.get("understanding", FULL) != FULL:
        fail(place(path, node, "understanding"), f"found {fields['understanding']!r}", f"{FULL}, or nothing")
    steps = []
    for step in sequence(where, node.get("steps")):
        at = place(path, step)
        known = mapping(at, step, (*_SENDING, *_EXPECTING))
        _check_time(path, step)
        steps.append((at, dict(known)))
    case = Case(
        name=str(fields.get("case", "")),
        place=where,
        orders=[orders[name] for name in fields.get("orders", [])],
        channel="",
        address=str(fields.get("address", "customer")),
        locale=fields.get("locale", "en"),
        timezone=fields.get("timezone", "America/New_York"),
        now=aware(datetime.fromisoformat(str(fields.get("now", "2026-12-02T12:00:00+00:00")))),
        steps=steps,
        shop={**shop, **(fields.get("shop") or {})},
        can=_actions(where, fields.get("can") or ()),
        policies=fields.get("policies") or {},
        needs_encoder=fields.get("understanding") == FULL,
    )
    named = fields.get("channel", "messenger")
    channels = named if isinstance(named, list) else [named]
    suffix = len(channels) > 1
    return [replace(case, channel=each, name=f"{case.name} ({each})" if suffix else case.name) for each in channels]


def _actions(where: Place, named: Any) -> tuple[str, ...]:
    """Reads what the store's system can be asked for in a case."""
    for name in _listed(named):
        if name not in EVERY_ACTION:
            fail(where, f"unknown action {name!r}", one_of(str(name), sorted(EVERY_ACTION)).removeprefix("expected "))
    return tuple(map(str, _listed(named)))


def _check_time(path: Path, step: Any) -> None:
    """Refuses a length of time that is none, and an event without a name."""
    if "wait" in step:
        try:
            _time(step["wait"])
        except ValueError:
            fail(place(path, step, "wait"), f"wait is {step['wait']!r}", f"{EXPECTED}, or minutes")
    if "event" in step:
        fields = mapping(place(path, step, "event"), step["event"], ("name", "key", "value"))
        if "name" not in fields:
            fail(place(path, step, "event"), "an event without a name", "name: order.updated")


def _offered(chat: Chat, choice: str) -> Offered | None:
    return next((c for c in chat.session.last_choices if choice in (c.value, c.title)), None)


def _send(chat: Chat, step: Mapping[str, Any]) -> list[Effect]:
    before = chat.wait(_time(step["wait"])) if "wait" in step else []
    if "answers" in step:
        said = step["answers"]
        answer = said if isinstance(said, Mapping) else {"status": said}
        return before + chat.answer(str(answer["status"]), answer.get("reason"))
    if not any(name in step for name in _SENDING if name != "wait"):
        return before
    return before + _do(chat, step)


def _time(written: Any) -> timedelta:
    """Reads how long a step waits: a duration ("8s"), or minutes."""
    return duration(written) if isinstance(written, str) else timedelta(minutes=int(written))


def _do(chat: Chat, step: Mapping[str, Any]) -> list[Effect]:
    if "event" in step:
        event = step["event"]
        return chat.happen(str(event["name"]), str(event.get("key", "")), event.get("value"))
    if "open" in step:
        return chat.open(str(step["open"]), **step.get("with", {}))
    if step.get("again"):
        return chat.press_again()
    if "press" in step:
        return chat.press(str(step["press"]))
    offered = _offered(chat, str(step.get("choose", "")))
    if offered is not None:
        return chat.press(offered.id, offered.title)
    files = (*step.get("attach", ()), *map(str, _listed(step.get("sends", []))))
    return chat.say(str(step.get("user", "")), files, str(step.get("quote", "")), step.get("place"))


def _texts(effects: list[Effect]) -> str:
    return "\n".join(effect.text for effect in effects if isinstance(effect, Say))


def _bot(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    said = _texts(effects)
    missing = [part for part in _listed(expected) if part not in said]
    return f"expected {missing} in {said!r}" if missing else ""


def _never(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    said = _texts(effects)
    found = [part for part in _listed(expected) if part in said]
    return f"did not expect {found} in {said!r}" if found else ""


def _said(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    keys = [effect.key for effect in effects if isinstance(effect, Say)]
    return "" if keys == _listed(expected) else f"expected {_listed(expected)}, said {keys}"


def _choices(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    said = [effect for effect in effects if isinstance(effect, Say)]
    titles = [option.title for option in said[-1].options] if said else []
    return "" if titles == _listed(expected) else f"expected {_listed(expected)}, offered {titles}"


def _tracked(name: str) -> Callable[[Chat, list[Effect], Any], str]:
    def check(chat: Chat, effects: list[Effect], expected: Any) -> str:
        del chat
        flows = [effect.props.get("flow") for effect in effects if isinstance(effect, Track) and effect.name == name]
        return "" if expected in flows else f"expected {expected!r} among {flows}"

    return check


def _handed_off(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    reasons = [effect.reason for effect in effects if isinstance(effect, Handoff)]
    return "" if reasons == _listed(expected) else f"expected {_listed(expected)}, handed off for {reasons}"


def _no_handoff(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del expected
    return _handed_off(chat, effects, [])


def _summary(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    told = "\n".join(effect.summary for effect in effects if isinstance(effect, Handoff))
    missing = [part for part in _listed(expected) if part not in told]
    return f"expected {missing} in {told!r}" if missing else ""


def _slots(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del effects
    held = chat.session.stack[-1].slots if chat.session.stack else {}
    wrong = {name: held.get(name) for name, value in expected.items() if held.get(name) != value}
    return f"expected {expected}, found {wrong}" if wrong else ""


def _returns(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    found = [
        f"{effect.order_number} {line.line_id} x{line.quantity} {line.reason} {effect.resolution}"
        + (f" for {line.exchange_for}" if line.exchange_for else "")
        for effect in effects
        if isinstance(effect, OpenReturn)
        for line in effect.lines
    ]
    return "" if found == _listed(expected) else f"expected {_listed(expected)}, opened {found}"


def _asked(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    found = [f"{effect.type} {effect.order_number}" for effect in effects if isinstance(effect, ShopRequest)]
    return "" if found == _listed(expected) else f"expected {_listed(expected)}, asked for {found}"


def _ratings(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    found = [f"{e.kind} {e.score}{' low' if e.is_low else ''}" for e in effects if isinstance(e, Rate)]
    return "" if found == _listed(expected) else f"expected {_listed(expected)}, rated {found}"


def _chosen(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del chat
    found = [f"{e.kind} {e.order_number} {e.choice}" for e in effects if isinstance(e, MakeChoice)]
    return "" if found == _listed(expected) else f"expected {_listed(expected)}, chose {found}"


def _idle(chat: Chat, effects: list[Effect], expected: Any) -> str:
    del effects
    return "" if chat.session.idle is bool(expected) else f"expected {expected}, running {chat.session.stack}"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


_CHECKS: dict[str, Callable[[Chat, list[Effect], Any], str]] = {
    "bot": _bot,
    "never": _never,
    "said": _said,
    "choices": _choices,
    "flow_started": _tracked("flow_started"),
    "flow_completed": _tracked("flow_completed"),
    "handed_off": _handed_off,
    "no_handoff": _no_handoff,
    "summary": _summary,
    "slots": _slots,
    "returns": _returns,
    "idle": _idle,
    "asked": _asked,
    "ratings": _ratings,
    "chosen": _chosen,
}

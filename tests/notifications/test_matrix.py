"""Tests the planner by a matrix: every kind, channel, window, consent, language, hour, cap and state of the template.

What is expected is a table of rules, written from the documents and not from the planner; every message that would
leave is rendered by its channel's own adapter, within that channel's own limits.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml

from adapters.channels import registry
from adapters.channels.messenger.outbound.render import render as by_messenger
from adapters.channels.telegram.outbound.render import render as by_telegram
from adapters.channels.twilio.outbound.render import render as by_twilio
from adapters.channels.whatsapp.outbound.render import render as by_whatsapp
from core.content.capabilities import Capabilities, load_capabilities
from core.messages.outbound import OutboundMessage
from core.people.addresses import Address
from core.people.consent import MARKETING, SERVICE, ConsentState
from core.ports.calls import Rendered
from core.ports.templates import TemplateState
from notifications import About, Candidate, Decision, Hold, Notice, Recipient, Send, Skip, plan
from notifications.planning.caps import Past
from notifications.planning.zones import Zones
from tests.notifications.examples import BY_HAND, DUE
from tests.notifications.samples import NOW, PHONE, POLICY, ROOT, STORE
from tests.notifications.test_planner import CUTOFF

# --- the table

OFFERS = {"holiday_cutoff", "birthday", "win_back", "points_expiring", "review_request"}
REVIEWS = {"review_request"}
HOURS_TO_MORNING = 10  # from NOW to nine in Shanghai, where it is eleven at night
FREE_AFTER = {"marketing": timedelta(days=6), "review": timedelta(days=29)}  # both were sent twice, a day ago
WINDOWED, OPENED_BY_THEM = {"whatsapp", "messenger"}, {"messenger", "telegram"}
ADAPTERS: dict[str, tuple[str, Callable[[OutboundMessage, Capabilities], Rendered]]] = {
    "whatsapp": ("whatsapp/limits.yaml", by_whatsapp),
    "messenger": ("messenger/limits.yaml", by_messenger),
    "telegram": ("telegram/limits.yaml", by_telegram),
    "sms": ("twilio/limits_sms.yaml", by_twilio),
}
LIMITS = {name: load_capabilities(ROOT / "adapters" / "channels" / path) for name, (path, _) in ADAPTERS.items()}
TEMPLATES: dict[str, dict[str, Any]] = yaml.safe_load((STORE / "templates.yaml").read_text())
BORROWED = {name: kind.template_of for name, kind in POLICY.kinds.items()}
AGO = {"open": timedelta(hours=1), "closed": timedelta(days=2), "never": None}
CONSENTS: dict[str, tuple[tuple[str, bool], ...]] = {
    "nothing": (),
    "service": ((SERVICE, True),),
    "offers": ((SERVICE, True), (MARKETING, True)),
    "no offers": ((SERVICE, True), (MARKETING, False)),
    "stop": ((SERVICE, False), (MARKETING, False)),
}


class Case(NamedTuple):
    """One cell of the matrix."""

    kind: str
    channel: str
    window: str
    consent: str
    locale: str
    night: bool
    capped: bool
    template: str  # approved, paused, marketing (the provider made it one)


def template_of(kind: str, channel: str) -> dict[str, Any] | None:
    section = TEMPLATES.get(channel, {})
    found: dict[str, Any] | None = section.get(kind) or section.get(BORROWED[kind])
    return found


def waits(case: Case, expires: timedelta) -> str:
    """Says how an offer waits for its cap and for the morning; "" when it need not."""
    to_morning = timedelta(hours=HOURS_TO_MORNING) if case.night else timedelta(0)
    if case.capped:
        free = FREE_AFTER["review" if case.kind in REVIEWS else "marketing"]
        if free >= expires:
            return "skip:capped"
        return "hold:capped" if free + to_morning < expires else "skip:too_late_after_quiet"
    if case.night:
        return "hold:quiet_hours" if to_morning < expires else "skip:too_late_after_quiet"
    return ""


def expected(case: Case, expires: timedelta) -> str:  # noqa: C901, PLR0911 - the rules, one after the other
    """Says what the documents promise: send as text or template, hold or skip with the reason."""
    offer, wrote = case.kind in OFFERS, case.window != "never"
    if case.consent == "stop":
        return "skip:stopped_all"
    if offer and case.consent == "no offers":
        return "skip:stopped_marketing"
    if offer and case.consent != "offers":
        return "skip:no_consent"
    if not offer and case.consent == "nothing" and not wrote:
        return "skip:no_consent"
    waiting = waits(case, expires)
    if offer and waiting:
        return waiting
    if not wrote and case.channel in OPENED_BY_THEM:
        return "skip:never_opened"
    if case.channel not in WINDOWED or case.window == "open":
        return "text"
    found = template_of(case.kind, case.channel)
    if found is None:
        return "skip:no_template"
    if case.template == "paused":
        return "skip:template_suspended"
    if case.template == "marketing" or found.get("category") == "marketing":
        if case.consent != "offers":
            return "skip:template_is_marketing"
        if case.channel == "whatsapp":
            return "skip:not_delivered_there"  # the number is in the USA
        return waiting or "template"
    return "template"


# --- the matrix


def notices() -> Iterator[tuple[str, Notice, About]]:
    for kind, change in DUE.items():
        due = POLICY.kinds[kind].due(change)
        if due:
            yield kind, due[-1], change.after
    yield from ((kind, notice, about) for kind, (notice, about) in BY_HAND.items())
    yield "holiday_cutoff", CUTOFF, About()


NOTICES = {kind: (notice, about) for kind, notice, about in notices()}
EVERYTHING_ON = msgspec.structs.replace(
    POLICY, shop=msgspec.structs.replace(POLICY.shop, notices=dict.fromkeys(POLICY.kinds, True))
)


def cases(kind: str) -> Iterator[Case]:
    said = ("nothing", "service", "offers", "no offers", "stop")
    states = ("approved", "paused", "marketing")
    for row in product(ADAPTERS, AGO, said, ("en", "zh", "fr"), (False, True), (False, True), states):
        if row[-1] == "approved" or (row[0] in WINDOWED and row[1] == "closed"):
            yield Case(kind, *row)


def decided(case: Case) -> Decision:
    notice, about = NOTICES[case.kind]
    found = template_of(case.kind, case.channel)
    states: tuple[TemplateState, ...] = ()
    if found and case.template != "approved":
        category, status = ("marketing", "approved") if case.template == "marketing" else ("utility", "paused")
        states = tuple(TemplateState(found["name"], name, category, status) for name in found["languages"].values())
    ago = AGO[case.window]
    value = {"telegram": "42", "messenger": "24601"}.get(case.channel, PHONE)
    candidate = Candidate(
        Address(case.channel, "main", value),
        LIMITS[case.channel],
        NOW - ago if ago else None,
        tuple(ConsentState(purpose, granted, "shop") for purpose, granted in CONSENTS[case.consent]),
        templates=states,
    )
    sent = [Past(f"{sort}{n}", "other", sort, NOW - timedelta(days=1)) for sort in FREE_AFTER for n in range(2)]
    zone = "Asia/Shanghai" if case.night else "America/New_York"
    recent = tuple(sent) if case.capped else ()
    to = Recipient((candidate,), "Jane Doe", case.locale, Zones((zone,)), recent=recent)
    return plan(notice, to, about, NOW, EVERYTHING_ON)


def outcome(decision: Decision) -> str:
    match decision:
        case Send(ways=(way, *_)):
            return "template" if way.message.template else "text"
        case Hold(reason=reason):
            return f"hold:{reason}"
        case Skip(reason=reason):
            return f"skip:{reason}"
    raise AssertionError(decision)


def check_words(case: Case, message: OutboundMessage) -> None:
    """What leaves is read by a person, in their language, and fits what the channel takes."""
    limits, (_, render) = LIMITS[case.channel], ADAPTERS[case.channel]
    parts = render(message, limits).parts
    assert parts, case
    assert any("\u4e00" <= sign <= "\u9fff" for sign in message.text) == (case.locale == "zh"), case
    assert len(message.text) <= limits.text_max, case
    for mark in ("{", "None", "undefined", "  "):
        assert mark not in message.text, (case, message.text)
    if message.template:
        values = [*message.template.values, *(message.template.header.values if message.template.header else ())]
        assert all(value.strip() and "\n" not in value for value in values), (case, values)
    is_offer = case.kind in OFFERS
    assert (message.speaker == "marketing") is is_offer, case
    if is_offer:
        assert any(word in message.text for word in ("STOP", "退订", "TD")), (case, message.text)


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_every_cell_comes_out_as_the_rules_say(kind: str) -> None:
    notice, _ = NOTICES[kind]
    counts: Counter[str] = Counter()
    for case in cases(kind):
        decision = decided(case)
        found, wanted = outcome(decision), expected(case, notice.expires_at - NOW)
        assert found == wanted, (case, found, wanted)
        counts[found.partition(":")[0]] += 1
        if isinstance(decision, Send):
            check_words(case, decision.ways[0].message)
        if isinstance(decision, Hold):
            assert NOW < decision.until < notice.expires_at, case
            if case.night:
                assert decision.until.astimezone(UTC).hour == 1, case  # nine in Shanghai
    assert counts["skip"]
    assert counts["text"]


def test_the_matrix_is_whole() -> None:
    """A new kind, channel or section of templates must not stay outside."""
    assert set(NOTICES) == set(POLICY.kinds)
    assert set(ADAPTERS) == set(registry.lines())
    assert {kind for kind, each in POLICY.kinds.items() if each.is_offer} == OFFERS
    assert {kind for kind, each in POLICY.kinds.items() if each.category == "review"} == REVIEWS
    assert datetime(2026, 12, 2, 15, tzinfo=UTC) == NOW

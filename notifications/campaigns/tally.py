"""Adds up what a campaign would do: outcomes, channels, languages, what it costs, and the first words of each."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from core.content.capabilities import Capabilities
from core.content.rendering import fit
from core.content.text import segments_sent
from core.people.consent import MARKETING
from notifications.facts import About
from notifications.notice import Kind, Notice
from notifications.planning.decisions import Decision, Hold, Send, Skip, Way
from notifications.planning.planner import plan
from notifications.planning.recipients import Recipient
from notifications.store.policy import Policy
from notifications.wording.rendering import Letter, language

SAMPLES = 8  # of different channels and languages
SAMPLE_NAME = "Jane Doe"  # a sample is kept and shown: it names nobody
SERVICE_WORDS, UTILITY = "service", "utility"  # the providers' categories beside marketing (notifications.store.prices)


class Case(msgspec.Struct, frozen=True):
    """Holds what was decided for one customer, and from what. `about` and `recipient`: as the planner had them; without
    a notice nothing could be written for them."""

    notice: Notice | None
    decision: Decision
    recipient: Recipient | None
    about: About


class Tally:
    """Counts one recipient after the other. Its memory does not grow with their number."""

    def __init__(self, policy: Policy, now: datetime) -> None:
        self._policy, self._now = policy, now
        self._counts: Counter[str] = Counter()
        self._channels: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._cost: dict[str, Decimal] = {}
        self._segments = self._messages = self._unpriced = 0
        self._samples: dict[tuple[str, str], dict[str, str]] = {}

    def add(self, cases: Iterable[Case]) -> None:
        """Counts what was decided for these customers."""
        for case in cases:
            self._counts[outcome(case.decision)] += 1
            if isinstance(case.decision, Send) and case.notice and case.recipient:
                letter = Letter(case.notice, case.about, case.recipient, self._policy, self._now)
                self._send(letter, case.decision.ways[0])

    def told(self) -> dict[str, Any]:
        """Returns the sums as plain JSON; `cost` by currency, `unpriced` the messages of which no price is known."""
        return {
            "counts": dict(self._counts.most_common()),
            "channels": dict(self._channels.most_common()),
            "languages": dict(self._languages.most_common()),
            "messages": self._messages,
            "sms_segments": self._segments,
            "cost": {currency: str(amount) for currency, amount in sorted(self._cost.items())},
            "unpriced": self._unpriced,
            "samples": list(self._samples.values()),
        }

    def _send(self, letter: Letter, way: Way) -> None:
        channel = way.address.channel
        limits = next(each.capabilities for each in letter.recipient.candidates if each.address == way.address)
        tongue = (way.message.template and way.message.template.language) or language(letter)
        parts = self._parts(way, limits)
        self._channels[channel] += 1
        self._languages[tongue] += 1
        self._messages += parts
        self._segments += parts if channel == "sms" else 0
        self._price(letter.kind, way, limits, parts)
        if (channel, tongue) not in self._samples and len(self._samples) < SAMPLES:
            self._samples[channel, tongue] = self._sample(letter, way, tongue)

    def _parts(self, way: Way, limits: Capabilities) -> int:
        if way.message.template:
            return 1
        texts = fit(way.message, limits).texts
        return segments_sent(texts) if way.address.channel == "sms" else len(texts)

    def _price(self, kind: Kind, way: Way, limits: Capabilities, parts: int) -> None:
        is_marketing = kind.category == MARKETING
        category = MARKETING if is_marketing else UTILITY
        if way.message.template:
            category = way.message.template.category
        elif limits.templates:
            category = SERVICE_WORDS
        price = self._policy.prices.estimate(way.address.channel, category, way.address.value, parts)
        if price is None:
            self._unpriced += 1
        else:
            self._cost[price.currency] = self._cost.get(price.currency, Decimal(0)) + price.amount

    def _sample(self, letter: Letter, way: Way, tongue: str) -> dict[str, str]:
        """Words the message again, for somebody else's name."""
        nobody = msgspec.structs.replace(letter.recipient, name=SAMPLE_NAME)
        again = plan(letter.notice, nobody, letter.about, self._now, self._policy)
        ways = again.ways if isinstance(again, Send) else ()
        message = next((each.message for each in ways if each.address == way.address), None)
        template = message.template.name if message and message.template else ""
        text = message.text if message else ""
        return {"channel": way.address.channel, "language": tongue, "template": template, "text": text}


def outcome(decision: Decision) -> str:
    """Names a decision by a key to count by: "send", "hold:quiet_hours", "skip:no_consent"."""
    match decision:
        case Send():
            return "send"
        case Hold(reason=reason):
            return f"hold:{reason}"
        case Skip(reason=reason):
            return f"skip:{reason}"

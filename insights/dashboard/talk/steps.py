"""Words the way of a message or notice, step by step, with the time between."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from core.cases.case_reasons import spaced
from insights.dashboard.asked import Asked
from insights.dashboard.talk.wording import worded
from insights.dashboard.texts import texts
from insights.metrics import figures, labels
from notifications.planning.decisions import Assumed, Assumption
from notifications.planning.explaining import explain_assumed

IDS = ("id", "provider_id", "message", "notice", "shown", "rule_id")  # by which to go on
CODES = frozenset(
    (
        *("reason", "kind", "state", "channel", "to", "from", "by", "on", "lane", "speaker", "category", "purpose"),
        *("flow", "intent", "status", "word", "incident", "result", "said_by", "rule", "code"),
    )
)
TIMES = ("due", "since", "until")
TALK = "conversation"
HIDDEN = ("at", "what", "assumed")


class Detail(NamedTuple):
    """Holds something that a step tells. `id`: the id by which to go on."""

    name: str
    words: str
    id: str = ""


class Step(NamedTuple):
    """Holds one step. `after`: how long after the one before, in words; `mood`: good, bad or ""; `talk`: the id of the
    conversation that it names."""

    at: datetime | None
    after: str
    what: str
    details: Sequence[Detail]
    mood: str
    talk: str = ""


class Way(NamedTuple):
    """Holds all steps. `lasted`: from the first to the last, in words."""

    steps: Sequence[Step]
    lasted: str


def way(found: Sequence[Mapping[str, Any]], asked: Asked) -> Way:
    """Words what happened, in order."""
    steps: list[Step] = []
    moments: list[datetime] = []
    for each in found:
        at = datetime.fromisoformat(str(each["at"])) if each.get("at") else None
        what, details = _what(str(each["what"]), asked), list(_details(each, asked))
        if each["what"] == TALK:  # no step: where the others are
            steps.append(Step(at, "", what, details, "", str(each["id"])))
            continue
        after = figures.duration((at - moments[-1]).total_seconds(), asked.language) if at and moments else ""
        moments += [at] if at else []
        steps.append(Step(at, after, what, details, _mood(each)))
    lasted = (moments[-1] - moments[0]).total_seconds() if len(moments) > 1 else 0.0
    return Way(steps, figures.duration(lasted, asked.language) if lasted else "")


def _what(what: str, asked: Asked) -> str:
    key = "trace.what_" + what.replace(": ", "_").replace(" ", "_")
    return asked.t(key) if key in texts() else spaced(what)


def _mood(step: Mapping[str, Any]) -> str:
    words = f"{step['what']} {step.get('state', '')}"
    if any(each in words for each in ("failed", "dead letter", "broken")):
        return "bad"
    return "good" if any(each in words for each in ("read", "delivered", "kept")) else ""


def _details(step: Mapping[str, Any], asked: Asked) -> Iterator[Detail]:
    for name, value in step.items():
        if name in HIDDEN or value in (None, "", 0, False):
            continue
        key = f"trace.key_{name}"
        label = asked.t(key) if key in texts() else spaced(name)
        if name in IDS:
            yield from (Detail(label, each, each) for each in str(value).split(", "))
        else:
            yield Detail(label, _value(name, value, asked))
    assumed = [Assumption(Assumed(what), value) for what, value in (step.get("assumed") or {}).items()]
    yield from (Detail(asked.t("trace.key_assumed"), words) for words in explain_assumed(assumed, asked.language))


def _value(name: str, value: Any, asked: Asked) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {each}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_value(name, each, asked) for each in value)
    if name in TIMES:
        with suppress(ValueError):
            return _moment(str(value), asked)
    if name in _OWN:
        return _OWN[name](value, asked)
    return labels.code(str(value), asked.language) if name in CODES else str(value)


_OWN: Mapping[str, Callable[[Any, Asked], str]] = {
    "event": lambda value, asked: worded("event", value, asked),
    "outcome": lambda value, asked: asked.t(f"trace.outcome_{value}"),
    "p": lambda value, asked: figures.figure(value, "share", asked.language),
}


def _moment(text: str, asked: Asked) -> str:
    """Writes a day, or a moment in the shop's zone."""
    at = datetime.fromisoformat(text)
    if "T" not in text:
        return figures.day(at.date(), asked.language)
    local = at.astimezone(asked.shop.zone)
    return f"{figures.day(local.date(), asked.language)} {local:%H:%M}"

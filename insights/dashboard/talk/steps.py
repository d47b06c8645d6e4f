"""Words the way of a message or notice, step by step, with the time between."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from core.cases.case_reasons import spaced
from core.content.degradations import told
from insights.dashboard.asked import Asked
from insights.dashboard.talk import deeds
from insights.dashboard.texts import texts
from insights.metrics import figures, labels
from notifications.planning.decisions import Assumed, Assumption
from notifications.planning.explaining import explain_assumed
from notifications.rules.telling import because

IDS = ("id", "provider_id", "message", "notice", "shown", "rule_id")  # by which to go on
CODES = frozenset(
    (
        *("reason", "kind", "state", "channel", "to", "from", "by", "on", "lane", "speaker", "category", "purpose"),
        *("event", "flow", "intent", "outcome", "status", "word", "incident", "result", "said_by", "rule", "code"),
    )
)
TIMES = ("due", "since", "until")
ABOUT = ("about", "subject")  # what is named by its kind and its id, like "parcel s1"
# How codes are worded: by the first of these texts that there is, like `talk.state_sent`; else as everywhere.
WORDED: Mapping[str, Sequence[str]] = {
    "state": ("talk.state", "conversations.state", "trace.state"),
    "speaker": ("talk.by",),
    "by": ("talk.by", "trace.by"),
    "said_by": ("talk.cost",),
    "event": ("talk.event",),
    "from": ("talk.by", "trace.from"),
    **{name: (f"trace.{name}",) for name in ("lane", "category", "status", "result", "outcome", "reason")},
    **dict.fromkeys(ABOUT, ("trace.matter",)),
}
STATES = {"notice": ("talk.notice",)}  # of what has states of its own
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
            yield Detail(label, _value(str(step["what"]), name, value, asked))
    assumed = [Assumption(Assumed(what), value) for what, value in (step.get("assumed") or {}).items()]
    yield from (Detail(asked.t("trace.key_assumed"), words) for words in explain_assumed(assumed, asked.language))


def _value(what: str, name: str, value: Any, asked: Asked) -> str:
    if isinstance(value, Mapping):
        return deeds.worded(value, asked) if name == "did" else because(value)
    if isinstance(value, list | tuple):
        return asked.t("shell.and").join(_value(what, name, each, asked) for each in value)
    if name in _OWN:
        return _OWN[name](value, asked.language)
    if name in TIMES:
        with suppress(ValueError):
            return _moment(str(value), asked)
    if name in ABOUT:
        kind, _, id_ = str(value).partition(" ")
        return f"{_code(what, name, kind, asked)} {id_}".strip()
    return _code(what, name, str(value), asked) if name in CODES else str(value)


_OWN: Mapping[str, Callable[[Any, str], str]] = {
    "lost": lambda value, locale: told(str(value), locale),
    "p": lambda value, locale: figures.figure(value, "share", locale),
}


def _code(what: str, name: str, code: str, asked: Asked) -> str:
    """Words a code; of one like "notice:shipped" both parts."""
    if name == "purpose":
        return asked.label("detail", code)
    kind, _, of = code.partition(":")
    if of:
        words = _code(what, name, kind, asked), labels.code(of, asked.language)
        return asked.t("trace.both", kind=words[0], of=words[1])
    kinds = (*(STATES.get(what, ()) if name == "state" else ()), *WORDED.get(name, ()))
    known = (key for kind in kinds if (key := f"{kind}_{code}") in texts())
    key = next(known, "")
    return asked.t(key) if key else labels.code(code, asked.language)


def _moment(text: str, asked: Asked) -> str:
    """Writes a day, or a moment in the shop's zone."""
    at = datetime.fromisoformat(text)
    if "T" not in text:
        return figures.day(at.date(), asked.language)
    local = at.astimezone(asked.shop.zone)
    return f"{figures.day(local.date(), asked.language)} {local:%H:%M}"

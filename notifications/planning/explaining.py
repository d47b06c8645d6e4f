"""Words a decision for the people who ask why a customer got a notice, or did not."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from core.files.documents import Document
from notifications.planning.decisions import Assumed, Assumption, Decision, Reason, Refusal, Send, Skip, Way
from notifications.wording.formats import best_locale

_FOLDER = Path(__file__).parent / "reasons"


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds a `reasons/<locale>.yaml`: a phrase for each reason, and the sentences around them. `ends` words how a
    sending ended that the planner had let go."""

    send: str
    hold: str
    skip: str
    free_text: str
    template: str
    not_taken: str
    then: str
    reasons: dict[Reason, str]
    assumed: dict[Assumed, str]
    ends: dict[str, str]


def explain(decision: Decision, locale: str = "en") -> str:
    """Words `decision` in a few sentences, in a language of `reasons/`, else in English; names no addresses."""
    phrases = _phrases(locale)
    if isinstance(decision, Send):
        said = phrases.send.format(ways=phrases.then.join(_way(way, phrases) for way in decision.ways))
    elif isinstance(decision, Skip):
        said = phrases.skip.format(reason=phrases.reasons[decision.reason])
    else:
        said = phrases.hold.format(
            reason=phrases.reasons[decision.reason], until=f"{decision.until:%Y-%m-%d %H:%M} UTC"
        )
    refused = (_refusal(refusal, phrases) for refusal in decision.refusals)
    return " ".join([said, *refused, *explain_assumed(decision.assumed, locale)])


def explain_assumed(assumed: Sequence[Assumption], locale: str = "en") -> list[str]:
    """Returns a sentence for each thing that was assumed of the customer, in a language of `reasons/`, else English."""
    return [_phrases(locale).assumed[each.what].format(value=each.value) for each in assumed]


def reason_words(code: str, locale: str = "en") -> str:
    """Words a recorded reason, in a language of `reasons/`, else in English; "" for one that is none of ours."""
    phrases = _phrases(locale)
    known = {reason.value: words for reason, words in phrases.reasons.items()}
    return known.get(code) or phrases.ends.get(code, "")


def _way(way: Way, phrases: Phrases) -> str:
    template = way.message.template
    mode = phrases.template.format(name=template.name) if template else phrases.free_text
    return f"{way.address.channel} ({mode})"


def _refusal(refusal: Refusal, phrases: Phrases) -> str:
    return phrases.not_taken.format(channel=refusal.address.channel, reason=phrases.reasons[refusal.reason])


@lru_cache
def _phrases(locale: str) -> Phrases:
    found = best_locale(locale, [path.stem for path in _FOLDER.glob("*.yaml")], "en")
    return Document(_FOLDER / f"{found}.yaml").read(Phrases)

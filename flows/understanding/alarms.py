"""Decides whether what a message may mean is a risk, for which a person must come at once."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from flows.understanding.classifier.model import Likely
from flows.understanding.reading import RISKS

DOUBT = 0.20  # probability from which a word that hints at it decides


class Weighed(NamedTuple):
    """Holds what a text may mean: the risks, and the intents."""

    risks: tuple[Likely, ...]
    intents: list[Likely]

    def share(self, intent: str) -> float:
        """Returns how probable an intent is."""
        return next((each.p for each in self.intents if each.intent == intent), 0.0)

    def alarm(self, line: float, hinted: Collection[str] = ()) -> str:
        """Names the risk that is acted on; "" for none.

        That is the most probable one where all together are as probable as `line`; below it, one that is `hinted` at.
        """
        first = max(self.risks, key=lambda each: each.p)
        if sum(each.p for each in self.risks) >= line:
            return first.intent
        doubtful = [each for each in self.risks if each.intent in hinted and each.p >= DOUBT]
        return max(doubtful, key=lambda each: each.p).intent if doubtful else ""


def weigh(likely: Sequence[Likely]) -> Weighed:
    """Parts risks from intents."""
    risks = tuple(each for each in likely if each.intent in RISKS)
    return Weighed(
        risks or (Likely(RISKS[0], 0.0),),
        [each for each in likely if each.intent not in RISKS],
    )

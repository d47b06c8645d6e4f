"""Reads a message as an intent, or as what is to be asked back: first what must not be missed, then what is likely.

The order is fixed: a command, STOP in any wording, a risk, a wish for a person, a whole phrase, the likely intents.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from msgspec.structs import replace

from core.files.documents import Place, mapping, place, read, sequence
from flows.understanding.agreement import Agreement
from flows.understanding.alarms import Weighed, weigh
from flows.understanding.classifier.model import NONE, Likely
from flows.understanding.cues import Cue, Cues, expressions, joined
from flows.understanding.lexicon.languages import LANGUAGES
from flows.understanding.normalise import clean, folded
from flows.understanding.parting import Parting
from flows.understanding.reading import ACCEPTED, RISKS, SHOWN, SMALL_TALK, Outcome, Reading, judge
from flows.understanding.values.codes import codes, framed
from flows.understanding.values.numbers import TRAITS

HUMAN, UNSUBSCRIBE = "human", "unsubscribe"
CANCEL, LANGUAGE = "cancel", "language"
COMMANDS = frozenset((CANCEL, "menu", "back", "skip", "repeat", "restart", "change", LANGUAGE))
SEVERAL = "several"  # "both", "all of them": more than one of what is offered
POLITE = "polite"  # words beside a yes or a no
# Known word for word only, and taught to nobody.
WORDS = frozenset(("yes", "no", "acknowledge", SEVERAL, POLITE, *TRAITS)) | COMMANDS
_NO_MORE = frozenset(("no", CANCEL, *SMALL_TALK))  # beside a wish that is taken back
NEVER = 2.0  # no probability is as high
REMEMBERED = 1000  # texts: customers say the same things
EXAMPLES = 2  # phrases by which an intent is explained to others
# How probable an intent is that another is sure of; of one that they find likely, a share of the line that is acted on.
ADVISED, GUESSED = 0.9, 0.9

_OWN = re.compile(r"(?:my|mine|the|it is|it's)\b|我的|我", re.IGNORECASE)
_POLITELY = re.compile(
    r"^(?:please|pls|plz|ok|okay|sorry|请|請|麻烦) ?|[ ,]*(?:please|pls|plz|ok|thanks|thank you|吧|谢谢|謝謝|一下)$"
)
_CLAUSE = re.compile(r"[,.!?;:，。！？；：、\n()]+|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")  # Chinese: a space too


class Lines(NamedTuple):
    """Says how probable a wish that must not be missed has to be: `sure` is a share of the line of all intents, `doubt`
    is enough where words hint at it."""

    intent: str
    sure: float
    doubt: float


PERSON_LINES = Lines(HUMAN, 0.6, 0.08)
STOPPED = replace(ACCEPTED, intent=UNSUBSCRIBE)
STOP_LINES = Lines(UNSUBSCRIBE, 1.0, 0.15)


class Classifier(Protocol):
    """Ranks intents and risks for a text."""

    @property
    def accept(self) -> float:
        """Returns the probability from which an intent is acted on."""
        ...

    @property
    def alarm(self) -> float:
        """Returns the probability of all risks together from which a person comes."""
        ...

    def likely(self, text: str) -> list[Likely]:
        """Returns all of them, the most probable first; `NONE` is among them."""
        ...

    def likely_all(self, texts: Sequence[str]) -> list[list[Likely]]:
        """Does so for a message, first, and its parts, in the time of little more than one."""
        ...


class Phrases(NamedTuple):
    """Holds what customers write for each intent, and patterns that always mean one."""

    said: Mapping[str, Sequence[str]]
    patterns: Mapping[str, re.Pattern[str]]


class Interpreter:
    """Holds the phrases and cues of all locales together: customers mix languages.

    `unlearned` names the phrases while the classifier has not learned them: they are known word for word only.
    """

    def __init__(
        self,
        phrases: Phrases,
        cues: Cues,
        classifier: Classifier,
        simplified: Mapping[int, int],
        unlearned: str = "",
    ) -> None:
        self.unlearned = unlearned
        self.intents = frozenset(phrases.said) - {NONE, *RISKS}
        self.examples = {intent: tuple(phrases.said[intent][:EXAMPLES]) for intent in self.intents - WORDS}
        self._simplified = simplified
        whole = ((intent, said) for intent, listed in phrases.said.items() if intent != POLITE for said in listed)
        self._exact = {self.form(said): intent for intent, said in whole}
        yes, no, polite, thanks = (phrases.said.get(name, ()) for name in ("yes", "no", POLITE, "thanks"))
        self.agreement = Agreement(yes, no, [*thanks, *polite])
        self._patterns = phrases.patterns
        self._cues = cues
        self._parting = Parting(cues.joint, cues.asks)
        self._classifier = classifier
        self._known: OrderedDict[tuple[str, float], Reading] = OrderedDict()

    def exact(self, text: str) -> str:
        """Finds the intent whose phrase the whole text is; "" for none. A command may be polite, but for `cancel`: that
        may be about an order."""
        said = self.form(text)
        found = self._exact.get(said, "")
        polite = found or self._exact.get(_POLITELY.sub("", said), "")
        return found or (polite if polite in COMMANDS - {CANCEL} else "")

    def form(self, text: str) -> str:
        """Brings a text to the form that phrases are compared in."""
        return folded(text).translate(self._simplified)

    def read(self, text: str) -> Reading:
        """Reads a message."""
        said = self.form(text)
        key = (said, self._classifier.accept)  # what n-grams alone understood is read again once the encoder is there
        known = self._known.pop(key, None) or self._read(clean(text).translate(self._simplified), said)
        self._known[key] = known
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known

    def parts(self, text: str) -> list[str]:
        """Parts a message into what may be several requests."""
        return self._parting.parts(clean(text))

    def takes_back(self, text: str, intents: Iterable[str]) -> bool:
        """Tells whether a message says only that one of these is not wished any more: "no, don't cancel"."""
        rests = (self._without_refusal(text, intent) for intent in intents)
        return any(rest is not None and (not rest or self.exact(rest) in _NO_MORE) for rest in rests)

    def advised(self, text: str, reading: Reading, intents: Sequence[str], *, sure: bool) -> Reading:
        """Reads a message that was not understood (`reading`) as another reads it: `intents`, the most probable first.

        It is judged like our own: nothing that the words refuse counts, and STOP is asked back in any case.
        """
        accept = self._classifier.accept
        meant = [each for each in intents if each in self.intents and not self._refused(text, each)]
        if not meant:
            return reading
        at_once = sure and meant[0] == intents[0] != UNSUBSCRIBE
        further = [each.intent for each in reading.candidates if each.intent not in meant and not at_once]
        first = Likely(meant[0], ADVISED if at_once else accept * GUESSED)
        return judge([first, *(Likely(each, accept * GUESSED) for each in (*meant[1:], *further))], 0.0, accept)

    def _refused(self, text: str, intent: str) -> bool:
        return self._without_refusal(clean(text).translate(self._simplified), intent) is not None

    def told(self, text: str) -> dict[str, Any]:
        """Writes what was read as `doorstep flows understand` prints it, with three candidates in any case."""
        reading = self.read(text)
        if reading.intent in WORDS:  # an answer, and no request
            reading = Reading(Outcome.NONE)
        first = [Likely(reading.intent, 1.0)] if reading.intent and not reading.candidates else []
        known = {each.intent for each in (*first, *reading.candidates)}
        more = [each for each in weigh(self._classifier.likely(text)).intents if each.intent not in {*known, NONE}]
        shown = [*first, *reading.candidates, *more][:SHOWN]
        return {
            "outcome": reading.outcome.value,
            "intent": reading.intent or None,
            "candidates": [{"intent": each.intent, "p": round(each.p, 4)} for each in shown],
            "risk": reading.risk or None,
            "command": reading.command or None,
            "also": reading.also or None,
        }

    def _read(self, text: str, said: str) -> Reading:
        whole = self.exact(said)
        if whole in COMMANDS:
            return Reading(Outcome.NONE, command=whole)
        if language := LANGUAGES.asked(text):
            return Reading(Outcome.NONE, command=LANGUAGE, language=language)
        parts = self.parts(text)
        must = self._not_missed(text, said, whole, parts)
        if must is not None:
            return must
        named = whole if whole and whole != NONE else self._patterned(parts)
        return replace(ACCEPTED, intent=named) if named else self._requests(text, parts)

    def _patterned(self, parts: Sequence[str]) -> str:
        """Finds the intent whose pattern a part of the message has; "" for none."""
        clauses = _clauses(parts)
        return next((intent for intent, each in self._patterns.items() if self._cues.wished(each, clauses)), "")

    def _not_missed(self, text: str, said: str, whole: str, parts: Sequence[str]) -> Reading | None:
        """Reads what must never be missed, also beside something else: STOP, a risk, a wish for a person."""
        clauses = _clauses(parts)
        read = list(dict.fromkeys((text, *parts))) if len(parts) > 1 else [text]
        weighed = [weigh(likely) for likely in self._classifier.likely_all(read)]
        hinted = self._cues.hinted(said)
        alarms = (each.alarm(self._classifier.alarm, hinted) for each in weighed)
        risk = whole if whole in RISKS else next(filter(None, alarms), "")
        if whole == UNSUBSCRIBE or self._means(STOP_LINES, self._cues.stop, clauses, weighed):
            return replace(self._stop(text, parts), risk=risk or ("anger" if "anger" in hinted else ""))
        if risk:
            about = [each for each in weighed[0].intents if each.intent != NONE]
            return replace(ACCEPTED, intent=HUMAN, candidates=tuple(about[:SHOWN]), risk=risk)
        if not whole and self._means(PERSON_LINES, self._cues.person, clauses, [*weighed, *self._hinting(clauses)]):
            return replace(ACCEPTED, intent=HUMAN)
        return None

    def _hinting(self, clauses: Sequence[str]) -> list[Weighed]:
        """Weighs the clauses that hint at a person, where there are several: "it came broken, I want a person".

        One counts that by itself surely is the wish.
        """
        hinting = [each for each in clauses if self._cues.person.search(each)] if len(clauses) > 1 else []
        weighed = [weigh(likely) for likely in self._classifier.likely_all(hinting)] if hinting else []
        return [each for each in weighed if each.share(HUMAN) >= self._classifier.accept * PERSON_LINES.sure]

    def _weighed(self, text: str) -> Weighed:
        return weigh(self._classifier.likely(text))

    def _means(self, lines: Lines, hints: Cue, clauses: Sequence[str], weighed: Sequence[Weighed]) -> bool:
        """Tells whether a message wishes what must not be missed, and nothing refuses it: it is probable, or it or a
        part of it may wish it and words hint at it."""
        whole, *parts = (found.share(lines.intent) for found in weighed)
        sure = whole >= self._classifier.accept * lines.sure
        if not sure and (max(whole, *parts, 0.0) < lines.doubt or not self._cues.wished(hints, clauses)):
            return False
        wish = self._cues.wishes.get(lines.intent)
        named = wish is not None and any(wish.search(clause) for clause in clauses)
        return wish is None or not named or self._cues.wished(wish, clauses)

    def _stop(self, text: str, parts: Sequence[str]) -> Reading:
        """Reads a wish to hear no more, and what is asked for besides; a question is asked back."""
        others = [(part, each.intent) for part, each in self._sure(parts) if each.intent != UNSUBSCRIBE]
        if text.rstrip().endswith(("?", "？")) and not (others and others[-1][0] == parts[-1]):
            return Reading(Outcome.ASK, candidates=(Likely(UNSUBSCRIBE, 1.0),))
        return replace(ACCEPTED, intent=UNSUBSCRIBE, also=others[0][1], also_text=others[0][0]) if others else STOPPED

    def _sure(self, parts: Sequence[str]) -> list[tuple[str, Reading]]:
        """Lists the parts of a message that are a request for sure, where it has several parts."""
        readings = [(part, self._classified(part)) for part in parts if not _states(part)] if len(parts) > 1 else []
        return [
            (part, each) for part, each in readings if each.outcome is Outcome.ACCEPT and each.intent not in SMALL_TALK
        ]

    def _requests(self, text: str, parts: Sequence[str]) -> Reading:
        """Reads the whole; where two parts of it mean two requests for sure, the second is kept for afterwards."""
        whole, sure = self._classified(text), self._sure(parts)
        if not sure:
            return whole
        (_, first), *others = sure
        for part, other in others:
            if other.intent != first.intent:
                return replace(first, also=other.intent, also_text=part)
        return first if whole.outcome is not Outcome.ACCEPT or whole.intent in SMALL_TALK else whole

    def _classified(self, text: str, refused: frozenset[str] = frozenset()) -> Reading:
        likely = self._weighed(text).intents
        none = next((each.p for each in likely if each.intent == NONE), 0.0)
        best = [each for each in likely if each.intent != NONE and each.intent not in refused]
        rest = self._without_refusal(text, best[0].intent)
        if rest is None:
            return judge(best, none, self._classifier.accept)
        return self._classified(rest, refused | {best[0].intent}) if rest else judge(best[1:], none, NEVER)

    def _without_refusal(self, text: str, intent: str) -> str | None:
        """Returns a text without the clauses that refuse the intent ("do not cancel"); None where none does."""
        pattern = self._cues.wishes.get(intent)
        if pattern is None:
            return None
        turned = self._cues.turn.sub(lambda found: f", {found.group()}", clean(text).casefold())
        clauses = [clause.strip() for clause in _CLAUSE.split(turned) if clause.strip()]
        named = [clause for clause in clauses if pattern.search(folded(clause))]
        if not named or self._cues.wished(pattern, [folded(clause) for clause in clauses]):
            return None
        return " ".join(clause for clause in clauses if clause not in named)


def _states(part: str) -> bool:
    """Tells whether a part only gives a value ("my postcode is 10001"), and asks for nothing."""
    found = codes(part)
    return bool(found) and _OWN.match(part) is not None and framed(part, found)


def _clauses(parts: Sequence[str]) -> list[str]:
    return [folded(clause) for part in parts for clause in _CLAUSE.split(part)]


def read_phrases(paths: Iterable[Path]) -> Phrases:
    """Reads files of phrases: intent -> [what customers write], or {phrases: […], patterns: [regular expressions]}.

    Raises ConfigurationError.
    """
    said: dict[str, list[str]] = {}
    patterns: dict[str, list[str]] = {}
    for path in paths:
        document = mapping(Place(str(path), 1), read(path))
        for intent, node in document.items():
            where = place(path, document, intent)
            fields = {"phrases": node} if isinstance(node, list) else mapping(where, node, ("phrases", "patterns"))
            said.setdefault(intent, []).extend(map(str, sequence(where, fields.get("phrases") or [])))
            if fields.get("patterns"):
                patterns.setdefault(intent, []).extend(expressions(where, fields["patterns"]))
    return Phrases(said, {intent: joined(listed) for intent, listed in patterns.items()})


def taught(phrases: Phrases) -> dict[str, list[str]]:
    """Returns the phrases that the classifier learns from."""
    return {intent: list(listed) for intent, listed in phrases.said.items() if intent not in WORDS}

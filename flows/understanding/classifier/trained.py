"""Ranks intents with a trained model: with the sentence encoder once there is one, by n-grams alone until then."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from flows.understanding.classifier.encoder import Encoder
from flows.understanding.classifier.model import Likely, Model

ACCEPT, ACCEPT_LIGHT = 0.50, 0.35  # n-grams alone spread their probability wider
ALARM, ALARM_LIGHT = 0.85, 0.75  # a word that hints at it makes up for the rest
REMEMBERED = 64  # texts: a message and its parts are asked for again and again


class EncoderSource(Protocol):
    """Has an encoder, or will have one: it is loaded in the background."""

    @property
    def encoder(self) -> Encoder | None:
        """Returns it; None while it is not there, or switched off."""
        ...


class NoEncoder:
    """Has none: UNDERSTANDING=light."""

    encoder = None


class Trained:
    """Implements `flows.understanding.interpreter.Classifier`."""

    def __init__(self, model: Model, source: EncoderSource) -> None:
        self._model = model
        self._source = source
        self._known: OrderedDict[tuple[str, bool], list[Likely]] = OrderedDict()

    @property
    def accept(self) -> float:
        """Returns the probability from which an intent is acted on."""
        return ACCEPT if self._source.encoder is not None else ACCEPT_LIGHT

    @property
    def alarm(self) -> float:
        """Returns the probability of all risks together from which a person comes."""
        return ALARM if self._source.encoder is not None else ALARM_LIGHT

    def likely(self, text: str) -> list[Likely]:
        """Ranks all intents and risks, the most probable first."""
        return self.likely_all([text])[0]

    def likely_all(self, texts: Sequence[str]) -> list[list[Likely]]:
        """Ranks them for a message, first, and its parts, in the time of little more than one."""
        encoder = self._source.encoder
        asked = [(text, encoder is not None) for text in texts]
        known = [self._known.pop(each, None) for each in asked]
        found = [each for each in known if each is not None]
        if len(found) < len(asked):
            found = self._model.likely(texts, encoder)
        self._known.update(zip(asked, found, strict=True))
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found

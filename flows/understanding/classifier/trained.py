"""Ranks intents with a trained model: with the sentence encoder once there is one, by n-grams alone until then."""

from typing import Protocol

from flows.understanding.classifier.encoder import Encoder
from flows.understanding.classifier.model import Likely, Model

ACCEPT, ACCEPT_LIGHT = 0.50, 0.35  # n-grams alone spread their probability wider


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

    @property
    def accept(self) -> float:
        """Returns the probability from which an intent is acted on."""
        return ACCEPT if self._source.encoder is not None else ACCEPT_LIGHT

    def likely(self, text: str) -> list[Likely]:
        """Ranks all intents, the most probable first."""
        return self._model.likely(text, self._source.encoder)

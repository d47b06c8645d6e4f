"""Compares what questions mean by the sentence encoder, where there is one: other words for the same are near, too."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # numpy is loaded by whoever has an encoder
    from flows.understanding.classifier.encoder import Encoder, Matrix
    from flows.understanding.classifier.trained import EncoderSource


class _Known(NamedTuple):
    encoder: "Encoder"
    vectors: "Matrix"  # of the questions


class Meanings:
    """Holds questions, each with the id of what it asks for. They are encoded by `learn`, and in no turn: it takes half
    a millisecond for each."""

    def __init__(self, questions: Sequence[tuple[str, str]], source: "EncoderSource | None") -> None:
        self._ids = [id_ for id_, _ in questions]
        self._questions = [said for _, said in questions]
        self._source = source
        self._known: _Known | None = None

    def learn(self) -> None:
        """Encodes the questions, if there is an encoder; from any thread."""
        encoder = self._source.encoder if self._source is not None else None
        if encoder is not None and self._questions:
            self._known = _Known(encoder, encoder.encode_all(self._questions))

    def near(self, said: str) -> Mapping[str, float] | None:
        """Returns how near a text is to each id, by its nearest question: the cosine; None where nothing is learned."""
        if self._known is None:
            return None
        encoder, vectors = self._known
        found: dict[str, float] = {}
        for id_, cosine in zip(self._ids, vectors @ encoder.encode_all([said])[0], strict=True):
            found[id_] = max(found.get(id_, 0.0), float(cosine))
        return found

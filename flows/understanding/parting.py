"""Parts a message into what may be several requests: at the end of a sentence, at words that join two, and at a comma
where a second one begins ("where is my order, can i return the boots"; "订单到哪了，发票也开一下")."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from flows.understanding.cues import Cue

PARTS = 8  # of a message that are read by themselves

_SENTENCE = re.compile(r"[.!?;\n]+(?:\s+|$)|[。！？；]+")
# A comma that is in no number; between Chinese words a space does, and a particle that ends a question.
_COMMA = re.compile(
    r"(?<!\d)[,、]\s*|[,、]\s*(?!\d)|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff\d])|(?<=[吗呢])(?=[\u3400-\u9fff])"
)


class Parting(NamedTuple):
    """Holds the words between two requests, and those by which a clause asks for something."""

    joint: re.Pattern[str]
    asks: Cue

    def parts(self, text: str) -> list[str]:
        """Parts a text (as `clean` gives it); what tells of a request stays with it."""
        found = (
            part
            for sentence in _SENTENCE.split(text)
            for piece in self._joined(sentence)
            for part in self._asked(piece)
        )
        return [part for each in found if (part := each.strip(" ,"))][:PARTS]

    def _joined(self, sentence: str) -> Iterator[str]:
        begun = 0
        for joint in self.joint.finditer(sentence):
            yield sentence[begun : joint.start()]
            begun = joint.end()
        yield sentence[begun:]

    def _asked(self, piece: str) -> Iterator[str]:
        begun, asked = 0, False
        for start, end in _clauses(piece):
            asks = self.asks.search(piece[start:end].casefold()) is not None
            if asks and asked:
                yield piece[begun:start]
                begun = start
            asked = asked or asks
        yield piece[begun:]


def _clauses(piece: str) -> Iterator[tuple[int, int]]:
    start = 0
    for comma in _COMMA.finditer(piece):
        yield start, comma.start()
        start = comma.end()
    yield start, len(piece)

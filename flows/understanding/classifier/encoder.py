"""Says what an encoder does: a sentence becomes a vector, and sentences that mean the same are near each other."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    def encode_all(self, texts: Sequence[str]) -> Matrix:
        """Encodes the beginning of each text: (texts, dimensions)."""
        ...

    def encode_parts(self, parts: Sequence[str]) -> Matrix:
        """Encodes a message, first, and each of the parts that it is made of: (1 + parts, dimensions).

        Parts of which nothing belongs to the message's beginning have no vector.
        """
        ...

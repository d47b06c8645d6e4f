"""Says what an encoder does: a sentence becomes a vector, and sentences that mean the same are near each other."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    def encode(self, text: str) -> Matrix:
        """Encodes the beginning of a text: (dimensions,)."""
        ...

    def encode_all(self, texts: list[str]) -> Matrix:
        """Encodes many texts, for the training: (texts, dimensions)."""
        ...

"""Loads the sentence encoder beside a process's work: until it is there, texts are understood by n-grams alone."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import Settings

if TYPE_CHECKING:
    from flows.understanding.classifier.encoder import Encoder

log = logging.getLogger(__name__)

FULL = "full"


class Understanding:
    """Implements `flows.understanding.classifier.trained.EncoderSource`, and knows where trained models lie."""

    def __init__(self, settings: Settings) -> None:
        self.encoder: Encoder | None = None
        self.trained = settings.var_dir / "understanding"
        self._wanted = settings.understanding == FULL

    def load(self) -> None:
        """Loads the encoder now, if it is wanted: half a second; some seconds the first time in this folder."""
        if self._wanted:
            self.encoder = _encoder(self.trained)

    def load_beside(self, then: Callable[[], None]) -> None:
        """Loads it in a thread, and does what is to be done with it. What keeps it from being loaded is logged: n-grams
        do most of the work."""
        if self._wanted:
            threading.Thread(target=self._try, args=(then,), name="encoder", daemon=True).start()

    def _try(self, then: Callable[[], None]) -> None:
        try:
            self.load()
            then()
        except Exception:
            log.exception("the sentence encoder was not loaded; texts are understood by n-grams alone")


def _encoder(folder: Path) -> "Encoder":
    from flows.understanding.classifier import sentence_encoder  # noqa: PLC0415 - 40 ms that light installations save

    folder.mkdir(parents=True, exist_ok=True)
    home = sentence_encoder.home(folder)
    sentence_encoder.unpack(home)
    return sentence_encoder.SentenceEncoder(home)

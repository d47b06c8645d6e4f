"""Loads what the interpreter knows: phrases, cues, and the model that was trained on the phrases."""

from collections.abc import Sequence
from pathlib import Path

from core.files.documents import files
from flows import understanding
from flows.understanding.classifier import files as models
from flows.understanding.classifier.model import Model
from flows.understanding.classifier.trained import EncoderSource, Trained
from flows.understanding.cues import load_cues
from flows.understanding.interpreter import Interpreter, read_phrases, taught

CUES = Path(understanding.__file__ or "").parent / "cues"


def load_interpreter(paths: Sequence[Path], source: EncoderSource, trained: Path | None = None) -> Interpreter:
    """Reads phrases and cues; takes the model of these phrases from the folder `trained`, else the shipped one.

    Until the store's own phrases are trained (`doorstep flows train`), they are known word for word only. Raises
    ConfigurationError.
    """
    phrases = read_phrases(paths)
    name = models.fingerprint(taught(phrases))
    model, learned = _model(name, trained)
    unlearned = name if learned != name else ""
    return Interpreter(phrases, load_cues(files(CUES)), Trained(model, source), model.simplified, unlearned)


def _model(phrases: str, trained: Path | None) -> tuple[Model, str]:
    """Reads a model, and the name of the phrases that it has learned."""
    own = models.trained_on(phrases, trained) if trained else None
    return models.read(own if own is not None and own.exists() else models.SHIPPED)

"""Keeps trained models as files: a shipped one for the shipped phrases, others below the data folder."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from flows.understanding.classifier.model import Model, Weights
from flows.understanding.classifier.ngrams import Ngrams

FORM = 3  # of the file and of what it is trained from; another one makes all files anew
SHIPPED = Path(__file__).with_name("shipped.npz")


def fingerprint(phrases: Mapping[str, Sequence[str]]) -> str:
    """Names the phrases by their content: the same phrases have the same model."""
    told = hashlib.sha256(str(FORM).encode())
    for intent in sorted(phrases):
        told.update("\0".join(["", intent, *sorted(phrases[intent])]).encode())
    return told.hexdigest()[:16]


def trained_on(phrases: str, folder: Path) -> Path:
    """Returns where the model of the phrases with this fingerprint lies."""
    return folder / f"{phrases}.npz"


def write(model: Model, path: Path, phrases: str) -> None:
    """Writes a model, with the fingerprint of its phrases; whole or not at all."""
    full = model.full
    fields = {
        "phrases": np.array(phrases),
        "intents": np.array(model.intents),
        "names": np.array("\n".join(model.ngrams.names)),
        "rarity": model.ngrams.weights.astype(np.float16),
        "light": model.light.words.astype(np.float16),
        "simplified": np.array("".join(f"{chr(old)}{chr(new)}" for old, new in sorted(model.simplified.items()))),
    }
    if full is not None and full.meaning is not None:
        fields |= {"words": full.words.astype(np.float16), "meaning": full.meaning.astype(np.float16)}
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **fields)
    part.replace(path)


def read(path: Path) -> tuple[Model, str]:
    """Reads a model and the fingerprint of its phrases. Raises OSError, or ValueError for what is no such file."""
    with np.load(path, allow_pickle=False) as kept:
        full = None
        if "words" in kept:
            full = Weights(kept["words"], kept["meaning"].astype(np.float32))
        pairs = str(kept["simplified"])
        simplified = {ord(old): ord(new) for old, new in zip(pairs[::2], pairs[1::2], strict=True)}
        ngrams = Ngrams(str(kept["names"]).split("\n"), kept["rarity"].astype(np.float32))
        light = Weights(kept["light"], None)
        return Model(tuple(map(str, kept["intents"])), ngrams, light, full, simplified), str(kept["phrases"])

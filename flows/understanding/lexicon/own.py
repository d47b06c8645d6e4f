"""Reads the words by which a flow tells requests apart: `words/<locale>.yaml` in its folder, all languages together."""

from collections.abc import Sequence
from pathlib import Path

from core.files.documents import Place, files, mapping, place, read
from flows.understanding.cues import Cue, expressions


def own_words(folder: Path, names: Sequence[str]) -> dict[str, list[str]]:
    """Reads lists of words. Raises ConfigurationError for a list of another name."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for path in files(folder):
        document = mapping(Place(str(path), 1), read(path), names)
        for name in document:
            found[name] += expressions(place(path, document, name), document[name])
    return found


def own_cues(folder: Path, *names: str) -> dict[str, Cue]:
    """Reads lists of words or regular expressions, to be searched for in a folded text as whole words.

    Raises ConfigurationError.
    """
    return {name: Cue(listed) for name, listed in own_words(folder, names).items()}

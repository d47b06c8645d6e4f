"""Reads and writes a file's type as we keep it: its container, and where known what is in it.

`audio/ogg; codecs=opus`, `video/mp4; codecs=h264,aac`. The words for codecs are ours and the same in `limits.yaml`. Of
pictures it says what sets them apart: `image/webp; codecs=animated`, `image/jpeg; codecs=cmyk`.
"""

from collections.abc import Iterable
from functools import lru_cache

_CODECS = "; codecs="


def written(container: str, codecs: Iterable[str] = ()) -> str:
    """Writes a type with its codecs, each once."""
    listed = ",".join(dict.fromkeys(codecs))
    return f"{container}{_CODECS}{listed}" if listed else container


def container_of(mime: str) -> str:
    """Returns the type without its codecs, as everybody else knows it."""
    return mime.partition(";")[0].strip()


@lru_cache(maxsize=512)
def codecs_of(mime: str) -> frozenset[str]:
    """Returns what is in it; nothing where that is not known."""
    return frozenset(filter(None, mime.partition(_CODECS)[2].split(",")))


def fits(mime: str, pattern: str) -> bool:
    """Tells whether a file of this type is what the pattern allows: a type, `audio/*`, or a type with some codecs.

    What is not known of either is no obstacle.
    """
    wanted = container_of(pattern)
    same = mime.startswith(wanted[:-1]) if wanted.endswith("/*") else container_of(mime) == wanted
    allowed = codecs_of(pattern)
    return same and (not allowed or codecs_of(mime) <= allowed)

"""Shows texts of ours as their files have them, and where they stand."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.language.responses import Responses

LONGEST = 160


def wording(responses: "Responses", key: str, locale: str) -> str:
    """Returns the beginning of a text, with its placeholders; "" for one that is no more."""
    response = responses.find(key, locale) if key else None
    if response is None:
        return ""
    source = " ".join(response.variations[-1].text.source.split())
    return source if len(source) <= LONGEST else source[: LONGEST - 1] + "…"


def place(file: str, line: int) -> str:
    """Names a line of a file; "" for none."""
    return f"{file}:{line}" if file else ""

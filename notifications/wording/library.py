"""Knows how to fill the templates that Meta offers to everybody (`library.yaml`)."""

from pathlib import Path
from typing import Any

import msgspec

from core.files.documents import Document
from core.ports.templates import Offer

LANGUAGES = {"en": "en", "zh": "zh_CN"}  # our locale to Meta's language
NAMELESS = {"en": "there", "zh": "尊敬的顾客"}


class LibraryTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes a template of the library: the notice that it tells, its name there and with us, what fills it."""

    kind: str
    library: str
    name: str
    body: tuple[str, ...]
    header: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    missing: dict[str, dict[str, str]] = {}

    def fits(self, offer: Offer) -> bool:
        """Tells whether what the library offers now is what we know how to fill."""
        wanted = (len(self.header), len(self.body), len(self.suffixes))
        return wanted == (offer.header_values, offer.values, len(offer.urls))

    def settings(self, locales: list[str]) -> dict[str, Any]:
        """Makes the entry of `templates.yaml` for it."""
        written: dict[str, Any] = {
            "name": self.name,
            "languages": {locale: LANGUAGES[locale] for locale in locales},
            "header": {"type": "text", "values": list(self.header)},
            "body": list(self.body),
            "buttons": [{"type": "url", "index": n, "suffix": name} for n, name in enumerate(self.suffixes)],
            "missing": {
                name: {locale: words[locale] for locale in locales}
                for name, words in {"name": NAMELESS, **self.missing}.items()
            },
        }
        return {key: value for key, value in written.items() if value and (key != "header" or self.header)}


def load_library() -> list[LibraryTemplate]:
    """Reads the file that is shipped. Raises ConfigurationError."""
    return Document(Path(__file__).with_name("library.yaml")).read(list[LibraryTemplate])

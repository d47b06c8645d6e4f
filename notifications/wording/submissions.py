"""Holds the words that are offered to providers for approval (`submissions.yaml`), and how to fill them then."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from core.files.documents import Document
from core.ports.templates import Draft, Wording
from notifications.wording.provider_templates import Button, ProviderTemplate

_HOLE = re.compile(r"\{\{(\w+)\}\}")
_SPACE = re.compile(r"\s+")
Words = dict[str, str]  # by language


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes a wording: the notice that it tells, its name, its text by language. `positional`: our names by
    number; `missing`: its own words for what is not known, where those of all do not fit."""

    kind: str
    name: str
    text: Words
    category: Literal["utility", "marketing"] = "utility"
    positional: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    missing: dict[str, Words] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Lists our names of its values, in the order of the text of its first language."""
        return self.positional or tuple(dict.fromkeys(_HOLE.findall(next(iter(self.text.values())))))

    def holes(self, locale: str) -> set[str]:
        """Lists what its text in a language wants filled in."""
        return set(_HOLE.findall(self.text[locale]))


class Submissions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds all of the file."""

    templates: tuple[Submission, ...]
    missing: dict[str, Words]
    examples: dict[str, Words]

    def draft(self, one: Submission, locale: str, language: str, titles: Mapping[str, str], *, buttons: bool) -> Draft:
        """Makes what is submitted, in a provider's language; `titles` are those of the buttons, by what they start."""
        named = list(enumerate(one.names, 1)) if one.positional else [(name, name) for name in one.names]
        examples = {str(theirs): self.examples[ours][locale] for theirs, ours in named}
        keys = tuple((each, titles[each]) for each in one.buttons) if buttons else ()
        return Draft(one.name, language, one.category, one.text[locale], examples, keys)

    def entry(self, one: Submission, ids: Mapping[str, str], *, named: bool, buttons: bool) -> ProviderTemplate:
        """Makes the entry of `templates.yaml`; `ids`: our language to the provider's, or to the template's own id where
        it goes by that (not `named`)."""
        known = {**self.missing, **one.missing}
        presses = tuple(Button("quick_reply", place, payload=each) for place, each in enumerate(one.buttons))
        return ProviderTemplate(
            name=one.name if named else "",
            category=one.category,
            languages=dict(ids),
            parameter_format="positional" if one.positional else "named",
            body=one.positional or {name: name for name in one.names},
            buttons=presses if named and buttons else (),
            missing={name: {each: known[name][each] for each in ids} for name in one.names if name in known},
        )


def load_submissions() -> Submissions:
    """Reads the file that is shipped. Raises ConfigurationError."""
    return Document(Path(__file__).with_name("submissions.yaml")).read(Submissions)


def written(entry: ProviderTemplate) -> dict[str, Any]:
    """Writes an entry as the file has it, without what goes without saying."""
    whole: dict[str, Any] = msgspec.to_builtins(entry)
    whole["buttons"] = [{key: value for key, value in each.items() if value != ""} for each in whole["buttons"]]
    plain = {"category": "utility", "parameter_format": "positional", "status": "approved"}
    return {key: value for key, value in whole.items() if value and plain.get(key) != value}


def differences(draft: Draft, known: Wording) -> list[str]:
    """Names what of a template that is there is not as it would be submitted."""
    found = [] if _plain(draft.text) == _plain(known.text) else ["its words"]
    return found if known.category in ("", draft.category) else [*found, f"its category ({known.category})"]


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()

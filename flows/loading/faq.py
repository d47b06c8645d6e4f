"""Reads `faq.yaml`: questions and answers of the store, over those that we ship."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from core.files.documents import Document
from core.files.near import one_of
from core.templating.expressions import Expression, Text
from core.templating.sandbox import ExpressionFailed, ExpressionRefused
from flows.language.responses import DEFAULT_LOCALE, ENV, Responses
from flows.understanding.faq import Entry, Faq

if TYPE_CHECKING:
    from flows.understanding.classifier.trained import EncoderSource

ANSWER_READS = ("policies", "shop", "shipping")
CONDITION_READS = ("country", "channel", "tier")
SOON = 14  # days before an answer ends or is to be looked at, from which lint says so
_NOBODY = Responses({})

Words = Annotated[str, Meta(min_length=1, max_length=2000)]


class EntryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of `faq`."""

    id: Annotated[str, Meta(pattern="^[a-z0-9_-]+$", max_length=60)]
    questions: Annotated[dict[str, Annotated[tuple[Words, ...], Meta(min_length=1)]], Meta(min_length=1)]
    answer: Annotated[dict[str, Words], Meta(min_length=1)]
    link: str = ""
    condition: str = msgspec.field(name="if", default="")
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    faq: tuple[EntryForm, ...] = ()


def load_faq(
    paths: Sequence[Path],
    scope: Mapping[str, Any],
    locales: Sequence[str] | None,
    source: "EncoderSource | None" = None,
) -> Faq:
    """Reads the files, merged by id: what comes later wins. `scope` is what answers read, as it is now.

    `locales` are the languages there are (None: not looked at); `source` has the encoder, for what is suggested.
    Raises ConfigurationError with file, line and cure.
    """
    entries: dict[str, Entry] = {}
    for path in paths:
        entries |= _read(path, scope, locales)
    return Faq(entries.values(), scope, source)


def due(paths: Sequence[Path], today: date) -> Iterator[str]:
    """Finds answers of the last of these files that are over, or are to be looked at, or soon will be."""
    for path in paths[-1:]:
        document = Document(path)
        for place, each in enumerate(document.read(Form).faq):
            if each.valid_until and each.valid_until < today:
                yield str(document.fault(f"{each.id} ended on {each.valid_until} and is not answered", "faq", place))
            elif each.review_by and (each.review_by - today).days <= SOON:
                yield str(document.fault(f"{each.id} is to be reviewed by {each.review_by}", "faq", place))


def _read(path: Path, scope: Mapping[str, Any], locales: Sequence[str] | None) -> dict[str, Entry]:
    document = Document(path)
    found: dict[str, Entry] = {}
    for place, form in enumerate(document.read(Form).faq):
        if form.id in found:
            raise document.fault(f"there are two answers with the id {form.id}", "faq", place, "id")
        found[form.id] = _entry(document, place, form, scope, locales)
    return found


def _entry(
    document: Document, place: int, form: EntryForm, scope: Mapping[str, Any], locales: Sequence[str] | None
) -> Entry:
    for name, listed in (("questions", form.questions), ("answer", form.answer)):
        for locale in listed:
            if locales is not None and locale not in locales:
                raise document.fault(one_of(locale, locales), "faq", place, name, locale)
    lacking = next((locale for locale in form.questions if locale not in form.answer), None)
    if lacking:
        raise document.fault(f"there are questions in {lacking} and no answer in it", "faq", place, "answer")
    if form.valid_from and form.valid_until and form.valid_until < form.valid_from:
        raise document.fault("expected a day after valid_from", "faq", place, "valid_until")
    answers = {
        locale: _answer(document, ("faq", place, "answer", locale), said, scope) for locale, said in form.answer.items()
    }
    return Entry(
        form.id,
        form.questions,
        answers,
        form.link,
        _condition(document, ("faq", place, "if"), form.condition),
        form.valid_from,
        form.valid_until,
        form.review_by,
    )


def _answer(document: Document, steps: tuple[str | int, ...], said: str, scope: Mapping[str, Any]) -> Text:
    """Compiles an answer, and says it once: a name that nothing has is found here, and not with a customer."""
    try:
        text = Text(ENV, said)
    except ExpressionRefused as error:
        raise document.fault(str(error), *steps) from error
    _check_names(document, steps, text.names, ANSWER_READS)
    try:
        told(text, scope, str(steps[-1]))
    except ExpressionFailed as error:
        raise document.fault(str(error), *steps) from error
    return text


def _condition(document: Document, steps: tuple[str | int, ...], said: str) -> Expression | None:
    if not said:
        return None
    try:
        made = Expression(ENV, said)
    except ExpressionRefused as error:
        raise document.fault(str(error), *steps) from error
    _check_names(document, steps, made.names, CONDITION_READS)
    return made


def _check_names(
    document: Document, steps: tuple[str | int, ...], names: frozenset[tuple[str, ...]], roots: Sequence[str]
) -> None:
    for path in sorted(names):
        if path[0] not in roots:
            raise document.fault(f"{'.'.join(path)}: {one_of(path[0], roots)}", *steps)


def told(text: Text, scope: Mapping[str, Any], locale: str = DEFAULT_LOCALE) -> str:
    """Says an answer in a language. Raises ExpressionFailed."""
    return text(_NOBODY.reader(scope, locale).scope).strip()

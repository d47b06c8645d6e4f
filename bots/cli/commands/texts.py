"""Shows what the bot says, by key and language, and whose words they are: `doorstep texts`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import json_option, refuse, show, store_option

if TYPE_CHECKING:
    from flows.language.responses import Response, Responses, Variation

locale_option = click.option("--locale", default="", help="One language, like en or zh; else all.")


@click.group()
def texts() -> None:
    """Texts that the bot says: ours, and those of the store that take their place."""


@texts.command("list")
@click.argument("part", default="", metavar="[PART]")
@locale_option
@store_option
@json_option
def list_texts(part: str, locale: str, store: Path, as_json: bool) -> None:
    """List the texts, or those with PART in their key or words."""
    responses = _responses(store)
    found = [
        _told(response, store)
        for language, by_key in sorted(responses.by_locale.items())
        if language == (locale or language)
        for key, response in sorted(by_key.items())
        if part.casefold() in f"{key} {_first(response)}".casefold()
    ]
    lines = [f"{each['locale']:<6} {each['from']:<8} {each['key']:<34} {each['text']}" for each in found]
    show(found, as_json=as_json, text="\n".join(lines) or f"No text has {part!r} in it.")


@texts.command(name="show")
@click.argument("key")
@locale_option
@store_option
@json_option
def show_(key: str, locale: str, store: Path, as_json: bool) -> None:
    """Show a text whole: its wordings, choices, and the file and line where it stands."""
    from core.files.near import hint

    responses = _responses(store)
    known = {name for by_key in responses.by_locale.values() for name in by_key}
    found = [
        {**_told(by_key[key], store), "wordings": [_wording(each) for each in by_key[key].variations]}
        for language, by_key in sorted(responses.by_locale.items())
        if key in by_key and language == (locale or language)
    ]
    if not found:
        where = f" in {locale}" if key in known else ""
        raise refuse(f"there is no text {key!r}{where}{hint(key, known)}")
    show(found, as_json=as_json, text="\n\n".join(map(_shown, found)))


def _responses(store: Path) -> "Responses":
    from core.errors import ConfigurationError
    from flows.language.responses import load_responses
    from flows.loading.store_files import sources

    try:
        return load_responses(sources(store).responses)
    except ConfigurationError as error:
        raise refuse(str(error)) from error


def _told(response: "Response", store: Path) -> dict[str, Any]:
    own = Path(response.place.file).resolve().is_relative_to(store.resolve())
    return {
        "key": response.key,
        "locale": response.locale,
        "from": "store" if own else "shipped",
        "file": response.place.file,
        "line": response.place.line,
        "text": _first(response),
    }


def _first(response: "Response") -> str:
    return " ".join(response.variations[0].text.source.split())


def _wording(each: "Variation") -> dict[str, Any]:
    choices = {value: choice.title.source for value, choice in each.choices.items()}
    told = {
        "text": each.text.source.strip(),
        "if": each.condition.source if each.condition else "",
        "channel": each.channel,
        "choices": choices,
    }
    return {name: value for name, value in told.items() if value or name == "text"}


def _shown(found: dict[str, Any]) -> str:
    lines = [f"{found['key']} ({found['locale']}, {found['from']}: {found['file']}:{found['line']})"]
    for wording in found["wordings"]:
        when = ", ".join(f"{name} {wording[name]}" for name in ("channel", "if") if name in wording)
        lines.append(f"  {f'[{when}] ' if when else ''}{wording['text']}")
        lines += [f"    {value}: {title}" for value, title in wording.get("choices", {}).items()]
    return "\n".join(lines)

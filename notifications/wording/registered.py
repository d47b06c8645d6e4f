"""Compares the templates of `templates.yaml` with those that a provider has of us."""

from collections.abc import Collection, Iterator, Mapping

from core.files.near import hint
from core.messages.outbound import TemplateCall
from core.ports.templates import OPEN_URL, QUICK_REPLY, TemplateShape, TemplateState
from notifications.wording.provider_templates import ProviderTemplate

APPROVED = "approved"
_SUBMIT = "`doorstep channels templates --submit --yes` submits our words and prints the entries"
KINDS = {"url": OPEN_URL, "quick_reply": QUICK_REPLY}


def differences(template: ProviderTemplate, registered: Collection[TemplateState]) -> Iterator[str]:
    """Lists in sentences, with the cure, why messages by `template` would be refused or not be sent."""
    for locale in template.languages:
        call = template.call(locale, {name: "x" for _, name in template.ours()})
        found = _find(call, template, registered)
        if found is None:
            yield _unknown(call, registered)
            continue
        who = f"{call.name} ({call.language})"
        if found.status != APPROVED:
            yield f"{who} is {found.status}: notices take the next way until it is approved"
        if found.category == "marketing" != call.category:
            cure = "write category: marketing, or reword it"
            yield f"{who} counts as marketing and goes only to who agreed to that: {cure}"
        for problem in _of_shape(call, template.is_named, found.shape) if found.shape else ():
            yield f"{who}: {problem}"


def compared(section: Mapping[str, ProviderTemplate], registered: Collection[TemplateState]) -> list[str]:
    """Lists what differs in a provider's section, with the kinds of notice; those that are not there at all, and under
    no like name, in one sentence."""
    names = {each.name for each in registered}
    absent = [kind for kind, each in section.items() if not _called(each) & names and not hint(each.name, names)]
    said = [] if not absent else [f"{', '.join(absent)}: not registered, so these notices take the next way; {_SUBMIT}"]
    there = {kind: each for kind, each in section.items() if kind not in absent}
    return said + [f"{kind}: {each}" for kind, template in there.items() for each in differences(template, registered)]


def _called(template: ProviderTemplate) -> set[str]:
    """Names it as the provider does: by its name, or by an id in each language."""
    return {template.name} if template.name else set(template.languages.values())


def _find(
    call: TemplateCall, template: ProviderTemplate, registered: Collection[TemplateState]
) -> TemplateState | None:
    """Finds it by name and language; one that goes by its own id has one language."""
    return next(
        (
            each
            for each in registered
            if each.name == call.name and (not template.name or each.language == call.language)
        ),
        None,
    )


def _unknown(call: TemplateCall, registered: Collection[TemplateState]) -> str:
    languages = [each.language for each in registered if each.name == call.name]
    if languages:
        return (
            f"{call.name} is registered in {', '.join(languages)}, not in {call.language}: "
            "write their language under languages, or submit it in this one"
        )
    near = hint(call.name, {each.name for each in registered})
    return f"{call.name} ({call.language}) is not registered: submit it, or correct its name{near}"


def _of_shape(call: TemplateCall, is_named: bool, shape: TemplateShape) -> Iterator[str]:
    if shape.values and shape.is_named != is_named:
        has = "named" if shape.is_named else "positional"
        yield f"its parameters are {has}: write parameter_format: {has}"
        return
    yield from _of_values("body", call.names, len(call.values), shape.values, is_named)
    header = call.header
    if header is not None and (header.type != shape.header):
        yield f"its header is {shape.header or 'none'}, templates.yaml says {header.type}"
    elif header is None and shape.header not in ("", "text"):
        yield f"its header is {shape.header}: write header: {{type: {shape.header}, link: https://…}}"
    else:
        names, count = (header.names, len(header.values)) if header else ((), 0)
        yield from _of_values("header", names, count, shape.header_values, is_named)
    yield from _of_buttons(call, shape)


def _of_values(
    where: str, names: tuple[str, ...], count: int, wanted: tuple[str, ...], is_named: bool
) -> Iterator[str]:
    if is_named and set(names) != set(wanted):
        yield f"its {where} has {', '.join(wanted) or 'no values'}, templates.yaml {', '.join(names) or 'none'}"
    elif not is_named and count != len(wanted):
        yield f"its {where} has {len(wanted)} values, templates.yaml {count}"


def _of_buttons(call: TemplateCall, shape: TemplateShape) -> Iterator[str]:
    given = {button.index: KINDS[button.type] for button in call.buttons}
    for index, kind in enumerate(shape.buttons):
        if kind == OPEN_URL and index not in given:
            yield f"button {index} has an address to be ended: write {{type: url, index: {index}, suffix: …}}"
    for index, kind in given.items():
        if index >= len(shape.buttons):
            yield f"it has {len(shape.buttons)} buttons, templates.yaml fills in number {index} (they count from 0)"
        elif shape.buttons[index] != kind:
            yield f"button {index} takes nothing of this kind: leave it out of templates.yaml, or mend its index"

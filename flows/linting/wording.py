"""Checks texts: the same keys, placeholders and choices in every locale; names for what is chosen and changed."""

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import nodes

from core.files.near import hint
from core.templating.expressions import Text
from core.templating.sandbox import parse_template
from flows.engine.flowset import FlowSet
from flows.engine.model import COLLECT, HAND_OVER, HANDOFF, UTTER, Step
from flows.engine.stepping.asking import question
from flows.engine.stepping.summary import DETAIL
from flows.language.responses import DEFAULT_LOCALE, ENV, ChoiceText, Response, Variation
from flows.linting.finding import Finding, error, warning
from flows.linting.names import ROOTS, expression_findings, path_findings

# What callers hand to responses.
VALUES = (*ROOTS, "item", "question", "flow", "agent", "order", "reason", "title", "reference")


def wording_findings(flows: FlowSet) -> Iterator[Finding]:
    """Finds what is wrong with responses."""
    default = flows.responses.by_locale[DEFAULT_LOCALE]
    for locale, responses in flows.responses.by_locale.items():
        for response in responses.values():
            yield from _response(flows, response)
            if locale != DEFAULT_LOCALE:
                yield from _against_default(response, default.get(response.key))
        if "-" not in locale:
            for key in sorted(key for key in set(default) - set(responses) if not key.startswith(DETAIL)):
                yield warning(default[key].place, f"{key} is missing in {locale}")
    yield from _untitled(flows)
    yield from _unnamed(flows)
    yield from _unused(flows)


def _unused(flows: FlowSet) -> Iterator[Finding]:
    """Finds texts of the store's that nothing says, under a key that nothing of ours has either: slips of the pen."""
    if not flows.responses.added:
        return
    said = said_keys(flows)
    own = {response.key for response in flows.responses.added}
    known = (said.whole | flows.responses.by_locale[DEFAULT_LOCALE].keys()) - (own - said.whole)
    for response in flows.responses.added:
        if response.key not in said.whole and not response.key.startswith(said.begun):
            yield error(response.place, f"nothing says {response.key!r}{hint(response.key, known)}")


class Said(NamedTuple):
    """Holds the keys that flows and texts say, and how those begin of which the rest is known only then."""

    whole: set[str]
    begun: tuple[str, ...]


def said_keys(flows: FlowSet) -> Said:
    """Lists what steps say, and what texts include."""
    said = {key for flow in flows.flows.values() for step in flow.steps.values() for key in _said(step)}
    included = {
        found
        for responses in flows.responses.by_locale.values()
        for each in responses.values()
        for found in _phrases(each)
    }
    begun = (DETAIL, *(key for key, whole in included if not whole))
    return Said(said | {key for key, whole in included if whole}, begun)


def _said(step: Step) -> set[str]:
    """Lists the keys that a step may say."""
    targets = (*(branch.target for branch in step.branches), step.on_error, step.on_max_attempts)
    reasons = {target.removeprefix(HANDOFF) for target in targets if target.startswith(HANDOFF)}
    said = {f"utter_handoff_{reason}" for reason in reasons} | {rejection.utter for rejection in step.rejections}
    if step.kind == COLLECT:
        said |= {*step.hints, question(step), f"utter_retry_{step.name}", f"change_{step.name}"}
    elif step.kind == HAND_OVER:
        said.add(f"utter_handoff_{step.name}")
    elif step.kind == UTTER:
        said.add(step.name)
    return said


def _response(flows: FlowSet, response: Response) -> Iterator[Finding]:
    yield from expression_findings(flows, response.place, [v.condition for v in response.variations])
    for path in sorted(_names(response)):
        yield from path_findings(flows, response.place, path, VALUES)
    known = flows.responses.by_locale[DEFAULT_LOCALE]
    for key, whole in sorted(_phrases(response)):
        if not (key in known if whole else any(name.startswith(key) for name in known)):
            yield error(response.place, f"{response.key} includes {key!r}, but there is no such response")


def _against_default(response: Response, default: Response | None) -> Iterator[Finding]:
    if default is None:
        yield warning(response.place, f"{response.key} is not in {DEFAULT_LOCALE}")
        return
    missing = {".".join(path) for path in _names(default) ^ _names(response)}
    if missing:
        yield warning(
            response.place, f"{response.key}: placeholders differ from {DEFAULT_LOCALE}: {', '.join(sorted(missing))}"
        )
    choices = _choices(default) ^ _choices(response)
    if choices:
        yield warning(
            response.place, f"{response.key}: choices differ from {DEFAULT_LOCALE}: {', '.join(sorted(choices))}"
        )


def _untitled(flows: FlowSet) -> Iterator[Finding]:
    """Finds choices that would be shown by their value."""
    for flow in flows.flows.values():
        for step in flow.steps.values():
            slot = flows.slots.get(step.name) if step.kind == COLLECT else None
            response = flows.responses.find(step.utter or f"utter_ask_{step.name}", DEFAULT_LOCALE)
            if slot is None or response is None or step.choices_from:
                continue
            values = ("yes", "no") if slot.type == "bool" else tuple(choice.value for choice in slot.choices)
            for value in values:
                if value not in _choices(response):
                    yield warning(response.place, f"{response.key}: choice {value!r} has no title")


def _unnamed(flows: FlowSet) -> Iterator[Finding]:
    """Finds what a customer tells before a summary and cannot name there to change it."""
    for flow in flows.flows.values():
        asked = [step for step in flow.steps.values() if step.kind == COLLECT]
        if not any(step.ask_before_filling for step in asked):
            continue
        for step in asked:
            known = flows.responses.find(f"change_{step.name}", DEFAULT_LOCALE) is not None
            if not (step.ask_before_filling or step.optional or known):
                yield warning(step.place, f"{flow.id} has a summary, but {step.name} no text change_{step.name}")


def _texts(variation: Variation) -> Iterator[ChoiceText]:
    yield ChoiceText(variation.text, variation.link)
    if variation.each:
        yield variation.each
    yield from variation.choices.values()


def _names(response: Response) -> frozenset[tuple[str, ...]]:
    shown = [choice for variation in response.variations for choice in _texts(variation)]
    named = [text.names for choice in shown for text in (choice.title, choice.description) if text]
    return frozenset().union(*named)


def _phrases(response: Response) -> frozenset[tuple[str, bool]]:
    shown = [choice for variation in response.variations for choice in _texts(variation)]
    included = [_included(text) for choice in shown for text in (choice.title, choice.description) if text]
    return frozenset().union(*included)


def _included(text: Text) -> set[tuple[str, bool]]:
    """Finds what `|phrase(…)` names: (key, True), or (beginning, False) for `'parcel_' ~ …`."""
    found = set[tuple[str, bool]]()
    if "phrase" not in text.source:
        return found
    for use in parse_template(ENV, text.source).find_all(nodes.Filter):
        if use.name == "phrase" and use.args:
            named = use.args[0]
            head = named.nodes[0] if isinstance(named, nodes.Concat) else named
            if isinstance(head, nodes.Const):
                found.add((str(head.value), head is named))
    return found


def _choices(response: Response) -> set[str]:
    return {value for variation in response.variations for value in variation.choices}

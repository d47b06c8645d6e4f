"""Offers our words to providers for approval: `channels templates --submit`."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from bots.cli.common import refuse
from bots.cli.library import REFUSED, flowed, worded
from bots.wiring.installation import Parts
from core.errors import SendError
from core.people.addresses import provider_of
from core.ports.channel import Channel
from core.ports.templates import Draft, TemplateMaker, Wording
from notifications.store.policy import Policy
from notifications.wording.provider_templates import ProviderTemplate, ProviderTemplates
from notifications.wording.submissions import Submission, Submissions, differences, load_submissions, written

NOT_THERE, DIFFERS = "not there", "differs"
OF_CASES = timedelta(days=1)  # after which what is said of a case by a template is of no use


class Row(msgspec.Struct, frozen=True):
    """Holds one wording in one language. `state`: the provider's word where it is there, NOT_THERE, or REFUSED.

    `said`: what is not as it would be submitted, or why it was refused. `id`: what messages call it by, if it is there.
    """

    channel: str
    account: str
    kind: str
    locale: str
    language: str
    name: str
    category: str
    state: str
    text: str
    id: str = ""
    said: str = ""


class Offered(msgspec.Struct, frozen=True):
    """Holds what there is for one account. `settings`: what templates.yaml lacks, `matches`: the kinds that it has."""

    account: str
    provider: str
    rows: list[Row]
    settings: dict[str, Any] = {}
    matches: list[str] = []


def ask(parts: Parts, chosen: Sequence[Channel], kind: str, *, submit: bool) -> list[Offered]:
    """Looks at each account that takes wordings; with `submit` submits what is not there yet."""

    async def all_of_them() -> list[Offered]:
        try:
            return [await _offered(each, parts.hub.notices, kind, submit) for each in chosen if _takes(each)]
        finally:
            await parts.intake.http.close()

    return asyncio.run(all_of_them())


def told(found: Sequence[Offered], *, submitted: bool) -> str:
    """Writes it for people."""
    lines: list[str] = []
    for each in found:
        lines.append(each.account)
        lines += [f"  {row.kind:18} {row.language:6} {row.category:9} {row.name:26} {_state(row)}" for row in each.rows]
        if each.settings:
            lines += ["", "For templates.yaml, once they are approved:", f"{each.provider}:"]
            lines += [f"  {kind}: {flowed(entry)}" for kind, entry in each.settings.items()]
        if each.matches:
            lines += ["", f"templates.yaml has it as it is here: {', '.join(each.matches)}."]
    if not submitted and any(row.state == NOT_THERE for each in found for row in each.rows):
        lines += ["", "Nothing was submitted. --yes submits what is not there."]
    return "\n".join(lines) or "No channel here takes templates."


def _takes(channel: Channel) -> bool:
    return channel.capabilities.templates and isinstance(channel, TemplateMaker)


async def _offered(channel: Any, policy: Policy, kind: str, submit: bool) -> Offered:
    account, provider = f"{channel.channel} {channel.account}", provider_of(channel.channel, channel.account)
    known = load_submissions()
    wanted = [each for each in known.templates if kind in ("", each.kind) and _may_have(channel, each)]
    try:
        there = {(each.name, each.language): each for each in await channel.wordings()}
    except SendError as error:
        raise refuse(f"{account}: {worded(error)}") from None
    rows = [await _row(channel, known, policy, one, locale, there, submit) for one in wanted for locale in one.text]
    settings, matches = {}, []
    for one in wanted:
        ids = {row.locale: row.id for row in rows if row.kind == one.kind and row.id and not row.said}
        by_name = channel.channel == provider
        names = {locale: channel.template_languages[locale] for locale in ids} if by_name else ids
        entry = known.entry(one, names, named=by_name, buttons=channel.template_buttons)
        if names and _matches(policy.templates, provider, one.kind, entry):
            matches.append(one.kind)
        elif names:
            settings[one.kind] = written(entry)
    return Offered(account, provider, rows, settings, matches)


def _may_have(channel: Any, one: Submission) -> bool:
    """Tells whether the provider takes templates of this category: Messenger has none for marketing."""
    return one.category == "utility" or channel.capabilities.writes_first


async def _row(
    channel: Any,
    known: Submissions,
    policy: Policy,
    one: Submission,
    locale: str,
    there: dict[tuple[str, str], Wording],
    submit: bool,
) -> Row:
    language, titles = channel.template_languages[locale], policy.texts.common[locale].choices
    kind = policy.kinds.get(one.kind)
    draft = known.draft(one, locale, language, titles, buttons=channel.template_buttons)
    draft = msgspec.structs.replace(draft, valid_for=int((kind.expires_after if kind else OF_CASES).total_seconds()))
    found = there.get((one.name, language))
    if found is None and submit:
        try:
            found = await channel.submit(draft)
        except SendError as error:
            return _shown(channel, one, locale, draft, REFUSED, said=worded(error))
    if found is None:
        return _shown(channel, one, locale, draft, NOT_THERE)
    other = ", ".join(differences(draft, found))
    return _shown(channel, one, locale, draft, found.status, found.id, f"{DIFFERS}: {other}" if other else "")


def _shown(channel: Any, one: Submission, locale: str, draft: Draft, state: str, id_: str = "", said: str = "") -> Row:
    where = (channel.channel, channel.account)
    return Row(*where, one.kind, locale, draft.language, one.name, draft.category, state, draft.text, id_, said)


def _matches(templates: ProviderTemplates, provider: str, kind: str, entry: ProviderTemplate) -> bool:
    """Tells whether templates.yaml fills it in so already, in these languages."""
    own = templates.find(provider, kind)
    if own is None or own.name != entry.name:
        return False
    same = all(own.languages.get(locale) == id_ for locale, id_ in entry.languages.items())
    return same and all(own.form(locale) == entry.form(locale) for locale in entry.languages)


def _state(row: Row) -> str:
    return f"{row.state}, {row.said}" if row.said else row.state

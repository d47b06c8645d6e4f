"""Asks shops, providers, the desk, the language model and the hooks, for the diagnosis, whether they know us."""

from collections.abc import Collection
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from bots.cli.checkups import sentence
from bots.cli.doctor import desk
from bots.cli.doctor.finding import BAD, OFF, OK, WARN, Finding
from bots.cli.doctor.taking import refusals, taking
from bots.wiring.installation import Parts
from bots.wiring.sources import kinds
from core.errors import SendError
from core.people.addresses import provider_of
from core.ports.channel import Channel
from core.ports.language import LanguageModel, Transcriber
from core.ports.shop import ShopConnection
from hub.hub import Outlets
from notifications.wording.registered import compared
from storage.advice import rows as advice
from storage.hooks import rows as hooks


async def remote(parts: Parts) -> list[Finding]:
    """Asks all that must be asked in one event loop; `_providers` closes the connections."""
    return [*await _shops(parts), *await _providers(parts)]


async def _shops(parts: Parts) -> list[Finding]:
    """Asks each shop and carrier whether it tells us everything."""
    settings, findings = parts.intake.settings, []
    for kind in kinds():
        if kind.events(settings) is None:
            findings.append(Finding(kind.name, OFF, kind.off))
            continue
        findings += refusals(kind.name, parts.intake.redis)
        if shop := kind.connection(settings, parts.intake.http):
            findings += await _shop(shop, settings.base_url)
        else:
            found = Finding(kind.name, WARN, kind.deaf) if kind.deaf else None
            findings.append(found or taking(kind.name, settings, parts.intake.redis))
    return findings


async def _shop(shop: ShopConnection, base_url: str) -> list[Finding]:
    try:
        told = await shop.status(base_url)
    except SendError as error:
        return [Finding(shop.name, BAD, sentence(error))]
    wrong = [Finding(shop.name, WARN, f"{each.what}: {each.said}; {each.cure}") for each in told if not each.ok]
    return wrong or [Finding(shop.name, OK, "it tells us everything")]


async def _providers(parts: Parts) -> list[Finding]:
    """Asks each provider who we are."""
    findings = []
    for (channel, account), speaking in parts.hub.channels.items():
        findings.append(await _asked(f"{channel} {account}", speaking))
        findings += await _templates(parts, speaking)
    if parts.hub.desk is not None:
        for account, workspace in parts.hub.desk.workspaces.items():
            findings.append(await _asked(f"slack {account}".strip(), workspace))
        findings += await desk.members(parts.hub.desk, parts.hub.agents)
    findings += [await _asked(name, who) for name, who in _outlets(parts.hub.outlets).items()]
    findings += await _language_model(parts)
    findings += [await _hook(*each, parts) for each in _hooks(parts)]
    await parts.intake.http.close()
    return findings


def _outlets(outlets: Outlets) -> dict[str, object]:
    """Names who is told what happened, and who is asked to act: the store's own webhook may be both."""
    told: object = outlets.listener
    named = {"store webhook": told, "store actions": None if outlets.shop is told else outlets.shop}
    return {name: who for name, who in named.items() if who is not None}


async def _language_model(parts: Parts) -> list[Finding]:
    """Asks the model whether it lets us in, and tells how many calls are left."""
    subject, model = "language model", parts.language_model
    if model is None:
        return [Finding(subject, OFF, "off: every message is understood here; to ask one set LLM_URL and LLM_MODEL")]
    try:
        findings = [Finding(subject, OK, await model.check())]
    except SendError as error:
        findings = [Finding(subject, BAD, sentence(error, "check LLM_URL, LLM_MODEL and LLM_API_KEY"))]
    with suppress(SQLAlchemyError), parts.intake.store.read() as conn:
        used, most = advice.calls(conn, parts.hub.now()), parts.intake.settings.llm_daily_calls
        words = f"{used} of {most} calls used in 24 hours"
        over = f"{words}: nothing is asked until there are fewer; LLM_DAILY_CALLS sets how many"
        findings.append(Finding(subject, WARN if used >= most else OK, over if used >= most else words))
    return findings


def _hooks(parts: Parts) -> list[tuple[str, str, Collection[str], LanguageModel | Transcriber | None]]:
    """Names the hooks: what people call it, its setting, what its rows are, and who is asked."""
    return [
        ("translation", "TRANSLATE_URL", (hooks.TRANSLATION, hooks.REPLY), parts.hooks.model),
        ("transcripts", "TRANSCRIBE_URL", (hooks.TRANSCRIPT,), parts.hooks.transcriber),
    ]


async def _hook(
    subject: str, setting: str, kinds: Collection[str], who: LanguageModel | Transcriber | None, parts: Parts
) -> Finding:
    """Asks a hook whether it lets us in, and tells how many calls are left."""
    if who is None:
        return Finding(subject, OFF, f"off: {setting} turns it on")
    try:
        said = await who.check()
    except SendError as error:
        return Finding(subject, BAD, sentence(error, f"check {setting} and LLM_API_KEY"))
    with suppress(SQLAlchemyError), parts.intake.store.read() as conn:
        used, most = hooks.calls(conn, kinds, parts.hub.now()), parts.intake.settings.llm_daily_calls
        words = f"{said}; {used} of {most} calls used in 24 hours"
        over = f"{words}: nothing is asked until there are fewer; LLM_DAILY_CALLS sets how many"
        return Finding(subject, WARN if used >= most else OK, over if used >= most else words)
    return Finding(subject, OK, said)


async def _asked(subject: str, who: object) -> Finding:
    try:
        return Finding(subject, OK, await who.check())  # type: ignore[attr-defined] # channels, desk and outlets all have it
    except SendError as error:
        return Finding(subject, BAD, sentence(error))


async def _templates(parts: Parts, speaking: Channel) -> list[Finding]:
    """Compares the templates that notices use there with those that the provider has of us."""
    section = parts.hub.notices.templates.sections.get(provider_of(speaking.channel, speaking.account), {})
    if not section or not speaking.capabilities.templates:
        return []
    subject = f"{speaking.channel} {speaking.account} templates"
    try:
        registered = await speaking.templates()
    except SendError as error:
        return [Finding(subject, WARN, f"cannot be read; {sentence(error)}")]
    problems = compared(section, registered)
    agreed = Finding(subject, OK, f"templates.yaml agrees with what is registered ({len(section)} kinds of notice)")
    return [Finding(subject, WARN, each) for each in problems] or [agreed]

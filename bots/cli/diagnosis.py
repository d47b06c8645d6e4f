"""Examines each setting and connection for `doorstep doctor`: what is wrong with it, and what to mend."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import msgspec
from redis import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bots.cli.troubles import of_rows
from bots.http.health import readiness
from bots.http.looking import is_local
from bots.wiring.health import heartbeats
from bots.wiring.installation import Parts, build
from bots.wiring.sources import kinds
from config.accounts import accounts
from config.forms import forms
from config.settings import Settings, load
from config.unknown_names import unknown_names
from config.without_effect import without_effect
from core.errors import ConfigurationError, SendError
from core.people.addresses import provider_of
from core.ports.channel import Channel
from core.ports.shop import ShopConnection
from flows.engine.model import PIN
from hub.orders.completing import LONGEST
from notifications.wording.registered import differences
from storage.advice import rows as advice
from storage.backup import hold
from storage.engine import migrate
from storage.outgoing import rows as outgoing
from storage.queues import inbox, mails, waiting
from storage.queues.tables import inbox as inbox_table

OK, OFF, WARN, BAD = "ok", "off", "warn", "bad"


class Finding(msgspec.Struct, frozen=True):
    """Holds one line. `state`: ok, off (not set up, on purpose), warn, bad."""

    subject: str
    state: str
    words: str


def examine() -> list[Finding]:
    """Checks settings, stores, files, channels, providers and what waits."""
    try:
        settings = load()
        accounts(settings)
        parts = build(settings)
    except ConfigurationError as error:
        return [Finding("settings", BAD, line) for line in str(error).splitlines()]
    findings = [Finding("settings", OK, "read and understood")]
    findings += [Finding("settings", WARN, sentence) for sentence in unknown_names()]
    findings += [Finding("settings", WARN, sentence) for sentence in without_effect(settings, parts.intake.accounts)]
    findings += list(_folder(parts))
    findings += list(_stores(parts))
    findings.append(_files(parts))
    findings += list(_mail(parts))
    findings += list(_channels(parts))
    findings += list(_store_side(parts))
    findings += asyncio.run(_remote(parts))
    findings += list(_accounts(parts))
    findings += list(_backlog(parts))
    parts.intake.store.close()
    return findings


def _folder(parts: Parts) -> Iterator[Finding]:
    """Finds what the store's files say in vain, and processes that use other files than these."""
    folder = parts.hub.shelf.now
    yield from (Finding("store folder", WARN, sentence) for sentence in folder.warnings)
    pinned = sorted(flow.id for flow in folder.flows.flows.values() if flow.version_policy == PIN)
    if pinned and not parts.intake.store.is_sqlite:  # which is where several machines may be
        words = f"{', '.join(pinned)}: earlier versions are kept on each machine that used them; a new machine needs"
        yield Finding("pinned flows", OK, f"{words} a copy of {parts.versions} from another")
    with suppress(RedisError):
        used = heartbeats.versions(parts.intake.redis)
        others = [process for process, version in used.items() if version != folder.version]
        if others:
            words = f"{', '.join(others)}: other files are in use there than in {parts.intake.settings.store_dir}"
            yield Finding("store folder", WARN, f"{words}; run `doorstep reload`")


def _stores(parts: Parts) -> Iterator[Finding]:
    kind = "SQLite" if parts.intake.store.is_sqlite else "PostgreSQL"
    try:
        version = migrate.version(parts.intake.store)
    except SQLAlchemyError as error:
        yield Finding("database", BAD, f"{kind} cannot be reached ({type(error).__name__}); check DATABASE_URL")
    else:
        current = version == migrate.HEAD
        words = f"{kind}, schema {version}" if current else f"{kind}, schema {version or 'empty'}: it is made at start"
        yield Finding("database", OK if current else WARN, words)
    embedded = "" if parts.intake.settings.redis_url else " (embedded; it runs while `make start` does)"
    try:
        parts.intake.redis.ping()
        yield Finding("redis", OK, f"answers{embedded}")
    except RedisError as error:
        where = "REDIS_URL" if parts.intake.settings.redis_url else "`make start`"
        yield Finding("redis", BAD, f"does not answer ({type(error).__name__}){embedded}; check {where}")
    status, body = readiness(parts.intake)
    missing = body["missing"] if status == 200 and body["status"] == "degraded" else []
    if "worker" in missing:
        yield Finding("worker", WARN, "no worker is running: messages are kept, nobody answers them; run `make start`")
    if "jobs" in missing:
        yield Finding(
            "jobs", WARN, "no jobs process is running: long work waits, or is done by commands; run `make start`"
        )


def _files(parts: Parts) -> Finding:
    try:
        return Finding("files", OK, parts.blobs.check())
    except SendError as error:
        return Finding("files", BAD, f"nothing can be kept ({error.code}) {error.detail}".strip())


def _mail(parts: Parts) -> Iterator[Finding]:
    """Asks the mail server whether it lets us in, and what it refused in the last day."""
    if parts.hub.mailer is None:
        words = "off: one-time codes go by SMS only; to send them by e-mail too set SMTP_URL and MAIL_FROM"
        yield Finding("e-mail", OFF, words)
        return
    try:
        yield Finding("e-mail", OK, parts.hub.mailer.check())
    except SendError as error:
        words = f"{error.outcome.value} ({error.code}) {error.detail}".strip()
        yield Finding("e-mail", BAD, f"{words}; check SMTP_URL and MAIL_FROM")
    with suppress(SQLAlchemyError), parts.intake.store.read() as conn:
        failed = mails.failed_since(conn, parts.hub.now() - timedelta(days=1))
        for code in sorted(set(failed)):
            yield Finding("e-mail", WARN, f"{failed.count(code)} not delivered in the last day ({code})")


def _channels(parts: Parts) -> Iterator[Finding]:
    for name, form in forms().items():
        listed = parts.intake.accounts[name]
        if not listed:
            wanted = ", ".join(form.variable(each) for each in form.wanted())
            yield Finding(name, OFF, f"off; to switch it on set {wanted}")
        for setting in form.settings:
            if setting.absent and any(not account.get(setting.name) for account in listed):
                yield Finding(name, OK, setting.absent)
    if not parts.intake.settings.public_url and any(parts.intake.accounts.values()):
        words = f"PUBLIC_URL is not set: providers are told {parts.intake.settings.base_url}, which is not public"
        yield Finding("public address", WARN, words)


def _store_side(parts: Parts) -> Iterator[Finding]:
    if not (parts.intake.settings.store_api_key or parts.intake.settings.store_webhook_secret):
        yield Finding(
            "store events", OFF, "off; set STORE_API_KEY (or STORE_WEBHOOK_SECRET) to take POST /api/v1/events"
        )
    else:
        yield Finding("store events", OK, "POST /api/v1/events is open to those who hold the key")
    if parts.hub.outlets.shop is None:
        words = "off; set OUTGOING_WEBHOOK_URL and OUTGOING_WEBHOOK_SECRET, and flows can act at the store"
        yield Finding("store webhook", OFF, words)
    yield _metrics(parts.intake.settings)


def _metrics(settings: Settings) -> Finding:
    if settings.store_api_key:
        return Finding("metrics", OK, "GET /metrics is open to those who hold STORE_API_KEY")
    if is_local(settings):
        return Finding("metrics", OK, "GET /metrics answers this machine only; from elsewhere with a STORE_API_KEY")
    return Finding(
        "metrics", OFF, "GET /metrics answers nobody, as PUBLIC_URL is public; set STORE_API_KEY to ask with"
    )


async def _remote(parts: Parts) -> list[Finding]:
    """Asks all that must be asked in one event loop; `_providers` closes the connections."""
    return [*await _shops(parts), *await _providers(parts)]


async def _shops(parts: Parts) -> list[Finding]:
    """Asks each shop and carrier whether it tells us everything."""
    settings, findings = parts.intake.settings, []
    for kind in kinds():
        if kind.events(settings) is None:
            findings.append(Finding(kind.name, OFF, kind.off))
        elif shop := kind.connection(settings, parts.intake.http):
            findings += await _shop(shop, settings.base_url)
        else:
            findings.append(Finding(kind.name, WARN if kind.deaf else OK, kind.deaf or "webhooks are taken"))
    return findings


async def _shop(shop: ShopConnection, base_url: str) -> list[Finding]:
    try:
        told = await shop.status(base_url)
    except SendError as error:
        words = f"{error.outcome.value} ({error.code}) {error.detail}".strip()
        return [Finding(shop.name, BAD, f"{words}; `doorstep shops status` asks again")]
    wrong = [Finding(shop.name, WARN, f"{each.what}: {each.said}; {each.cure}") for each in told if not each.ok]
    return wrong or [Finding(shop.name, OK, "it tells us everything")]


async def _providers(parts: Parts) -> list[Finding]:
    """Asks each provider who we are."""
    findings = []
    for (channel, account), speaking in parts.hub.channels.items():
        findings.append(await _asked(f"{channel} {account}", speaking))
        findings += await _templates(parts, speaking)
    if parts.hub.desk is not None:
        findings.append(await _asked("slack", parts.hub.desk))
    if parts.hub.outlets.shop is not None:
        findings.append(await _asked("store webhook", parts.hub.outlets.shop))
    findings += await _language_model(parts)
    await parts.intake.http.close()
    return findings


async def _language_model(parts: Parts) -> list[Finding]:
    """Asks the model whether it lets us in, and tells how many calls are left."""
    subject, model = "language model", parts.language_model
    if model is None:
        return [Finding(subject, OFF, "off: every message is understood here; to ask one set LLM_URL and LLM_MODEL")]
    try:
        findings = [Finding(subject, OK, await model.check())]
    except SendError as error:
        words = f"{error.outcome.value} ({error.code}) {error.detail}".strip()
        findings = [Finding(subject, BAD, f"{words}; check LLM_URL, LLM_MODEL and LLM_API_KEY")]
    with suppress(SQLAlchemyError), parts.intake.store.read() as conn:
        used, most = advice.calls(conn, parts.hub.now()), parts.intake.settings.llm_daily_calls
        words = f"{used} of {most} calls used in 24 hours"
        over = f"{words}: nothing is asked until there are fewer; LLM_DAILY_CALLS sets how many"
        findings.append(Finding(subject, WARN if used >= most else OK, over if used >= most else words))
    return findings


async def _asked(subject: str, who: object) -> Finding:
    try:
        return Finding(subject, OK, await who.check())  # type: ignore[attr-defined] # Channel and Desk both have it
    except SendError as error:
        return Finding(subject, BAD, f"{error.outcome.value} ({error.code}) {error.detail}".strip())


def _accounts(parts: Parts) -> Iterator[Finding]:
    """Tells what our own rows know of the accounts."""
    with suppress(SQLAlchemyError):
        for channel, account, found in of_rows(parts):
            for each in found:
                words = f"{each.said}; {each.cure or each.todo}"
                yield Finding(f"{channel} {account}", WARN, f"{each.what}: {words}")


async def _templates(parts: Parts, speaking: Channel) -> list[Finding]:
    """Compares the templates that notices use there with those that the provider has of us."""
    section = parts.hub.notices.templates.sections.get(provider_of(speaking.channel, speaking.account), {})
    if not section or not speaking.capabilities.templates:
        return []
    subject = f"{speaking.channel} {speaking.account} templates"
    try:
        registered = await speaking.templates()
    except SendError as error:
        return [Finding(subject, WARN, f"cannot be read ({error.code}) {error.detail}".strip())]
    problems = [f"{kind}: {each}" for kind, template in section.items() for each in differences(template, registered)]
    agreed = Finding(subject, OK, f"templates.yaml agrees with what is registered ({len(section)} kinds of notice)")
    return [Finding(subject, WARN, each) for each in problems] or [agreed]


def _backlog(parts: Parts) -> Iterator[Finding]:
    try:
        with parts.intake.store.read() as conn:
            counts = inbox.counts(conn)
            held = hold.listed(conn)
            leaving = outgoing.counts(conn)
            early, oldest = waiting.count(conn)
            gone = waiting.let_go_since(conn, parts.hub.now() - LONGEST)
            ignored = conn.execute(
                select(inbox_table.c.error, func.count())
                .where(inbox_table.c.error.like("ignored:%"))
                .group_by(inbox_table.c.error)
            ).all()
    except SQLAlchemyError:
        return
    state = WARN if counts["dead"] else OK
    yield Finding("inbox", state, f"{counts['pending']} waiting, {counts['dead']} kept for replay after errors")
    if held:
        sorts = [each.what for each in held]
        listed = ", ".join(f"{sorts.count(what)} {what}" for what in dict.fromkeys(sorts))
        words = f"{listed} on their way at the backup's time; `doorstep held list`, then `held send` or `held drop`"
        yield Finding("held", WARN, words)
    if leaving[outgoing.FAILED]:
        words = f"{leaving[outgoing.FAILED]} events were not taken by the store and are kept"
        yield Finding("outgoing", WARN, f"{words}; `doorstep outgoing list --state failed`, then `outgoing repeat`")
    if early and oldest:
        days = (parts.hub.now() - oldest).days
        words = f"{early} of parcels or orders that the shop has not told of, for up to {days} days"
        yield Finding("early news", WARN if days else OK, f"{words}; they are let go after {LONGEST.days} days")
    if gone:
        words = f"{gone} of parcels that no order came for were let go in the last {LONGEST.days} days"
        yield Finding(
            "early news", WARN, f"{words}; does the shop tell of each tracking number, as it is at the carrier?"
        )
    for error, number in ignored:
        yield Finding("store events", WARN, f"{number} of a type we do not know were kept, not used ({error[9:]})")

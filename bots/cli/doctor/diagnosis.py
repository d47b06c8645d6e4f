"""Examines each setting and connection for `doorstep doctor`: what is wrong with it, and what to mend."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bots.cli.checkups import sentence
from bots.cli.doctor.backlog import backlog
from bots.cli.doctor.finding import BAD, OFF, OK, WARN, Finding
from bots.cli.doctor.remote import remote
from bots.cli.doctor.troubles import of_rows
from bots.http.health import readiness
from bots.http.looking import is_local
from bots.wiring.health import heartbeats
from bots.wiring.installation import Parts, build
from config.accounts import accounts
from config.forms import forms
from config.settings import Settings, load
from config.unknown_names import unknown_names
from config.without_effect import without_effect
from core.errors import ConfigurationError, SendError
from flows.engine.model import PIN
from storage.engine import migrate
from storage.queues import mails

LONG_ENOUGH = 10  # characters of a password that opens personal data


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
    findings += asyncio.run(remote(parts))
    findings += list(_accounts(parts))
    findings += list(backlog(parts))
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
        others = [process for process, state in used.items() if state != folder.state]
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
        return Finding("files", BAD, f"nothing can be kept; {sentence(error)}")


def _mail(parts: Parts) -> Iterator[Finding]:
    """Asks the mail server whether it lets us in, and what it refused in the last day."""
    if parts.hub.mailer is None:
        words = "off: one-time codes go by SMS only; to send them by e-mail too set SMTP_URL and MAIL_FROM"
        yield Finding("e-mail", OFF, words)
        return
    try:
        yield Finding("e-mail", OK, parts.hub.mailer.check())
    except SendError as error:
        yield Finding("e-mail", BAD, sentence(error, "check SMTP_URL and MAIL_FROM"))
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
    yield dashboard(parts.intake.settings)


def _metrics(settings: Settings) -> Finding:
    if settings.store_api_key:
        return Finding("metrics", OK, "GET /metrics is open to those who hold STORE_API_KEY")
    if is_local(settings):
        return Finding("metrics", OK, "GET /metrics answers this machine only; from elsewhere with a STORE_API_KEY")
    return Finding(
        "metrics", OFF, "GET /metrics answers nobody, as PUBLIC_URL is public; set STORE_API_KEY to ask with"
    )


def dashboard(settings: Settings) -> Finding:
    """Tells who is shown the dashboard."""
    where = f"{settings.base_url}/dashboard"
    if settings.dashboard_password and settings.public_url.startswith("http:") and not is_local(settings):
        return Finding(
            "dashboard", WARN, f"{where} takes DASHBOARD_PASSWORD over a line that others read; serve it by https"
        )
    if settings.dashboard_password and len(settings.dashboard_password) < LONG_ENOUGH:
        return Finding(
            "dashboard", WARN, f"DASHBOARD_PASSWORD can be guessed; give it {LONG_ENOUGH} characters or more"
        )
    if settings.dashboard_password:
        return Finding("dashboard", OK, f"{where} asks for a name and DASHBOARD_PASSWORD")
    if is_local(settings):
        return Finding("dashboard", OK, f"{where} answers this machine only; from elsewhere with a DASHBOARD_PASSWORD")
    return Finding(
        "dashboard", OFF, "/dashboard answers nobody, as PUBLIC_URL is public; set DASHBOARD_PASSWORD to sign in with"
    )


def _accounts(parts: Parts) -> Iterator[Finding]:
    """Tells what our own rows know of the accounts."""
    with suppress(SQLAlchemyError):
        for channel, account, found in of_rows(parts):
            for each in found:
                words = f"{each.said}; {each.cure or each.todo}"
                yield Finding(f"{channel} {account}", WARN, f"{each.what}: {words}")

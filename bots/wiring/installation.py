"""Builds a running installation's parts from settings. The only place that knows all of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from adapters.channels import registry
from adapters.desks.slack.settings import SlackSettings
from adapters.media.download import Downloader
from adapters.media.guard import Guard, trusted_origins
from adapters.media.sniff import recognise
from adapters.shops.webhook.webhook import StoreWebhook
from adapters.transport.http import Http
from bots.wiring import clock_time
from bots.wiring.clients.language_model import build_language_model, build_transcriber, build_translator
from bots.wiring.clients.mail import build_mailer
from bots.wiring.clients.media import KeptFiles, build_blobs, build_links
from bots.wiring.insight.dashboard import talk_link
from bots.wiring.insight.glances import told_of
from bots.wiring.intake import Intake, build_intake
from bots.wiring.planning import planning_hub
from bots.wiring.sources import actions
from bots.wiring.store.kept_folder import ReadFolder, read_folder, versions
from bots.wiring.understanding import Understanding
from config.secret_key import secret_key
from config.settings import Settings, reveal_all
from core.desk.events import DeskUser
from core.people.one_time_codes import code_of
from core.ports.channel import Channel
from core.ports.files import Blobs, Files
from core.ports.language import LanguageModel
from hub.hooks.asking import Tools as Asks
from hub.hub import Desk, Hub, Outlets, PairPace, Timing
from hub.media.fetcher import Tools
from hub.store_folder import Shelf, StoreFolder

MARK_SECONDS = 1.0


@dataclass(frozen=True)
class Parts:
    """Holds what the worker and the command line are made of."""

    intake: Intake
    hub: Hub
    blobs: Blobs
    read: Callable[[], ReadFolder]
    versions: Path  # of pinned flows
    language_model: LanguageModel | None
    hooks: Asks

    @property
    def understanding(self) -> Understanding:
        """Returns what this process understands texts by."""
        return self.read().understanding

    def load(self, store: Path) -> StoreFolder:
        """Reads the store's folder, with what this process understands texts by. Raises ConfigurationError."""
        from bots.wiring.desk.places import check_places  # noqa: PLC0415 - as it is read, or never
        from bots.wiring.store.folder import load_folder  # noqa: PLC0415

        check_places(self.intake.settings)
        folder = load_folder(store, self.understanding, self.understanding.trained, self.versions)
        folder.learn_answers()
        return folder


def build(
    settings: Settings, user: Callable[[str], DeskUser] | None = None, *, speaks: bool = True, reads: bool = True
) -> Parts:
    """Builds all parts. Raises ConfigurationError for settings, flows, policies or texts that are wrong.

    `speaks` is for processes that send: the others need no desk client. `user` looks up a desk user. Who may never
    need the store's folder `reads` it when it is first asked for.
    """
    blobs = build_blobs(settings)
    kept = KeptFiles(blobs)
    intake = build_intake(settings, kept, keeps=True)
    read = cache(partial(read_folder, settings))
    planning = planning_hub(intake, Shelf(lambda: read().folder))
    hub = replace(
        planning,
        user=user or planning.user,
        desk=_desk(intake.slack, intake.http, kept) if speaks else None,
        timing=_timing(settings),
        paces=_paces(settings, intake.kit.accounts),
        budgets={line.name: settings.value(line.daily.name) for line in registry.lines().values() if line.daily},
        read_marks=settings.read_marks,
        outlets=_outlets(settings, intake.http),
        code_of=partial(code_of, secret_key(settings)),
        mailer=build_mailer(settings),
        alert_emails=tuple(filter(None, settings.alert_email.split(","))),
        file_link=build_links(settings, clock_time.now).link,
        talk_link=talk_link(settings),
        numbers=told_of(intake.store, lambda: planning.notices.shop, settings.public_url),
    )
    if reads:
        read()
    model, http = build_language_model(settings, intake.http), intake.http
    hooks = Asks(build_translator(settings, http), build_transcriber(settings, http), kept)
    return Parts(intake, hub, blobs, read, versions(settings), model, hooks)


def fetching_tools(settings: Settings, blobs: Blobs) -> Tools:
    """Builds what fetching files needs. Only the configured addresses of providers may be private ones."""
    providers = [settings.value(spec.api_url.name) for spec in registry.specs()] + [settings.slack_api_url]
    downloader = Downloader(Guard(trusted_origins(providers)), settings.media_max_bytes)
    return Tools(blobs, downloader.fetch, recognise, timedelta(days=settings.media_keep_days))


def _outlets(settings: Settings, http: Http) -> Outlets:
    """Makes who is told and asked: a connected shop carries out what is wanted, else the store's own webhook does."""
    shop = actions(settings, http)
    if not settings.outgoing_webhook_url:
        return Outlets(shop=shop)
    secrets = reveal_all(settings.outgoing_webhook_secret)
    webhook = StoreWebhook(http, settings.outgoing_webhook_url, secrets, clock_time.now)
    return Outlets(shop=shop or webhook, listener=webhook)


def _timing(settings: Settings) -> Timing:
    return Timing(
        ambiguous_after=settings.ambiguous_after,
        join_seconds=settings.join_seconds,
        burst_seconds=settings.burst_seconds,
        mark_seconds=MARK_SECONDS,
        upkeep=timedelta(seconds=settings.care_seconds),
    )


def _paces(settings: Settings, speaking: Iterable[Channel]) -> dict[str, PairPace]:
    """Returns a sender's limits by channel: those of its limits file, where no setting says otherwise."""
    lines, paces = registry.lines(), {}
    for channel in speaking:
        limits, line = channel.capabilities, lines[channel.channel]
        paces[channel.channel] = PairPace(
            settings.value(line.rate.name) if line.rate else limits.rate,
            settings.value(line.pair_seconds.name) if line.pair_seconds else limits.pair_seconds,
            limits.pair_burst,
        )
    return paces


def _desk(slack: Sequence[SlackSettings], http: Http, files: Files) -> Desk | None:
    if not slack:
        return None
    from adapters.desks.slack.outbound.desks import SlackDesks  # noqa: PLC0415 - only for processes that send

    return SlackDesks(slack, http, files)

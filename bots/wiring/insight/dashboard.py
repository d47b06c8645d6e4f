"""Makes for the pages what they may not import: links to files and threads, the meaning of codes and of words."""

import gc
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bots.http.looking import is_local
from bots.http.reread import Reread
from bots.wiring.clients.media import build_links
from bots.wiring.intake import Intake
from config.settings import Settings
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from bots.wiring.understanding import Understanding
    from flows.engine.flowset import FlowSet


def file_link(intake: Intake) -> Callable[[str], str]:
    """Returns what makes the signed link to a file, under our own address."""
    return build_links(intake.settings, intake.now).path


def talk_link(settings: Settings) -> Callable[[str], str]:
    """Returns what makes the address of a conversation's page; "" where agents would find nothing there."""
    is_there = settings.public_url and (settings.dashboard_password or is_local(settings))
    return lambda id_: f"{settings.public_url}/dashboard/conversations/{id_}" if is_there else ""


def thread_link(intake: Intake) -> Callable[[str, str], str]:
    """Returns what makes the address of a thread at the desk; "" where its workspace does not say its own.

    A workspace is asked once for its address; one that does not answer, for three seconds and not again at once.
    """
    if not intake.slack:
        return lambda _place, _thread: ""
    from adapters.desks.slack.blocks.links import permalink  # noqa: PLC0415 - the web process stays small
    from adapters.desks.slack.inbound.workspaces import Workspaces  # noqa: PLC0415

    known = Workspaces(intake.slack, intake.now)
    return lambda place, thread: permalink(known.addresses(), place, thread)


def meaning(intake: Intake) -> Callable[[str, str], str]:
    """Returns what says which outcome a provider's code is (core.errors.Outcome); "" for a code of nobody's."""
    tables = {account.channel: account.errors for account in intake.kit.accounts}

    def mean(channel: str, code: str) -> str:
        table = tables.get(channel)
        return table.outcome(code).value if table and code in table.codes else ""

    return mean


class Flows:
    """Knows the flows, texts and phrases as the store's files have them. They load when they are first wanted, which
    takes some seconds, and anew when the files have changed."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._read = Reread("dashboard", self._paths, self._load)
        self._understanding: Understanding | None = None

    def __call__(self) -> "FlowSet":
        """Returns them. Raises ConfigurationError where they cannot be read."""
        self._read.look(self._intake.now())
        if self._read.now is None:
            raise self._read.mistake or ConfigurationError("the flows cannot be read")
        return self._read.now

    def understand(self, text: str) -> Mapping[str, Any]:
        """Reads words as the bot would now, and says what was read as `doorstep flows understand` prints it."""
        told: Mapping[str, Any] = self().interpreter.told(text)
        return told

    def _paths(self) -> Iterable[Path]:
        return self._intake.settings.store_dir.rglob("*.yaml")

    def _load(self) -> "FlowSet":
        from bots.wiring.store.folder import load_folder  # noqa: PLC0415 - the web process stays small
        from bots.wiring.understanding import Understanding  # noqa: PLC0415

        settings, is_first = self._intake.settings, self._understanding is None
        if self._understanding is None:
            self._understanding = Understanding(settings)
            self._understanding.load()
        known = self._understanding
        flows: FlowSet = load_folder(settings.store_dir, known, known.trained).flows
        if is_first:
            gc.freeze()  # as all that stays (`bots.http.dashboard`)
        return flows

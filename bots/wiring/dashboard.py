"""Makes for the pages what they may not import: links to files and threads, the meaning of codes and of words."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from bots.http.looking import is_local
from bots.wiring.intake import Intake
from bots.wiring.media import build_links
from config.settings import Settings


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


class Reader:
    """Understands words as the bot would now. The flows load with the first of them, which takes some seconds."""

    def __init__(self, intake: Intake) -> None:
        self._settings = intake.settings
        self._lock = threading.Lock()
        self._told: Callable[[str], Mapping[str, Any]] | None = None

    def __call__(self, text: str) -> Mapping[str, Any]:
        """Returns what was read, as `doorstep flows understand` prints it."""
        with self._lock:
            if self._told is None:
                self._told = self._load()
        return self._told(text)

    def _load(self) -> Callable[[str], Mapping[str, Any]]:
        from bots.wiring.store_folder import load_folder  # noqa: PLC0415 - the web process stays small
        from bots.wiring.understanding import Understanding  # noqa: PLC0415

        understanding = Understanding(self._settings)
        understanding.load()
        told: Callable[[str], Mapping[str, Any]] = load_folder(
            self._settings.store_dir, understanding, understanding.trained
        ).flows.interpreter.told
        return told

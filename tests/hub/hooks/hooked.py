"""An installation with hooks, which ask a real server on loopback."""

import asyncio
import dataclasses
from typing import Any

from adapters.llm.chat import ChatModel
from adapters.llm.speech import SpeechModel
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from hub.hooks.asker import Asker
from hub.hooks.asking import Tools
from storage.engine.store import Store
from storage.hooks.tables import hook_asks
from tests.hub.house import House
from tests.llm_server import KEY, MODEL, LlmServer


class Recordings:
    """Holds contents by our ids of files (`core.ports.files.Files`)."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def read(self, media_id: str) -> bytes:
        """Reads a content."""
        if media_id not in self.kept:
            raise SendError(Outcome.CONTENT_REJECTED, "media_gone")
        return self.kept[media_id]


class Hooked(House):
    """Is an installation with hooks; `think` lets them ask everything that is due."""

    def __init__(self, store: Store, server: LlmServer, daily: int = 1000, **changes: Any) -> None:
        super().__init__(store, **changes)
        self.server = server
        self.recordings = Recordings()
        self.daily = daily
        self.translates = self.transcribes = True
        self.plug()

    def plug(self) -> None:
        """Makes the hub use the hooks."""
        self.asker = self.asker_by(Http())
        self.hub = dataclasses.replace(self.hub, hooks=self.asker)

    def asker_by(self, http: Http) -> Asker:
        """Makes the one that asks, over these connections."""
        url = self.server.url
        model = ChatModel(http, url, MODEL, KEY) if self.translates else None
        speech = SpeechModel(http, url, KEY) if self.transcribes else None
        return Asker(self.hub, Tools(model, speech, self.recordings), self.daily)

    def think(self) -> int:
        """Asks what is due; returns how much was."""

        async def main() -> int:
            http = Http()  # connections belong to one event loop
            asker = self.asker_by(http)
            asker._breakers = self.asker._breakers
            try:
                done = 0
                while now := await asker.look():
                    done += now
                return done
            finally:
                await http.close()

        return asyncio.run(main())

    def asks(self) -> list[tuple[str, str, str]]:
        """Lists (kind, state, result) of all that was asked."""
        return [(row.kind, row.state, row.result) for row in self.rows(hook_asks)]

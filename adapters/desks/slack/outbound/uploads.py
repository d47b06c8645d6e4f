"""Puts files into Slack (docs.slack.dev, "Working with files"): uploaded first, where nobody sees them, then shared.

Slack shares asynchronously, and now and then not at all: so it is asked until the file is seen in its channel, which
also keeps what follows behind it, and a share that may have been made is looked for before it is made again.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.desks.slack.outbound.errors import slack_errors
from adapters.transport.http import Http
from core.desk.posts import PostFile
from core.errors import Outcome, SendError
from core.ports.files import Files

LARGEST = 50_000_000  # Slack takes 1 GB; so much is in memory at once, and comes through in time
SECONDS = 120.0
LOOKS = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0)  # seconds between asking whether a file is seen


class Uploads:
    """Uploads and shares by one client. `web` returns it with its present session."""

    def __init__(self, web: Callable[[], AsyncWebClient], http: Http, files: Files) -> None:
        self._web = web
        self._http = http
        self._files = files

    async def upload(self, post: PostFile) -> str:
        """Uploads a file; returns its id. Doing so twice harms nobody. Raises SendError."""
        content = await self._files.read(post.media)
        with slack_errors(repeatable=True):
            given = await self._web().files_getUploadURLExternal(
                filename=post.name, length=len(content), alt_txt=_seen_as(post.mime)
            )
        reply = await self._http.request("POST", str(given["upload_url"]), data=content, timeout=SECONDS)
        if reply.status != 200:
            outcome = Outcome.RETRY if reply.status >= 500 or reply.status == 429 else Outcome.CONTENT_REJECTED
            raise SendError(outcome, f"upload_http_{reply.status}")
        return str(given["file_id"])

    async def share(self, files: tuple[str, ...], arguments: Mapping[str, Any], *, again: bool) -> str:
        """Shares uploaded files in one message; returns its ts. `again`: it may have been made before.

        Raises SendError: AMBIGUOUS when Slack took it and the message is not seen, CONTENT_REJECTED when that happens
        again.
        """
        place = str(arguments["channel_id"])
        if again and (ts := await self._seen(files[0], place)):
            return ts
        # As JSON: the SDK's method for it would put the customer's words into the address.
        with slack_errors(repeatable=False):
            shared = {"files": [{"id": id_} for id_ in files], **arguments}
            await self._web().api_call("files.completeUploadExternal", json=shared)
        for pause in LOOKS:
            if ts := await self._seen(files[0], place):
                return ts
            await asyncio.sleep(pause)
        raise SendError(Outcome.CONTENT_REJECTED if again else Outcome.AMBIGUOUS, "share_not_seen")

    async def _seen(self, file: str, place: str) -> str:
        """Returns the ts of the message that shares a file in a channel; empty where there is none (yet)."""
        with slack_errors(repeatable=False):
            answer = await self._web().files_info(file=file)
        shares: Mapping[str, Mapping[str, Any]] = (answer.get("file") or {}).get("shares") or {}
        found = (each for kind in shares.values() for each in kind.get(place) or ())
        return next((str(each["ts"]) for each in found if each.get("ts")), "")


def _seen_as(mime: str) -> str | None:
    return "Picture from the customer" if mime.startswith("image/") else None

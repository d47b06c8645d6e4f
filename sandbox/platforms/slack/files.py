"""Takes file uploads (the external way) and serves downloads."""

import asyncio
import base64
from typing import Any

from aiohttp import web

from sandbox.platforms.slack import blocks
from sandbox.platforms.slack.desk import Desk
from sandbox.platforms.slack.errors import SlackError
from sandbox.platforms.slack.methods import Method
from sandbox.platforms.slack.outlet import message_event
from sandbox.platforms.slack.workspace import Channel
from sandbox.world import ids
from sandbox.world.media import SAMPLES, Stored

Json = dict[str, Any]
LARGEST = 1_000_000_000


class Files:
    """Keeps the files of the workspace by id."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._files: dict[str, Json] = {}

    def kept(self) -> dict[str, Json]:
        """Lists the files by their ids."""
        return self._files

    def take_up(self, files: dict[str, Json]) -> None:
        """Goes on with files that were there before."""
        self._files = files

    def methods(self) -> dict[str, Method]:
        """Lists the files.* methods."""
        return {
            "files.getUploadURLExternal": self._get_url,
            "files.completeUploadExternal": self._complete,
            "files.info": self._info,
            "files.delete": self._delete,
        }

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes of uploads and downloads."""
        return [
            web.post(self.desk.workspace.prefix + "/upload/v1/{file}", self._upload),
            web.get(self.desk.workspace.prefix + "/files-pri/{file}/download/{name}", self._download),
        ]

    def share(self, stored: Stored, user: str) -> Json:
        """Makes a file object of a person's upload."""
        file = self._described(ids.slack_id("F"), stored.name, user)
        self._filled(file, stored)
        return file

    def made(self, given: Any) -> Stored:
        """Makes the file that an agent picks: a kind, or a description. Raises ValueError."""
        about = given if isinstance(given, dict) else {"kind": given}
        kind = str(about.get("kind", "document"))
        if kind not in SAMPLES:
            raise ValueError(f"unknown kind of file {kind!r}; one of {', '.join(SAMPLES)}")
        mime, name, make = SAMPLES[kind]
        content = base64.b64decode(about["base64"]) if "base64" in about else make()
        content = content.ljust(int(about.get("size", 0)), b"\0")
        return self.desk.world.media.add(str(about.get("mime", mime)), content, str(about.get("name", name)))

    def place(self, file: Json, channel: str, ts: str, thread_ts: str) -> None:
        """Notes where a file was shared."""
        share = {"ts": ts, **({"thread_ts": thread_ts} if thread_ts else {}), "reply_users": [], "reply_count": 0}
        file.setdefault("shares", {}).setdefault("private", {}).setdefault(channel, []).append(share)

    async def _get_url(self, desk: Desk, params: Json) -> Json:
        length = int(params.get("length") or 0)
        if not params.get("filename") or length < 1:
            raise SlackError("invalid_arguments")
        if length > LARGEST:
            raise SlackError("file_upload_size_restricted")
        file = self._described(ids.slack_id("F"), str(params["filename"]), desk.workspace.bot_user)
        file |= {"length": length, "alt_txt": str(params.get("alt_txt") or "")}
        return {
            "upload_url": f"{desk.world.config.base}{desk.workspace.prefix}/upload/v1/{file['id']}",
            "file_id": file["id"],
        }

    async def _complete(self, desk: Desk, params: Json) -> Json:
        wanted = params.get("files") or []
        files = [self._known(part.get("id")) for part in wanted]
        if not files:
            raise SlackError("invalid_arguments")
        for file, part in zip(files, wanted, strict=True):
            if not file.get("media"):
                raise SlackError("file_not_found")
            file["title"] = part.get("title") or file["name"]
        if params.get("channel_id"):
            channel = desk.workspace.writable(params["channel_id"])
            given = _words(params)
            if params.get("thread_ts") and str(params["thread_ts"]) not in channel.messages:
                raise SlackError("thread_not_found")
            desk.pace(channel)
            if desk.world.pace.slack_share >= 0:  # else Slack says yes and drops it, as it does now and then
                desk.world.spawn(self._share(channel, {**given, "files": files}))
        return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}

    async def _share(self, channel: Channel, given: Json) -> None:
        """Puts the message of completed files into the channel, a moment later, as Slack does."""
        await asyncio.sleep(self.desk.world.pace.slack_share)
        message = self.desk.bot_message(given)
        message.setdefault("subtype", "file_share")
        for file in given["files"]:
            self.place(file, channel.id, message["ts"], str(given.get("thread_ts") or ""))
        self.desk.workspace.put(channel, message)
        if self.desk.world.pace.bot_events:
            self.desk.tell(message_event(channel, message))

    async def _info(self, _desk: Desk, params: Json) -> Json:
        return {"file": self._known(params.get("file"))}

    async def _delete(self, _desk: Desk, params: Json) -> Json:
        file = self._known(params.get("file"))
        del self._files[file["id"]]
        return {}

    async def _upload(self, request: web.Request) -> web.Response:
        file = self._known(request.match_info["file"])
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next((part for part in form.values() if isinstance(part, web.FileField)), None)
            content = part.file.read() if part else b""
        else:
            content = await request.read()
        if "length" not in file or file.get("media"):
            return web.Response(status=404, text="no upload is waited for here")
        if len(content) != file["length"]:
            return web.Response(status=400, text=f"{file['length']} bytes were announced")
        stored = self.desk.world.media.add(_guess(file["name"]), content, file["name"])
        self._filled(file, stored)
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info["file"])
        stored = self.desk.world.media.get(file["media"]) if file else None
        if self.desk.world.media.redirect:
            return web.Response(status=302, headers={"Location": self.desk.world.media.redirect})
        if request.headers.get("Authorization") != f"Bearer {self.desk.workspace.setting('slack_bot_token')}":
            return web.Response(text="<!DOCTYPE html><title>Sign in | Slack</title>", content_type="text/html")
        if stored is None:
            return web.Response(status=404)
        return web.Response(body=stored.content, content_type=stored.mime)

    def _known(self, file_id: Any) -> Json:
        if file_id not in self._files:
            raise SlackError("file_not_found")
        return self._files[str(file_id)]

    def _described(self, file_id: str, name: str, user: str) -> Json:
        created = int(self.desk.world.clock())
        file: Json = {
            "id": file_id,
            "created": created,
            "name": name,
            "title": name,
            "user": user,
            "mode": "hosted",
            "is_external": False,
        }
        self._files[file_id] = file
        return file

    def _filled(self, file: Json, stored: Stored) -> None:
        origin = self.desk.world.media.origin or self.desk.world.config.base
        url = f"{origin}{self.desk.workspace.prefix}/files-pri/{file['id']}/download/{stored.name or 'file'}"
        kind = stored.mime.rsplit("/", 1)[-1]
        file |= {
            "media": stored.id,
            "mimetype": stored.mime,
            "filetype": kind,
            "size": len(stored.content),
            "url_private": url,
            "url_private_download": url,
        }


def _words(params: Json) -> Json:
    """Reads what is said with shared files: a comment, else blocks. Raises SlackError."""
    if params.get("initial_comment"):
        return {**params, "text": params["initial_comment"], "blocks": []}
    if any(block.get("type") == "markdown" for block in params.get("blocks") or []):
        raise SlackError("internal_error")  # python-slack-sdk#1756
    blocks.check(params.get("blocks") or [], blocks.MESSAGE_BLOCKS)
    return {**params, "text": ""}


def withheld(file: Json) -> Json:
    """Describes a file in an event that leaves the rest to files.info."""
    return {"id": file["id"], "mode": "file_access", "file_access": "check_file_info"}


def _guess(name: str) -> str:
    known = {
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "pdf": "application/pdf",
        "ogg": "audio/ogg",
        "webp": "image/webp",
        "mp4": "video/mp4",
        "txt": "text/plain",
    }
    return known.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")

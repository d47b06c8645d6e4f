"""Serves the baseline of the desk, the least a Bolt app can do: posts what WhatsApp brings into a thread, sends what is
written there, keeps nothing.
"""

import asyncio
import hashlib
import hmac
import os
import sys
from typing import Any

import msgspec
from aiohttp import ClientSession, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]


def main(port: str) -> None:
    """Serves until it is told to stop."""
    web.run_app(PlainDesk().application(), host="127.0.0.1", port=int(port), print=None, access_log=None)


class PlainDesk:
    """Keeps in memory which customer has which thread."""

    def __init__(self) -> None:
        self._given = os.environ
        self._slack = AsyncWebClient(self._given["SLACK_BOT_TOKEN"], base_url=self._given["SLACK_API_URL"])
        self._bolt = AsyncApp(client=self._slack, signing_secret=self._given["SLACK_SIGNING_SECRET"])
        self._bolt.event("message")(self._written)
        self._threads: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: ClientSession

    def application(self) -> web.Application:
        """Makes the server: a door for each platform."""
        application = web.Application()
        application.cleanup_ctx.append(self._session)
        application.router.add_post("/webhooks/whatsapp", self._whatsapp)
        application.router.add_post("/slack/events", self._events)
        return application

    async def _session(self, _: web.Application) -> Any:
        async with ClientSession() as self._client:
            self._slack.session = self._client
            yield

    async def _whatsapp(self, request: web.Request) -> web.Response:
        body = await request.read()
        secret = self._given["WHATSAPP_APP_SECRET"].encode()
        expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", ""), expected):
            return web.Response(status=403)
        for entry in msgspec.json.decode(body)["entry"]:
            for change in entry["changes"]:
                for message in change["value"].get("messages", ()):
                    task = asyncio.create_task(self._post(change["value"], message))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
        return web.Response(text="EVENT_RECEIVED")

    async def _post(self, value: Json, message: Json) -> None:
        sender, name = message["from"], value["contacts"][0]["profile"]["name"]
        text = f"{name}: {message['text']['body']}"
        thread = self._threads.get(sender)
        channel = self._given["SLACK_CHANNEL"]
        answer = await self._slack.chat_postMessage(channel=channel, text=text, thread_ts=thread, username=name)
        self._threads.setdefault(sender, str(answer["ts"]))

    async def _events(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self._bolt.async_dispatch(await to_bolt_request(request)))

    async def _written(self, event: Json) -> None:
        recipient = next((each for each, thread in self._threads.items() if thread == event.get("thread_ts")), None)
        if recipient is None or event.get("bot_id"):
            return
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": recipient,
            "type": "text",
            "text": {"body": event["text"]},
        }
        address = f"{self._given['GRAPH_API_URL']}/{self._given['WHATSAPP_PHONE_NUMBER_ID']}/messages"
        headers = {"Authorization": f"Bearer {self._given['WHATSAPP_ACCESS_TOKEN']}"}
        async with self._client.post(address, json=payload, headers=headers) as answer:
            await answer.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Serves the baseline of turns, the least an aiohttp bot can do: verifies, sends the text back, answers 200."""

import asyncio
import hashlib
import hmac
import itertools
import sys

import msgspec
from aiohttp import ClientSession, TCPConnector, web


def main(port: str, provider_port: str, secret: str) -> None:
    """Serves until it is told to stop."""
    web.run_app(_application(int(provider_port), secret), host="127.0.0.1", port=int(port), print=None, access_log=None)


def _application(provider_port: int, secret: str) -> web.Application:
    bot = _Bot(provider_port, secret)
    application = web.Application()
    application.on_startup.append(bot.open)
    application.on_cleanup.append(bot.close)
    application.router.add_post("/webhooks/whatsapp", bot.receive)
    return application


class _Bot:
    def __init__(self, provider_port: int, secret: str) -> None:
        self._url = f"http://127.0.0.1:{provider_port}/v26.0"
        self._secret = secret.encode()
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count()
        self._client: ClientSession

    async def open(self, _: web.Application) -> None:
        self._client = ClientSession(connector=TCPConnector(limit=100))

    async def close(self, _: web.Application) -> None:
        await self._client.close()

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        expected = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", ""), expected):
            return web.Response(status=403)
        values = [change["value"] for entry in msgspec.json.decode(body)["entry"] for change in entry["changes"]]
        for value in values:
            for message in value["messages"]:
                account, text = value["metadata"]["phone_number_id"], message["text"]["body"]
                task = asyncio.create_task(self._send(account, message["from"], text))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return web.Response(text="EVENT_RECEIVED")

    async def _send(self, account: str, to: str, text: str) -> None:
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to,
            "biz_opaque_callback_data": f"echo{next(self._numbers)}",
            "type": "text",
            "text": {"body": text},
        }
        headers = {"Content-Type": "application/json", "Authorization": "Bearer EAAbenchmark"}
        data = msgspec.json.encode(payload)
        async with self._client.post(f"{self._url}/{account}/messages", data=data, headers=headers) as answer:
            await answer.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

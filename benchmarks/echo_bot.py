"""The baseline of turns: the least an aiohttp bot can do. Verifies, sends the text back, answers 200; keeps nothing."""

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
    application = web.Application()
    tasks: set[asyncio.Task[None]] = set()
    numbers = itertools.count()

    async def client(_: web.Application) -> None:
        application["client"] = ClientSession(connector=TCPConnector(limit=100))

    async def send(account: str, to: str, text: str) -> None:
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to,
            "biz_opaque_callback_data": f"echo{next(numbers)}",
            "type": "text",
            "text": {"body": text},
        }
        url = f"http://127.0.0.1:{provider_port}/v26.0/{account}/messages"
        headers = {"Content-Type": "application/json", "Authorization": "Bearer EAAbenchmark"}
        async with application["client"].post(url, data=msgspec.json.encode(payload), headers=headers) as answer:
            await answer.read()

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", ""), expected):
            return web.Response(status=403)
        for entry in msgspec.json.decode(body)["entry"]:
            for change in entry["changes"]:
                value = change["value"]
                for message in value["messages"]:
                    account = value["metadata"]["phone_number_id"]
                    task = asyncio.create_task(send(account, message["from"], message["text"]["body"]))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
        return web.Response(text="EVENT_RECEIVED")

    application.on_startup.append(client)
    application.router.add_post("/webhooks/whatsapp", receive)
    return application


if __name__ == "__main__":
    main(*sys.argv[1:])

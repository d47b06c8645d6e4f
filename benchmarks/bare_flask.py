"""Serves the yardstick of webhooks: a bare Flask view with the product's HMAC, JSON, table, committer and web server.

It knows one path and one kind of body, wakes nobody, logs nothing and counts nothing: what the product costs beyond
this is what its channels, lanes, log and metrics cost.
"""

import hashlib
import hmac
import os
import sys
from datetime import UTC, datetime

import msgspec
from flask import Flask, request

from bots import web
from bots.process import SWITCH_SECONDS
from config.settings import load
from core.ids import new_id
from core.people.addresses import SHARDS, shard_of
from storage.engine import migrate
from storage.engine.store import Store
from storage.queues import acceptors, inbox

SECRET, DATABASE = "BARE_FLASK_SECRET", "BARE_FLASK_DATABASE"


def create_app() -> Flask:
    """Makes the application, on the database and with the secret that the environment names."""
    app = Flask(__name__, static_folder=None)
    secret = os.environ[SECRET].encode()
    acceptor = acceptors.acceptor(Store(os.environ[DATABASE]))

    @app.post("/webhooks/whatsapp")
    def webhook() -> tuple[str, int]:
        body = request.get_data()
        expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", ""), expected):
            return "", 403
        acceptor.accept(_rows(body))
        return "EVENT_RECEIVED", 200

    return app


def _rows(body: bytes) -> list[inbox.Arrival]:
    now = datetime.now(UTC)
    values = [change["value"] for entry in msgspec.json.decode(body)["entry"] for change in entry["changes"]]
    return [
        inbox.Arrival(
            id=new_id(now),
            source="whatsapp",
            account=value["metadata"]["phone_number_id"],
            external_id=message["id"],
            lane=inbox.CONVERSATION,
            key=message["from"],
            shard=shard_of(message["from"], SHARDS),
            payload=msgspec.json.encode(message).decode(),
            sent_at=now,
            received_at=now,
        )
        for value in values
        for message in value["messages"]
    ]


def main(port: str, secret: str, database: str) -> None:
    """Serves until it is told to stop."""
    sys.setswitchinterval(SWITCH_SECONDS)
    os.environ.update({SECRET: secret, DATABASE: database})
    store = Store(database)
    migrate.upgrade(store)
    store.close()
    web.serve("benchmarks.bare_flask_wsgi:app", load({"PORT": port}))


if __name__ == "__main__":
    main(*sys.argv[1:])

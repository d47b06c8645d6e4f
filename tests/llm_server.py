"""Stands in for a language model: speaks the chat completions API on loopback, well or badly, as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, MODEL = "sk-loopback", "small-1"
Saying = Callable[[dict[str, Any]], Any]


def meaning(*intents: str, sure: bool = True, **more: Any) -> dict[str, Any]:
    """Makes an answer of the form that is asked for."""
    return {"intents": list(intents), "sure": sure, "choice": "0", "slots": [], **more}


class LlmServer:
    """Answers by `say`, which is given what a question tells (the user's JSON) and returns a document, text or bytes;
    or by `status`, after `delay` seconds. `asked` keeps the requests."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.say: Saying = lambda _told: meaning()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay = 0.0
        self.hangs_up = False
        self.key = KEY
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"llm": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Returns the address for LLM_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def told(self) -> list[dict[str, Any]]:
        """Lists what the questions told, as it came."""
        return [json.loads(each["messages"][1]["content"]) for each in self.asked]

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Ends: from now on connections are refused."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def llm_server() -> Iterator[LlmServer]:
    """Runs one."""
    server = LlmServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def completion(content: Any) -> bytes:
    """Writes what a model said as the API does."""
    text = content if isinstance(content, str) else json.dumps(content)
    message = {"role": "assistant", "content": text}
    return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": message}]}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    llm: LlmServer

    def do_GET(self) -> None:
        self._answer(json.dumps({"object": "list", "data": [{"id": MODEL}]}).encode())

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.llm.asked.append(asked)
        time.sleep(self.llm.delay)
        if self.llm.hangs_up:
            self.close_connection = True
            return
        said = self.llm.say(json.loads(asked["messages"][1]["content"]))
        self._answer(said if isinstance(said, bytes) else completion(said))

    def _answer(self, body: bytes) -> None:
        lets_in = self.headers.get("Authorization") == f"Bearer {self.llm.key}" or not self.llm.key
        self.send_response(self.llm.status if lets_in else 401)
        for name, value in self.llm.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: Any) -> None:
        """Says nothing."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:  # who asked has given up
            self.close_connection = True

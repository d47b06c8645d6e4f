"""Runs the sandbox beside a product, acts there for customers and agents, and reads what went over the wire."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import msgspec

from benchmarks.processes import Processes, wait_until
from benchmarks.product import ROOT, free_port, listens
from benchmarks.wire import Exchange, Wire
from sandbox import config

USED = (
    "WHATSAPP_",
    "SLACK_",
    "GRAPH_API_URL",
    "STORE_API_KEY",
)  # of the sandbox's settings: two platforms and the store
LOOK_SECONDS = 1.0  # between two looks at the log, which keeps the last two thousand exchanges
AT_ONCE = 1000
AGENTS = ("bea", "sam")

Json = dict[str, Any]


class Standins:
    """Stands for WhatsApp and Slack. `settings` is what a product at `product_port` needs to use them."""

    def __init__(self, folder: Path, processes: Processes, product_port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        made = config.create(folder, f"http://127.0.0.1:{product_port}", port)
        self.settings = {name: value for name, value in made.settings.items() if name.startswith(USED)}
        self.wire = Wire()
        self._folder, self._processes, self._port = folder, processes, port
        self._page = made.base
        self._over = threading.Event()

    @contextmanager
    def running(self, **pace: float) -> Iterator[None]:
        """Runs them, with limits as `pace` says, and follows the wire."""
        command = [sys.executable, "-m", "sandbox", "--var", str(self._folder)]
        process = self._processes.start(command, cwd=ROOT)
        follower = threading.Thread(target=self._follow, name="wire", daemon=True)
        try:
            wait_until(lambda: listens(self._port), 30, "starting the stand-ins")
            self.ask("pace", pace)
            follower.start()
            yield
        finally:
            self._over.set()
            if follower.ident:
                follower.join()
            self._processes.stop(process)

    def answer_after(self, seconds: float) -> None:
        """Has both platforms take so long for every call, as real ones do."""
        for platform in ("whatsapp", "slack"):
            self.ask("faults", {"platform": platform, "kind": "delay", "value": seconds, "method": "*"})

    def meet(self, name: str) -> str:
        """Makes a customer with WhatsApp; returns their phone."""
        return str(self.ask("people", {"name": name, "country": "US"})["phones"][0]["id"])

    def say(self, phone: str, text: str) -> None:
        """Writes, as the customer."""
        self.ask(f"phones/{phone}/send", {"text": text})

    def reply(self, thread: str, text: str, agent: str) -> None:
        """Writes into a thread, as an agent."""
        self.ask("slack/reply", {"thread_ts": thread, "text": text, "user": agent})

    def press(self, message: str, button: str, agent: str) -> None:
        """Presses a button, as an agent, and closes the form that it opened."""
        self.ask("slack/press", {"message_ts": message, "action_id": button, "user": agent})

    def thread_of(self, name: str, posts: Sequence[Json]) -> str:
        """Finds the post of the channel that names this customer; empty while there is none."""
        roots = (each for each in posts if each.get("thread_ts", each["ts"]) == each["ts"])
        return next((str(each["ts"]) for each in roots if name in each["text"]), "")

    def posts(self) -> list[Json]:
        """Lists what stands in the desk's channel, oldest first."""
        slack = self.ask("state")["slack"]
        return next(each["messages"] for each in slack["channels"] if each["id"] == slack["main"])  # type: ignore[no-any-return]

    def ask(self, path: str, body: Json | None = None) -> Any:
        """Calls the stand-ins' control API; a call with a body is a POST."""
        content = None if body is None else msgspec.json.encode(body)
        asked = Request(f"{self._page}/sandbox/api/{path}", content, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=30) as answer:
            return msgspec.json.decode(answer.read())

    def catch_up(self) -> None:
        """Reads what the wire has had since the last look."""
        for entry in self.ask(f"log?limit={AT_ONCE}"):
            if entry["id"] > self.wire.newest:
                self.wire.add(msgspec.convert(self.ask(f"log/{entry['id']}"), Exchange))

    def _follow(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.catch_up()

"""Measures what one webhook costs before it is kept: proving and reading every kind, in one thread's CPU.

Bodies are the fixtures of the adapters' tests. The baseline is the least that any receiver does with the same body:
HMAC over it (a comparison of secrets on Telegram), then json.loads or a form's fields.
"""

import base64
import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from adapters.channels import registry
from adapters.channels.spec import Site
from adapters.channels.twilio.settings import PATH, STATUS_PATH
from adapters.transport.http import Http
from benchmarks.bench import Bench
from benchmarks.product import ROOT
from benchmarks.report import Breakdown
from bots.wiring.intake import NoFiles
from core.accounts import Account
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint, RawRequest

BUDGET_US = 300
ROUNDS = 5  # over all kinds, so that a busy moment of the machine does not fall on one of them
FIXTURES = ROOT / "tests" / "adapters" / "channels"
SECRET = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://desk.shop.example"
PROVIDER = "http://127.0.0.1:9"  # nobody is called
TWILIO_SID = "AC0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Case(NamedTuple):
    """One kind of one channel: the signed request, who takes it, and the plain work to compare with."""

    channel: str
    kind: str
    endpoint: Endpoint
    request: RawRequest
    plain: Callable[[], object]

    def take(self) -> None:
        """Does what the web process does before it stores."""
        self.endpoint.verify(self.request)
        self.endpoint.parse(self.request, NOW)


def run(bench: Bench) -> None:
    """Reads every fixture many times, in turn; the table shows each, the figures the worst of a channel."""
    cases = list(_cases())
    ours, plain = _medians(cases, bench.length.parsing_seconds)
    rows = [(case.channel, case.kind, us, base, us / base) for case, us, base in zip(cases, ours, plain, strict=True)]
    columns = ("channel", "kind", "µs", "plain µs", "ratio")
    bench.breakdowns.append(Breakdown("parsing: verification and parsing, CPU median", columns, rows))
    for channel in dict.fromkeys(case.channel for case in cases):
        of_channel = [row for row in rows if row[0] == channel]
        _, kind, us, base, ratio = max(of_channel, key=lambda row: row[2])
        middle = statistics.median(row[2] for row in of_channel)
        compared = f"{ratio:.1f} times HMAC and a plain parse ({base:.0f} µs)"
        words = f"{compared}; the middle one of {len(of_channel)} kinds {middle:.0f} µs; allowed {BUDGET_US}"
        bench.figure(f"{channel}, worst kind: {kind}", us, "µs CPU", remark=words, ok=us < BUDGET_US)


def _medians(cases: list[Case], seconds: float) -> tuple[list[float], list[float]]:
    """Finds the medians (ours, plain) in microseconds for each case."""
    ours: list[list[int]] = [[] for _ in cases]
    plain: list[list[int]] = [[] for _ in cases]
    share = seconds / ROUNDS / len(cases)
    for _ in range(ROUNDS):
        for n, case in enumerate(cases):
            _collect(case.take, share, ours[n])
            _collect(case.plain, share / 4, plain[n])
    return [statistics.median(each) / 1000 for each in ours], [statistics.median(each) / 1000 for each in plain]


def _collect(work: Callable[[], object], seconds: float, times: list[int]) -> None:
    """Adds CPU nanoseconds of this thread for each run; the first of a round, with cold caches, does not count."""
    work()
    until = time.monotonic() + seconds
    clock = time.thread_time_ns
    while time.monotonic() < until or len(times) < ROUNDS:
        begun = clock()
        work()
        times.append(clock() - begun)


def _cases() -> Iterator[Case]:
    meta = ("whatsapp", "messenger")
    kits = _kits()
    for channel in (*meta, "telegram"):
        (endpoint,) = kits[channel].endpoints
        for path in _fixtures(FIXTURES / channel / "fixtures"):
            body = path.read_bytes()
            signed = _by_meta if channel in meta else _by_telegram
            plain = _plain_json(body) if channel in meta else _plain_telegram(body)
            yield Case(channel, path.stem, endpoint, signed(body, endpoint.path), plain)
    endpoints = {endpoint.path: endpoint for endpoint in kits["twilio"].endpoints}
    for name in ("sms", "whatsapp"):
        for path in _fixtures(FIXTURES / "twilio" / "fixtures" / name):
            status = path.stem.startswith("status_")
            endpoint = endpoints[STATUS_PATH if status else PATH]
            fields = json.loads(path.read_bytes())
            request = _by_twilio(fields, endpoint.path, "d=part-0001" if status else "")
            yield Case(f"twilio, {name}", path.stem, endpoint, request, _plain_form(request.body))


def _fixtures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json") if not path.stem.endswith(".expected"))


def _kits() -> dict[str, Kit]:
    """Makes one account of each channel, as the fixtures know it."""
    meta = {"access_token": "token", "app_secret": (SECRET,), "verify_token": "verify"}
    accounts: dict[str, Account] = {
        "whatsapp": {"phone_number_id": "106540352242922", **meta},
        "messenger": {"page_id": "1911512552446543", **meta},
        "telegram": {"bot_token": "5550001111:AAHbenchmark", "webhook_secret": (SECRET,)},
        "twilio": {
            "account_sid": TWILIO_SID,
            "auth_token": (SECRET,),
            "sms_from": "+12025550100",
            "whatsapp_from": "+14155550123",
        },
    }
    site = Site(PROVIDER, Http(), NoFiles(), PUBLIC_URL)
    return {spec.name: registry.build(spec, [accounts[spec.name]], site) for spec in registry.specs()}


def _by_meta(body: bytes, path: str) -> RawRequest:
    proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return _request(path, body, JSON, {"x-hub-signature-256": f"sha256={proof}"})


def _by_telegram(body: bytes, path: str) -> RawRequest:
    return _request(path, body, JSON, {"x-telegram-bot-api-secret-token": SECRET})


def _by_twilio(fields: dict[str, str], path: str, query: str) -> RawRequest:
    """Signs by HMAC-SHA1 over the URL, then names and values in the order of names (Twilio, "Webhooks security")."""
    url = f"{PUBLIC_URL}{path}" + (f"?{query}" if query else "")
    signed = url + "".join(name + value for name, value in sorted(fields.items()))
    proof = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return _request(path, urlencode(fields).encode(), FORM, {"x-twilio-signature": proof}, query)


def _request(path: str, body: bytes, kind: str, proof: dict[str, str], query: str = "") -> RawRequest:
    url = f"{PUBLIC_URL}{path}" + (f"?{query}" if query else "")
    return RawRequest("POST", url, {"content-type": kind, **proof}, body, dict(parse_qsl(query)))


def _plain_json(body: bytes) -> Callable[[], object]:
    return lambda: (hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(), json.loads(body))


def _plain_telegram(body: bytes) -> Callable[[], object]:
    return lambda: (hmac.compare_digest(SECRET.encode(), SECRET.encode()), json.loads(body))


def _plain_form(body: bytes) -> Callable[[], object]:
    return lambda: (hmac.new(SECRET.encode(), body, hashlib.sha1).digest(), dict(parse_qsl(body.decode())))

"""Tests what every channel must do: the test class of each channel names its particulars and inherits these tests.

A subclass says:

- `name`, `fixtures` (folder with `<case>.json`, the raw body, and `<case>.expected.json`, the events it means);
- `build(url, http)`: a Kit of one account, with the two secrets valid at once that `SECRETS` names;
- `request(body, secret, path)`: a webhook with that body as the provider sends it, proven with `secret` unless None;
- `body_of(fixture)` and `endpoint_of(kit, case)` where bodies are not the file's bytes, or there are several endpoints;
- `to`, an address of the account; `replies`, what the provider answers by scenario (see `OUTCOMES`), but for those
  in `no_such_answer`;
- `option_ids(part)`: the ids that the customer could press; `press(option_id, title)`: the webhook body of that press;
- `check_limits(part)`: asserts the provider's own limits, written down apart from limits.yaml;
- `batched`: whether one body may carry several items (then a case `batch_bad_item` shows a bad one among good ones).
- `json_bodies`: whether bodies are JSON (then junk is put into every place of every fixture).

Every channel has a case `unknown`: an item of a kind we do not know, sent by a customer.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.transport.http import Http
from core.encoding import encode
from core.errors import MalformedPayload, Outcome, SendError, SignatureInvalid
from core.messages.inbound import InboundEvent, InboundMessage, Unsupported, decode_event
from core.messages.outbound import Option, OutboundMessage, Speaker, TemplateCall
from core.people.addresses import Address
from core.ports.calls import Part, Rendered, Sent
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint, RawRequest
from tests.adapters.channels.provider import Asked, Provider, Reply, closed_port_url

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
SECRETS = ("first-secret", "second-secret")
CORRELATION = "part-0001"
TEXT = "Your boots leave tomorrow, Jane"
# scenario: the outcome that a channel's own answer of that kind must lead to
OUTCOMES = {
    "pace": Outcome.PACE,
    "broken": Outcome.RETRY,
    "dropped": Outcome.AMBIGUOUS,
    "refused": Outcome.RETRY,
    "opted_out": Outcome.OPTED_OUT,
    "window_closed": Outcome.WINDOW_CLOSED,
    "bad_token": Outcome.MISCONFIGURED,
    "unknown_code": Outcome.CONTENT_REJECTED,
}
EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_IDS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789:_-.", min_size=1, max_size=64)
_OPTION = st.builds(Option, _IDS, st.text(max_size=60), st.text(max_size=120))
_OPTIONS = st.lists(_OPTION, max_size=20, unique_by=lambda option: option.id)
_TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(max_size=60).map(lambda text: text * 120),
    st.text("ab .\n", max_size=40).map(lambda text: text * 200),
)
_LINKS = st.sampled_from(["", "https://track.example/JD0001", "https://shop.example/" + "a" * 90, "tel:+12025550199"])
_VALUES = st.text(max_size=1500).filter(lambda text: bool(text.split()))  # a template with a gap is never called
_TEMPLATES = st.none() | st.builds(
    TemplateCall, st.just("order_shipped"), st.just("en"), st.lists(_VALUES, max_size=4).map(tuple)
)
MESSAGES = st.builds(
    OutboundMessage,
    text=_TEXTS,
    options=_OPTIONS.map(tuple),
    menu_title=st.text(max_size=40),
    link=_LINKS,
    link_title=st.text(max_size=60),
    template=_TEMPLATES,
    speaker=st.sampled_from(Speaker),
    reply_to=st.sampled_from(["", "msg-1"]),
)


class ChannelContract:
    """Tests one channel: inherited by its test class."""

    name: ClassVar[str]
    fixtures: ClassVar[Path]
    batched: ClassVar[bool] = False
    json_bodies: ClassVar[bool] = False
    to: ClassVar[Address]
    replies: ClassVar[Mapping[str, Reply]]
    no_such_answer: ClassVar[frozenset[str]] = frozenset()
    private: ClassVar[tuple[str, ...]] = ()  # tokens and secrets of the account, beside SECRETS

    # what a subclass says

    def build(self, url: str, http: Http) -> Kit:
        raise NotImplementedError

    def request(self, body: bytes, secret: str | None, path: str) -> RawRequest:
        raise NotImplementedError

    def option_ids(self, part: Part) -> list[tuple[str, str]]:
        """Lists (id, title) of everything that can be pressed."""
        raise NotImplementedError

    def press(self, option_id: str, title: str) -> bytes:
        raise NotImplementedError

    def check_limits(self, part: Part) -> None:
        raise NotImplementedError

    def body_of(self, fixture: Path) -> bytes:
        return fixture.read_bytes()

    def endpoint_of(self, kit: Kit, case: str) -> Endpoint:
        return kit.endpoints[0]

    def before_send(self, asked: Asked) -> Reply | None:
        """Answers calls that the library makes before the one that counts."""
        return None

    # how the tests do things

    def kit(self) -> Kit:
        return self.build("http://127.0.0.1:9", Http())

    def parse(self, case: str, now: datetime = NOW) -> list[InboundEvent]:
        endpoint = self.endpoint_of(self.kit(), case)
        return self.parse_body(self.body_of(self.fixtures / f"{case}.json"), endpoint, now)

    def parse_body(self, body: bytes, endpoint: Endpoint | None = None, now: datetime = NOW) -> list[InboundEvent]:
        endpoint = endpoint or self.kit().endpoints[0]
        request = self.request(body, SECRETS[0], endpoint.path)
        endpoint.verify(request)
        return endpoint.parse(request, now)

    def send(self, scenario: str, message: OutboundMessage | None = None) -> tuple[Sent | SendError, list[Asked]]:
        return asyncio.run(self._send(scenario, message or OutboundMessage(TEXT)))

    async def _send(self, scenario: str, message: OutboundMessage) -> tuple[Sent | SendError, list[Asked]]:
        reply = Reply(drop=True) if scenario == "dropped" else self.replies.get(scenario, Reply())
        http = Http()
        async with Provider(reply, self.before_send) as provider:
            url = closed_port_url() if scenario == "refused" else provider.url
            account = self.build(url, http).accounts[0]
            try:
                return await account.send(account.render(message).parts[-1], self.to, CORRELATION), provider.asked
            except SendError as error:
                return error, provider.asked
            finally:
                await http.close()

    # parsing

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        if not hasattr(cls, "fixtures"):
            return
        if "case" in metafunc.fixturenames:
            metafunc.parametrize("case", _cases(cls.fixtures))
        if "scenario" in metafunc.fixturenames:
            metafunc.parametrize("scenario", ["accepted", *OUTCOMES])

    def test_a_fixture_is_understood(self, case: str) -> None:
        events = self.parse(case)
        expected = (self.fixtures / f"{case}.expected.json").read_bytes()
        assert events == msgspec.json.decode(expected, type=list[InboundEvent]), "it means what its expectation says"
        assert [decode_event(encode(event)) for event in events] == events, "events survive their row"
        ids = [event.external_id for event in events]
        assert all(ids), "every item has an external id"
        assert len(set(ids)) == len(ids), "items of one body have ids of their own"
        later = self.parse(case, NOW + timedelta(minutes=5))
        assert [event.external_id for event in later] == ids, "a repeated delivery has the same external ids"

    def test_an_unknown_item_is_kept_and_may_be_answered(self) -> None:
        (event,) = self.parse("unknown")
        assert isinstance(event, Unsupported)
        assert event.answerable
        assert event.raw
        assert event.sender.value

    def test_siblings_of_a_bad_item_survive(self) -> None:
        if not self.batched:
            assert not (self.fixtures / "batch_bad_item.json").exists()
            return
        events = self.parse("batch_bad_item")
        assert [e.kind for e in events if isinstance(e, Unsupported)].count("unreadable") >= 1
        assert sum(isinstance(e, InboundMessage) for e in events) >= 2

    def test_garbage_is_malformed(self) -> None:
        for endpoint in self.kit().endpoints:
            for garbage in (b"", b"\xff\xfe\x00", b"[1, 2]", b'"text"', b"{", b"[" * 5000):
                assert self._is_malformed(garbage, endpoint), f"{endpoint.path} took {garbage[:10]!r}"

    def _is_malformed(self, body: bytes, endpoint: Endpoint) -> bool:
        try:
            endpoint.parse(self.request(body, SECRETS[0], endpoint.path), NOW)
        except MalformedPayload:
            return True
        return False

    def test_junk_in_any_place_is_kept_and_breaks_nothing(self) -> None:
        if not self.json_bodies:
            return
        kit = self.kit()
        bodies = {case: json.loads(self.body_of(self.fixtures / f"{case}.json")) for case in _cases(self.fixtures)}

        @settings(EXAMPLES, max_examples=250)
        @given(data=st.data())
        def check(data: st.DataObject) -> None:
            case = data.draw(st.sampled_from(list(bodies)))
            body = json.dumps(data.draw(mutants(bodies[case]))).encode()
            events = self.parse_body(body, self.endpoint_of(kit, case))
            assert events or b"[]" in body  # an emptied list brings nothing
            for event in events:
                assert event.external_id
                assert decode_event(encode(event)) == event
                assert not (isinstance(event, Unsupported) and event.answerable and not event.sender.value)

        check()

    def test_a_damaged_body_breaks_nothing(self) -> None:
        """Truncated, spliced, doubled, in another encoding: an error for the whole body, or events."""
        kit = self.kit()
        bodies = {case: self.body_of(self.fixtures / f"{case}.json") for case in _cases(self.fixtures)}

        @settings(EXAMPLES, max_examples=200)
        @given(data=st.data())
        def check(data: st.DataObject) -> None:
            case = data.draw(st.sampled_from(list(bodies)))
            self._survives(data.draw(damaged(bodies[case])), self.endpoint_of(kit, case))

        check()

    def test_deep_nesting_is_kept_or_malformed(self) -> None:
        for nest in (b"[" * depth + b"]" * depth for depth in (50, 5000)):
            for _, endpoint, body in self._samples():
                for place in (b"{", b'"text":', b'"id":', b'"message":') if self.json_bodies else (b"=",):
                    self._survives(body.replace(place, place + b'{"deep":' + nest + b'},"was":', 1), endpoint)
                self._survives(body.replace(b"{", b'{"deep":' + nest + b",", 1), endpoint)

    def test_doubled_keys_are_read_as_one(self) -> None:
        for _, endpoint, body in self._samples():
            if self.json_bodies:
                inner = body.strip()[1:-1]
                self._survives(b"{" + inner + b"," + inner + b"}", endpoint)
            else:
                self._survives(body + b"&" + body, endpoint)

    def _samples(self) -> list[tuple[str, Endpoint, bytes]]:
        kit = self.kit()
        return [
            (case, self.endpoint_of(kit, case), self.body_of(self.fixtures / f"{case}.json"))
            for case in _cases(self.fixtures)
        ]

    def _survives(self, body: bytes, endpoint: Endpoint) -> None:
        request = self.request(body, SECRETS[0], endpoint.path)
        try:
            endpoint.verify(request)
            events = endpoint.parse(request, NOW)
        except (MalformedPayload, SignatureInvalid):
            return
        for event in events:
            assert event.external_id
            assert decode_event(encode(event)) == event

    # signatures

    def test_each_configured_secret_and_no_other_proves_a_request(self) -> None:
        for endpoint in self.kit().endpoints:
            body = self._some_body(endpoint)
            for secret in SECRETS:
                endpoint.verify(self.request(body, secret, endpoint.path))
            for secret in ("third-secret", "", None):
                with pytest.raises(SignatureInvalid) as caught:
                    endpoint.verify(self.request(body, secret, endpoint.path))
                assert not any(each in str(caught.value) for each in SECRETS), f"refusing {secret!r} told a secret"

    # rendering

    def test_rendering_stays_within_every_limit(self) -> None:
        account = self.kit().accounts[0]

        @EXAMPLES
        @given(message=MESSAGES)
        def check(message: OutboundMessage) -> None:
            rendered = account.render(message)
            for part in rendered.parts:
                self.check_limits(part)
                json.dumps(part.payload)
            assert rendered == account.render(message)

        check()

    def test_an_option_comes_back_when_it_is_pressed(self) -> None:
        capabilities = self.kit().accounts[0].capabilities
        for count in sorted({1, 2, 3, capabilities.buttons, capabilities.list_rows} & set(range(1, 14))):
            options = tuple(Option(f"order:{n}:return_start", f"Choice {n}") for n in range(count))
            rendered = self.kit().accounts[0].render(OutboundMessage("What shall we do?", options))
            if not capabilities.buttons:
                assert all(option.title in str(rendered.parts[-1].payload) for option in options)
                continue
            self._press_all(rendered, options)

    def _press_all(self, rendered: Rendered, options: tuple[Option, ...]) -> None:
        pressable = self.option_ids(rendered.parts[-1])
        assert pressable == [(option.id, option.title) for option in options]
        for option_id, title in pressable:
            (event,) = self.parse_body(self.press(option_id, title))
            assert isinstance(event, InboundMessage)
            assert event.choice is not None
            assert event.choice.id == option_id

    # sending

    def test_an_answer_has_its_outcome_and_nothing_private_is_told(
        self, scenario: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        outcome, asked = self.send(scenario)
        told = f"{outcome} {getattr(outcome, 'detail', '')}" if isinstance(outcome, SendError) else ""
        private = (*SECRETS, *self.private, TEXT, self.to.value, self.to.value.lstrip("+"))
        assert not [each for each in private if each in told], "the error tells something private"
        assert not [each for each in private if each in caplog.text], "the log tells something private"
        if scenario == "accepted":
            assert isinstance(outcome, Sent)
            assert outcome.provider_id
            assert len(asked) == 1
        elif self._has_answer(scenario):
            self._check_failure(scenario, outcome)

    def _has_answer(self, scenario: str) -> bool:
        """Tells whether the provider has an answer of this kind; fails when one is missing or listed without need."""
        windowless = self.kit().accounts[0].capabilities.window_hours is None
        if scenario in self.no_such_answer or (scenario == "window_closed" and windowless):
            assert scenario not in self.replies
            return False
        assert scenario in self.replies or scenario in ("dropped", "refused")
        return True

    def _check_failure(self, scenario: str, error: Sent | SendError) -> None:
        assert isinstance(error, SendError)
        assert error.outcome is OUTCOMES[scenario], str(error)
        if scenario == "refused":
            assert error.code == "connect"
        if scenario == "pace":
            assert error.retry_after == 7

    def _some_body(self, endpoint: Endpoint) -> bytes:
        kit = self.kit()
        cases = [case for case in _cases(self.fixtures) if self.endpoint_of(kit, case).path == endpoint.path]
        return self.body_of(self.fixtures / f"{cases[0]}.json")


def _cases(folder: Path) -> list[str]:
    return sorted(p.name.removesuffix(".json") for p in folder.glob("*.json") if not p.name.endswith(".expected.json"))


def damaged(body: bytes) -> st.SearchStrategy[bytes]:
    """Damages `body` as a bad line, a careless proxy or an attacker would."""
    places, text = st.integers(0, len(body)), body.decode("utf-8", "replace")
    return st.one_of(
        places.map(lambda n: body[:n]),
        st.tuples(places, st.binary(min_size=1, max_size=8)).map(lambda cut: body[: cut[0]] + cut[1] + body[cut[0] :]),
        st.tuples(places, places).map(lambda cut: body[: cut[0]] + body[cut[1] :]),
        st.sampled_from(["utf-16", "utf-32", "cp500"]).map(lambda name: text.encode(name, "replace")),
        st.just(b"\xef\xbb\xbf" + body),
        st.integers(1, 40).map(lambda n: body * n),
        st.integers(1, 3).map(lambda n: body.replace(b'"', b'"' + b"\xf0\x9f\x98\x80" * 20_000 * n, 1)),
    )


def mutants(value: Any) -> st.SearchStrategy[Any]:
    """Makes values of `value` with one place replaced by junk: whatever a provider may invent."""
    junk = st.sampled_from([None, 0, -1, 1e300, True, "", "\x00", "😀", [], {}, [None], {"id": None}, [[]], [{}]])
    return st.tuples(st.sampled_from(list(_places(value))), junk).map(lambda chosen: _replaced(value, *chosen))


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([at] if at else []), *(place for key, each in inner for place in _places(each, (*at, key)))]


def _replaced(value: Any, at: tuple[Any, ...], junk: Any) -> Any:
    if not at:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = _replaced(value[at[0]], at[1:], junk)
    return copy

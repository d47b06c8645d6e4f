"""Calls to Meta's Graph API, the same for WhatsApp and Messenger: post, get, list, upload, one reading of errors."""

import io
import re
from collections.abc import Awaitable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from adapters.transport.http import TOTAL_TIMEOUT, Http, HttpReply, raise_for_transport, retry_after
from core.content.capabilities import ErrorTable, load_errors
from core.errors import Outcome, SendError

# Fields of a payload that hold the API's words or a template's name, not what somebody wrote.
_PLAIN = frozenset(
    (
        *("type", "sub_type", "index", "name", "parameter_name", "code", "tag", "messaging_type"),
        *("messaging_product", "recipient_type", "content_type", "template_type"),
    )
)
_PRIVATE = re.compile(r"""\+?\d[\d .()-]{5,}\d|\S{25,}|["«“][^"»”]*["»”]|(?<!\w)'[^']*'""")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\]')  # in a file name inside a header
_DETAIL_MAX = 200
_UPLOAD_RATE = 250_000  # bytes/s: slower than that, an upload is given up
_PAGES = 50


class Graph:
    """Calls the Graph API with one account's token. `url` includes the version (`https://graph.facebook.com/v26.0`)."""

    def __init__(self, http: Http, url: str, token: str, errors: ErrorTable) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token
        self._errors = errors

    @property
    def authorization(self) -> dict[str, str]:
        """Makes the header that proves who asks, also where Meta's media lies."""
        return {"Authorization": f"Bearer {self._token}"}

    async def post(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Posts; returns the answer's JSON object. Raises SendError."""
        return await self._call("POST", path, payload)

    async def delete(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Deletes what the payload names; returns the answer's JSON object. Raises SendError."""
        return await self._call("DELETE", path, payload)

    async def get(self, path: str) -> dict[str, Any]:
        """Gets; returns the answer's JSON object. Raises SendError, never AMBIGUOUS: reading changes nothing."""
        return await self._harmless(self._call("GET", path))

    async def listed(self, path: str) -> list[dict[str, Any]]:
        """Lists all entries of an edge (`{id}/message_templates?fields=…`), page after page. Raises SendError as `get`.

        Pages are asked for by cursor: the answer's own `next` link holds the token.
        """
        found: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(_PAGES):
            answer = await self.get(f"{path}{cursor}")
            entries = answer.get("data")
            found += [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
            paging = _dict(answer.get("paging"))
            after = _text(_dict(paging.get("cursors")).get("after"))
            if not after or "next" not in paging:
                break
            cursor = f"{'&' if '?' in path else '?'}after={quote(after, safe='')}"
        return found

    async def upload(
        self, path: str, fields: Mapping[str, str], filename: str, mime: str, content: bytes, *, part: str = "file"
    ) -> dict[str, Any]:
        """Uploads a file (form field `part`) beside `fields`; returns the answer's JSON object.

        For calls that only keep a file. Raises SendError, never AMBIGUOUS: a lost answer costs no customer anything.
        """
        form = aiohttp.FormData(quote_fields=False)  # Meta reads names as UTF-8, as browsers send them
        for key, value in fields.items():
            form.add_field(key, value)
        safe = _UNSAFE.sub("_", filename) or "file"
        form.add_field(part, io.BytesIO(content), filename=safe, content_type=mime)
        private = (*fields.values(), filename)
        seconds = TOTAL_TIMEOUT + len(content) / _UPLOAD_RATE
        return await self._harmless(self._call("POST", path, data=form, private=private, timeout=seconds))

    async def _call(
        self,
        method: str,
        path: str,
        payload: dict[str, Any] | None = None,
        *,
        data: Any = None,
        private: tuple[str, ...] = (),
        timeout: float | None = None,
    ) -> dict[str, Any]:
        url, headers = f"{self._url}/{path}", self.authorization
        reply = await self._http.request(method, url, json=payload, data=data, headers=headers, timeout=timeout)
        body = _dict(reply.json())
        if reply.status != 200 or "error" in body:
            raise failure(reply, body, self._errors, private=(self._token, *private, *_free_strings(payload)))
        return body

    async def _harmless(self, call: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        """Makes a call that may be repeated: what became of it matters only when it is answered."""
        try:
            return await call
        except SendError as error:
            if error.outcome is not Outcome.AMBIGUOUS:
                raise
            raise SendError(Outcome.RETRY, error.code, error.detail) from None


def load_error_table(path: Path) -> ErrorTable:
    """Reads an errors.yaml in which a family stands for its members: `2xx` for 200-299, `133xxx` for 133000-133999.

    A code that is listed itself keeps its own outcome and scope. Raises ConfigurationError.
    """
    table = load_errors(path)
    codes = {member: outcome for code, outcome in table.codes.items() for member in _members(code)}
    scopes = {member: scope for code, scope in table.scopes.items() for member in _members(code)}
    return msgspec.structs.replace(table, codes={**codes, **table.codes}, scopes={**scopes, **table.scopes})


def failure(reply: HttpReply, body: dict[str, Any], table: ErrorTable, private: tuple[str, ...] = ()) -> SendError:
    """Makes the SendError of a refused call.

    A code of the table decides; then `is_transient`, then the HTTP status; a code nobody knows is never retried.
    A detail that repeats one of `private` is left out.
    """
    error = _dict(body.get("error"))
    code = _code(error) or f"http_{reply.status}"
    detail = scrub(_detail(error), private)
    key = _known(code, _text(error.get("error_subcode")), table)
    if key is not None:
        outcome = table.codes[key]
    elif error.get("is_transient") is True:
        outcome = Outcome.RETRY
    else:
        outcome = _by_status(reply, table)
    wait = _wait(reply) if outcome in (Outcome.PACE, Outcome.RETRY) else None
    return SendError(outcome, key if key and "/" in key else code, detail, wait, table.scopes.get(key or code, "all"))


def scrub(detail: str, private: tuple[str, ...] = ()) -> str:
    """Removes numbers, quotations and long tokens from a provider's words; all, when they repeat one of `private`."""
    if any(part in detail for part in private if part):
        return ""
    return _PRIVATE.sub("…", detail)[:_DETAIL_MAX]


def error_of(errors: Any) -> tuple[str, str]:
    """Reads code and scrubbed detail of the first entry of a webhook's `errors` list; empty when there is none."""
    first = _dict(errors[0]) if isinstance(errors, list) and errors else {}
    return _code(first), scrub(_detail(first))


async def of_a_file(upload: Awaitable[Any]) -> Any:
    """Returns the upload's answer. A refusal of its content is one of the file. Raises SendError."""
    try:
        return await upload
    except SendError as error:
        if error.outcome is not Outcome.CONTENT_REJECTED:
            raise
        raise SendError(error.outcome, error.code, error.detail, scope="file") from None


def provider_id(value: Any) -> str:
    """Reads the message id of an answer of 200. Raises SendError AMBIGUOUS without one: it may have been sent."""
    if not isinstance(value, str) or not value:
        raise SendError(Outcome.AMBIGUOUS, "no_id", "accepted, but the answer names no message")
    return value


def _known(code: str, subcode: str, table: ErrorTable) -> str | None:
    """Finds the table's most exact key: "10/2018278", then "10"."""
    return next((key for key in (f"{code}/{subcode}", code) if key in table.codes), None)


def _members(code: str) -> list[str]:
    places = len(code) - len(code.rstrip("x"))
    return [f"{code[:-places]}{n:0{places}}" for n in range(10**places)] if places else [code]


def _by_status(reply: HttpReply, table: ErrorTable) -> Outcome:
    try:
        raise_for_transport(reply)
    except SendError as error:
        return error.outcome
    return table.outcome(f"http_{reply.status}")


def _wait(reply: HttpReply) -> float | None:
    """Reads the seconds to wait: Retry-After, else the usage's longest `estimated_time_to_regain_access` (minutes)."""
    named = retry_after(reply)
    if named is not None:
        return named
    try:
        usage = msgspec.json.decode(reply.headers.get("X-Business-Use-Case-Usage", ""), type=dict[str, list[_Usage]])
    except msgspec.DecodeError:
        return None
    minutes = max((each.estimated_time_to_regain_access for listed in usage.values() for each in listed), default=0.0)
    return minutes * 60 or None


class _Usage(msgspec.Struct):
    estimated_time_to_regain_access: float = 0.0


def _free_strings(value: Any) -> Iterator[str]:
    """Lists every string of a payload that somebody wrote; a word of two letters would be found in any sentence."""
    if isinstance(value, dict):
        value = [each for key, each in value.items() if key not in _PLAIN]
    if isinstance(value, list):
        for each in value:
            yield from _free_strings(each)
    elif isinstance(value, str) and len(value) > 2:
        yield value


def _detail(error: dict[str, Any]) -> str:
    words = (_dict(error.get("error_data")).get("details"), error.get("message"), error.get("title"))
    return next((text for each in words if (text := _text(each))), "")


def _code(error: dict[str, Any]) -> str:
    return _text(error.get("code"))


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

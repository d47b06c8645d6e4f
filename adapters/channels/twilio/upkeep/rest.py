"""Reads and changes what Twilio keeps of us, by the library's client: plain JSON, whole lists, errors with codes."""

from typing import Any

import msgspec

from adapters.channels.twilio.outbound.errors import refused
from core.errors import Outcome, SendError

API, MESSAGING = "https://api.twilio.com", "https://messaging.twilio.com"
CONTENT, MONITOR = "https://content.twilio.com", "https://monitor.twilio.com"
PAGE_SIZE = 200
PAGES_MAX = 50
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
Json = dict[str, Any]


def account_url(account_sid: str) -> str:
    """Returns the account's address in the API of 2010; `.json` or a collection follows."""
    return f"{API}/2010-04-01/Accounts/{account_sid}"


class Rest:
    """Makes calls other than sending. The library's own lists lose an error's code, so we read ourselves."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def get(self, url: str, params: Json | None = None) -> Json:
        """Gets an object. Raises SendError, never AMBIGUOUS: reading changes nothing."""
        return await self._call("GET", url, params=params)

    async def post(self, url: str, fields: Json) -> Json:
        """Posts a form, for changes that may be repeated; returns the answer. Raises SendError, never AMBIGUOUS."""
        return await self._call("POST", url, data=fields, headers=_FORM)

    async def post_json(self, url: str, content: Json) -> Json:
        """Posts as `post` does, in JSON."""
        return await self._call("POST", url, data=content, headers=_JSON)

    async def listed(self, url: str, key: str, params: Json | None = None) -> list[Json]:
        """Lists all entries, page after page, in Twilio's order (newest first). Raises SendError as `get`."""
        found: list[Json] = []
        answer = await self.get(url, {"PageSize": PAGE_SIZE, **(params or {})})
        for _ in range(PAGES_MAX):
            entries = answer.get(key)
            found += [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
            following = _next(answer)
            if not following:
                break
            answer = await self.get(following)
        return found

    async def _call(self, method: str, url: str, **given: Any) -> Json:
        try:
            reply = await self._client.request_async(method, url, **given)
        except SendError as error:
            if error.outcome is not Outcome.AMBIGUOUS:
                raise
            raise SendError(Outcome.RETRY, error.code, error.detail) from None
        body = _object(reply.text)
        if not 200 <= reply.status_code < 300:
            raise refused(reply.status_code, body.get("code"))
        return body


def _next(answer: Json) -> str:
    """Finds the next page: `next_page_uri` in the API of 2010, `meta.next_page_url` in the younger ones."""
    meta = answer.get("meta")
    absolute = meta.get("next_page_url") if isinstance(meta, dict) else None
    relative = answer.get("next_page_uri")
    if isinstance(absolute, str):
        return absolute
    return f"{API}{relative}" if isinstance(relative, str) and relative else ""


def _object(text: str) -> Json:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}

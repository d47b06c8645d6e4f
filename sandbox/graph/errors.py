"""Meta's error bodies."""

from typing import Any

from aiohttp import web

from sandbox import ids
from sandbox.gate import PlatformError

# code: (HTTP status, title); from Meta's "Cloud API error codes" and "Send API error codes".
TITLES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (500, "API Unknown"),
    2: (503, "API Service"),
    4: (429, "API Too Many Calls"),
    10: (403, "Permission Denied"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token - Cannot parse access token"),
    368: (403, "Temporarily blocked for policies violations"),
    551: (400, "This person isn't available right now."),
    613: (400, "Calls to this API have exceeded the rate limit."),
    80007: (429, "Rate limit issues"),
    130429: (429, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country."),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131042: (400, "Business eligibility payment issue"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages from this business."),
    131051: (400, "Unsupported message type"),
    131053: (400, "Media upload error"),
    131056: (429, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    132000: (400, "Template Param Count Mismatch"),
    132001: (404, "Template does not exist"),
    132012: (400, "Template Parameter Format Mismatch"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "Template parameter contains newline, tab or more than 4 consecutive spaces"),
    133010: (400, "Phone number not registered"),
    133016: (400, "Account register deregister rate limit exceeded"),
}


class GraphError(PlatformError):
    """An error object of the Graph API; `details` goes to error_data, `subcode` to error_subcode."""

    def __init__(self, code: int, details: str = "", subcode: int | None = None, message: str = "") -> None:
        self.code = code
        self.details = details
        self.subcode = subcode
        self.status, title = TITLES.get(code, (400, "Unknown error"))
        self.message = message or f"(#{code}) {title}"
        super().__init__(self.message)

    def body(self, product: str = "whatsapp") -> dict[str, Any]:
        """The `error` object."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": product, "details": self.details}
        return {"error": {**error, "fbtrace_id": ids.trace_id()}}

    def response(self) -> web.Response:
        """The answer as Meta gives it."""
        headers = (
            {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_token" "{self.message}"'}
            if self.status == 401
            else {}
        )
        return web.json_response(self.body(), status=self.status, headers=headers)


def status_error(code: int, details: str = "") -> dict[str, Any]:
    """An error as it stands in a `failed` status webhook."""
    title = TITLES.get(code, (400, "Unknown error"))[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or title},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def invalid(details: str) -> GraphError:
    """131009: a parameter has a wrong value."""
    return GraphError(131009, details)


def missing(name: str) -> GraphError:
    """131008: a required parameter is not there."""
    return GraphError(131008, f"Parameter '{name}' is mandatory.")

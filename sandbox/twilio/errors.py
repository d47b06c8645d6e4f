"""Twilio's error bodies."""

from typing import Any

from aiohttp import web

from sandbox.gate import PlatformError

MESSAGES: dict[int, tuple[int, str]] = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' or 'MessagingServiceSid' parameter is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' number is not a valid, message-capable Twilio phone number for this destination."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21656: (400, "The ContentVariables Parameter is invalid"),
}


class TwilioError(PlatformError):
    """An error of the REST API by its code."""

    def __init__(self, code: int, message: str = "", status: int | None = None) -> None:
        known_status, known = MESSAGES.get(code, (400, "Error"))
        self.code = code
        self.status = status or known_status
        self.message = message or known
        super().__init__(self.message)

    def response(self) -> web.Response:
        """The answer as Twilio gives it."""
        body: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else {}
        return web.json_response(body, status=self.status, headers=headers)

"""Writes Twilio's error bodies, and lists the codes that can be armed."""

from typing import Any

from aiohttp import web

from sandbox.wire.gate import PlatformError

Json = dict[str, Any]
# Refused in the answer: code -> (HTTP status, Twilio's words).
MESSAGES: dict[int, tuple[int, str]] = {
    14107: (429, "Message rate limit exceeded"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    20503: (503, "Service Unavailable"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number."),
    21601: (400, "ValidityPeriod must be between 1 and 36000 seconds."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' or 'MessagingServiceSid' parameter is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' number is not a valid, message-capable Twilio phone number for this destination."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21705: (400, "The Messaging Service Sid is invalid."),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number is not currently reachable using the 'From' phone number via SMS."),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21635: (400, "'To' number cannot be a landline"),
    21654: (400, "ContentSid Required"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The ContentVariables Parameter is invalid"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
}
# Told later, by the status callback.
LATER: dict[int, str] = {
    12300: "Invalid Content-Type of the media",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30009: "Missing inbound segment",
    30010: "Message price exceeds max price",
    30011: "MMS not supported by the receiving phone number in this region",
    30017: "Carrier network congestion",
    30019: "Content size exceeds carrier limit",
    30020: "Internal carrier error",
    30021: "Internal carrier error",
    30022: "US A2P 10DLC: rate limits exceeded",
    30023: "US A2P 10DLC: daily message cap reached",
    30027: "US A2P 10DLC: T-Mobile daily message limit reached",
    30032: "Toll-free number has not been verified",
    30034: "US A2P 10DLC: message from an unregistered number",
    30036: "Validity period expired",
    63001: "Channel could not authenticate the request",
    63003: "Channel could not find the To address",
    63005: "Channel did not accept the given content",
    63006: "Could not format the given content for the channel",
    63009: "Channel provider returned an error",
    63010: "Channel provider had an internal service error",
    63012: "Channel provider's service is unavailable",
    63013: "Message rejected: channel policy violation",
    63016: "Freeform message outside of the allowed window; use a template",
    63017: "Rate limit of the channel exceeded",
    63018: "Rate limit exceeded for the channel",
    63019: "Media failed to download",
    63021: "Channel invalid content",
    63024: "Invalid message recipient",
    63027: "Template does not exist for a language and locale",
    63028: "Number of parameters provided does not match the expected number",
    63029: "The receiver failed to download the template",
    63032: "WhatsApp cannot send this message to this user",
    63033: "Recipient blocked the business",
    63036: "Recipient cannot be reached on the channel",
    63038: "Daily messages limit of the account exceeded",
    63041: "Template paused",
    63049: "Meta chose not to deliver this marketing message",
    63051: "WhatsApp sender is locked",
}
FAILED = {30001, 30002, 30036, 12300}  # the others of SMS are "undelivered"


class TwilioError(PlatformError):
    """An error of the REST API by its code."""

    def __init__(self, code: int, message: str = "", status: int | None = None) -> None:
        known_status, known = MESSAGES.get(code, (400, LATER.get(code, "Error")))
        self.code = code
        self.status = status or known_status
        self.message = message or known
        super().__init__(self.message)

    def response(self) -> web.Response:
        """Answers as Twilio does."""
        body: Json = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else {}
        return web.json_response(body, status=self.status, headers=headers)


def armable() -> list[Json]:
    """Lists what can be armed: {"value" of the fault, "status", "title", "receipt"}; all work both ways."""
    now = [
        {"value": code, "status": status, "title": f"{code} {words}", "receipt": False}
        for code, (status, words) in MESSAGES.items()
    ]
    later = [
        {"value": code, "status": 400, "title": f"{code} {words}", "receipt": True} for code, words in LATER.items()
    ]
    return now + later

"""Writes the errors of the WordPress REST API, and the pages that a host shows when it does not get so far."""

from typing import Any

from aiohttp import web

from sandbox.wire.gate import PlatformError

SAID: dict[str, tuple[int, str]] = {
    "rest_no_route": (404, "No route was found matching the URL and request method."),
    "rest_invalid_param": (400, "Invalid parameter(s): {what}"),
    "woocommerce_rest_authentication_error": (401, "Consumer key is invalid."),
    "woocommerce_rest_cannot_view": (401, "Sorry, you cannot list resources."),
    "woocommerce_rest_cannot_edit": (401, "Sorry, you are not allowed to edit this resource."),
    "woocommerce_rest_shop_order_invalid_id": (404, "Invalid ID."),
    "woocommerce_rest_order_invalid_id": (404, "Invalid order ID."),
    "woocommerce_rest_product_invalid_id": (404, "Invalid ID."),
    "woocommerce_rest_webhook_invalid_id": (404, "Invalid ID."),
    "woocommerce_rest_webhook_invalid_delivery_url": (
        400,
        "Webhook delivery URL must be a valid URL.",
    ),
    "woocommerce_rest_invalid_item_id": (400, "Order item ID provided is not associated with order."),
    "woocommerce_rest_invalid_order_refund": (400, "Refund amount must be greater than zero."),
    "woocommerce_rest_cannot_create_order_refund": (500, "{what}"),
}
PAGE = "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr>nginx</body></html>"
STATUSES = (401, 403, 404, 429, 500, 502, 503, 504)


class WooError(PlatformError):
    """An error in WordPress's form."""

    def __init__(self, code: str, what: str = "", status: int = 0, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        known, words = SAID.get(code, (400, code))
        self.status = status or known
        self.message = message or words.format(what=what)

    def response(self) -> web.Response:
        """Answers with code, message and status."""
        body = {"code": self.code, "message": self.message, "data": {"status": self.status}}
        return web.json_response(body, status=self.status)


def page(status: int, retry_after: float = 0) -> web.Response:
    """Answers as a host does, whatever stands behind it."""
    headers = {"Retry-After": f"{retry_after:g}"} if retry_after and status in (429, 503) else {}
    return web.Response(text=PAGE.format(status=status), status=status, content_type="text/html", headers=headers)


def listed() -> list[dict[str, Any]]:
    """Lists the errors that a fault can arm."""
    own = [(code, status, words) for code, (status, words) in SAID.items()]
    pages = [(status, status, f"{status}: a page of the host") for status in STATUSES]
    told = [*own, *pages]
    return [{"value": value, "status": status, "title": words, "receipt": False} for value, status, words in told]

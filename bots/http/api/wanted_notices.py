"""Sends a notice that the store wants: `POST /api/v1/notices`."""

import threading
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Response

from adapters.shops import events
from bots.http.answers import as_json
from bots.http.api.bodies import read_body
from bots.http.api.route import COMPONENT, PREFIX, Keep, Refusal, RefusedError, Route, Schema, wrong
from bots.http.webhooks import View
from bots.wiring.intake import Intake
from core.errors import ConfigurationError, SignatureInvalid
from core.ports.webhooks import RawRequest

if TYPE_CHECKING:
    from bots.wiring.store.watch import Watch
    from hub.hub import Hub


class NoticeWish(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"returned": "return"}
):
    """Names a notice by its kind and exactly one of order, return and customer, with the product for back_in_stock.
    `again`: also when there was such a notice. `dry_run`: only say what would happen."""

    kind: str
    order: str = ""
    returned: str = ""
    customer: str = ""
    product: str = ""
    again: bool = False
    dry_run: bool = False


class WishAnswer(msgspec.Struct, frozen=True):
    """What becomes of it. `decision`: send, hold or skip, and why in `words`; `id` of the notice, null where there is
    none (a dry run, a skip)."""

    decision: str
    words: str
    id: str | None


def _view(intake: Intake, _keep: Keep) -> View:
    planning = _Planning(intake)

    def take(raw: RawRequest) -> Response:
        try:
            events.verify(raw, *intake.store_secrets(), intake.now())
        except SignatureInvalid as error:
            return as_json(401, Refusal(str(error)))
        try:
            wish = read_body(raw.body, NoticeWish)
            return as_json(200, _answered(planning.hub(), wish))
        except RefusedError as error:
            return as_json(error.status, error.refusal)

    return take


def _answered(hub: "Hub", wish: NoticeWish) -> WishAnswer:
    """Plans and sends what is wished. Raises RefusedError."""
    from hub.notices.wanted import Subjects, Told, Unwanted, send, want  # noqa: PLC0415 - most web processes need none
    from notifications import Skip, explain  # noqa: PLC0415

    now = hub.now()
    subjects = Subjects(wish.order, wish.returned, wish.customer, wish.product)
    try:
        with hub.store.read() as conn:
            wanted = want(hub, conn, wish.kind, subjects, now, again=wish.again)
    except Told as told:
        raise wrong("again", str(told).replace("--again", '"again": true'), 409) from told
    except Unwanted as unwanted:
        status = 404 if "is not known" in str(unwanted) else 400
        raise wrong(unwanted.field, str(unwanted), status) from unwanted
    decision = wanted.planned.decision
    going = not wish.dry_run and not isinstance(decision, Skip)
    words = explain(decision, hub.notices.shop.locale)
    return WishAnswer(type(decision).__name__.lower(), words, send(hub, wanted, now) if going else None)


class _Planning:
    """Holds all that planning takes: the web process's own parts, and what the store decides about notices, read when
    one is wanted first."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._building = threading.Lock()
        self._built: tuple[Hub, Watch] | None = None

    def hub(self) -> "Hub":
        """Returns it with the store's files as they are now. Raises RefusedError where they never were right."""
        with self._building:
            hub, watch = self._built = self._built or self._build()
            watch.look()
            hub.shelf.change()
            return hub

    def _build(self) -> "tuple[Hub, Watch]":
        from bots.wiring.planning import planning_hub  # noqa: PLC0415 - most web processes need none
        from bots.wiring.store.policies import SHIPPED, load_for_notices  # noqa: PLC0415
        from bots.wiring.store.watch import Watch  # noqa: PLC0415
        from hub.store_folder import Shelf  # noqa: PLC0415

        store = self._intake.settings.store_dir
        try:
            folder = load_for_notices(store)
        except ConfigurationError as error:
            raise RefusedError(503, Refusal(f"the store's files are wrong: {error}")) from error
        shelf = Shelf(lambda: folder)
        return planning_hub(self._intake, shelf), Watch(store, shelf, load_for_notices, SHIPPED)


def _body() -> tuple[Schema, Schema]:
    (shown,), parts = msgspec.json.schema_components([NoticeWish], ref_template=COMPONENT.format(model="{name}"))
    return shown, dict(parts)


def _examples() -> dict[str, Any]:
    return {"shipped": {"kind": "shipped", "order": "1001", "dry_run": True}}


ROUTES = (
    Route(
        "POST",
        f"{PREFIX}notices",
        "Sends one notice, with the checks of every notice; or says what would become of it",
        WishAnswer,
        refusals={
            400: "The wish is wrong; `path` names what.",
            404: "Nobody knows what it is about.",
            409: "There was such a notice.",
            503: "The store's files are wrong.",
        },
        view=_view,
        body=_body,
        examples=_examples,
    ),
)

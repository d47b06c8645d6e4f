"""Sends a notice that the store wants: `POST /api/v1/notices`."""

import threading
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Response

from adapters.shops import events
from bots.http.answers import as_json
from bots.http.api.route import COMPONENT, PREFIX, Keep, Refusal, Route, Schema
from bots.http.webhooks import View
from bots.wiring.intake import Intake
from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest

if TYPE_CHECKING:
    from bots.wiring.installation import Parts
    from bots.wiring.store_folder import Watch
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
            wish = msgspec.json.decode(raw.body, type=NoticeWish)
        except msgspec.ValidationError as error:
            words, _, path = str(error).partition(" - at `")
            return as_json(400, Refusal(words, path.rstrip("`") or "$"))
        except msgspec.DecodeError as error:
            return as_json(400, Refusal(f"this is no JSON: {error}", "$"))
        return _answer(planning.hub(), wish)

    return take


def _answer(hub: "Hub", wish: NoticeWish) -> Response:
    from hub.notices.wanted import Subjects, Told, Unwanted, send, want  # noqa: PLC0415 - the web process stays small
    from notifications import Skip, explain  # noqa: PLC0415

    now = hub.now()
    subjects = Subjects(wish.order, wish.returned, wish.customer, wish.product)
    try:
        with hub.store.read() as conn:
            wanted = want(hub, conn, wish.kind, subjects, now, again=wish.again)
    except Told as told:
        return as_json(409, Refusal(str(told).replace("--again", '"again": true'), "$.again"))
    except Unwanted as unwanted:
        return as_json(404 if "is not known" in str(unwanted) else 400, Refusal(str(unwanted), f"$.{unwanted.field}"))
    decision = wanted.planned.decision
    going = not wish.dry_run and not isinstance(decision, Skip)
    words = explain(decision, hub.notices.shop.locale)
    return as_json(200, WishAnswer(type(decision).__name__.lower(), words, send(hub, wanted, now) if going else None))


class _Planning:
    """Holds all that planning takes. It is built when a notice is wanted first, in a few seconds: a web process that is
    never asked stays small."""

    def __init__(self, intake: Intake) -> None:
        self._settings = intake.settings
        self._building = threading.Lock()
        self._built: tuple[Parts, Watch] | None = None

    def hub(self) -> "Hub":
        """Returns it with the store's files as they are now."""
        with self._building:
            parts, watch = self._built = self._built or self._build()
            watch.look()
            parts.hub.shelf.change()
            return parts.hub

    def _build(self) -> "tuple[Parts, Watch]":
        from bots.wiring.installation import build  # noqa: PLC0415 - 100 MB that most web processes never need
        from bots.wiring.store_folder import Watch  # noqa: PLC0415

        parts = build(self._settings, speaks=False)
        return parts, Watch(self._settings.store_dir, parts.hub.shelf, parts.load)


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
        },
        view=_view,
        body=_body,
        examples=_examples,
    ),
)

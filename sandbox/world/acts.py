"""Reads what a customer does on a phone."""

import base64
import binascii
from collections.abc import Collection
from typing import Any

import msgspec

from sandbox.world.media import SAMPLES, MediaStore, Stored
from sandbox.world.people import Bubble, Choice, Media, Phone
from sandbox.world.world import World

Json = dict[str, Any]
ICONS = {
    "voice": "Voice message",
    "audio": "Audio",
    "sticker": "Sticker",
    "image": "Photo",
    "video": "Video",
    "document": "Document",
    "contact": "Contact",
    "unsupported": "Poll",
    "poll": "Poll",
    "order": "Cart",
    "form": "Form",
}
ABOUT_THE_STORES = {"reaction"}
ABOUT_HER_OWN = {"edit", "live_edit", "delete"}


class Act(msgspec.Struct):
    """One thing done: `text` is words, caption or emoji; `target` what a reaction, edit or delete is about.

    `data` is the whole body of the control call: each platform reads its own options from it.
    """

    kind: str
    text: str = ""
    choice: Choice | None = None
    bubble: str = ""
    target: str = ""
    reply_to: str = ""
    latitude: float = 40.7128
    longitude: float = -74.006
    media: Stored | None = None
    data: Json = {}

    def chosen(self) -> Choice:
        """Finds the tapped choice; raises ValueError when there is none."""
        if self.choice is None:
            raise ValueError("nothing was tapped")
        return self.choice

    def attach(self, bubble: Bubble, kind: str, stored: Stored) -> None:
        """Shows a file in the customer's own bubble."""
        bubble.media = Media(kind, stored.mime, f"/media/{stored.id}", name=stored.name, size=len(stored.content))

    def react(self, world: World, phone_id: str) -> None:
        """Shows the customer's reaction on the message it is about."""
        self._alter(world, phone_id, "reaction", self.text)

    def change(self, world: World, phone_id: str) -> None:
        """Shows the edited words."""
        self._alter(world, phone_id, "text", self.text)
        self._alter(world, phone_id, "edited", True)

    def remove(self, world: World, phone_id: str) -> None:
        """Shows the message as deleted."""
        self._alter(world, phone_id, "deleted", True)

    def _alter(self, world: World, phone_id: str, field: str, value: Any) -> None:
        bubble = world.directory.phones[phone_id].find(self.target)
        if bubble is None:
            raise ValueError(f"no message {self.target!r} on this phone")
        setattr(bubble, field, value)
        world.touch(bubble)


def read(phone: Phone, body: Json, kinds: Collection[str], media: MediaStore) -> Act:
    """Reads an act from the control API: {"text"}, {"choice": id or title} or {"kind", "text"?, "target"?, …}.

    `kinds` are those of the phone's platform. Without `target` a reaction is about the store's last message, an edit
    or delete about the customer's own. A file may be given as `base64` with `mime` and `name`, or as `size`: so many
    bytes. Raises ValueError.
    """
    if "choice" in body:
        bubble, choice = _tappable(phone, str(body["choice"]), str(body.get("bubble", "")))
        return Act("choice", choice.title, choice, bubble=bubble.id, reply_to=bubble.id, data=body)
    kind = str(body.get("kind", "text"))
    if kind not in kinds or kind == "choice":
        raise ValueError(f"a {phone.channel} phone has no kind {kind!r}; one of {', '.join(sorted(kinds))}")
    act = Act(
        kind,
        str(body.get("text", "")),
        target=str(body.get("target", "")),
        reply_to=str(body.get("reply_to", "")),
        latitude=float(body.get("latitude", 40.7128)),
        longitude=float(body.get("longitude", -74.006)),
        media=_file(kind, body, media),
        data=body,
    )
    if kind == "text" and not act.text:
        raise ValueError("text is empty")
    if kind in ABOUT_THE_STORES | ABOUT_HER_OWN and not act.target:
        act.target = _last(phone, "out" if kind in ABOUT_THE_STORES else "in").id
    return act


def own_bubble(world: World, phone: Phone, message_id: str, act: Act) -> Bubble:
    """Shows the customer's side of an act."""
    return Bubble(
        id=message_id,
        phone=phone.id,
        direction="in",
        kind=act.kind,
        text=act.text or ("" if act.kind == "location" else ICONS.get(act.kind, "")),
        time=world.stamp(),
        status="sent",
        reply_to="" if act.kind == "choice" else act.reply_to,
        forwarded=bool(act.data.get("forwarded")),
    )


def _file(kind: str, body: Json, media: MediaStore) -> Stored | None:
    """Makes the file that the body describes; None when it says nothing of one."""
    if not {"base64", "size", "mime", "name"} & body.keys() or kind not in SAMPLES:
        return None
    mime, name, make = SAMPLES[kind]
    try:
        content = base64.b64decode(body["base64"], validate=True) if "base64" in body else make()
    except (binascii.Error, TypeError) as error:
        raise ValueError("base64 is not base64") from error
    content = content.ljust(int(body.get("size", 0)), b"\0")
    return media.add(str(body.get("mime", mime)), content, str(body.get("name", name)))


def _tappable(phone: Phone, wanted: str, bubble_id: str) -> tuple[Bubble, Choice]:
    for bubble in reversed(phone.bubbles):
        if bubble_id and bubble.id != bubble_id:
            continue
        for choice in bubble.choices:
            if choice.id == wanted or choice.title.casefold() == wanted.casefold():
                return bubble, choice
    raise ValueError(f"nothing to tap with id or title {wanted!r} on this phone")


def _last(phone: Phone, direction: str) -> Bubble:
    for bubble in reversed(phone.bubbles):
        if bubble.direction == direction:
            return bubble
    raise ValueError("there is no message on this phone yet")

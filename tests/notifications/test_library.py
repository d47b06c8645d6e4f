"""Tests that the templates of Meta's library are filled by what there is, and can be written into templates.yaml."""

import msgspec
import pytest

from core.ports.templates import OPEN_URL, Offer, TemplateShape, TemplateState
from notifications.catalogue.loading import shipped
from notifications.wording.library import LANGUAGES, LibraryTemplate, load_library
from notifications.wording.provider_templates import LINK, ProviderTemplate
from notifications.wording.registered import differences
from notifications.wording.texts import SHARED
from sandbox.platforms.wordings.library import ENTRIES

LIBRARY = {each.kind: each for each in load_library()}


def test_shipped_delayed_delivered_and_refund() -> None:
    assert list(LIBRARY) == ["shipped", "delay", "delivered", "refund_issued"]


@pytest.mark.parametrize("entry", LIBRARY.values(), ids=list(LIBRARY))
def test_what_is_written_for_templates_yaml_agrees_with_the_library(entry: LibraryTemplate) -> None:
    offered = next(each for each in ENTRIES if each["name"] == entry.library)
    template = msgspec.convert(entry.settings(list(LANGUAGES)), ProviderTemplate)
    registered = []
    for language, (header, _, titles) in offered["texts"].items():
        holes = tuple(str(n) for n, _ in enumerate(offered["params"], 1))
        shape = TemplateShape(
            False, "text" if header else "", ("1",) if "{{1}}" in header else (), holes, (OPEN_URL,) * len(titles)
        )
        registered.append(TemplateState(entry.name, language, "utility", "approved", shape))
    assert list(differences(template, registered)) == []
    assert set(entry.missing) >= set(entry.body) - {*SHARED, LINK, "amount", "order"}


@pytest.mark.parametrize("kind", [kind for kind in LIBRARY if kind in shipped()])
def test_each_value_is_one_of_the_kind_or_a_fixed_word(kind: str) -> None:
    entry = LIBRARY[kind]
    known = {*SHARED, *shipped()[kind].variables, *entry.missing}
    assert {*entry.header, *entry.body, *entry.suffixes} <= known
    assert all(words.keys() == LANGUAGES.keys() for words in entry.missing.values())


def test_what_meta_changed_is_not_filled_blindly() -> None:
    offer = Offer("shipment_confirmation_4", "en", "utility", "", "Hi {{1}} {{2}}", 0, 2, ("View",))
    assert LIBRARY["shipped"].fits(offer)
    for change in ({"values": 3}, {"urls": ()}, {"header_values": 1}):
        assert not LIBRARY["shipped"].fits(msgspec.structs.replace(offer, **change))

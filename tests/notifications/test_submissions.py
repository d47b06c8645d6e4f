"""Tests that our words for approval keep the providers' rules, and fit templates.yaml as it is and as it is told."""

from pathlib import Path

import msgspec
import pytest
import yaml

from core.ports.templates import Wording
from notifications import load_policy
from notifications.wording.submissions import Submission, differences, load_submissions, written
from sandbox.platforms.wordings.registered import WORDINGS
from tests.notifications.samples import CHANNELS, POLICY, PROVIDERS, STORE

KNOWN = load_submissions()
EACH = pytest.mark.parametrize("one", KNOWN.templates, ids=lambda one: one.kind)
LANGUAGES = {"en": "en", "zh": "zh_CN"}
# Messenger's templates are for news of orders; that of a product is marketing, which it has none for.
WITHOUT = {"whatsapp": set[str](), "messenger": {"back_in_stock"}}
BODY_MAX, BUTTON_MAX = 1024, 25  # characters (Meta, "Templates: components")


@EACH
def test_a_text_keeps_the_rules(one: Submission) -> None:
    assert one.text.keys() == LANGUAGES.keys()
    for locale, text in one.text.items():
        wanted = {str(n) for n in range(1, len(one.positional) + 1)} if one.positional else set(one.names)
        assert one.holes(locale) == wanted
        assert not text.startswith("{{")
        assert not text.endswith("}}")
        assert "}}{{" not in text
        assert len(text) <= BODY_MAX


@EACH
def test_everything_has_an_example_and_every_button_a_title(one: Submission) -> None:
    for locale, language in LANGUAGES.items():
        titles = POLICY.texts.common[locale].choices
        draft = KNOWN.draft(one, locale, language, titles, buttons=True)
        assert set(draft.examples) == one.holes(locale)
        assert all(draft.examples.values())
        assert draft.is_named is not bool(one.positional)
        assert [id_ for id_, _ in draft.buttons] == list(one.buttons)
        assert all(len(title) <= BUTTON_MAX for _, title in draft.buttons)


@pytest.mark.parametrize("named", [True, False], ids=["by name", "by ContentSid"])
def test_what_is_told_for_templates_yaml_loads(tmp_path: Path, named: bool) -> None:
    ids = LANGUAGES if named else {"en": "HX1", "zh": "HX2"}
    entries = {one.kind: written(KNOWN.entry(one, ids, named=named, buttons=named)) for one in KNOWN.templates}
    provider = "whatsapp" if named else "twilio"
    (tmp_path / "templates.yaml").write_text(yaml.safe_dump({provider: entries}, allow_unicode=True))
    loaded = load_policy(tmp_path, CHANNELS, PROVIDERS, shipped=STORE).templates
    for one in KNOWN.templates:
        template = loaded.find(provider, one.kind)
        assert template is not None
        call = template.call("zh", dict.fromkeys(one.names, "x"))
        assert (len(call.values), call.category) == (len(one.names), one.category)


@pytest.mark.parametrize("provider", ["whatsapp", "messenger"])
def test_the_shipped_file_has_the_entries_that_submitting_tells(provider: str) -> None:
    own = POLICY.templates.sections[provider]
    ours = {one.kind: one for one in KNOWN.templates}
    languages = LANGUAGES if provider == "whatsapp" else {"en": "en_US", "zh": "zh_CN"}
    assert own.keys() <= ours.keys()
    for kind, template in own.items():
        entry = KNOWN.entry(ours[kind], languages, named=True, buttons=provider == "whatsapp")
        assert written(entry) == written(msgspec.structs.replace(template, parameter_format=entry.parameter_format))
        assert template.is_named is entry.is_named


@pytest.mark.parametrize("provider", ["whatsapp", "messenger"])
def test_every_kind_that_is_on_by_default_has_its_template(provider: str) -> None:
    on = {name for name, kind in POLICY.kinds.items() if POLICY.sends(name) and not kind.is_offer}
    assert on - POLICY.templates.sections[provider].keys() == WITHOUT[provider]


def test_the_demo_shop_has_had_the_same_words_approved() -> None:
    ours = {one.name: (one.category.upper(), one.text) for one in KNOWN.templates}
    assert ours.keys() - WORDINGS.keys() == {"order_arriving_tomorrow"}
    assert {name: (each.category, each.texts) for name, each in WORDINGS.items()} == {
        name: ours[name] for name in WORDINGS
    }


def test_what_differs_is_named() -> None:
    one = KNOWN.templates[0]
    draft = KNOWN.draft(one, "en", "en", {}, buttons=False)
    same = Wording("order_shipped", "order_shipped", "en", "utility", "approved", draft.text.replace("\n", "  \n"))
    assert differences(draft, same) == []
    changed = msgspec.structs.replace(same, text="Buy now", category="marketing")
    assert differences(draft, changed) == ["its words", "its category (marketing)"]

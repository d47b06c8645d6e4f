"""Reads faq.yaml: what is merged, what is refused with its place, what is due."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from flows.engine.flowset import FlowSet
from flows.loading.faq import due, load_faq, told
from flows.understanding.faq import Faq, Found, is_sure

SCOPE = {
    "policies": {"returns": {"window_days": 30}},
    "shop": {"name": "Northwind"},
    "shipping": {"price": Decimal("5.90")},
}
TODAY = date(2026, 12, 2)
NOBODY = {"country": "", "channel": "sms", "tier": ""}
OURS = """faq:
  - id: window
    questions: {en: [how long can i return something], zh: [多久可以退货]}
    answer: {en: "{{ policies.returns.window_days }} days.", zh: "{{ policies.returns.window_days }} 天。"}
  - id: winter
    questions: {en: [is there a winter sale]}
    answer: {en: "Yes, at {{ shop.name }}."}
    if: "country != 'CN' and tier == 'vip'"
    valid_from: 2026-12-01
    valid_until: 2026-12-31
    review_by: 2026-12-10
"""


def written(folder: Path, text: str, name: str = "faq.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str) -> Faq:
    return load_faq([written(folder, text)], SCOPE, ["en", "zh"])


def test_answers_read_the_policies_own_numbers(tmp_path: Path) -> None:
    faq = loaded(tmp_path, OURS)
    answers = faq.entries["window"].answers
    assert [told(answers[locale], faq.scope, locale) for locale in ("en", "zh")] == ["30 days.", "30 天。"]


def test_the_stores_own_answers_replace_ours_by_id(tmp_path: Path) -> None:
    own = 'faq:\n  - {id: window, questions: {en: [return time]}, answer: {en: "Ever."}}\n'
    paths = [written(tmp_path, OURS), written(tmp_path, own, "own.yaml")]
    faq = load_faq(paths, SCOPE, ["en", "zh"])
    assert list(faq.entries) == ["window", "winter"]
    assert told(faq.entries["window"].answers["en"], SCOPE) == "Ever."


@pytest.mark.parametrize(
    ("today", "asker", "holds"),
    [
        (date(2026, 12, 2), {"country": "US", "tier": "vip"}, True),
        (date(2026, 12, 2), {"country": "CN", "tier": "vip"}, False),
        (date(2026, 12, 2), {"country": "US", "tier": ""}, False),
        (date(2026, 11, 30), {"country": "US", "tier": "vip"}, False),
        (date(2027, 1, 1), {"country": "US", "tier": "vip"}, False),
    ],
)
def test_an_answer_holds_for_its_days_and_customers(
    tmp_path: Path, today: date, asker: dict[str, str], holds: bool
) -> None:
    found = loaded(tmp_path, OURS).like("is there a winter sale", today, {**NOBODY, **asker})
    assert ("winter" in [each.entry.id for each in found]) is holds


def test_a_question_in_other_words_is_found_and_nonsense_is_not(tmp_path: Path) -> None:
    faq = loaded(tmp_path, OURS)
    assert faq.like("How long can I return something?", TODAY, NOBODY)[0].likeness == 1.0
    assert is_sure(faq.like("how long can you return it", TODAY, NOBODY))
    assert is_sure(faq.like("多久之内可以退货呢", TODAY, NOBODY))
    assert not is_sure(faq.like("where is my parcel", TODAY, NOBODY))
    assert not is_sure(faq.like("", TODAY, NOBODY))


def test_that_nothing_else_has_a_word_says_little_of_it(flows: FlowSet) -> None:
    """One answer of those that we ship has "and" in its question: it is none to "and?", nor to "and 2006?"."""
    for text in ("and?", "and 2006?"):
        found = flows.facts.faq.like(text, TODAY, NOBODY)
        assert found[0].by_word
        assert not is_sure(found)
    assert is_sure([Found(found[0].entry, 0.36)])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: winter", "id: window", 5, "two answers with the id window"),
        ("policies.returns.window_days }} days", "policies.returns.windows }} days", 4, "windows"),
        ("shop.name", "store.name", 7, "store.name: expected one of policies, shop, shipping"),
        ("country !=", "region !=", 8, "region: expected one of country, channel, tier"),
        ("tier == 'vip'", "tier == ", 8, ""),
        ("valid_until: 2026-12-31", "valid_until: 2026-11-01", 10, "a day after valid_from"),
        ("valid_from: 2026-12-01", "valid_since: 2026-12-01", 9, "valid_from"),
        ("questions: {en: [is there a winter sale]}", "questions: {en: []}", 6, ""),
        ("zh: [多久可以退货]", "zz: [多久可以退货]", 3, "expected one of en, zh"),
        (', zh: "{{ policies.returns.window_days }} 天。"', "", 4, "questions in zh and no answer in it"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in OURS
    with pytest.raises(ConfigurationError, match=f"faq.yaml:{line}: ") as caught:
        loaded(tmp_path, OURS.replace(old, new, 1))
    assert words in str(caught.value)


def test_what_ended_or_is_to_be_looked_at_is_due(tmp_path: Path) -> None:
    path = written(tmp_path, OURS)
    assert list(due([path], date(2026, 11, 20))) == []
    (said,) = due([path], TODAY)
    assert said.endswith("winter is to be reviewed by 2026-12-10")
    (said,) = due([path], date(2027, 1, 1))
    assert said.endswith("winter ended on 2026-12-31 and is not answered")

"""Tests what a store decides about returns: the file, and what holds for one outcome in one place."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from flows.loading.policies import load_policies
from flows.loading.return_policy import ReturnPolicy, sum_in

FULL = """\
returns:
  window_days: 30
  currency: USD
  outcomes:
    refund: {fee: "5.90", restocking: "10%"}
    exchange: {window_days: 45, return_shipping: store, first_free: true}
    store_credit: {enabled: true, bonus: "10%"}
  zones:
    - {id: far, to: [US-HI], window_days: 60}
    - {id: eu, to: [DE, FR], outcomes: {refund: {fee: {EUR: "4.90"}}, exchange: {enabled: false}}}
  keep_item_under: {USD: "10.00", EUR: "9.00"}
  auto_approve: {up_to: "100.00", outcomes: [exchange]}
"""


def policy(tmp_path: Path, text: str) -> ReturnPolicy:
    path = tmp_path / "policies.yaml"
    path.write_text(text)
    return load_policies(path).returns


def test_the_first_form_of_the_file_is_still_read(tmp_path: Path) -> None:
    old = policy(tmp_path, "returns:\n  window_days: 14\n  exchange: false\n")
    assert old.terms("refund", "US").window_days == 14
    assert [old.terms(outcome, "US").enabled for outcome in ("refund", "exchange", "store_credit")] == [
        *(True, False, False)
    ]
    assert old.auto_approve is None


def test_terms_are_settled_by_outcome_and_place(tmp_path: Path) -> None:
    read = policy(tmp_path, FULL)
    refund = read.terms("refund", "US", "NY")
    assert (refund.window_days, refund.restocking, refund.return_shipping) == (30, Decimal("0.1"), "customer")
    assert refund.sum_in(refund.fee, "USD") == Decimal("5.90")
    assert refund.sum_in(refund.fee, "EUR") == 0
    assert read.terms("refund", "US", "HI").window_days == 60
    assert read.terms("exchange", "US", "HI").window_days == 60
    exchange = read.terms("exchange", "US")
    assert (exchange.window_days, exchange.return_shipping, exchange.first_free) == (45, "store", True)
    german = read.terms("refund", "DE")
    assert german.sum_in(german.fee, "EUR") == Decimal("4.90")
    assert german.restocking == Decimal("0.1")
    assert not read.terms("exchange", "FR").enabled
    credit = read.terms("store_credit", "US")
    assert credit.enabled
    assert credit.sum_in(credit.bonus, "JPY", Decimal(200)) == 20
    assert sum_in(read.keep_item_under, "EUR", read.currency, Decimal(0)) == 9
    assert sum_in(read.keep_item_under, "CNY", read.currency, Decimal(0)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "  outcomes:\n    refnd: {fee: '5'}",
            ":3: returns.outcomes.refnd: unknown field 'refnd'; expected one of exchange, refund, store_credit;"
            " did you mean 'refund'?",
        ),
        (
            "  outcomes:\n    refund:\n      window: 5",
            ":4: returns.outcomes.refund.window: unknown field 'window'; expected one of bonus, enabled, fee,"
            " first_free, restocking, return_shipping, window_days; did you mean 'window_days'?",
        ),
        (
            "  currency: USD\n  outcomes: {refund: {fee: 5 dollars}}",
            ':3: returns.outcomes.refund.fee: expected text like "5.90" or "10%", in quotes',
        ),
        ("  outcomes: {refund: {fee: '5.90'}}", ":2: returns.outcomes.refund.fee: a sum without a currency;"),
        (
            "  outcomes:\n    refund: {fee: {USD: '5', eur: '4'}}",
            ":3: returns.outcomes.refund.fee.eur: expected text like USD",
        ),
        (
            "  keep_item_under: {USD: '5 dollars'}",
            ':2: returns.keep_item_under.USD: expected text like "5.90", in quotes',
        ),
        ("  keep_item_under: '5.90'", ":2: returns.keep_item_under: a sum without a currency;"),
        ("  zones: [{id: a, to: [Germany]}]", ":2: returns.zones.0.to.0: expected text like US or US-HI"),
        ("  zones:\n  - {id: a, to: [DE]}\n  - {id: a, to: [FR]}", ":4: returns.zones.1.id: there are two zones 'a'"),
        (
            "  outcomes: {refund: {return_shipping: us}}",
            ":2: returns.outcomes.refund.return_shipping: us: expected one of customer, store",
        ),
        ("  refund_days: {bank: [10, 3]}", ":2: returns.refund_days.bank: expected the shorter time first"),
        ("  auto_approve: {up_to: {USD: '5'}, outcomes: []}", ":2: returns.auto_approve.outcomes: expected 1 or more"),
        ("  withdrawal: {days: 14}", ":2: returns.withdrawal: countries is missing"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_cure(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        policy(tmp_path, f"returns:\n{text}\n")
    assert str(caught.value).startswith(f"{tmp_path / 'policies.yaml'}{expected}")


@pytest.mark.parametrize("limit", ['"300"', '{USD: "300.00", EUR: "280.00"}'])
def test_what_an_order_is_worth_that_a_person_sees_to(tmp_path: Path, limit: str) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(f"returns: {{currency: USD}}\nnot_received: {{person_from: {limit}}}\n")
    read = load_policies(path)
    assert read.returns.sum_in(read.not_received.person_from, "USD") == Decimal(300)
    assert read.returns.sum_in(read.not_received.person_from, "GBP") is None


def test_a_limit_without_a_currency_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text('price_protection_days: 3\nnot_received:\n  person_from: "300"\n')
    with pytest.raises(ConfigurationError, match=r"policies.yaml:3.*a sum without a currency"):
        load_policies(path)

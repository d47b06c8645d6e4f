"""Places are found by the names that people give them, in English and Chinese."""

import pytest

from flows.understanding.values.places import Place, country_name, find_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("do you ship to the US?", Place("US")),
        ("can you send it to us", None),
        ("how much to Hawaii", Place("US", "HI")),
        ("shipping to New Mexico", Place("US", "NM")),
        ("shipping to Mexico", Place("MX")),
        ("UK delivery?", Place("GB")),
        ("ship to DE please", Place("DE")),
        ("delivery to Germany, please", Place("DE")),
        ("运到美国多少钱", Place("US")),
        ("寄到夏威夷要多久", Place("US", "HI")),
        ("英国能送吗", Place("GB")),
        ("寄香港", Place("HK")),
        ("how much is shipping", None),
        ("", None),
    ],
)
def test_a_place_is_found(text: str, place: Place | None) -> None:
    assert find_place(text) == place


def test_a_country_has_its_name_in_the_customers_language() -> None:
    assert [country_name("DE", locale) for locale in ("en", "zh", "zh-HK")] == ["Germany", "德国", "德国"]

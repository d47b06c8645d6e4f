"""Tests which numbers of pieces are found in what customers write."""

import pytest

from flows.understanding.values.counts import count


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("about 200 mugs please", 200),
        ("1,200 pens", 1200),
        ("two of the blue mugs", 2),
        ("a dozen candles", 12),
        ("2 dozen candles", 24),
        ("two hundred mugs", 200),
        ("a couple of mugs", 2),
        ("a couple of mugs in size 42", 2),
        ("x50 hoodies", 50),
        ("50 x hoodie", 50),
        ("50pcs", 50),
        ("活动要两百个杯子", 200),
        ("五十件卫衣", 50),
        ("一百二十个", 120),
        ("两打蜡烛", 24),
        ("200个", 200),
        ("我要两个蓝色的杯子", 2),
        ("给我来一双42码的登山靴", 1),
        ("size 42", None),
        ("42码", None),
        ("the blue one", None),
        ("two or three mugs", None),
        ("by 12/24", None),
        ("within 5 days", None),
        ("under $30", None),
        ("第二个", None),
        ("", None),
    ],
)
def test_how_many(text: str, number: int | None) -> None:
    assert count(text) == number

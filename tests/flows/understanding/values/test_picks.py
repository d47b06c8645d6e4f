"""Which several of the offered things are meant."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.session import Offered
from flows.understanding.values.picks import edited, picked

ITEMS = (Offered("", "l1", "Leather boots"), Offered("", "l2", "Wool socks"), Offered("", "l3", "Rain jacket"))
CHINESE = (Offered("", "l1", "皮靴"), Offered("", "l2", "羊毛袜"), Offered("", "l3", "雨衣"))


def values(text: str, offered: Sequence[Offered]) -> str:
    return "".join(choice.value[1] for choice in picked(text, offered))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1,3", "13"),
        ("3 and 1", "13"),
        ("1 3", "13"),
        ("1-3", "123"),
        ("1x2", "1"),
        ("1x2, 3x1", "13"),
        ("#2", "2"),
        ("2", "2"),
        ("13", ""),
        ("4", ""),
        ("0", ""),
        ("the boots and the socks", "12"),
        ("boots, socks", "12"),
        ("boots", "1"),
        ("all the boots", "1"),
        ("the first and the third", "13"),
        ("the first one and the jacket", "13"),
        ("all", "123"),
        ("all of them please", "123"),
        ("everything except the socks", "13"),
        ("everything but the jacket", "12"),
        ("all but 2", "13"),
        ("everything but the hat", ""),
        ("just the boots, not the socks", "1"),
        ("not the socks", ""),
        ("i don't want the boots", ""),
        ("none of them", ""),
        ("both", ""),
        ("where is my order", ""),
    ],
)
def test_english(text: str, meant: str) -> None:
    assert values(text, ITEMS) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1、3", "13"),
        ("一和三", "13"),
        ("第一个和第三个", "13"),
        ("皮靴和雨衣", "13"),
        ("全部", "123"),
        ("都要", "123"),
        ("除了羊毛袜都要", "13"),
        ("羊毛袜以外都要", "13"),
        ("不要雨衣", ""),
        ("都不要", ""),
        ("两个都要", ""),
    ],
)
def test_chinese(text: str, meant: str) -> None:
    assert values(text, CHINESE) == meant


def test_both_are_two() -> None:
    assert values("both", ITEMS[:2]) == "12"
    assert values("both please", ITEMS[:2]) == "12"
    assert values("两个都要", CHINESE[:2]) == "12"


@given(st.sets(st.integers(1, 9), min_size=1), st.sampled_from([",", ", ", " ", " and ", "、", "和"]))
def test_any_list_of_places(places: set[int], between: str) -> None:
    offered = [Offered("", str(n), f"Thing {chr(64 + n)}") for n in range(1, 10)]
    text = between.join(map(str, sorted(places, reverse=True)))
    assert [choice.value for choice in picked(text, offered)] == [str(n) for n in sorted(places)]


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("without the socks", "12", "1"),
        ("not the socks please", "12", "1"),
        ("I don't want to send the jacket back", "13", "1"),
        ("leave the boots out", "12", "2"),
        ("take out the boots and the socks", "123", "3"),
        ("also the jacket", "1", "13"),
        ("add the jacket and the socks", "1", "123"),
        ("the socks too", "1", "12"),
        ("drop the socks, add the jacket", "12", "13"),
        ("just the boots", "123", "1"),
        ("only the boots and the jacket", "12", "13"),
        ("the boots", "12", None),  # neither more nor less
        ("without the hat", "12", None),
        ("add the boots", "1", None),  # it is there
        ("not the boots", "1", None),  # nothing would be left
        ("no", "12", None),
        ("", "12", None),
    ],
)
def test_what_is_added_or_left_out(text: str, now: str, then: str | None) -> None:
    found = edited(text, ITEMS, [f"l{n}" for n in now])
    assert found == (None if then is None else [f"l{n}" for n in then])


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("羊毛袜不要了", "12", "1"),
        ("不退雨衣", "13", "1"),
        ("再加上雨衣", "1", "13"),
        ("雨衣也退", "1", "13"),
        ("只退皮靴", "123", "1"),
        ("去掉皮靴，再加雨衣", "12", "23"),
        ("好的", "12", None),
    ],
)
def test_what_is_added_or_left_out_in_chinese(text: str, now: str, then: str | None) -> None:
    found = edited(text, CHINESE, [f"l{n}" for n in now])
    assert found == (None if then is None else [f"l{n}" for n in then])


@given(st.text(max_size=40), st.sets(st.sampled_from(["l1", "l2", "l3"]), min_size=1))
def test_whatever_is_written_leaves_some_of_what_is_offered(text: str, now: set[str]) -> None:
    found = edited(text, ITEMS, sorted(now))
    assert found is None or (found and set(found) <= {"l1", "l2", "l3"} and set(found) != now)

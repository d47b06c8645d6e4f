"""Tests that like questions come together, by themselves, in each language."""

from datetime import UTC, datetime, timedelta

from insights.questions.grouping import Question, together

START = datetime(2026, 11, 30, tzinfo=UTC)
ASKED = (
    *("do you have a shop in Rome", "any shop in rome?", "do you hav a shopp in rome"),
    *("how do i clean suede boots", "How to clean my suede boots?", "cleaning suede boots"),
    *("are the boots vegan", "are these boots vegan?"),
    "what is the meaning of life",
    *("有实体店吗", "你们有实体店吗？"),
    "麂皮靴子怎么清洗",
)


def questions(*texts: str, language: str = "en") -> list[Question]:
    return [
        Question(f"m{number}", f"c{number % 4}", START + timedelta(minutes=number), text, language)
        for number, text in enumerate(texts)
    ]


def sets(*texts: str) -> set[frozenset[str]]:
    return {frozenset(each.text for each in group.questions) for group in together(questions(*texts))}


def test_like_questions_come_together() -> None:
    assert sets(*ASKED) == {
        frozenset(ASKED[:3]),
        frozenset(ASKED[3:6]),
        frozenset(ASKED[6:8]),
        frozenset(ASKED[8:9]),
        frozenset(ASKED[9:11]),
        frozenset(ASKED[11:]),
    }


def test_the_largest_group_comes_first_and_has_an_example_of_its_own() -> None:
    first, *others = together(questions(*ASKED))
    assert len(first.questions) == 3
    assert first.example in {each.text for each in first.questions}
    assert [each.at for each in first.questions] == sorted((each.at for each in first.questions), reverse=True)
    assert [len(group.questions) for group in others] == sorted(
        (len(group.questions) for group in others), reverse=True
    )


def test_the_same_words_are_one_group_however_they_are_written() -> None:
    (group,) = together(questions("Do you ship to Mars", "do you ship to mars??", "DO YOU SHIP TO MARS"))
    assert (len(group.questions), group.conversations) == (3, 3)


def test_languages_are_apart() -> None:
    found = together([*questions("wifi"), *questions("wifi", language="es"), *questions("有 wifi 吗")])
    assert sorted(group.language for group in found) == ["en", "es", "zh"]


def test_no_question_is_lost_or_told_twice() -> None:
    asked = questions(*ASKED, *ASKED)
    told = [each for group in together(asked) for each in group.questions]
    assert sorted(told) == sorted(asked)


def test_of_nothing_there_are_no_groups() -> None:
    assert together([]) == []
    assert len(together(questions("👍", "?!", "..."))) == 1  # nothing in them can be told apart

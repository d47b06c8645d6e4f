"""Tests that advice is remembered by digest, and a failure for a moment."""

from flows.understanding.advice.answer import NO_ADVICE, Advice
from hub.advice.memory import FAILED_FOR, REMEMBERED, Memory
from tests.fakes import NOW


def test_an_answer_stays_and_a_failure_passes() -> None:
    memory = Memory()
    memory.keep("a", Advice(("price",)))
    memory.keep("n", NO_ADVICE)
    memory.fail("b", NOW)
    assert memory.find("c", NOW) is None
    assert memory.find("b", NOW) == NO_ADVICE
    assert memory.find("b", NOW + FAILED_FOR) is None
    assert memory.find("a", NOW + FAILED_FOR * 1000) == Advice(("price",))
    assert memory.find("n", NOW + FAILED_FOR * 1000) == NO_ADVICE


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    memory = Memory()
    for n in range(REMEMBERED):
        memory.keep(str(n), NO_ADVICE)
    memory.find("0", NOW)
    memory.keep("one more", NO_ADVICE)
    assert memory.find("0", NOW) is not None
    assert memory.find("1", NOW) is None

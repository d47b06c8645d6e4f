import re
from pathlib import Path

import pytest

from core.cases.case_reasons import reason_text, spaced

FLOWS = Path(__file__).parents[3] / "flows"
# The bot's word for each reason at which a flow hands over.
HANDED_OVER = sorted(
    {
        reason
        for path in FLOWS.rglob("en.yaml")
        for reason in re.findall(r"^utter_handoff_(\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
)


def test_every_reason_is_readable() -> None:
    assert reason_text("asked_human") == "The customer asked for a person"
    assert reason_text("chess_problem") == "Chess problem"
    assert reason_text("") == "Not said"


@pytest.mark.parametrize("reason", HANDED_OVER)
def test_a_reason_of_the_flows_is_a_sentence_for_agents(reason: str) -> None:
    assert reason_text(reason) != spaced(reason)


def test_there_are_reasons() -> None:
    assert len(HANDED_OVER) > 10

"""Tests what files of the store are, and that the numbers named for them, and at a glance, are there."""

import pytest

from insights.improvements.kinds import kind_of, kinds, topic_of
from insights.metrics.definitions import metrics
from insights.reports.glance import NAMES


@pytest.mark.parametrize(
    ("file", "kind", "topic"),
    [
        ("responses/en.yaml", "text", ""),
        ("flows/returns/en.yaml", "text", "returns"),
        ("flows/returns/flow.yaml", "flow", "returns"),
        ("flows/returns/phrases.yaml", "phrase", "returns"),
        ("phrases/zh.yaml", "phrase", ""),
        ("notices/delay.en.yaml", "notice", "delay"),
        ("notices/delay/kind.yaml", "notice", "delay"),
        ("notices/common.en.yaml", "notice", ""),
        ("faq.yaml", "faq", ""),
        ("rules.yaml", "rule", ""),
        ("saved_replies.yaml", "saved_reply", ""),
        ("templates.yaml", "template", ""),
        ("sla.yaml", "policy", ""),
        ("something.yaml", "policy", ""),
    ],
)
def test_a_file_is_of_a_kind(file: str, kind: str, topic: str) -> None:
    assert (kind_of(file).kind, topic_of(file)) == (kind, topic)


def test_every_number_that_is_named_is_there() -> None:
    named = {name for each in kinds() for name in each.moves} | set(NAMES)
    assert named <= metrics().keys()

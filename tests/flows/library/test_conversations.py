"""Plays the conversations of the flows that we ship."""

from pathlib import Path

import pytest

from flows.engine.flowset import FlowSet
from flows.files import case_files, flow_folder
from flows.loading.loader import LIBRARY
from flows.loading.policies import Policies
from flows.tools.testing import Case, load_cases, run_case

CASES = [case for folder in LIBRARY for path in case_files(folder) for case in load_cases(path)]
CASES = [case for case in CASES if not case.needs_encoder]  # those `make check` plays
NAMES = [f"{flow_folder(Path(case.place.file)).name}: {case.name}" for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_conversation(flows: FlowSet, policies: Policies, case: Case) -> None:
    assert run_case(flows, policies, case) == []

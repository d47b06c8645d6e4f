from pathlib import Path

import pytest

from flows.engine.flowset import FlowSet
from flows.loading.loader import load_flows
from flows.loading.policies import Policies, load_policies

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies(ROOT / "config" / "store" / "policies.yaml")


@pytest.fixture(scope="session")
def flows(policies: Policies) -> FlowSet:
    return load_flows(settings=policies.settings())

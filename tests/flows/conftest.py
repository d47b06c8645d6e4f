from pathlib import Path

import pytest

from bots.wiring.store.folder import load_folder
from flows.engine.flowset import FlowSet
from flows.loading.policies import Policies, load_policies

STORE = Path(__file__).parents[2] / "config" / "store"


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies(STORE / "policies.yaml")


@pytest.fixture(scope="session")
def flows() -> FlowSet:
    return load_folder(STORE).flows

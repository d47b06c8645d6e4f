"""Tests that `make run` talks to nobody but its stand-ins, whatever the environment says."""

import os

import pytest

from bots.run import isolate


@pytest.mark.parametrize("name", ["LLM_URL", "LLM_API_KEY", "SMTP_URL", "STORE_API_KEY", "OUTGOING_WEBHOOK_URL"])
def test_what_leads_out_of_the_house_is_forgotten(name: str) -> None:
    environment = {name: "https://elsewhere.example/v1", "HOME": "/"}
    isolate(environment)
    assert environment == {"HOME": "/", "ENV_FILE": os.devnull}

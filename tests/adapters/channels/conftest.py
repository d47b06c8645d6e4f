import pytest

pytest.register_assert_rewrite("tests.adapters.channels.contract", "tests.adapters.channels.provider")

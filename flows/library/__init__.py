"""Registers the actions of all flows, each a folder that is found by being there (README.md)."""

from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent

for _actions in sorted(HERE.glob("*/actions.py")):
    import_module(f"{__name__}.{_actions.parent.name}.actions")

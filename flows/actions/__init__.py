"""The actions that flows may run. Importing this package registers them all."""

from flows.actions import orders, proof, returns
from flows.engine.actions import ACTIONS, Result, run_action

__all__ = ["ACTIONS", "Result", "orders", "proof", "returns", "run_action"]

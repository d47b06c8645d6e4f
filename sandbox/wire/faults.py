"""Misbehaves on command: decides which fault hits the next call or receipt."""

from collections.abc import Collection
from typing import Any

import msgspec

PLATFORMS = ("whatsapp", "messenger", "telegram", "twilio", "slack", "store", "shopify", "woocommerce")
TELLING = ("aftership", "17track", "easypost")  # take no calls: nothing of theirs can fail, but be lost
CALL_KINDS = ("delay", "status", "error", "drop_before", "drop_after_accept")
RECEIPT_KINDS = ("duplicate_receipts", "reorder_receipts", "no_receipts", "failed_receipts", "early_echo")
STORE_KINDS = ("refuse", "later")
KINDS = CALL_KINDS + RECEIPT_KINDS + STORE_KINDS


class Fault(msgspec.Struct):
    """One kind of misbehaviour of one platform.

    `times` is how often it still strikes (None: until cleared); `method` a part of the path, "*" for any call,
    "" for sends only.
    """

    id: int
    platform: str
    kind: str
    times: int | None = None
    value: Any = None
    method: str = ""


class Faults:
    """Keeps the active faults, oldest first."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self._count = 0

    def add(self, platform: str, kind: str, times: int | None = None, value: Any = None, method: str = "") -> Fault:
        """Switches a fault on; raises ValueError on an unknown platform or kind.

        An "error" whose value says {"later": true} comes in the receipt: "failed_receipts" with the rest of the value.
        """
        if platform not in PLATFORMS:
            raise ValueError(f"unknown platform {platform!r}; one of {', '.join(PLATFORMS)}")
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
        if times is not None and times < 1:
            raise ValueError("times must be at least 1, or null")
        if kind == "error" and isinstance(value, dict) and value.get("later"):
            kind, value = "failed_receipts", {name: part for name, part in value.items() if name != "later"}
        self._count += 1
        fault = Fault(self._count, platform, kind, times, value, method)
        self.active.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Switches one fault off, or all."""
        self.active = [fault for fault in self.active if fault_id is not None and fault.id != fault_id]

    def take_up(self, faults: list[Fault]) -> None:
        """Goes on with faults that were switched on before."""
        self.active = faults
        self._count = max((fault.id for fault in faults), default=0)

    def take(self, platform: str, kinds: Collection[str], path: str = "", sends: bool = True) -> Fault | None:
        """Finds the first fault that strikes here, and counts it down."""
        for fault in self.active:
            if fault.platform == platform and fault.kind in kinds and _meets(fault, path, sends):
                self._count_down(fault)
                return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.clear(fault.id)


def _meets(fault: Fault, path: str, sends: bool) -> bool:
    if fault.method == "*":
        return True
    return fault.method in path if fault.method else sends

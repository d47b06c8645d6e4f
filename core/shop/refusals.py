"""Names why a return is refused, in words for agents. Customers read `notifications/kinds/return_refused`."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a return is refused."""

    TOO_LATE = "too_late"
    FINAL_SALE = "final_sale"
    USED = "used"
    NOT_RETURNABLE = "not_returnable"
    NOT_SHOWN = "not_shown"  # what is wrong with it
    OTHER = "other"

    @property
    def label(self) -> str:
        """Words it for agents."""
        return _LABELS[self]


_LABELS = {
    Refusal.TOO_LATE: "Too late",
    Refusal.FINAL_SALE: "Final sale",
    Refusal.USED: "Used or incomplete",
    Refusal.NOT_RETURNABLE: "Kind does not come back",
    Refusal.NOT_SHOWN: "Fault is not to be seen",
    Refusal.OTHER: "Another reason",
}

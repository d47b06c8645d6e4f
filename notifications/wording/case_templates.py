"""Names the templates that no notice goes by, with what each may be filled with: what is said of a case."""

from collections.abc import Mapping
from types import MappingProxyType

REMINDER, RATING = "case_nudge", "csat"
# Beside the shop's and the customer's name.
VARIABLES: Mapping[str, tuple[str, ...]] = MappingProxyType({REMINDER: ("case",), RATING: ("case",)})

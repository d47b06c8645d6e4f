"""Says how high a share surely is: three of three prove less than ninety of a hundred."""

import math

_SURE = 1.64  # of ten such shares nine and a half are at least so high


def surely(ones: int, of: int) -> float:
    """Returns the lower end of Wilson's interval; 0 of nothing."""
    if not of:
        return 0.0
    share, squared = ones / of, _SURE**2
    spread = _SURE * math.sqrt(share * (1 - share) / of + squared / (4 * of * of))
    return max(0.0, (share + squared / (2 * of) - spread) / (1 + squared / of))

"""Numbers and readers for tests of what pages show."""

from typing import Any

from insights.dashboard.views.reader import Reader
from insights.metrics.definitions import Made, Metric

EN, ZH = Reader("en", "USD", {"UBEA": "Bea"}), Reader("zh", "USD", {"UBEA": "Bea"})


def metric(unit: Any = "share", better: Any = "more", of: Made | None = None, **more: Any) -> Metric:
    """Makes a definition."""
    words = {"en": "Happy", "zh": "满意"}
    of = of or Made("csat", "share")
    return Metric(id="csat", group="satisfaction", name=words, formula=words, unit=unit, better=better, of=of, **more)


WAIT = metric("seconds", "less", Made("first_response", "wait"))
COUNT = metric("count", "neither", Made("contact"))

"""Finds what an owner can change: carriers that are late, products that come back, questions where people leave.

    late_lanes(conn, since, until, zone, now)   # [Lane("UPS", "US", "", parcels=40, late=12, median_days_late=2, …), …]
    return_reasons(conn, since, until)          # [Returned("p1", "Trail boots", sold=90, returned=20, reasons=(…)), …]
    left_steps(conn, span, flows)               # [Left("change_address", "new_address", asked=80, left=31, …), …]

The questions that nobody understood, and the texts that customers misread, are in `insights.questions`.
"""

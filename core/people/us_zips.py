"""Finds the state of a US postcode by its first three digits (USPS, Domestic Mail Manual, L002)."""

from core.people.postcodes import postcode_form

_DIGITS = 5
# First and last three digits of what a state has; the first line that fits counts.
_STATES = """
NY 005 005|PR 006 007|VI 008 008|PR 009 009|MA 010 027|RI 028 029|NH 030 038|ME 039 049|MA 055 055|VT 050 059|NY 063 063
CT 060 069|NJ 070 089|NY 100 149|PA 150 196|DE 197 199|VA 201 201|DC 200 205|MD 206 219|VA 220 246|WV 247 268|NC 270 289
SC 290 299|GA 300 319|FL 320 349|AL 350 369|TN 370 385|MS 386 397|GA 398 399|KY 400 427|OH 430 458|IN 460 479|MI 480 499
IA 500 528|WI 530 549|MN 550 567|DC 569 569|SD 570 577|ND 580 588|MT 590 599|IL 600 629|MO 630 658|KS 660 679|NE 680 693
LA 700 714|AR 716 729|TX 733 733|OK 730 749|TX 750 799|CO 800 816|WY 820 831|ID 832 838|UT 840 847|AZ 850 865|NM 870 884
TX 885 885|NV 889 898|CA 900 961|HI 967 968|GU 969 969|OR 970 979|WA 980 994|AK 995 999
"""
_SPANS = [line.split() for row in _STATES.split("\n") for line in row.split("|") if line]


def state_of(postcode: str) -> str:
    """Returns the state's two letters; "" for what is no US postcode, or of the armed forces."""
    form = postcode_form(postcode, "US")
    if len(form) != _DIGITS or not form.isdigit():
        return ""
    return next((state for state, first, last in _SPANS if first <= form[:3] <= last), "")

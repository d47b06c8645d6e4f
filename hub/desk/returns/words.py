"""Words what becomes of a press under a return: by how the return stands now, for buttons that are older than that."""

from core.cases.case_reasons import spaced
from core.shop.return_steps import Why
from core.shop.return_tracks import Approval, Settlement
from hub.desk.act import Act
from storage.shop.filed_returns import Filed

ALREADY = {
    Approval.APPROVED: "{who} approved this return already.",
    Approval.DECLINED: "{who} refused this return already.",
    Approval.CANCELLED: "This return was called off.",
    Approval.EXPIRED: "This return has run out.",
}
_MONEY = {
    Settlement.AWAITING_APPROVAL: "The refund waits for finance already.",
    Settlement.PROCESSING: "The refund is on its way already.",
    Settlement.SETTLED: "The refund was sent already.",
    Settlement.WAIVED: "No money goes back for this return.",
    Settlement.FAILED: "The refund was tried already: press *Try again*.",
}
_WHY = {
    Why.RECEIVED: "The parcel is here already.",
    Why.TOO_MANY: "That is more than is on its way. Nothing was changed.",
    Why.NOTHING: "Nothing was counted. Nothing was changed.",
    Why.NO_MONEY: "This return does not end in money that is known here; settle it in the shop.",
    Why.NOT_HERE: "The goods have not been counted yet: the refund comes after *Received*.",
    Why.NOT_FAILED: "There is nothing to try again.",
    Why.OVER_BALANCE: "That is more than is left of what was paid for the order. No money was sent.",
    Why.SAME_PERSON: "You asked for this refund, so somebody else has to approve it.",
}


def refused(act: Act, filed: Filed, why: Why) -> str:
    """Says why a step was not taken."""
    if why in (Why.UNDER_WAY, Why.PAID):
        return _MONEY.get(filed.tracks.settlement, "The refund was dealt with already.")
    if why in (Why.DECIDED, Why.NOT_APPROVED):
        return stands(act, filed)
    return _WHY[why]


def stands(act: Act, filed: Filed) -> str:
    """Says what was decided on a return, and by whom."""
    approval = filed.tracks.approval
    who = act.name_of(filed.decided_by) if filed.decided_by else "The shop"
    told = ALREADY.get(approval, "This return is not approved.")
    return f"{told.format(who=who)} It is {spaced(filed.record.state.value).lower()} now."

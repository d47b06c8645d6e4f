"""Names the steps of a parcel's way, in the words of each service; their own lists are in their documents."""

from collections.abc import Mapping

AFTERSHIP, SEVENTEENTRACK, EASYPOST = "aftership", "17track", "easypost"
SERVICES = (AFTERSHIP, SEVENTEENTRACK, EASYPOST)
# Step: what the scan says, then the word of AfterShip (subtag), of 17TRACK (sub status), of EasyPost (status.detail).
STEPS: Mapping[str, tuple[str, str, str, str]] = {
    "nothing": ("", "Pending_001", "NotFound_Other", "unknown.unknown"),
    "label": ("Shipping label created", "InfoReceived_001", "InfoReceived", "pre_transit.label_created"),
    "moving": (
        "Departed facility",
        "InTransit_007",
        "InTransit_Departure",
        "in_transit.departed_facility",
    ),
    "customs": (
        "Handed over to customs",
        "InTransit_006",
        "InTransit_CustomsProcessing",
        "in_transit.arrived_at_facility",
    ),
    "out": ("Out for delivery", "OutForDelivery_001", "OutForDelivery_Other", "out_for_delivery.out_for_delivery"),
    "nobody": (
        "Nobody was there",
        "AttemptFail_002",
        "DeliveryFailure_NoBody",
        "failure.delivery_exception",
    ),
    "pickup": (
        "Ready at the pick-up point",
        "AvailableForPickup_001",
        "AvailableForPickup_Other",
        "available_for_pickup.arrived_at_pickup_location",
    ),
    "delivered": ("Delivered", "Delivered_001", "Delivered_Other", "delivered.arrived_at_destination"),
    "neighbour": ("Left with a neighbour", "Delivered_005", "Delivered_Other", "delivered.arrived_at_destination"),
    "collected": ("Collected", "Delivered_002", "Delivered_Other", "delivered.arrived_at_destination"),
    "late": ("Delayed", "Exception_005", "Exception_Delayed", "failure.delayed"),
    "damaged": ("Damaged", "Exception_012", "Exception_Damage", "failure.damaged"),
    "lost": ("Lost", "Exception_013", "Exception_Lost", "failure.lost"),
    "returning": ("On its way back", "Exception_010", "Exception_Returning", "return_to_sender.return"),
    "returned": ("Back at the sender", "Exception_011", "Exception_Returned", "return_to_sender.return"),
    "expired": ("", "Expired_001", "Expired_Other", "failure.expired"),
}


def word(service: str, step: str) -> str:
    """Returns a service's word for a step; what is no step is a word of its own. Raises LookupError."""
    if service not in SERVICES:
        raise LookupError(f"no service {service!r}; one of {', '.join(SERVICES)}")
    return STEPS[step][1 + SERVICES.index(service)] if step in STEPS else step


def described(step: str) -> str:
    """Returns what the scan says."""
    return STEPS[step][0] if step in STEPS else step

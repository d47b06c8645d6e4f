"""Reads parcels: what is in them, where they are, who took them."""

from typing import Annotated

from pydantic import Field

from adapters.shops.fields import Day, Link, Moment, Name, Quantity, Text
from adapters.shops.payloads.payload import Payload
from core.shop.orders import DeliveryProof, Handed, Incident, Shipment, ShipmentStatus, ShippedLine, TrackingEvent


class ShippedLinePayload(Payload):
    """One of a parcel's `lines`."""

    line_id: Name
    quantity: Quantity = 1


class ScanPayload(Payload):
    """One of a parcel's `events`."""

    time: Moment
    status: Text | None = None
    location: Text | None = None
    description: Text | None = None


class DeliveryProofPayload(Payload):
    """`proof` of a shipment."""

    signed_by: Text | None = None
    photo_url: Link | None = None
    left_at: Text | None = None
    point: Text | None = None
    handed_to: Handed | None = None

    def value(self) -> DeliveryProof:
        """Makes the DeliveryProof."""
        return DeliveryProof(
            self.signed_by or "", self.photo_url or "", self.left_at or "", self.point or "", self.handed_to or ""
        )


class ShipmentPayload(Payload):
    """`shipment`, or one of an order's `shipments`."""

    id: Name
    status: ShipmentStatus | None = None
    carrier: Text | None = None
    tracking_number: Text | None = None
    tracking_url: Link | None = None
    lines: Annotated[list[ShippedLinePayload], Field(max_length=1000)] | None = None
    eta: Day | None = None
    delivered_at: Moment | None = None
    events: Annotated[list[ScanPayload], Field(max_length=1000)] | None = None
    proof: DeliveryProofPayload | None = None
    incident: Incident | None = None

    def value(self) -> Shipment:
        """Makes the Shipment."""
        return Shipment(
            id=self.id,
            status=self.status or ShipmentStatus.PENDING,
            carrier=self.carrier or "",
            tracking_number=self.tracking_number or "",
            tracking_url=self.tracking_url or "",
            lines=tuple(ShippedLine(line.line_id, line.quantity) for line in self.lines or ()),
            eta=self.eta,
            delivered_at=self.delivered_at,
            events=tuple(
                TrackingEvent(scan.time, scan.status or "", scan.location or "", scan.description or "")
                for scan in self.events or ()
            ),
            proof=self.proof.value() if self.proof else None,
            incident=self.incident or "",
        )

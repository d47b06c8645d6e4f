"""What the store told: orders, parcels, returns."""

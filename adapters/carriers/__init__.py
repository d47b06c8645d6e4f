"""Listens to services that track parcels at carriers: what they tell of a parcel becomes news of it."""

"""Stands in for the services that track parcels and tell of them: AfterShip, 17TRACK, EasyPost."""

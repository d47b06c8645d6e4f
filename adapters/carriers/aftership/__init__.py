"""Listens to AfterShip: https://www.aftership.com/docs/tracking/webhook/webhook-overview"""

"""Defines what the product asks of the world outside, for adapters to implement: channels, store, mail, files, …"""

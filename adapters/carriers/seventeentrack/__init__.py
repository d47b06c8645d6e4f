"""Listens to 17TRACK, API v2.x: https://asset.17track.net/api/document/v2.2_en/index.html"""

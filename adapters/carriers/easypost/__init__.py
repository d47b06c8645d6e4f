"""Listens to EasyPost: https://docs.easypost.com/docs/trackers"""

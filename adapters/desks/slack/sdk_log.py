"""Limits the log of Slack's SDK and Bolt to errors: below that they write whole bodies, with customers' words."""

import logging

sdk_log = logging.getLogger(__name__)
sdk_log.setLevel(logging.ERROR)

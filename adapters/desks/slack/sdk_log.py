"""The logger for Slack's SDK and Bolt: below errors they write whole bodies, and customers' words belong in no log."""

import logging

sdk_log = logging.getLogger(__name__)
sdk_log.setLevel(logging.ERROR)

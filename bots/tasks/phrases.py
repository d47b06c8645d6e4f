"""Learns the store's phrases, which workers then know in other words, too (bots.wiring.jobs.learning)."""

import logging
from typing import Any

import msgspec

from bots.wiring.installation import Parts
from bots.wiring.jobs import training
from bots.wiring.jobs.job_progress import Progress

log = logging.getLogger(__name__)


def run(parts: Parts, _progress: Progress) -> dict[str, Any]:
    """Trains a model on our phrases and the store's as they are now, unless that was done."""
    settings = parts.intake.settings
    done: dict[str, Any] = msgspec.to_builtins(training.train(settings, settings.store_dir, log.info))
    return done

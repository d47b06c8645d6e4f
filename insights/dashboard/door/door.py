"""Holds what the door is kept by, handed in."""

from dataclasses import dataclass

from redis import Redis


@dataclass(frozen=True)
class Door:
    """Says who may come in. `password`: "" where only this machine does, which is proved before; `secret`: the
    installation's key; `is_secure`: whether browsers reach us by https alone; `at_once`: pages that may be made at a
    time, and files that may leave; `waiting`: how many more may wait for a page, and for so many seconds (`patience`).
    """

    password: str
    secret: str
    is_secure: bool
    redis: Redis | None
    at_once: int = 4
    waiting: int = 0
    patience: float = 20.0

"""Decides when a message may leave: buckets in Redis, one per sender and one per pair, asked for many at once."""

from collections.abc import Sequence

import msgspec
from redis import Redis

# GCRA: for each bucket the theoretical arrival time is kept. All buckets of one request are read first, and only when
# the slot lies within what the caller will wait for are they all moved on: a refused request costs nothing.
_LUA = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local answers, i = {}, 1
local cursor = 1
while cursor <= #ARGV do
  local horizon, buckets = tonumber(ARGV[cursor]), tonumber(ARGV[cursor + 1])
  cursor = cursor + 2
  local start = now
  local moves = {}
  for b = 1, buckets do
    local key, interval, burst = KEYS[i], tonumber(ARGV[cursor]), tonumber(ARGV[cursor + 1])
    local slots = tonumber(ARGV[cursor + 2])
    i, cursor = i + 1, cursor + 3
    local tat = math.max(tonumber(redis.call('GET', key) or '0'), now)
    start = math.max(start, tat - interval * (burst - slots), tonumber(redis.call('GET', key .. ':pause') or '0'))
    moves[b] = {key, tat, interval * slots}
  end
  local wait = start - now
  if wait <= horizon then
    for b = 1, buckets do
      local tat = math.max(moves[b][2], start) + moves[b][3]
      redis.call('SET', moves[b][1], string.format('%.6f', tat), 'PX', math.ceil((tat - now) * 1000) + 1000)
    end
    answers[#answers + 1] = string.format('%.6f', wait)
  else
    answers[#answers + 1] = string.format('%.6f', -wait)
  end
end
return answers
"""

_PAUSE = """
local time = redis.call('TIME')
local until_ = tonumber(time[1]) + tonumber(time[2]) / 1e6 + tonumber(ARGV[1])
if tonumber(redis.call('GET', KEYS[1]) or '0') < until_ then
  redis.call('SET', KEYS[1], string.format('%.6f', until_), 'PX', math.ceil(tonumber(ARGV[1]) * 1000) + 1000)
end
"""


# The members written to in the last 24 hours; a new one is let in only while there is room.
_BUDGET = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local most, day = tonumber(ARGV[1]), 86400
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - day)
local wait = 0
if not redis.call('ZSCORE', KEYS[1], ARGV[2]) and redis.call('ZCARD', KEYS[1]) >= most then
  wait = tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]) + day - now
else
  redis.call('ZADD', KEYS[1], now, ARGV[2])
  redis.call('EXPIRE', KEYS[1], day)
end
return string.format('%.3f', wait)
"""


class Bucket(msgspec.Struct, frozen=True):
    """Names one limit: at most one message per `interval` seconds, after a burst of `burst`; this one takes `slots`."""

    key: str
    interval: float
    burst: int = 1
    slots: int = 1


class Request(msgspec.Struct, frozen=True):
    """Names a message that is to leave within `horizon` seconds, and the limits it is under."""

    buckets: tuple[Bucket, ...]
    horizon: float


class Pace:
    """Gives out slots under the limits of all senders, shared by all workers."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(_LUA)
        self._pause = redis.register_script(_PAUSE)
        self._budget = redis.register_script(_BUDGET)

    def reserve(self, requests: Sequence[Request]) -> list[float]:
        """Returns for each request the seconds to wait before sending; -w means: no slot, ask again in w.

        Raises redis.RedisError.
        """
        limited = [(n, request) for n, request in enumerate(requests) if request.buckets]
        waits = [0.0] * len(requests)
        if not limited:
            return waits
        keys = [bucket.key for _, request in limited for bucket in request.buckets]
        arguments: list[float] = []
        for _, request in limited:
            arguments += (request.horizon, len(request.buckets))
            for bucket in request.buckets:
                arguments += (bucket.interval, bucket.burst, bucket.slots)
        answers = self._script(keys=keys, args=arguments)
        for (n, _), answer in zip(limited, answers, strict=True):
            waits[n] = float(answer)
        return waits

    def admit(self, key: str, member: str, most: int) -> float:
        """Returns the seconds until `member` may be written to, if at most `most` may be in 24 hours; 0: now.

        Raises redis.RedisError.
        """
        return float(self._budget(keys=[key], args=[most, member]))

    def pause(self, key: str, seconds: float) -> None:
        """Stops everything under this bucket for so long (the provider said so)."""
        self._pause(keys=[f"{key}:pause"], args=[seconds])

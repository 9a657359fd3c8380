"""How often one token, one address, one person may ask: token buckets in this process's memory.

The written limits (each API process counts for itself):
- a token: `OKPAY_API_RATE` requests a second (50 by default, 0 switches it off), 2 seconds' worth
  at once;
- an address without a token: 10 a second, 100 at once;
- an address that sends bad tokens: 1 a second, 30 at once;
- a person who looks up people (also by quotes): 20 a minute, 40 at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from okpay.api.calls import Call, Headers
from okpay.api.errors import RateLimitedError

MOST_KEYS: Final = 50_000
NANO: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a bucket said: `wait` is whole seconds until the next request may be."""

    allowed: bool
    remaining: int
    wait: int


class Buckets:
    """A bucket for each key: `burst` requests at once, refilled by one each `period / count`."""

    def __init__(self, name: str, *, count: int, period: int, burst: int) -> None:
        """Allow `count` requests in `period` seconds; a count of 0 allows everything."""
        self.name = name
        self.burst = burst
        self.step = period * NANO // count if count else 0
        self.policy = f'"{name}";q={burst};w={max(burst * self.step // NANO, 1)}'.encode()
        # When the bucket will be full again, in nanoseconds (GCRA): one number for each key.
        self._full: dict[object, int] = {}

    def take(self, key: object, now: int | None = None) -> Verdict:
        """Take one request out of a bucket. `now` is nanoseconds of a monotonic clock."""
        moment = time.monotonic_ns() if now is None else now
        full = max(self._full.get(key, moment), moment)
        used = full - moment
        capacity = self.burst * self.step
        if used + self.step > capacity:
            wait = -(-(used + self.step - capacity) // NANO)
            return Verdict(allowed=False, remaining=0, wait=wait or 1)
        if len(self._full) >= MOST_KEYS and key not in self._full:
            self._forget(moment)
        self._full[key] = full + self.step
        remaining = (capacity - used - self.step) // self.step if self.step else self.burst
        return Verdict(allowed=True, remaining=remaining, wait=0)

    def spent(self, key: object) -> bool:
        """Whether the next request would be refused, without taking one."""
        used = self._full.get(key, 0) - time.monotonic_ns()
        return used + self.step > self.burst * self.step

    def _forget(self, moment: int) -> None:
        """Drop the full buckets; if all are in use, drop the older half."""
        self._full = {key: full for key, full in self._full.items() if full > moment}
        if len(self._full) >= MOST_KEYS:
            ordered = sorted(self._full.items(), key=lambda item: item[1])
            self._full = dict(ordered[MOST_KEYS // 2 :])

    def clear(self) -> None:
        """Fill every bucket."""
        self._full.clear()


class Rates:
    """All buckets of this process."""

    def __init__(self, per_second: int) -> None:
        """Make the buckets; `per_second` is the pace of one token, 0 for none at all."""
        pace = bool(per_second)
        self.tokens = Buckets("token", count=per_second, period=1, burst=per_second * 2)
        self.addresses = Buckets("address", count=10 * pace, period=1, burst=100)
        self.failures = Buckets("failures", count=1 * pace, period=1, burst=30)
        self.people = Buckets("people", count=20 * pace, period=60, burst=40)

    def admit(self, call: Call) -> None:
        """Count a request and write its RateLimit headers into the call.

        Raises:
            RateLimitedError: this token or address was too fast.
        """
        buckets, key = (self.tokens, call.secret) if call.secret else (self.addresses, call.address)
        if call.secret and self.failures.spent(call.address):
            raise RateLimitedError(seconds=1)
        verdict = buckets.take(key)
        call.rate = _headers(buckets, verdict)
        if not verdict.allowed:
            raise RateLimitedError(seconds=verdict.wait)

    def look_up(self, person_id: object) -> None:
        """Count a look at other people's names.

        Raises:
            RateLimitedError: this person has looked up too many.
        """
        verdict = self.people.take(person_id)
        if not verdict.allowed:
            raise RateLimitedError(seconds=verdict.wait)

    def failed(self, call: Call) -> None:
        """Count a token that is none."""
        self.failures.take(call.address)

    def clear(self) -> None:
        """Start all counts anew."""
        for buckets in (self.tokens, self.addresses, self.failures, self.people):
            buckets.clear()


def _headers(buckets: Buckets, verdict: Verdict) -> Headers:
    """Return the fields of draft-ietf-httpapi-ratelimit-headers-10."""
    if not buckets.step:
        return []
    limit = f'"{buckets.name}";r={verdict.remaining};t={verdict.wait or 1}'
    return [(b"ratelimit-policy", buckets.policy), (b"ratelimit", limit.encode())]


RATES: Final = Rates(settings.OKPAY_API_RATE)

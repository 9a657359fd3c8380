"""How often one token, one address, one person may ask: token buckets in this process's memory.

The written limits, which hold over all API processes together (`okpay.api.pace` tells each what
the others let through; nothing is asked while a request waits):
- a token: `OKPAY_API_RATE` requests a second (50 by default, 0 switches it off), 2 seconds' worth
  at once;
- an address without a token: 10 a second, 100 at once;
- an address that sends bad tokens: 1 a second, 30 at once; tokens that were good lately pass all
  the same, so that a stranger behind the same address stops nobody;
- a person who looks up people (also by quotes and by payments to nobody): 20 a minute, 40 at once.
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
LATELY: Final = 600 * NANO


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
        self._taken: dict[object, int] | None = None  # since `drain`, once that was asked

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
        if self._taken is not None:
            self._taken[key] = self._taken.get(key, 0) + 1
        remaining = (capacity - used - self.step) // self.step if self.step else self.burst
        return Verdict(allowed=True, remaining=remaining, wait=0)

    def spent(self, key: object) -> bool:
        """Whether the next request would be refused, without taking one."""
        used = self._full.get(key, 0) - time.monotonic_ns()
        return used + self.step > self.burst * self.step

    def drain(self) -> dict[object, int]:
        """Return how many requests each key took since this was asked last."""
        taken, self._taken = self._taken or {}, {}
        return taken

    def learn(self, key: object, used: int) -> None:
        """Take over that all processes together have used so much of a bucket, in nanoseconds.

        It may be more than the bucket holds (several processes let through at once): then it has to
        be refilled before the next request. What was taken here since `drain` is added.
        """
        since = (self._taken or {}).get(key, 0) * self.step
        full = time.monotonic_ns() + used + since
        self._full[key] = max(self._full.get(key, 0), full)

    def _forget(self, moment: int) -> None:
        """Drop the full buckets; if all are in use, drop the older half."""
        self._full = {key: full for key, full in self._full.items() if full > moment}
        if len(self._full) >= MOST_KEYS:
            ordered = sorted(self._full.items(), key=lambda item: item[1])
            self._full = dict(ordered[MOST_KEYS // 2 :])

    def clear(self) -> None:
        """Fill every bucket."""
        self._full.clear()


class Recent:
    """Tokens that were good lately, by digest, with their person. A hint about pace, no authority.

    Whether a token is good is asked of the database at every call, also for those that stand here.
    """

    def __init__(self) -> None:
        """Remember none."""
        self._seen: dict[bytes, tuple[str, int]] = {}

    def note(self, digest: bytes, person_id: str) -> None:
        """Remember a token that was just good; the oldest half makes room."""
        self._seen.pop(digest, None)
        self._seen[digest] = (person_id, time.monotonic_ns() + LATELY)
        if len(self._seen) > MOST_KEYS:
            self._seen = dict(list(self._seen.items())[MOST_KEYS // 2 :])

    def person(self, digest: bytes) -> str:
        """Return whose token was good lately, or ""."""
        person_id, until = self._seen.get(digest, ("", 0))
        return person_id if until > time.monotonic_ns() else ""

    def drop(self, digest: bytes) -> None:
        """Forget a token that is good no more."""
        self._seen.pop(digest, None)

    def clear(self) -> None:
        """Forget all."""
        self._seen.clear()


class Rates:
    """All buckets of this process."""

    def __init__(self, per_second: int) -> None:
        """Make the buckets; `per_second` is the pace of one token, 0 for none at all."""
        pace = bool(per_second)
        self.tokens = Buckets("token", count=per_second, period=1, burst=per_second * 2)
        self.addresses = Buckets("address", count=10 * pace, period=1, burst=100)
        self.failures = Buckets("failures", count=1 * pace, period=1, burst=30)
        self.people = Buckets("people", count=20 * pace, period=60, burst=40)
        self.recent = Recent()

    def admit(self, call: Call) -> None:
        """Count a request and write its RateLimit headers into the call.

        Raises:
            RateLimitedError: this token or address was too fast.
        """
        buckets, key = (self.tokens, call.secret) if call.secret else (self.addresses, call.address)
        if (
            call.secret
            and self.failures.spent(call.address)
            and not self.recent.person(call.digest)
        ):
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
        verdict = self.people.take(str(person_id))
        if not verdict.allowed:
            raise RateLimitedError(seconds=verdict.wait)

    def failed(self, call: Call) -> None:
        """Count a token that is none."""
        self.failures.take(call.address)
        self.recent.drop(call.digest)

    def good(self, call: Call, person_id: object) -> None:
        """Remember that a token was good just now."""
        self.recent.note(call.digest, str(person_id))

    def guess(self, call: Call) -> None:
        """Admit a payment to an address, which tells whether somebody has it.

        Raises:
            RateLimitedError: this person has found nobody too often.
        """
        person_id = self.recent.person(call.digest)
        if person_id and self.people.spent(person_id):
            raise RateLimitedError(seconds=-(-self.people.step // NANO))

    def answered(self, call: Call, code: str, person_id: str) -> None:
        """Learn from the answer to a payment: a bad token, a good one, or an address of nobody."""
        if code == "unauthenticated":
            self.failed(call)
            return
        if person_id:
            self.good(call, person_id)
        if person_id and code == "payee_not_found":
            self.people.take(person_id)

    def all(self) -> tuple[Buckets, ...]:
        """Return every kind of bucket."""
        return self.tokens, self.addresses, self.failures, self.people

    def clear(self) -> None:
        """Start all counts anew."""
        for buckets in self.all():
            buckets.clear()
        self.recent.clear()


def _headers(buckets: Buckets, verdict: Verdict) -> Headers:
    """Return the fields of draft-ietf-httpapi-ratelimit-headers-10."""
    if not buckets.step:
        return []
    limit = f'"{buckets.name}";r={verdict.remaining};t={verdict.wait or 1}'
    return [(b"ratelimit-policy", buckets.policy), (b"ratelimit", limit.encode())]


RATES: Final = Rates(settings.OKPAY_API_RATE)

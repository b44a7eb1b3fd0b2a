"""How much may be asked for: requests are counted by token, else by address, over all workers of a machine.

The counters stand in a file that all workers map into their memory. Each worker writes counters of its own
and reads those of the others, so none waits for another, and a request costs microseconds and no query. Two
workers that count at the same moment may let one request too many pass.
"""

import fcntl
import hashlib
import ipaddress
import mmap
import os
import struct
import threading
import time
from contextlib import suppress
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext

from api.errors import ProblemType, problem
from catalogue.accounts import client_address
from catalogue.environment import Rate
from roles.models import ApiToken

WORKERS: Final = 8
"""How many workers count together; further ones count for themselves."""
SLOTS: Final = 8_192
"""How many tokens and addresses there is room for; where two meet, the later one takes the place."""

# For each worker a counter: a digest of the key, the number of the window, how many requests it let pass.
_COUNTER: Final = struct.Struct("<QII")
_SLOT: Final = struct.Struct("<" + WORKERS * "QII")
_SIZE: Final = SLOTS * _SLOT.size
_COLUMNS: Final = range(0, 3 * WORKERS, 3)


class Meter:
    """Counters of requests, by key and by window of time.

    With a path, workers count together: each in a column of its own, which it holds by a lock on the file
    until it ends. Without one, or where no file can be had, a process counts for itself.
    """

    def __init__(self, path: Path | None = None, *, secret: str = "") -> None:
        self._path = path
        self._secret = hashlib.sha256(secret.encode()).digest()
        self._tag = lru_cache(maxsize=4 * SLOTS)(self._digest)
        self._lock = threading.Lock()
        self._pid = 0
        self._column = 0
        self._memory = mmap.mmap(-1, _SIZE)

    def count(self, key: str, rate: Rate, now: float | None = None) -> tuple[int, int]:
        """Count a request at a moment, given in seconds since 1970, unless the rate of its key is spent.

        Returns how many more may follow, -1 if this one is too many, and the seconds until all are allowed.
        """
        if self._pid != os.getpid():
            self._open()
        tag = self._tag(key)
        # The windows of different keys end at different moments, so that programs don't all come at once.
        shifted = (time.time() if now is None else now) + tag % rate.seconds
        window = int(shifted // rate.seconds)
        ends = ceil(rate.seconds - shifted % rate.seconds)
        place = tag % SLOTS * _SLOT.size
        with self._lock:
            counters = _SLOT.unpack_from(self._memory, place)
            used = own = 0
            for column in _COLUMNS:
                if counters[column] == tag and counters[column + 1] == window:
                    used += counters[column + 2]
                    if column == self._column:
                        own = counters[column + 2]
            if used >= rate.quota:
                return -1, ends
            at = place + self._column // 3 * _COUNTER.size
            _COUNTER.pack_into(self._memory, at, tag, window, own + 1)
        return rate.quota - used - 1, ends

    def _digest(self, key: str) -> int:
        return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8, key=self._secret).digest())

    def _open(self) -> None:
        """Take part. A process that was forked from one that did has to take a column of its own."""
        with self._lock:
            if self._path is not None and self._pid != os.getpid():
                with suppress(OSError):
                    self._share(self._path)
            self._pid = os.getpid()

    def _share(self, path: Path) -> None:
        """Count in the first column of the file that is free, if there is one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # It stays open as long as the process lives, since the lock ends with it.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        os.ftruncate(file, _SIZE)
        for number, column in enumerate(_COLUMNS):
            with suppress(BlockingIOError, PermissionError):
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                self._memory, self._column = mmap.mmap(file, _SIZE), column
                return


meter: Final = Meter(settings.API_METER, secret=settings.SECRET_KEY)


class Allowance(NamedTuple):
    """What is left of the rate that a request counts against."""

    name: str
    rate: Rate
    remaining: int
    seconds: int

    @property
    def is_spent(self) -> bool:
        """Whether the request is one too many."""
        return self.remaining < 0

    def tell(self, response: HttpResponseBase) -> None:
        """Say in an answer what is left, as in draft-ietf-httpapi-ratelimit-headers-10."""
        response.headers["RateLimit-Policy"] = f'"{self.name}";q={self.rate.quota};w={self.rate.seconds}'
        response.headers["RateLimit"] = f'"{self.name}";r={max(0, self.remaining)};t={self.seconds}'

    def refusal(self) -> HttpResponseBase:
        """The answer to a request that is one too many."""
        detail = ngettext(
            "You have asked too often. Try again in %(seconds)d second.",
            "You have asked too often. Try again in %(seconds)d seconds.",
            self.seconds,
        ) % {"seconds": self.seconds}
        headers = {"Retry-After": str(self.seconds)}
        return problem(ProblemType.TOO_MANY_REQUESTS, detail, headers=headers)


def counted(request: HttpRequest, token: ApiToken | None) -> Allowance:
    """Count a request: for its token, or for its address if it has none, or a wrong one."""
    if token is not None:
        rate = settings.API_RATE_TOKEN
        return Allowance("token", rate, *meter.count(f"token {token.pk}", rate))
    rate = settings.API_RATE_ADDRESS
    return Allowance("address", rate, *meter.count(network(client_address(request)), rate))


def network(address: str | None) -> str:
    """Whom an IP address counts for: one of version 6 for all that its network of 64 bits gives out."""
    if address is None or ":" not in address:
        return address or ""
    try:
        six = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(six.ipv4_mapped or ipaddress.IPv6Network((int(six) >> 64 << 64, 64)))

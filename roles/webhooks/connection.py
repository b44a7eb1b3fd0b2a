"""One request to an address that was checked."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from roles.webhooks.addresses import USUAL_PORTS, Target

MOST_READ: Final = 64 * 1024
"""Bytes of an answer that are read at most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered."""

    status: int
    headers: Mapping[str, str]
    """By names in small letters."""
    body: bytes
    """Its beginning."""


class TooSlow(Exception):
    """The time was over before there was an answer."""


def post(
    target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes, *, seconds: float
) -> Answer:
    """Send a body to a target at the first of these IP addresses that takes a connection.

    Redirects are not followed, and no proxy is asked. Whatever the receiver does, it is over after this time.

    Raises:
        TooSlow: if it is over.
        OSError, http.client.HTTPException: if there is no answer, or none that can be understood.
    """
    connection = _Connection(target, addresses, seconds)
    over = threading.Event()

    def end() -> None:
        over.set()
        connection.cut()

    clock = threading.Timer(seconds, end)
    clock.daemon = True
    clock.start()
    try:
        connection.request("POST", target.path, body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        # Not `read`, which would take all that comes in pieces of a negative size.
        said = b""
        while len(said) < MOST_READ and (piece := response.read1(MOST_READ)):
            said += piece
        if over.is_set():
            raise TooSlow
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, said)
    except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
        # A connection that is cut fails in many ways.
        if over.is_set() or isinstance(error, TimeoutError):
            raise TooSlow from error
        raise
    finally:
        clock.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """Connects to nothing but the IP addresses it is given, and asks the host there for its certificate."""

    def __init__(self, target: Target, addresses: Sequence[str], seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._addresses = addresses
        self._until = time.monotonic() + seconds
        self._secure = target.scheme == "https"
        self._raw: socket.socket | None = None
        # So that the header Host names the port where it is not the usual one of the scheme.
        self.default_port = USUAL_PORTS[target.scheme]

    def connect(self) -> None:
        self._raw = self._first_that_answers()
        self.sock: Any = self._raw
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(
                self._raw, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def _first_that_answers(self) -> socket.socket:
        failure = OSError()
        for address in self._addresses:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                return socket.create_connection((address, self.port), left)
            except OSError as error:
                failure = error
        raise failure

    def cut(self) -> None:
        """End the connection from another thread, whatever it waits for."""
        for held in {self._raw, self.sock} - {None}:
            with suppress(OSError):
                socket.socket.shutdown(held, socket.SHUT_RDWR)

"""Asks servers as fast as they answer, over connections that stay open.

Small, so that it is not what is measured: it takes some 30 microseconds of a request.
"""

import os
import re
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

CONNECTIONS = 8
"""So many requests are under way at any time: as many as the server's workers have threads."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Rate(NamedTuple):
    """What came of asking: answers in a second, bytes of a body, the server's seconds of work for an
    answer, and the share of one core that asking took.
    """

    per_second: float
    size: int
    work: float
    own_share: float


def worked(server: int) -> float:
    """The seconds that the processes of a server's session have worked; 0 where the system does not tell."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            stated = file.read_text().rpartition(")")[2].split()
            if int(stated[3]) == server:
                ticks += int(stated[11]) + int(stated[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def request(path: str, **headers: str) -> bytes:
    """The bytes of a request, for an answer that is not compressed: Datasette compresses none."""
    stated = {"Host": "localhost", "Accept": "application/json", "Accept-Encoding": "identity"} | headers
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in stated.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()

    def answer(self) -> tuple[int, bytes, bytes] | None:
        """Status, head and body, once all of it is there."""
        self.received += self.socket.recv(1 << 18)
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.received[: end + 2])
        status = int(head[9:12])
        length = _LENGTH.search(head)
        if length is not None:
            if len(self.received) < end + 4 + int(length[1]):
                return None
        elif status not in (204, 304) and not self.received.endswith(b"0\r\n\r\n"):
            return None
        body = bytes(self.received[end + 4 :])
        self.received.clear()
        return status, head, body


def ask(port: int, path: str) -> tuple[bytes, bytes]:
    """Head and body of one answer."""
    connection = _Connection(port)
    connection.socket.sendall(request(path))
    while (found := connection.answer()) is None:
        pass
    connection.socket.close()
    status, head, body = found
    assert status == 200, (path, head, body)
    return head, body


def run(port: int, requests: Sequence[bytes], seconds: float, *, server: int, status: int = 200) -> Rate:
    """Ask one after the other, again and again; every answer must have this status.

    `server` is the process that the server began with.
    """
    waiting = cycle(requests)
    selector = selectors.DefaultSelector()
    connections = [_Connection(port) for _ in range(CONNECTIONS)]
    own, before = time.process_time(), worked(server)
    started = time.perf_counter()
    ends = started + seconds
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.socket.sendall(next(waiting))
    answers = size = 0
    while (now := time.perf_counter()) < ends:
        for key, _ in selector.select(timeout=1):
            found = key.data.answer()
            if found is not None:
                assert found[0] == status, found
                answers += 1
                size += len(found[2])
                key.data.socket.sendall(next(waiting))
    for connection in connections:
        connection.socket.close()
    spent = now - started
    answers = max(answers, 1)
    work = (worked(server) - before) / answers
    return Rate(answers / spent, size // answers, work, (time.process_time() - own) / spent)

"""The catalogue in a process of its own, as `make run` starts it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings


@contextmanager
def started(database: Path, roles: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The catalogue on this database, with these roles, and its port. Killed in the end if it still runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    values = {"DATABASE_URL": f"sqlite:///{database}", "PORT": str(port), "ROLES": str(roles or "")}
    values["DJANGO_SETTINGS_MODULE"] = "catalogue.settings"
    command = [sys.executable, "-m", "catalogue"]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A terminal sends Ctrl-C to all processes of a group, so this one gets a group of its own.
    with subprocess.Popen(
        command, env=os.environ | values, cwd=settings.BASE_DIR, start_new_session=True, **streams
    ) as server:
        try:
            yield server, port
        finally:
            server.kill()


def healthy(port: int) -> bool:
    """Whether the server answers within two minutes, on a busy machine."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        time.sleep(0.1)
    return False

"""The catalogue on this machine: `python -m catalogue` starts it, ready to use. That is what `make run` does.

`python -m catalogue COMMAND …` is `manage.py COMMAND …` with the settings of that start. Beside the settings,
PORT (8000) and ROLES (a folder of role documents to load at each start) are read from the environment.
"""

import logging
import os
import queue
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import django
import environ
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connections

from catalogue.environment import SettingsError

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
LISTENS_FOR = 0.5
"""Seconds that the start waits for a signal before it looks whether the server still runs."""
STOPS_WITHIN = 20
"""Seconds after which a server that was told to stop is stopped by force."""
PUBLISHES_EVERY = 60
"""Seconds between two looks at what is to be published."""
SENDS_EVERY = 3
"""Seconds between two looks at what webhooks are to be told."""

logger = logging.getLogger(__name__)


def keep_secret(path: Path) -> str:
    """The secret in `path`, which is made at the first call and readable by its owner only.

    Starts that race for the first call agree: the file appears under its name when it is complete, and once.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp's files are their owner's alone.
        descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text()


def read_port(value: str) -> int:
    """`value` as the number of a port that is free on HOST; else end with a message."""
    if not value.isdecimal() or not 0 < int(value) < 65536:
        sys.exit(f"PORT is {value!r}, which is not a number from 1 to 65535.")
    with socket.socket() as probe:
        # As the server does: a connection of the last start that is still closing does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(value)))
        except OSError as error:
            sys.exit(
                f"Port {value} cannot be used ({error.strerror}). Choose another one: PORT=9000 make run"
            )
    return int(value)


def choose_settings() -> None:
    """Fill in what neither the environment nor .env says, as suits a catalogue for this machine alone."""
    environ.Env.read_env(ROOT / ".env")
    defaults = {
        "DJANGO_SETTINGS_MODULE": "catalogue.settings",
        "READ_ACCESS": "public",
        "SECURE_SSL": "false",
    }
    for name, value in defaults.items():
        os.environ[name] = os.environ.get(name) or value
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = keep_secret(ROOT / "var" / "secret")


def serve() -> int:
    """Prepare the database, then run the server until a signal ends it.

    The exit status: 0 after a signal, else the one the server ended with.
    """
    port = read_port(os.environ.get("PORT") or "8000")
    django.setup()
    call_command("prepare", roles=os.environ.get("ROLES") or None)
    heard = hear_signals()
    sys.stdout.write(f"The catalogue is at http://{HOST}:{port} until you press Ctrl-C.\n")
    sys.stdout.flush()
    # A terminal sends Ctrl-C to all processes of a session, and granian's workers hang when that meets their
    # parent's word to stop. So the server has a session of its own, and only its first process is told.
    server = subprocess.Popen(server_command(port), start_new_session=True)  # noqa: S603
    # A receiver that does not answer delays nothing else, and whatever is cut off at the end is sent again.
    stopped = threading.Event()
    threading.Thread(target=send_webhooks, args=[stopped], daemon=True).start()
    told_to_stop = watch(server, heard)
    # What is being sent may take as long as the server does to end.
    stopped.set()
    if told_to_stop:
        stop(server)
    return 0 if told_to_stop else server.returncode


def hear_signals() -> queue.SimpleQueue[int]:
    """Where from now on every signal is put that tells the start to stop."""
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # They are handled between any two steps of what runs then. An Event would now and then wait for
        # ever for a lock that is held there; this queue is made for it.
        signal.signal(number, lambda number, frame: heard.put(number))
    return heard


def watch(server: subprocess.Popen[bytes], heard: queue.SimpleQueue[int]) -> bool:
    """Publish what is due until the server ends or a signal is heard; return whether one was."""
    publishes_at = time.monotonic()
    while server.poll() is None:
        with suppress(queue.Empty):
            heard.get(timeout=LISTENS_FOR)
            return True
        if time.monotonic() >= publishes_at:
            publish_due()
            publishes_at = time.monotonic() + PUBLISHES_EVERY
    # The same signal may have met the server while it was not in its own session yet.
    return not heard.empty()


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server that has a session of its own; with all its processes, if it does not end by itself."""
    server.terminate()
    try:
        server.wait(timeout=STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def server_command(port: int) -> list[str]:
    """What starts the server: two processes that answer on HOST."""
    granian = str(Path(sys.executable).with_name("granian"))
    address = ["--host", HOST, "--port", str(port), "--working-dir", str(ROOT)]
    # Few threads: with SQLite one of them writes at a time, and Python runs one of a process at a time.
    options = ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
    # A worker that is still starting does not hear the word to stop, and granian would wait for it for ever.
    options += ["--workers-kill-timeout", "3"]
    return [granian, "--interface", "wsgi", *address, *options, "catalogue.wsgi:application"]


def publish_due() -> None:
    """Publish what was approved for now; a failure is told, and tried again the next time."""
    try:
        call_command("publish_due")
    except Exception:
        logger.exception("Publishing what was approved for now")
    finally:
        # Else a connection that broke would stay in use.
        connections.close_all()


def send_webhooks(stopped: threading.Event) -> None:
    """Send webhooks what is due, until the start is told to stop; a failure is told, and tried again."""
    while not stopped.wait(SENDS_EVERY):
        try:
            call_command("send_webhooks", verbosity=0)
        except Exception:
            logger.exception("Sending webhooks")
        finally:
            connections.close_all()


def main(arguments: list[str]) -> None:
    """Run the command in `arguments`, or serve if there is none."""
    choose_settings()
    try:
        if arguments:
            execute_from_command_line(["manage.py", *arguments])
        else:
            sys.exit(serve())
    except (SettingsError, CommandError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])

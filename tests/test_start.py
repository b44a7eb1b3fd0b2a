"""`python -m catalogue` and `manage.py prepare`: the first start and those after it."""

import io
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from catalogue import __main__ as start
from catalogue.__main__ import keep_secret, read_port
from roles import proposals
from roles.models import PasswordChangeDue, Role, RoleRevision
from tests import tables
from tests.builders import change, document, written
from tests.serving import healthy, started

User = get_user_model()
DOCUMENT = """---
id: bc-01
slug: bridge-builder
name: Bridge Builder
default_seniority: Senior
---

# Mission

Get people across.
"""


def prepare(roles: Path | None = None) -> str:
    """What `manage.py prepare` prints."""
    output = io.StringIO()
    call_command("prepare", roles=str(roles) if roles else None, stdout=output, stderr=output)
    return output.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one role document."""
    (tmp_path / "bridge-builder.md").write_text(DOCUMENT)
    return tmp_path


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    secret = keep_secret(path)
    assert len(secret) >= 50
    assert keep_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_starts_at_the_same_time_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(keep_secret, [tmp_path / "secret"] * 32))) == 1


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} cannot be used .*PORT=9000 make run"):
            read_port(str(port))


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(value: str) -> None:
    with pytest.raises(SystemExit, match=f"PORT is '{value}'"):
        read_port(value)


@pytest.mark.django_db
def test_the_first_start_makes_an_account_for_hr_and_shows_its_password_once(folder: Path) -> None:
    shown = re.search(r"as (\S+) with the password (\S+)$", prepare(folder), flags=re.MULTILINE)
    assert shown is not None
    user = User.objects.get(username=shown[1])
    assert user.check_password(shown[2])
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert [group.name for group in user.groups.all()] == ["Administrators"]
    assert PasswordChangeDue.objects.filter(user=user).exists()
    assert shown[2] not in prepare(folder)


@pytest.mark.django_db
def test_a_later_start_touches_no_account(folder: Path) -> None:
    prepare(folder)
    User.objects.all().delete()
    prepare(folder)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_catalogue_that_has_users_gets_no_further_one(folder: Path) -> None:
    User.objects.create_user("ada")
    prepare(folder)
    assert [user.username for user in User.objects.all()] == ["ada"]


@pytest.mark.django_db
def test_an_empty_catalogue_gets_the_samples() -> None:
    prepare()
    assert Role.objects.filter(slug="data-engineer").exists()


@pytest.mark.django_db
def test_a_catalogue_with_roles_gets_no_samples(folder: Path) -> None:
    prepare(folder)
    prepare()
    assert [role.slug for role in Role.objects.all()] == ["bridge-builder"]


@pytest.mark.django_db
def test_ones_own_folder_is_loaded_at_each_start(folder: Path) -> None:
    prepare(folder)
    (folder / "bridge-builder.md").write_text(DOCUMENT.replace("across.", "across safely."))
    prepare(folder)
    assert Role.objects.get().mission == "Get people across safely."


@pytest.mark.django_db
def test_a_start_with_unchanged_files_writes_nothing(folder: Path) -> None:
    prepare(folder)
    before = list(RoleRevision.objects.values_list("pk"))
    prepare(folder)
    assert list(RoleRevision.objects.values_list("pk")) == before


@pytest.mark.django_db
def test_a_broken_document_does_not_keep_the_catalogue_from_starting(folder: Path) -> None:
    (folder / "broken.md").write_bytes(b"\xff\xfe\x00")
    assert "broken.md" in prepare(folder)
    assert Role.objects.filter(slug="bridge-builder").exists()


@pytest.mark.django_db
def test_a_folder_that_does_not_exist_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file or folder"):
        prepare(tmp_path / "nowhere")


def test_ctrl_c_ends_the_server_at_once_and_without_a_traceback(folder: Path, tmp_path: Path) -> None:
    with started(tmp_path / "test.sqlite3", folder) as (server, port):
        assert healthy(port)
        os.killpg(server.pid, signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


def test_a_signal_is_heard_at_whatever_step_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "LISTENS_FOR", 0.01)
    monkeypatch.setattr(start, "publish_due", lambda: None)
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    usual = {number: signal.getsignal(number) for number in numbers}

    def give_up(*_signal: object) -> None:
        raise TimeoutError

    def watched(last_step: int) -> bool:
        """Watch a server, and be sent a signal at a step of Python's."""
        left = last_step

        def count(*_event: object) -> Callable[..., Any]:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGTERM)
            return count

        command = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
        with subprocess.Popen(command, start_new_session=True) as server:
            heard = start.hear_signals()
            signal.signal(signal.SIGALRM, give_up)
            signal.alarm(30)
            sys.settrace(count)
            try:
                return start.watch(server, heard)
            finally:
                sys.settrace(None)
                signal.alarm(0)
                server.kill()

    try:
        assert all(watched(step) for step in range(1, 60))
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def test_no_webhook_is_begun_any_more_while_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    sender: SimpleQueue[threading.Event] = SimpleQueue()
    found = []

    def stop(server: subprocess.Popen[bytes]) -> None:
        found.append(sender.get(timeout=60).is_set())
        server.kill()
        server.wait()

    monkeypatch.setattr(start, "call_command", lambda *_arguments, **_options: None)
    monkeypatch.setattr(
        start, "server_command", lambda _port: [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
    )
    monkeypatch.setattr(start, "hear_signals", SimpleQueue)
    monkeypatch.setattr(start, "send_webhooks", sender.put)
    monkeypatch.setattr(start, "watch", lambda _server, _heard: True)
    monkeypatch.setattr(start, "stop", stop)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))
    assert start.serve() == 0
    assert found == [True]


def test_a_server_that_does_not_stop_is_stopped_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "STOPS_WITHIN", 0.1)
    deaf = "from signal import *; import time; signal(SIGTERM, SIG_IGN); print(flush=True); time.sleep(60)"
    command = [sys.executable, "-S", "-c", deaf]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as server:
        assert server.stdout
        server.stdout.readline()
        start.stop(server)
        assert server.returncode == -signal.SIGKILL


# The server is caught before its workers exist, while they start, and after.
@pytest.mark.parametrize("delay", [0, 0.3, 0.6, 1])
def test_ctrl_c_ends_a_server_that_is_still_starting(folder: Path, tmp_path: Path, delay: float) -> None:
    with started(tables.copy_to(tmp_path / "test.sqlite3"), folder) as (server, _):
        assert server.stdout
        assert any("is at http" in line for line in iter(server.stdout.readline, ""))
        time.sleep(delay)
        os.killpg(server.pid, signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


@pytest.mark.django_db
def test_the_start_publishes_what_is_due_and_goes_on_when_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    # The transaction of the test lives on its connection.
    monkeypatch.setattr(connections, "close_all", lambda: None)
    role = written(document("Cook"))
    proposal = proposals.propose(role, document("Cook", mission="Bake."), change())
    proposals.schedule(proposal, User.objects.create_user("ruth"), timezone.now())
    start.publish_due()
    proposal.refresh_from_db()
    assert proposal.state == "applied"

    def failing(*_args: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(start, "call_command", failing)
    start.publish_due()

"""Loads in which several things happen at once: files held, moved, gone and decided on in one run."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from roles import history, store
from roles.loading.run import load, load_held
from roles.models import Conflict, Role, SourceDocument
from tests.builders import change, codes, edit, job, outcomes, profile, put, row_counts

pytestmark = pytest.mark.django_db

FEW, MANY = ("A", "B"), ("A", "B", "C", "D", "E", "F", "G", "H")


def ann(*principles: str) -> str:
    return job("Ann", "## Operating principles\n\n" + "".join(f"* {name}\n" for name in principles))


def principles() -> tuple[str, ...]:
    """What the role Ann says."""
    role = Role.objects.select_related("revision").get(slug="ann")
    assert store.current(role) == store.read(role)
    return store.current(role).principles


# Withdrawal -------------------------------------------------------------------------------------------------


def test_what_hr_changed_of_a_withdrawn_file_is_an_open_conflict(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    edit("ann", description="Ours.")
    (tmp_path / "ann.md").unlink()
    load([tmp_path], max_withdrawn=1)
    conflict = Conflict.objects.get()
    assert (conflict.closed_at, conflict.ours, conflict.theirs) == (None, "Ours.", None)


def test_a_conflict_that_waits_stays_open_when_its_file_is_withdrawn(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    edit("ann", description="Ours.")
    load([put(tmp_path, {"ann.md": job("Ann").replace("Work", "Toil")})])
    (tmp_path / "ann.md").unlink()
    load([tmp_path], max_withdrawn=1)
    conflict = Conflict.objects.get()
    assert (conflict.closed_at, conflict.ours, conflict.theirs) == (None, "Ours.", None)

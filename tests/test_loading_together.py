"""Loads that are interrupted, and loads that run at once: whole roles, as if one had come after the other."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from roles import store
from roles.documents.document import RoleDocument
from roles.loading.report import Report
from roles.loading.run import Progress, load
from roles.models import LoadRun, Role, RoleRevision, SourceDocument
from tests.builders import (
    JOB_SEED,
    PROFILE_SEED,
    SAMPLES,
    change,
    document,
    edit,
    job,
    outcomes,
    put,
    seeds,
    written,
)
from tests.threads import Threads, at_once

Item = TypeVar("Item")
Result = TypeVar("Result")


def interrupted_after(count: int) -> Progress:
    """A progress during which somebody presses Ctrl-C, when this many roles are loaded."""

    def progress(items: Sequence[Item], doing: str) -> Iterable[Item]:
        for number, item in enumerate(items):
            if doing == "Loading" and number == count:
                raise KeyboardInterrupt
            yield item

    return progress


def after_each(act: Callable[[int], object]) -> Progress:
    """A progress during which somebody else does something before each role is loaded."""

    def progress(items: Sequence[Item], doing: str) -> Iterable[Item]:
        for number, item in enumerate(items):
            if doing == "Loading":
                act(number)
            yield item

    return progress


# One after the other --------------------------------------------------------------------------------


@pytest.fixture
def one_role_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roles.loading.run.AT_ONCE", 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_role_at_a_time")
def test_an_interrupted_load_leaves_whole_roles_and_the_next_completes_it() -> None:
    with pytest.raises(KeyboardInterrupt):
        load([SAMPLES], progress=interrupted_after(5))
    assert Role.objects.count() == 5
    for role in Role.objects.select_related("revision"):
        assert store.current(role) == store.read(role)
        assert role.documents.exists()
    report = load([SAMPLES])
    counts = report.counts
    assert counts["unchanged"] >= 5
    assert counts["unchanged"] + counts["created"] == len(report.files)
    assert load([SAMPLES]).counts["unchanged"] == len(report.files)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_role_at_a_time")
def test_an_interrupted_load_is_seen_not_to_have_ended(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})
    with pytest.raises(KeyboardInterrupt):
        load([tmp_path], progress=interrupted_after(1))
    assert LoadRun.objects.get().finished_at is None


@pytest.mark.django_db
def test_a_load_inside_another_is_seen_by_it(tmp_path: Path) -> None:
    folder = seeds(tmp_path)
    inner: list[Report] = []

    def load_too(number: int) -> None:
        if not inner:
            inner.append(load([folder]))

    report = load([folder], progress=after_each(load_too))
    assert set(outcomes(inner[0]).values()) == {"created"}
    assert set(outcomes(report).values()) == {"unchanged"}
    assert (Role.objects.count(), RoleRevision.objects.count(), SourceDocument.objects.count()) == (1, 1, 2)


@pytest.mark.django_db
def test_a_role_made_meanwhile_under_the_name_of_a_file_is_the_files_role(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})

    def make_bob(number: int) -> None:
        if not Role.objects.filter(slug="bob").exists():
            written(document("Bob", mission="Ours."))

    load([tmp_path], progress=after_each(make_bob))
    role = Role.objects.get(slug="bob")
    assert (role.mission, role.description) == ("Ours.", "Work as Bob.")


@pytest.mark.django_db
def test_an_edit_made_meanwhile_is_kept(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})
    load([tmp_path])
    put(tmp_path, {"a.md": job("Ann", code="A1"), "b.md": job("Bob", code="B1")})

    def edit_bob(number: int) -> None:
        role = Role.objects.get(slug="bob")
        store.write(role, RoleDocument(slug="bob", name="Bob", description="Ours."), change())

    report = load([tmp_path], progress=after_each(edit_bob))
    role = Role.objects.get(slug="bob")
    assert (role.description, role.identifiers.get().value) == ("Ours.", "B1")
    assert outcomes(report) == {"a.md": "updated", "b.md": "updated"}


@pytest.mark.django_db
def test_a_role_deleted_meanwhile_stays_deleted_if_its_file_did_not_change(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})
    load([tmp_path])
    put(tmp_path, {"a.md": job("Ann", code="A1")})

    def delete_bob(number: int) -> None:
        Role.objects.filter(slug="bob").delete()

    load([tmp_path], progress=after_each(delete_bob))
    assert list(Role.objects.values_list("slug", flat=True)) == ["ann"]


@pytest.mark.django_db
def test_a_role_deleted_meanwhile_comes_back_if_its_file_changed(tmp_path: Path) -> None:
    put(tmp_path, {"b.md": job("Bob")})
    load([tmp_path])
    put(tmp_path, {"b.md": job("Bob", code="B1")})
    gone: list[int] = []

    def delete_bob(number: int) -> None:
        if not gone:
            gone.append(Role.objects.filter(slug="bob").delete()[0])

    report = load([tmp_path], progress=after_each(delete_bob))
    assert outcomes(report) == {"b.md": "created"}
    assert Role.objects.get().identifiers.get().value == "B1"


# At once --------------------------------------------------------------------------------------------------


@at_once
def test_two_loads_of_the_same_files_at_once_make_each_role_once(threads: Threads) -> None:
    reports = threads.run(lambda: load([SAMPLES]), lambda: load([SAMPLES]))
    files = len(reports[0].files)
    assert sum(report.counts["created"] for report in reports) == files
    assert not any(report.failed for report in reports)

    def check() -> None:
        assert SourceDocument.objects.count() == files
        assert RoleRevision.objects.count() == Role.objects.count()
        numbers = RoleRevision.objects.order_by("catalogue_number").values_list("catalogue_number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert set(outcomes(load([SAMPLES])).values()) == {"unchanged"}

    threads.run(check)


@at_once
def test_two_documents_of_one_role_loaded_at_once_make_one_role(threads: Threads, tmp_path: Path) -> None:
    folder = seeds(tmp_path / "roles")
    threads.run(lambda: load([folder / PROFILE_SEED]), lambda: load([folder / JOB_SEED]))

    def check() -> None:
        role = Role.objects.get()
        assert role.documents.count() == 2
        assert (role.responsibilities.count(), role.identifiers.count()) == (9, 2)
        assert store.current(role) == store.read(role)

    threads.run(check)


@at_once
def test_loads_and_edits_at_once_lose_no_word(threads: Threads, tmp_path: Path) -> None:
    names = ["Ann", "Bob", "Cid", "Dan", "Eve"]
    folder = put(tmp_path / "roles", {f"{name}.md": job(name) for name in names})
    threads.run(lambda: load([folder]))
    put(folder, {f"{name}.md": job(name, code=f"{name.upper()}1") for name in names})

    def edit_all() -> None:
        for name in names:
            edit(name.lower(), mission=f"Ours for {name}.")

    threads.run(lambda: load([folder]), edit_all)

    def check() -> None:
        for role in Role.objects.select_related("revision"):
            assert role.mission == f"Ours for {role.name}."
            assert role.identifiers.get().value == f"{role.name.upper()}1"
            assert store.current(role) == store.read(role)
        assert Role.objects.count() == len(names)

    threads.run(check)

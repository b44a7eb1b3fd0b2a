"""What the commands print, where, and how they end."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from roles.models import Role, RoleRevision
from tests.builders import SAMPLES, document, edit, job, put, row_counts, written

pytestmark = pytest.mark.django_db

COOK = "# Cook\n\n**Role Code:** COOK1\n\n## Mission\nFeed people.\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good document and a broken one."""
    (tmp_path / "cook.md").write_text(COOK)
    (tmp_path / "broken.md").write_bytes(b"# Caf\xe9\n")
    return tmp_path


def run(*arguments: object, **options: Any) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_a_load_that_could_not_read_a_file_names_it_loads_the_rest_and_fails(folder: Path) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 file was not loaded") as failed:
        call_command("load_roles", str(folder), stdout=out)
    assert failed.value.returncode == 1
    assert "broken.md:1: error: " in out.getvalue()
    assert "(not-utf8)" in out.getvalue()
    assert list(Role.objects.values_list("slug", flat=True)) == ["cook"]


def test_loading_again_says_that_nothing_changed(tmp_path: Path) -> None:
    (tmp_path / "cook.md").write_text(COOK)
    assert "1 role changed." in run("load_roles", tmp_path)
    assert run("load_roles", tmp_path) == "1 file: 1 unchanged.\nNothing changed.\n"


def test_a_dry_run_reports_the_same_and_writes_nothing(folder: Path) -> None:
    before = row_counts()
    dry, real = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("load_roles", str(folder), dry_run=True, format="json", stdout=dry)
    assert row_counts() == before
    with pytest.raises(CommandError):
        call_command("load_roles", str(folder), format="json", stdout=real)
    assert json.loads(dry.getvalue()) == json.loads(real.getvalue()) | {"dry_run": True}


def test_the_report_for_machines_is_one_json_object(folder: Path) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("load_roles", str(folder), format="json", stdout=out)
    report = json.loads(out.getvalue())
    assert set(report) == {
        *("dry_run", "counts", "changed", "conflicts", "decided", "missing", "files"),
        *("withdrawn", "without_files", "too_many_missing", "proposed"),
    }
    assert report["changed"] == ["cook"]
    assert [set(file) for file in report["files"]] == [{"path", "outcome", "role", "messages"}] * 2
    message = next(file for file in report["files"] if file["path"] == "broken.md")["messages"][0]
    assert set(message) == {"line", "severity", "code", "text"}


def test_a_progress_bar_shows_on_a_terminal_and_only_there(tmp_path: Path) -> None:
    (tmp_path / "cook.md").write_text(COOK)
    terminal, pipe = Terminal(), io.StringIO()
    run("load_roles", tmp_path, stderr=pipe)
    run("load_roles", tmp_path, stderr=terminal)
    assert pipe.getvalue() == ""
    assert "0/1" in terminal.getvalue()


def test_the_bar_counts_what_is_read_and_what_is_loaded_and_is_taken_away(tmp_path: Path) -> None:
    terminal = Terminal()
    run("load_roles", put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}), stderr=terminal)
    assert "Reading" in terminal.getvalue()
    assert "Loading" in terminal.getvalue()
    assert terminal.getvalue().split("\r")[-1].strip() == ""


def test_nothing_but_the_report_for_machines_is_printed_also_on_a_terminal(tmp_path: Path) -> None:
    out, errors = Terminal(), Terminal()
    call_command(
        "load_roles", str(put(tmp_path, {"a.md": job("Ann")})), format="json", stdout=out, stderr=errors
    )
    assert json.loads(out.getvalue())["changed"] == ["ann"]


def test_the_report_for_machines_has_the_same_keys_if_there_is_nothing_to_load(tmp_path: Path) -> None:
    report = json.loads(run("load_roles", tmp_path, format="json"))
    assert report == {
        "dry_run": False,
        "counts": dict.fromkeys(
            ["created", "updated", "unchanged", "skipped", "failed", "held", "proposed"], 0
        ),
        "changed": [],
        "conflicts": [],
        "decided": [],
        "withdrawn": [],
        "without_files": [],
        "too_many_missing": False,
        "proposed": [],
        "missing": [],
        "files": [],
    }


def test_a_dry_run_over_a_filled_catalogue_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann", "## Common Partners\n\nDan\n"), "b.md": job("Bob"), "c.md": job("Cid")})
    run("load_roles", tmp_path)
    edit("ann", description="Ours.")
    changed = {
        "a.md": job("Ann", "## Common Partners\n\nDan\n", code="A1").replace("Work as", "Be"),
        "d.md": job("Dan"),
    }
    put(tmp_path, changed)
    (tmp_path / "b.md").unlink()
    before = dump()
    dry = json.loads(run("load_roles", tmp_path, dry_run=True, format="json"))
    assert dump() == before
    assert json.loads(run("load_roles", tmp_path, format="json")) == dry | {"dry_run": False}
    assert (dry["changed"], dry["missing"], len(dry["conflicts"])) == (["ann", "dan"], ["b.md"], 1)
    assert dump() != before


def dump() -> list[Any]:
    """All rows of all tables of the catalogue."""
    models = apps.get_app_config("roles").get_models()
    return [
        sorted(map(repr, model._default_manager.values_list())) for model in models if model._meta.managed
    ]


def test_conflicts_and_missing_files_are_told_and_are_no_failure(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})
    run("load_roles", tmp_path)
    edit("ann", description="Ours.")
    put(tmp_path, {"a.md": job("Ann").replace("Work as", "Be")})
    (tmp_path / "b.md").unlink()
    printed = run("load_roles", tmp_path).splitlines()
    assert printed == [
        "a.md:4: warning: description: changed both here and in the catalogue. "
        "The catalogue's stays until HR decides. (conflict)",
        "b.md:1: warning: The file is gone; what it says stays in the catalogue. (file-missing)",
        "1 file: 1 updated.",
        "Waits for HR's decision: ann, description.",
        "No role changed.",
    ]


def test_what_is_worth_knowing_is_printed_when_more_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann", "## Common Partners\n\nNobody\n")})
    assert "unknown-partner" not in run("load_roles", tmp_path, dry_run=True)
    assert "a.md:8: info: No role is called 'Nobody'; it stays text until one is. (unknown-partner)" in run(
        "load_roles", tmp_path, dry_run=True, verbosity=2
    )


def test_the_samples_are_loaded_if_nothing_is_named() -> None:
    run("load_roles")
    assert Role.objects.filter(slug="data-engineer").exists()


def test_the_load_is_made_in_the_name_of_who_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "hanna")
    run("load_roles", put(tmp_path, {"a.md": job("Ann")}))
    assert RoleRevision.objects.get().author_name == "hanna"


def test_a_load_that_is_interrupted_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("roles.loading.run.reconcile", interrupted)
    with pytest.raises(CommandError, match="load again for the others") as failed:
        run("load_roles", put(tmp_path, {"a.md": job("Ann")}))
    assert failed.value.returncode == 130


def test_quiet_prints_errors_only(folder: Path) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("load_roles", str(folder), verbosity=0, stdout=out)
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == ["broken.md"]


def test_a_path_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(CommandError, match="no file or folder nowhere"):
        run("load_roles", "nowhere")


def test_an_export_writes_the_files_and_then_has_nothing_to_write(tmp_path: Path) -> None:
    run("load_roles", SAMPLES)
    assert run("export_roles", tmp_path) == "27 files written, 0 unchanged.\n"
    assert run("export_roles", tmp_path) == "0 files written, 27 unchanged.\n"
    written = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in files(tmp_path)}
    assert written == {path.relative_to(SAMPLES).as_posix(): path.read_bytes() for path in files(SAMPLES)}


def test_an_export_does_not_overwrite_what_was_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "cook.md").write_text(COOK)
    run("load_roles", tmp_path)
    (tmp_path / "cook.md").write_text(COOK.replace("people", "everybody"))
    errors = io.StringIO()
    with pytest.raises(CommandError, match="not written") as failed:
        run("export_roles", tmp_path, stderr=errors)
    assert failed.value.returncode == 1
    assert "cook.md" in errors.getvalue()
    assert "everybody" in (tmp_path / "cook.md").read_text()


def test_an_export_overwrites_what_an_export_wrote_before_the_next_edit(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path / "in", {"a.md": job("Ann")}))
    written(document("Bob", mission="First."))
    for mission in ("Second.", "Third."):
        run("export_roles", tmp_path / "out")
        edit("ann", description=mission)
        edit("bob", mission=mission)
    assert run("export_roles", tmp_path / "out") == "2 files written, 0 unchanged.\n"
    assert [b"Third." in path.read_bytes() for path in files(tmp_path / "out")] == [True, True]


def test_an_export_that_is_stopped_by_one_file_writes_the_others(tmp_path: Path) -> None:
    run(
        "load_roles", put(tmp_path / "in", {"a/x.md": job("Ann"), "b/y.md": job("Bob"), "c/z.md": job("Cid")})
    )
    out = put(tmp_path / "out", {"a": "a file in the place of a folder"})
    (out / "b").symlink_to(tmp_path / "in")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="2 files were not written"):
        run("export_roles", out, stderr=errors)
    assert [line.split(":")[0] for line in errors.getvalue().splitlines()] == ["a/x.md", "b/y.md"]
    assert (out / "c" / "z.md").read_text() == job("Cid")


def test_a_file_that_is_overwritten_keeps_its_permissions(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann")}))
    (tmp_path / "a.md").chmod(0o640)
    edit("ann", description="Rule.")
    run("export_roles", tmp_path)
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


def test_an_export_leaves_no_drafts(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path / "in", {"a.md": job("Ann")}))
    run("export_roles", tmp_path / "out", verbosity=2)
    assert [path.name for path in files(tmp_path / "out")] == ["a.md"]


def test_an_export_into_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cook.md").write_text(COOK)
    with pytest.raises(CommandError, match="not a folder"):
        run("export_roles", tmp_path / "cook.md")


def files(folder: Path) -> list[Path]:
    """The files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def newest_migration() -> str:
    """The name of the roles' last migration."""
    return max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "roles")


@pytest.mark.parametrize("command", [("load_roles",), ("export_roles", "out")])
def test_a_database_that_is_not_prepared_is_said_to_be_so(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    MigrationRecorder(connection).record_unapplied("roles", newest_migration())
    with pytest.raises(CommandError, match="run `prepare` first"):
        call_command(*command)
    assert not list(tmp_path.iterdir())

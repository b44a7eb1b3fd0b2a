"""What the commands print, where, and how they end."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from roles.models import Role
from tests.builders import SAMPLES, row_counts

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
    assert "[not-utf8]" in out.getvalue()
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
    assert set(report) == {"dry_run", "counts", "changed", "conflicts", "missing", "files"}
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


def test_an_export_into_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cook.md").write_text(COOK)
    with pytest.raises(CommandError, match="not a folder"):
        run("export_roles", tmp_path / "cook.md")


def files(folder: Path) -> list[Path]:
    """The files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]

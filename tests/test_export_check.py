"""`export_roles --check`: what it prints where files and catalogue differ, and how it ends."""

import io
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from roles.loading.unified import unified_diff
from roles.models import Conflict, Role
from tests.builders import document, edit, job, profile, put, row_counts, written
from tests.test_commands import run

pytestmark = pytest.mark.django_db


def differing(folder: Path) -> tuple[str, str]:
    """What a check prints about files that differ: the diff, and the messages."""
    out, errors = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="differ") as failed:
        call_command("export_roles", str(folder), check=True, stdout=out, stderr=errors)
    assert failed.value.returncode == 1
    return out.getvalue(), errors.getvalue()


def test_files_as_the_catalogue_has_them_are_up_to_date(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann"), "README.md": "# Read me\n"}))
    errors = io.StringIO()
    assert run("export_roles", tmp_path, check=True, stderr=errors) == "1 file is up to date.\n"
    assert errors.getvalue() == ""


def test_an_edit_is_shown_as_a_diff_and_not_written(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Rule.")
    before = row_counts()
    diff, messages = differing(tmp_path)
    assert diff == (
        "--- a/a.md\n+++ b/a.md\n@@ -1,5 +1,5 @@\n # Ann\n \n ## Job Description\n-Work as Ann.\n+Rule.\n \n"
    )
    assert messages == ""
    assert (tmp_path / "a.md").read_text() == job("Ann")
    assert row_counts() == before


def test_a_role_without_a_file_is_shown_as_a_new_file(tmp_path: Path) -> None:
    written(document("Ann", mission="Rule."))
    diff, _messages = differing(tmp_path / "not there yet")
    assert diff.startswith("--- /dev/null\n+++ b/ann.md\n@@ -0,0 +1,8 @@\n+---\n")
    assert not (tmp_path / "not there yet").exists()


def test_a_file_that_is_gone_is_shown_as_a_new_file(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}))
    (tmp_path / "a.md").unlink()
    assert "--- /dev/null\n+++ b/a.md\n" in differing(tmp_path)[0]


def test_a_file_that_changed_since_it_was_loaded_waits_for_that_and_is_no_edit(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}))
    put(tmp_path, {"a.md": job("Ann") + "\nMore.\n", "b.md": b"# Caf\xe9\n"})
    diff, messages = differing(tmp_path)
    assert diff == ""
    assert messages == "".join(
        f"{name}.md: error: It has changes that were never loaded, so it stays as it is. Load it first.\n"
        for name in "ab"
    )


def test_a_file_that_was_held_back_waits_for_hr(tmp_path: Path) -> None:
    skills = "".join(f"* **Skill {number}** — Novice\n" for number in range(8))
    run("load_roles", put(tmp_path, {"a.md": job("Ann", f"## Capabilities\n{skills}")}))
    put(tmp_path, {"a.md": job("Ann")})
    with pytest.raises(CommandError):
        run("load_roles", tmp_path)
    told = "a.md: error: Its changes are held back for HR to look at, so it stays as it is.\n"
    assert differing(tmp_path) == ("", told)


def test_a_role_document_that_was_never_loaded_waits_for_that(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann")}))
    put(tmp_path, {"b.md": job("Bob"), "index.md": "# Index\n", ".hidden.md": job("Cid")})
    assert differing(tmp_path) == ("", "b.md: error: It was never loaded.\n")


def test_a_statement_that_waits_for_a_decision_is_no_difference(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Ours.")
    put(tmp_path, {"a.md": job("Ann").replace("Work", "Toil")})
    run("load_roles", tmp_path)
    errors = io.StringIO()
    assert run("export_roles", tmp_path, check=True, stderr=errors) == "1 file is up to date.\n"
    assert errors.getvalue() == ("1 conflict is open: the file keeps its wording until somebody decides.\n")
    Conflict.objects.all().delete()
    assert "+Ours." in differing(tmp_path)[0]


def test_the_file_of_a_deleted_role_is_told_of_and_is_no_difference(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}))
    Role.objects.get(slug="ann").delete()
    errors = io.StringIO()
    assert run("export_roles", tmp_path, check=True, stderr=errors) == "1 file is up to date.\n"
    assert errors.getvalue() == (
        "a.md: warning: Its role was deleted in the catalogue; the file is left as it is.\n"
    )


def test_a_new_role_does_not_take_the_place_of_a_deleted_ones_file(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"ann.md": job("Ann")}))
    Role.objects.get(slug="ann").delete()
    written(document("Ann", mission="Rule."))
    assert "+++ b/ann-2.md\n" in differing(tmp_path)[0]


@pytest.mark.parametrize(
    "text",
    [
        job("Ann"),
        job("Ann").rstrip("\n"),
        job("Ann").replace("\n", "\r\n"),
        "\ufeff" + job("Ann", "## Operating principles\n\n* Käse\u2028und \x0cBrot"),
    ],
    ids=["plain", "no line end at the end", "CRLF", "other line ends"],
)
@pytest.mark.parametrize("tool", ["git apply", "patch -p1"])
def test_the_diff_makes_the_files_what_an_export_makes_them(tmp_path: Path, text: str, tool: str) -> None:
    path = "the kitchen/é cook.md"
    folder = put(tmp_path / "in", {path: text})
    run("load_roles", folder)
    edit("ann", description="Rule.", metrics=("Peace",))
    written(document("Bob", family="Hall", mission="Serve."))
    diff, _messages = differing(folder)
    run("export_roles", tmp_path / "out")
    if tool == "patch -p1" and "\r\n" in text:
        tool += " --binary"
    subprocess.run(tool.split(), cwd=folder, input=diff.encode(), check=True, capture_output=True)
    for name in (path, "hall/bob.md"):
        assert (folder / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


lines = st.lists(st.sampled_from(["a", "b", "c\r", "", "\x0c", "-- x", "\\"]), max_size=6).map("\n".join)


@given(st.none() | lines, lines.filter(bool), st.sampled_from(["a.md", 'q"\\\n\t.md', "s p.md", "é.md"]))
def test_any_two_texts_have_a_diff_that_git_applies(
    tmp_path_factory: pytest.TempPathFactory, before: str | None, after: str, path: str
) -> None:
    folder = put(tmp_path_factory.mktemp("diff"), {path: before} if before is not None else {})
    diff = unified_diff(path, None if before is None else before.encode(), after.encode())
    if before != after:
        command = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(command, cwd=folder, input=diff.encode(), check=True, capture_output=True)
    assert (folder / path).read_bytes() == after.encode()


def test_a_quiet_check_prints_the_diff_only(tmp_path: Path) -> None:
    run("load_roles", put(tmp_path, {"a.md": profile("Ann", slug="ann")}))
    assert run("export_roles", tmp_path, check=True, verbosity=0) == ""

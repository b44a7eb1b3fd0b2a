"""Which files a load takes, and what becomes of those that can't be read: nobody else is hurt."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roles.documents.discover import MAX_BYTES, Found, discover, family_of
from roles.loading.report import Report
from roles.loading.run import load
from roles.models import LoadOutcome, LoadRun, Role, RoleRevision, SourceDocument
from tests.builders import codes, job, outcomes, profile, put, row_counts

ALIAS_BOMB = """---
a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
name: Bomb
---

# Mission
None.
"""


def found(*paths: Path) -> list[str]:
    return [item.path for item in discover(paths)]


def problems(folder: Path) -> dict[str, str]:
    return {item.path: item.problem.code for item in discover([folder]) if item.problem}


def messages(report: Report) -> list[tuple[str, int, str, str]]:
    return [
        (file.path, message.line, message.severity, message.code)
        for file in report.files
        for message in file.messages
    ]


# Finding -------------------------------------------------------------------------------------------------


def test_documents_are_found_below_a_folder_by_their_endings_in_the_order_of_names(tmp_path: Path) -> None:
    put(
        tmp_path,
        dict.fromkeys(["b.md", "a/z.TXT", "a/y.markdown", "c.rst", "notes", ".d.md", ".git/e.md"], ""),
    )
    assert found(tmp_path) == ["b.md", "a/y.markdown", "a/z.TXT"]


def test_a_named_file_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    put(tmp_path, {"role.text": ""})
    assert found(tmp_path / "role.text") == ["role.text"]


def test_named_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    put(tmp_path, {"data/one/profile.md": "", "data/two/profile.md": ""})
    names = found(tmp_path / "data/one/profile.md", tmp_path / "data/two/profile.md")
    assert names == ["profile.md", "two/profile.md"]


def test_a_file_is_found_once_however_often_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, {"data/a.md": ""})
    (tmp_path / "data" / "b.md").symlink_to(tmp_path / "data" / "a.md")
    assert found(tmp_path, tmp_path / "data", tmp_path / "data" / "a.md") == ["data/a.md"]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": ""})
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(discover([tmp_path / "a.md", tmp_path / "nowhere"]))


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path, {"roles/a.md": "", "secret/b.md": "", "other.md": ""})
    (tmp_path / "roles" / "file.md").symlink_to(tmp_path / "other.md")
    (tmp_path / "roles" / "folder").symlink_to(tmp_path / "secret")
    assert found(tmp_path / "roles") == ["folder", "a.md", "file.md"]
    assert problems(tmp_path / "roles") == {"folder": "outside-folder", "file.md": "outside-folder"}


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    put(tmp_path, {"..data/a.md": ""})
    (tmp_path / "a.md").symlink_to(Path("..data", "a.md"))
    assert found(tmp_path) == ["a.md"]
    assert problems(tmp_path) == {}


def test_a_link_that_leads_nowhere_or_in_a_circle_is_told(tmp_path: Path) -> None:
    (tmp_path / "circle.md").symlink_to("circle.md")
    (tmp_path / "nowhere.md").symlink_to("gone.md")
    assert problems(tmp_path) == {"circle.md": "unreadable-file", "nowhere.md": "unreadable-file"}


def test_what_is_no_regular_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert problems(tmp_path) == {"pipe.md": "unreadable-file"}


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"large.md": b"#" * (1024 * 1024 + 1), "just.md": b"#" * (1024 * 1024)})
    assert problems(tmp_path) == {"large.md": "too-large"}


def test_a_file_that_grows_too_large_after_it_was_found_is_not_read(tmp_path: Path) -> None:
    [found] = discover([put(tmp_path, {"a.md": b"#"})])
    put(tmp_path, {"a.md": b"#" * (MAX_BYTES + 1)})
    with pytest.raises(OSError, match="too large"):
        found.read()


def test_a_file_name_that_is_not_utf8_is_told_in_characters_that_can_be_printed(tmp_path: Path) -> None:
    put(tmp_path, {os.fsdecode(b"r\xf4le.md"): ""})
    assert problems(tmp_path) == {"r\ufffdle.md": "unreadable-file"}


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.md": "", "closed/b.md": ""})
    close(tmp_path / "closed", monkeypatch)
    assert found(tmp_path) == ["a.md", "closed"]
    assert problems(tmp_path) == {"closed": "unreadable-file"}


def close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder refuse to be listed, also for root."""
    scandir = os.scandir

    def refusing(path: Any) -> Iterator[os.DirEntry[str]]:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("role.md", None),
        ("engineering_technology/role.md", "Engineering Technology"),
        ("people-and-culture/role.md", "People And Culture"),
        ("data/platform/role.md", "Data"),
        ("data/bridge-keeper/profile.md", "Data"),
        ("bridge_keeper/profile.md", None),
    ],
)
def test_the_folder_below_the_loaded_one_gives_the_family(path: str, family: str | None) -> None:
    assert family_of(tuple(path.split("/")[:-1]), "bridge-keeper") == family


# Reading -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("---\nname: [\n---\n# Mission\nGo.\n", 2, "front-matter-invalid"),
        (b"# Role\n\n## Purpose\ncaf\xe9\n", 4, "not-utf8"),
        (b"# Role\n\nnu\x00l\n", 3, "nul-byte"),
        (ALIAS_BOMB, 3, "front-matter-alias"),
        ("", 1, "empty"),
        ("---\nid: x-01\n---\n# Mission\nGo.\n", 1, "no-title"),
    ],
    ids=["bad YAML", "not UTF-8", "NUL", "alias bomb", "empty", "no title"],
)
def test_a_broken_file_is_told_with_its_line_while_the_others_are_loaded(
    tmp_path: Path, content: str | bytes, line: int, code: str
) -> None:
    put(tmp_path, {"a.md": job("Ann"), "bad.md": content, "z.md": job("Zoe")})
    report = load([tmp_path])
    assert messages(report) == [("bad.md", line, "error", code)]
    assert outcomes(report) == {"a.md": "created", "bad.md": "failed", "z.md": "created"}
    assert report.failed
    assert set(Role.objects.values_list("slug", flat=True)) == {"ann", "zoe"}


@pytest.mark.django_db
def test_a_broken_file_does_not_replace_its_last_good_version(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann")})])
    before = Role.objects.get().revision
    load([put(tmp_path, {"a.md": b"\x00"})])
    stored = SourceDocument.objects.get()
    assert Role.objects.get().revision == before
    assert bytes(stored.content) == job("Ann").encode()
    assert not stored.missing


@pytest.mark.django_db
def test_a_file_that_is_no_role_document_is_skipped_and_that_is_no_error(tmp_path: Path) -> None:
    report = load([put(tmp_path, {"index.md": "# Our roles\n\n- [Ann](ann.md)\n"})])
    assert outcomes(report) == {"index.md": "skipped"}
    assert codes(report) == {"index.md": ["not-a-role"]}
    assert not report.failed


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_told_while_the_others_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})
    read = Found.read

    def refusing(found: Found) -> bytes:
        if found.path == "a.md":
            raise OSError(5, "Input/output error")
        return read(found)

    monkeypatch.setattr(Found, "read", refusing)
    report = load([tmp_path])
    assert outcomes(report) == {"a.md": "failed", "b.md": "created"}
    assert codes(report) == {"a.md": ["unreadable-file"]}


@pytest.mark.django_db
def test_two_folders_with_a_file_of_one_path_are_told(tmp_path: Path) -> None:
    put(tmp_path, {"one/a.md": job("Ann"), "two/a.md": job("Bob")})
    report = load([tmp_path / "one", tmp_path / "two"])
    assert [file.outcome for file in report.files] == ["created", "failed"]
    assert codes(report) == {"a.md": ["path-taken"]}


@pytest.mark.django_db
def test_files_of_a_folder_that_cannot_be_listed_are_not_taken_for_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([put(tmp_path, {"data/a.md": job("Ann"), "b.md": job("Bob")})])
    close(tmp_path / "data", monkeypatch)
    (tmp_path / "b.md").unlink()
    report = load([tmp_path])
    assert report.missing == ["b.md"]
    assert not SourceDocument.objects.get(path="data/a.md").missing


# The record ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_load_is_recorded_with_who_ran_it_and_what_became_of_each_file(tmp_path: Path) -> None:
    put(
        tmp_path / "roles",
        {"ann.md": profile("Ann", slug="ann"), "bad.md": "", "index.md": "# Nothing here\n"},
    )
    load([tmp_path / "roles"], by_name="hanna")
    run = LoadRun.objects.get()
    assert (run.by_name, run.paths, run.finished_at is not None) == ("hanna", ["roles"], True)
    told = LoadOutcome.objects.values_list("path", "outcome", "role__slug", "messages__0__code")
    assert list(told) == [
        ("ann.md", "created", "ann", None),
        ("bad.md", "failed", None, "empty"),
        ("index.md", "skipped", None, "not-a-role"),
    ]
    assert RoleRevision.objects.get().author_name == "hanna"


@pytest.mark.django_db
def test_a_load_that_has_nothing_to_write_is_not_recorded(tmp_path: Path) -> None:
    put(tmp_path, {"index.md": "# Nothing here\n"})
    before = row_counts()
    load([tmp_path])
    assert row_counts() == before


@pytest.mark.django_db
def test_a_file_that_fails_is_recorded_once_and_again_when_it_can_be_read(tmp_path: Path) -> None:
    put(tmp_path, {"ann.md": profile("Ann", slug="ann")})
    load([tmp_path])
    for content, failing in (("", ["ann.md"]), ("", ["ann.md"]), (profile("Ann", slug="ann"), [])):
        put(tmp_path, {"ann.md": content})
        load([tmp_path])
        assert list(LoadOutcome.objects.still_failing().values_list("path", flat=True)) == failing
    # The first load, the one that failed, and the one after that.
    assert LoadRun.objects.count() == 3

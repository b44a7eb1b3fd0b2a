"""Role files that were sent: what they are called, what is not read, and what they change."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from roles.loading import sent
from roles.loading.packed import pack_roles
from roles.loading.report import Report
from roles.loading.run import load
from roles.loading.sent import Unusable, load_sent, pack, unpack
from roles.models import LoadRun, Role, SourceDocument
from tests.builders import document, edit, outcomes, profile, put, row_counts, written

pytestmark = pytest.mark.django_db


def packed(*entries: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    """A ZIP of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def paths(data: bytes, folder: str = "") -> list[tuple[str, str]]:
    """Folder and path of each file that can be read."""
    return [(file.root, file.path) for file in unpack(data, folder=folder) if file.problem is None]


def faults(data: bytes) -> dict[str, str]:
    """Why files are not read."""
    return {file.path: file.problem.code for file in unpack(data) if file.problem}


def loaded(data: bytes, by: User, *, agreed: bool = True, folder: str = "") -> Report:
    """Load what was sent, or look at it only."""
    return load_sent(unpack(data, folder=folder), by, lambda report: report, lambda _report: agreed)


@pytest.fixture
def roles(tmp_path: Path) -> Path:
    """A folder that was loaded."""
    files: dict[str, str | bytes] = {
        "kitchen/cook.md": profile("Cook", slug="cook"),
        "waiter.md": profile("Waiter", slug="waiter"),
    }
    folder = put(tmp_path / "roles", files)
    load([folder])
    return folder


# Where files belong


def test_a_zip_of_a_folder_is_that_folder() -> None:
    data = packed(("roles/cook.md", "x"), ("roles/kitchen/chef.md", "x"))
    assert paths(data) == [("roles", "cook.md"), ("roles", "kitchen/chef.md")]


def test_files_without_a_folder_stand_alone() -> None:
    assert paths(packed(("cook.md", "x"), ("chef.md", "x"))) == [("", "chef.md"), ("", "cook.md")]


def test_the_folder_that_is_named_is_where_files_belong() -> None:
    data = packed(("mine/cook.md", "x"))
    assert paths(data, folder="roles/kitchen") == [("roles", "kitchen/cook.md")]


@pytest.mark.parametrize("name", ["cook.md", "kitchen/cook.md", "roles/kitchen/cook.md"])
def test_a_file_that_was_loaded_before_is_known_by_its_name(name: str, roles: Path) -> None:
    assert paths(packed((name, "x"))) == [("roles", "kitchen/cook.md")]


def test_a_name_that_two_files_have_is_known_by_its_path_only(roles: Path) -> None:
    load([put(roles, {"bar/cook.md": profile("Barkeeper", slug="barkeeper")})])
    assert paths(packed(("cook.md", "x"))) == [("", "cook.md")]


def test_one_file_and_several_are_packed_alike() -> None:
    assert paths(pack([("a/cook.md", b"x"), ("chef.md", b"x")])) == [("", "chef.md"), ("", "cook.md")]


# What is not read


def test_what_is_no_role_file_is_passed_over() -> None:
    data = packed(
        ("roles/cook.md", "x"),
        ("roles/picture.png", "x"),
        ("roles/.git/config.md", "x"),
        ("__MACOSX/roles/._cook.md", "x"),
        ("roles/inner.zip", packed(("deep.md", "x"))),
    )
    assert [file.path for file in unpack(data)] == ["cook.md"]


@pytest.mark.parametrize(
    "name", ["../cook.md", "/etc/cook.md", "a/../../cook.md", "C:\\cook.md", "..\\cook.md"]
)
def test_a_path_that_leads_out_is_not_read(name: str) -> None:
    [code] = faults(packed((name, "x"), ("waiter.md", "x"))).values()
    assert code == "outside-folder"


def test_a_link_is_not_followed() -> None:
    link = zipfile.ZipInfo("cook.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert faults(packed((link, "/etc/passwd"))) == {"cook.md": "outside-folder"}


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert faults(packed(("cook.md", "x" * 2**20 + "x"))) == {"cook.md": "too-large"}


def test_a_file_that_is_damaged_leaves_the_others_readable() -> None:
    data = packed(("cook.md", "Cook soup, bake bread, wash up."), ("waiter.md", "b"))
    broken = data[:45] + bytes([data[45] ^ 255]) + data[46:]
    assert faults(broken) == {"cook.md": "unreadable-file"}


def test_names_in_utf_8_are_read_where_nobody_says_that_they_are() -> None:
    data = packed(("K__che.md", "x")).replace(b"K__che.md", "Küche.md".encode())
    assert [file.path for file in unpack(data)] == ["Küche.md"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no zip", packed(), packed(("picture.png", "x")), packed(("a/", ""))]
)
def test_what_holds_no_role_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Unusable, match=r"\."):
        unpack(data)


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(packed(("cook.md", "x")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unusable, match="password"):
        unpack(bytes(data))


@pytest.mark.parametrize("limit", ["MAX_ENTRIES", "MAX_FILES", "MAX_UNPACKED"])
def test_a_zip_is_read_within_limits(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(sent, limit, 1)
    with pytest.raises(Unusable, match="parts"):
        unpack(packed(("a.md", "xx"), ("b.md", "xx")))


def test_what_is_sent_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MAX_SENT", 1)
    with pytest.raises(Unusable, match="parts"):
        pack([("a.md", b"xx")])


# What they change


def test_what_is_sent_is_loaded_as_the_command_line_does(roles: Path, reviewer: User) -> None:
    data = packed(("cook.md", profile("Cook", "# Summary\n", slug="cook").replace("going", "warm")))
    report = loaded(data, reviewer)
    assert outcomes(report) == {"kitchen/cook.md": "updated"}
    role = Role.objects.get(slug="cook")
    assert role.mission == "Keep Cook warm."
    assert role.revision is not None
    assert (role.revision.author, role.revision.origin) == (reviewer, "load")
    assert SourceDocument.objects.count() == 2


def test_what_was_not_sent_is_not_missing(roles: Path, reviewer: User) -> None:
    loaded(packed(("roles/waiter.md", profile("Waiter", "More.", slug="waiter"))), reviewer)
    assert not SourceDocument.objects.filter(missing=True).exists()


def test_looking_changes_nothing(roles: Path, reviewer: User) -> None:
    before = row_counts()
    report = loaded(packed(("chef.md", profile("Chef"))), reviewer, agreed=False)
    assert outcomes(report) == {"chef.md": "created"}
    assert row_counts() == before


def test_what_is_sent_twice_changes_nothing(roles: Path, reviewer: User) -> None:
    data = packed(("chef.md", profile("Chef")))
    loaded(data, reviewer)
    before = row_counts()
    assert outcomes(loaded(data, reviewer)) == {"chef.md": "unchanged"}
    assert row_counts() == before


def test_an_edit_and_a_file_that_disagree_wait_for_a_decision(roles: Path, reviewer: User) -> None:
    edit("cook", mission="Cook well.")
    report = loaded(packed(("cook.md", profile("Cook", slug="cook").replace("going", "warm"))), reviewer)
    assert [(item.role, item.key) for item in report.conflicts] == [("cook", "mission")]


def test_the_record_names_the_folder_and_who_sent_it(roles: Path, reviewer: User) -> None:
    loaded(packed(("roles/chef.md", profile("Chef"))), reviewer)
    run = LoadRun.objects.latest("pk")
    assert (run.by, run.paths) == (reviewer, ["roles"])


# Out again


def test_all_files_of_roles_come_back_byte_for_byte(roles: Path, reviewer: User) -> None:
    stream = io.BytesIO()
    pack_roles(Role.objects.all(), stream)
    with zipfile.ZipFile(stream) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"roles/{path.relative_to(roles).as_posix()}": path.read_bytes() for path in roles.rglob("*.md")
        }
    assert set(outcomes(loaded(stream.getvalue(), reviewer)).values()) == {"unchanged"}


@pytest.mark.parametrize("dialect", ["profile", "job"])
def test_a_role_without_a_file_gets_one_that_can_be_loaded(dialect: Any, reviewer: User) -> None:
    role = written(document("Cook", mission="Cook.", family="Kitchen"))
    stream = io.BytesIO()
    pack_roles([role], stream, dialect=dialect)
    assert paths(stream.getvalue()) == [("roles", "kitchen/cook.md")]
    loaded(stream.getvalue(), reviewer)
    assert Role.objects.get().documents.get().path == "kitchen/cook.md"

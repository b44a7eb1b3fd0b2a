"""Checking files without loading them: what is printed, in each format, and how it ends."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from roles.documents import checking, cli
from roles.documents.fidelity import Fidelity
from roles.documents.guidance import GUIDANCE, as_markdown
from roles.documents.messages import CODES
from roles.documents.reader import Parsed, parse
from tests.documents import JOB_HEAD, SAMPLES

ROOT = Path(__file__).parent.parent
BROKEN = b"# Caf\xe9\n"
DOUBTFUL = f"{JOB_HEAD}## Interactions\n\n- nobody here\n"
DOUBT = "cook.md:7: warning: This item of 'Interactions' is not understood; it is kept as text. (unread-item)"
ERROR = "broken.md:1: error: The file is not UTF-8 (byte 0xe9): save it as UTF-8. (not-utf8)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*paths: str, **options: Any) -> tuple[int, str, str]:
    """The exit status of a check, what it prints, and what it prints as errors."""
    out, errors = io.StringIO(), io.StringIO()
    values: dict[str, Any] = {"format": "text", "fidelity": False, "colour": False, **options}
    status = cli.run([Path(path) for path in paths or (".",)], out=out, errors=errors, **values)
    return status, out.getvalue(), errors.getvalue()


def codes(*paths: str) -> list[str]:
    """The codes of the messages that a check gives."""
    return [message["code"] for message in json.loads(check(*paths, format="json")[1])["messages"]]


MODULE = [sys.executable, "-m", "roles.documents"]


def program(command: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    """What a program of its own prints, and how it ends."""
    whole = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=whole)


# As text ----------------------------------------------------------------------------------------------------


def test_a_check_prints_each_message_with_its_place_and_then_the_sums(folder: Path) -> None:
    (folder / "broken.md").write_bytes(BROKEN)
    (folder / "cook.md").write_text(DOUBTFUL)
    assert check()[1].splitlines() == [ERROR, DOUBT, "2 files: 1 error, 1 warning, 0 infos."]


def test_a_file_is_called_by_its_place_below_the_current_folder(folder: Path) -> None:
    (folder / "kitchen").mkdir()
    (folder / "kitchen" / "cook.md").write_text(DOUBTFUL)
    for path in (".", "kitchen", "kitchen/cook.md", str(folder)):
        assert check(path)[1].startswith(f"kitchen/{DOUBT}\n")


def test_a_file_elsewhere_is_called_by_its_whole_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    assert check("..")[1].startswith(f"{folder}/cook.md:7: ")


def test_only_errors_make_a_check_fail(folder: Path) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    assert check()[0] == 0
    (folder / "broken.md").write_bytes(BROKEN)
    assert check()[0] == 1


def test_severities_have_colours_if_asked_for(folder: Path) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    assert "cook.md:7: \x1b[33mwarning\x1b[0m: This item" in check(colour=True)[1]


def test_a_fault_of_the_reader_is_an_error_of_that_file_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    (folder / "odd.md").write_text("odd")

    def failing(data: bytes) -> Parsed:
        if data == b"odd":
            raise RecursionError("too odd")
        return parse(data)

    monkeypatch.setattr(checking, "parse", failing)
    assert codes() == ["unread-item", "unreadable-file"]


# Between files ----------------------------------------------------------------------------------------------


def test_two_documents_of_one_form_that_state_one_code_are_told_of_once(folder: Path) -> None:
    (folder / "a.md").write_text(JOB_HEAD)
    (folder / "b.md").write_text(f"---\nslug: cook\n---\n{JOB_HEAD}")
    (folder / "c.md").write_text("---\nid: cook\nname: Cook\nslug: cook\n---\n")
    assert check()[1].splitlines() == [
        "b.md:6: info: The role-code 'COOK1' is stated by a.md too, in the same form: both describe one role."
        " Where they disagree, the one that was loaded first counts. (twin-document)",
        "3 files: 0 errors, 0 warnings, 1 info.",
    ]


def test_files_of_one_path_in_two_folders_can_not_be_loaded_together(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "cook.md").write_text(JOB_HEAD.replace("COOK1", name))
    assert codes("a", "b") == ["path-taken"]
    assert codes(".") == []


# For machines -----------------------------------------------------------------------------------------------


def test_the_json_of_a_check(folder: Path) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    status, printed, errors = check(format="json", fidelity=True)
    assert (status, errors.splitlines()[0]) == (0, "1 file: 0 errors, 1 warning, 0 infos.")
    assert json.loads(printed) == {
        "files": 1,
        "errors": 0,
        "warnings": 1,
        "infos": 0,
        "messages": [
            {
                "path": "cook.md",
                "line": 7,
                "severity": "warning",
                "code": "unread-item",
                "text": "This item of 'Interactions' is not understood; it is kept as text.",
            }
        ],
        "fidelity": {"words": 4, "in_export": 4, "in_json": 4},
    }


def test_the_json_has_the_same_keys_if_there_is_nothing_to_say(folder: Path) -> None:
    nothing = dict.fromkeys(["files", "errors", "warnings", "infos"], 0)
    assert json.loads(check(format="json")[1]) == {**nothing, "messages": [], "fidelity": None}


def sarif(*paths: str) -> dict[str, Any]:
    """The only run of a SARIF report."""
    report = json.loads(check(*paths, format="sarif")[1])
    assert (report["version"], len(report["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = report["runs"][0]
    return run


def test_sarif_names_rule_level_and_place_of_each_message(folder: Path) -> None:
    (folder / "broken.md").write_bytes(BROKEN)
    (folder / "cook.md").write_text(DOUBTFUL + "\n## Odd\n\nx\n")
    run = sarif()
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [
        (
            result["level"],
            rules[result["ruleIndex"]] == result["ruleId"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"],
        )
        for result in run["results"]
    ] == [
        ("error", True, "broken.md", {"startLine": 1}),
        ("warning", True, "cook.md", {"startLine": 7}),
        ("note", True, "cook.md", {"startLine": 9}),
    ]


def test_sarif_has_a_rule_with_its_help_for_each_code() -> None:
    rules = sarif(str(SAMPLES))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for rule in rules:
        assert rule["shortDescription"]["text"] == GUIDANCE[rule["id"]].cause
        assert rule["help"]["text"] == GUIDANCE[rule["id"]].cure
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


@pytest.mark.parametrize(
    ("name", "uri"),
    [("a b#1?.md", "a%20b%231%3F.md"), ("köche/c:d.md", "k%C3%B6che/c%3Ad.md"), ("100%.md", "100%25.md")],
)
def test_sarif_encodes_the_names_of_files(folder: Path, name: str, uri: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(BROKEN)
    [result] = sarif()["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_sarif_gives_files_elsewhere_their_whole_address(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.md").write_bytes(BROKEN)
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    [result] = sarif("..")["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": (folder / "broken.md").as_uri()
    }


# Fidelity ---------------------------------------------------------------------------------------------------


def test_fidelity_counts_the_words_of_role_documents(folder: Path) -> None:
    (folder / "cook.md").write_text(f"{JOB_HEAD}## Mission\n\nFeed all.\n")
    (folder / "index.md").write_text("# Roles\n\nAll of them.\n")
    status, printed, _ = check(fidelity=True)
    assert status == 0
    assert printed.splitlines()[-1] == (
        "4 words in 1 role document: 4 (100.00 %) found in the export, 4 (100.00 %) in the JSON."
    )


def losing(monkeypatch: pytest.MonkeyPatch, words: int, export: dict[str, int], json: dict[str, int]) -> None:
    """Let every role document lose words."""
    found = Fidelity(words, Counter(export), Counter(json))
    monkeypatch.setattr(checking, "measure", lambda parsed: found if parsed.document else None)


def test_lost_words_are_errors_at_their_lines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "cook.md").write_text(f"{JOB_HEAD}## Mission\n\nFeed all.\nFeed\n")
    losing(monkeypatch, 5, {"Feed": 2}, {"Feed": 1, "all": 1})
    status, printed, _ = check(fidelity=True)
    assert status == 1
    assert printed.splitlines() == [
        "cook.md:7: error: The word 'Feed' is missing in the export (× 2) and in the JSON; "
        "it stands on line 8 too. (word-lost)",
        "cook.md:7: error: The word 'all' is missing in the JSON. (word-lost)",
        "1 file: 2 errors, 0 warnings, 0 infos.",
        "5 words in 1 role document: 3 (60.00 %) found in the export, 3 (60.00 %) in the JSON.",
    ]


def test_one_lost_word_in_a_million_is_not_a_hundred_per_cent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cook.md").write_text(JOB_HEAD)
    losing(monkeypatch, 1_000_000, {"Cook": 1}, {})
    assert check(fidelity=True)[1].splitlines()[-1] == (
        "1,000,000 words in 1 role document: 999,999 (99.99 %) found in the export, "
        "1,000,000 (100.00 %) in the JSON."
    )


def test_the_samples_have_no_errors_and_lose_no_word() -> None:
    status, printed, _ = check(str(SAMPLES), fidelity=True)
    assert status == 0
    assert printed.count("(100.00 %)") == 2


# As a program -----------------------------------------------------------------------------------------------


def test_the_check_runs_where_django_is_not_installed(folder: Path) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    code = "import sys; sys.modules['django'] = None; from roles.documents.cli import main; sys.exit(main())"
    done = program([sys.executable, "-c", code, "check", "--fidelity", "."])
    assert (done.returncode, done.stderr, done.stdout.splitlines()[0]) == (0, "", DOUBT)


def test_the_program_ends_with_1_for_errors_and_2_for_wrong_usage(folder: Path) -> None:
    (folder / "broken.md").write_bytes(BROKEN)
    assert program([*MODULE, "check", "."]).returncode == 1
    assert program([*MODULE, "check", "--format", "xml", "."]).returncode == 2
    missing = program([*MODULE, "check", "nowhere"])
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "there is no file or folder nowhere" in missing.stderr


def test_a_reader_that_has_read_enough_is_no_failure(folder: Path) -> None:
    (folder / "cook.md").write_text(JOB_HEAD + "## Odd\n\nx\n" * 5_000)
    done = program(["/bin/sh", "-c", f"{' '.join(MODULE)} check . | head -1"])
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_what_an_encoding_lacks_is_written_all_the_same(folder: Path) -> None:
    (folder / "köche.md").write_bytes(BROKEN)
    done = program([*MODULE, "check", "."], PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout[:12]) == (1, "k\\xf6che.md:")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_show_on_a_terminal_and_only_there(folder: Path, no_color: str, coloured: bool) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    assert "\x1b" not in program([*MODULE, "check", "."], NO_COLOR=no_color).stdout
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": no_color}
    subprocess.run([*MODULE, "check", "."], stdout=theirs, env=environment, timeout=60, check=False)
    os.close(theirs)
    with os.fdopen(ours, "rb") as terminal:
        assert (b"\x1b[33mwarning" in terminal.read1()) is coloured


def test_the_command_prints_the_same(folder: Path) -> None:
    (folder / "broken.md").write_bytes(BROKEN)
    choices: list[dict[str, Any]] = [{}, {"format": "json"}, {"format": "sarif"}, {"fidelity": True}]
    for options in choices:
        out, errors = io.StringIO(), io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("check_roles", ".", stdout=out, stderr=errors, **options)
        assert (ended.value.code, out.getvalue(), errors.getvalue()) == check(**options)


def test_the_command_succeeds_without_errors_and_ends_with_2_for_a_wrong_path(folder: Path) -> None:
    (folder / "cook.md").write_text(DOUBTFUL)
    call_command("check_roles", ".", stdout=io.StringIO())
    with pytest.raises(CommandError, match="no file or folder nowhere") as ended:
        call_command("check_roles", "nowhere")
    assert ended.value.returncode == 2


# The codes --------------------------------------------------------------------------------------------------


def test_every_code_has_its_guidance_and_no_other() -> None:
    assert set(GUIDANCE) == set(CODES)


def test_the_page_of_messages_is_up_to_date() -> None:
    assert (ROOT / "docs" / "messages.md").read_text() == as_markdown()


def test_the_page_of_messages_lists_each_code_under_its_severity() -> None:
    page = (ROOT / "docs" / "messages.md").read_text()
    titles = {"error": "Errors", "warning": "Warnings", "info": "Worth knowing"}
    _, *chapters = re.split(rf"(?m)^## ({'|'.join(titles.values())})$", page)
    listed: dict[str, str] = {}
    for title, chapter in zip(chapters[::2], chapters[1::2], strict=True):
        listed |= dict.fromkeys(re.findall(r"(?m)^### (\S+)$", chapter), title)
    assert listed == {code: titles[severity] for code, severity in CODES.items()}


def test_every_code_is_told_somewhere() -> None:
    listing = {ROOT / "roles" / "documents" / name for name in ("messages.py", "guidance.py")}
    source = "\n".join(path.read_text() for path in (ROOT / "roles").rglob("*.py") if path not in listing)
    assert [code for code in CODES if f'"{code}"' not in source] == []


def test_messages_are_printed_as_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["messages"]) == 0
    assert capsys.readouterr().out == as_markdown()

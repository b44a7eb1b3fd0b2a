"""`python -m roles.documents`, and what `manage.py check_roles` shares with it. Needs no Django."""

import io
import json
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TextIO
from urllib.parse import quote_from_bytes

from roles.documents.checking import Checked, check
from roles.documents.discover import discover
from roles.documents.fidelity import Fidelity
from roles.documents.guidance import GUIDANCE, as_markdown
from roles.documents.messages import CODES, Message, Severity

Format = Literal["text", "json", "sarif"]

_COLOURS: dict[Severity, str] = {"error": "31", "warning": "33", "info": "36"}
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
"""What SARIF calls the severities."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command given by its arguments. Returns the exit status: 1 if there are errors.

    Raises:
        SystemExit: with status 2 for wrong usage.
    """
    parser = ArgumentParser(prog="role-documents", description="Work with role documents in files.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    checking = commands.add_parser("check", help="check role documents", description=CHECK)
    add_arguments(checking)
    commands.add_parser("messages", help="print what each message code means, as Markdown")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal's encoding lacks is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    if options.command == "messages":
        sys.stdout.write(as_markdown())
        return 0
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    try:
        return run(
            options.paths,
            options.format,
            fidelity=options.fidelity,
            colour=colour,
            out=sys.stdout,
            errors=sys.stderr,
        )
    except FileNotFoundError as error:
        checking.error(f"there is no file or folder {error}")
    except KeyboardInterrupt:
        return 130


CHECK = "Check role documents without loading them. The exit status is 1 if there are errors."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of a check."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument(
        "--format", choices=["text", "json", "sarif"], default="text", help="how to print what is found"
    )
    parser.add_argument(
        "--fidelity",
        action="store_true",
        help="count the words that are found again in the export and in the JSON; a lost one is an error",
    )


def run(
    paths: Iterable[Path], format: Format, *, fidelity: bool, colour: bool, out: TextIO, errors: TextIO
) -> int:
    """Check the files at and below the paths and print what is found. Returns the exit status.

    A report for machines goes to `out` alone, its summary to `errors`.

    Raises:
        FileNotFoundError: if a path does not exist; nothing is printed then.
    """
    found = list(discover(paths))
    checked: list[Checked] = []
    try:
        for file in check(found, fidelity=fidelity):
            checked.append(file)
            if format == "text":
                out.writelines(f"{_line(file.path, message, colour)}\n" for message in file.messages)
        if format != "text":
            report = _sarif(checked) if format == "sarif" else _json(checked, fidelity=fidelity)
            out.write(f"{json.dumps(report, ensure_ascii=False, indent=2)}\n")
        summary = out if format == "text" else errors
        summary.writelines(f"{line}\n" for line in _summary(checked, fidelity=fidelity))
        out.flush()
    except BrokenPipeError:
        # Whoever read has read enough. Python would complain at its end, when it flushes what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return 1 if _counts(checked)["error"] else 0


def _line(path: str, message: Message, colour: bool) -> str:
    if not colour:
        return message.at(path)
    return message.at(path, severity=f"\x1b[{_COLOURS[message.severity]}m{message.severity}\x1b[0m")


# Sums -------------------------------------------------------------------------------------------------------


def _counts(checked: Iterable[Checked]) -> Counter[Severity]:
    return Counter(message.severity for file in checked for message in file.messages)


def _total(checked: Iterable[Checked]) -> Fidelity:
    """The fidelity of all files together."""
    total = Fidelity(0, Counter(), Counter())
    for measured in (file.fidelity for file in checked if file.fidelity is not None):
        total = Fidelity(
            total.words + measured.words,
            total.not_exported + measured.not_exported,
            total.not_in_json + measured.not_in_json,
        )
    return total


def _summary(checked: Sequence[Checked], *, fidelity: bool) -> Iterable[str]:
    counts = _counts(checked)
    found = ", ".join(_number(counts[severity], severity) for severity in _COLOURS)
    yield f"{_number(len(checked), 'file')}: {found}."
    if fidelity:
        total = _total(checked)
        measured = sum(file.fidelity is not None for file in checked)
        yield (
            f"{_number(total.words, 'word')} in {_number(measured, 'role document')}: "
            f"{_share(total.exported, total.words)} found in the export, "
            f"{_share(total.in_json, total.words)} in the JSON."
        )


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _share(found: int, words: int) -> str:
    """`12,344 (99.99 %)`, rounded down: 100.00 % is all of them."""
    hundredths = 10_000 * found // words if words else 10_000
    return f"{found:,} ({hundredths // 100}.{hundredths % 100:02} %)"


# Reports for machines ---------------------------------------------------------------------------------------


def _json(checked: Sequence[Checked], *, fidelity: bool) -> dict[str, Any]:
    counts = _counts(checked)
    total = _total(checked)
    return {
        "files": len(checked),
        **{f"{severity}s": counts[severity] for severity in _COLOURS},
        "messages": [
            {"path": file.path, **message.to_json()} for file in checked for message in file.messages
        ],
        "fidelity": {"words": total.words, "in_export": total.exported, "in_json": total.in_json}
        if fidelity
        else None,
    }


def _sarif(checked: Iterable[Checked]) -> dict[str, Any]:
    """The messages as SARIF 2.1.0, which code hosts and editors show at their lines."""
    codes = list(CODES)
    rules = [
        {
            "id": code,
            "shortDescription": {"text": GUIDANCE[code].cause},
            "help": {"text": GUIDANCE[code].cure},
            "defaultConfiguration": {"level": _LEVELS[CODES[code]]},
        }
        for code in codes
    ]
    results = [
        {
            "ruleId": message.code,
            "ruleIndex": codes.index(message.code),
            "level": _LEVELS[message.severity],
            "message": {"text": message.text},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(file.file)},
                        "region": {"startLine": message.line},
                    }
                }
            ],
        }
        for file in checked
        for message in file.messages
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "role-documents", "rules": rules}}, "results": results}],
    }


def _uri(file: Path) -> str:
    """A file's address: relative to the current folder if it is in it."""
    folder = Path.cwd()
    if not file.is_relative_to(folder):
        return file.as_uri()
    return quote_from_bytes(os.fsencode(file.relative_to(folder)))

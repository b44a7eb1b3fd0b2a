"""Checking role files: what reading each of them has to say, and what they have to say of each other.

What only a catalogue can tell (levels without rank, partners that are no role) is left to loading.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from roles.documents.discover import Found
from roles.documents.document import Identifier, statements
from roles.documents.fidelity import Fidelity, lines_of, measure
from roles.documents.messages import Message
from roles.documents.reader import Dialect, Parsed, parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what is to be said of it, in the order of its lines.

    `path` is its place as seen from the current folder, or absolute. `fidelity` is None if it was not asked
    for, or if the file has no role.
    """

    file: Path
    path: str
    messages: tuple[Message, ...]
    fidelity: Fidelity | None = None


def check(files: Sequence[Found], *, fidelity: bool = False) -> Iterator[Checked]:
    """Check files, in their order; with `fidelity`, also whether all their words are found again."""
    folder = Path.cwd()
    taken: set[str] = set()
    stated: dict[tuple[Dialect, str, str], str] = {}
    for found in files:
        path = _shown(found.file, folder)
        parsed, measured = _read(found, fidelity=fidelity)
        messages = list(parsed.messages)
        if found.path in taken:
            told = "Two checked folders hold a file of this path: loading needs the folder that holds both."
            messages.append(Message("path-taken", 1, told))
        taken.add(found.path)
        messages += _twins(path, parsed, stated)
        if measured is not None:
            messages += _losses(parsed, measured)
        messages.sort(key=lambda message: message.line)
        yield Checked(found.file, path, tuple(messages), measured)


def _read(found: Found, *, fidelity: bool) -> tuple[Parsed, Fidelity | None]:
    """What a file says; whatever keeps it from being read is an error among the messages."""
    if found.problem is not None:
        return Parsed(None, messages=(found.problem,)), None
    try:
        parsed = parse(found.read())
        return parsed, measure(parsed) if fidelity else None
    except OSError as error:
        text = f"This can't be read: {error.strerror}."
    except Exception as error:
        # A fault of the program, met by one file, is no reason to leave all others out.
        logger.exception("Reading %s", found.path)
        text = f"The reader failed: {error!r}."
    return Parsed(None, messages=(Message("unreadable-file", 1, text),)), None


def _shown(file: Path, folder: Path) -> str:
    """A file's place as a person finds it, whatever bytes its name has."""
    path = file.relative_to(folder) if file.is_relative_to(folder) else file
    return os.fsencode(path).decode("utf-8", "replace")


def _twins(path: str, parsed: Parsed, stated: dict[tuple[Dialect, str, str], str]) -> Iterator[Message]:
    """Say once that an earlier file of the same form states an identifier that this one states."""
    if parsed.document is None:
        return
    found = {
        key: (value.scheme, value.value)
        for key, value in statements(parsed.document).items()
        if isinstance(value, Identifier)
    }
    if parsed.written_slug:
        found["slug"] = ("slug", parsed.document.slug)
    shared = [key for key, name in found.items() if (parsed.dialect, *name) in stated]
    for key in shared[:1]:
        scheme, value = found[key]
        told = (
            f"The {scheme} {value!r} is stated by {stated[parsed.dialect, scheme, value]} too, in the same "
            "form: both describe one role. Where they disagree, the one that was loaded first counts."
        )
        yield Message("twin-document", parsed.statement_lines[key], told)
    for name in found.values():
        stated.setdefault((parsed.dialect, *name), path)


def _losses(parsed: Parsed, measured: Fidelity) -> Iterator[Message]:
    for word in measured.not_exported | measured.not_in_json:
        places = [
            f"{place} (\N{MULTIPLICATION SIGN} {count[word]})" if count[word] > 1 else place
            for place, count in (("the export", measured.not_exported), ("the JSON", measured.not_in_json))
            if count[word]
        ]
        # A word that is joined over a line end stands on no line.
        first, *more = lines_of(parsed, word) or [1]
        also = f"; it stands on line {', '.join(map(str, more))} too" if more else ""
        yield Message("word-lost", first, f"The word {word!r} is missing in {' and in '.join(places)}{also}.")

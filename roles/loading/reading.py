"""What was read of each file, kept on disk until it is written: thousands of documents take no memory."""

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self
from uuid import UUID

from django.db.models.fields.json import KeyTextTransform, KeyTransform

import roles.documents
from roles.documents.discover import Found
from roles.documents.document import Key, RoleDocument, field_of
from roles.documents.messages import Message
from roles.documents.reader import Dialect, Parsed
from roles.documents.text import fold_key
from roles.loading.report import FileReport
from roles.models import SourceDocument

SLUG = "slug"
Code = tuple[str, str]
"""A scheme and a value, the value folded."""


@cache
def reader() -> str:
    """What tells this version of the reader from others: a document that another one read is read again."""
    digest = hashlib.sha256()
    for module in sorted(Path(roles.documents.__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    for package in ("markdown-it-py", "python-frontmatter", "PyYAML"):
        digest.update(version(package).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file: its bytes and what they say. `lines` are those of its statements (from 1)."""

    data: bytes
    document: RoleDocument
    dialect: Dialect
    lines: dict[Key, int]
    messages: tuple[Message, ...]


class Spool:
    """Keeps readings in a file that nobody else sees and that goes with the process."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def put(self, reading: Reading) -> int:
        """Keep a reading. Returns where."""
        place = self._file.seek(0, 2)
        pickle.dump(reading, self._file, pickle.HIGHEST_PROTOCOL)
        return place

    def get(self, place: int) -> Reading:
        """The reading that was put there."""
        self._file.seek(place)
        reading: Reading = pickle.load(self._file)  # noqa: S301  # nobody else has written to it
        return reading


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A document as the catalogue has it, without what it says."""

    pk: int
    path: str
    root: str
    role: int | None
    digest: str
    reader: str
    missing: bool
    folder_family: str
    name: str
    """Folded, as the file states it."""
    codes: frozenset[Code]
    """The identifiers that the file states, a stated slug included."""
    messages: tuple[Message, ...]
    deleted_role: UUID | None
    """The permanent identifier of the role, if it was deleted."""
    held: str
    """The digest of the newer bytes that are held back; empty if there are none."""

    def is_as_it_was(self, found: Found, digest: str) -> bool:
        """Whether a file of this place and these bytes has nothing new to say."""
        return (
            self.role is not None
            and not self.missing
            and self.digest == digest
            and not self.held
            and self.reader == reader()
            and self.root == (found.root or self.root)
        )

    def is_held_as_it_was(self, found: Found, digest: str) -> bool:
        """Whether a file of this place and these bytes still waits for somebody to look at it."""
        return (
            self.role is not None
            and not self.missing
            and self.held == digest
            and self.root == (found.root or self.root)
        )

    @classmethod
    def all(cls) -> Iterator[Self]:
        """Every document of the catalogue. The databases take the few values that count out of the JSON."""
        rows = SourceDocument.objects.annotate(
            said_name=KeyTextTransform("name", "parsed"),
            said_slug=KeyTextTransform(SLUG, "parsed"),
            said_identifiers=KeyTransform("identifiers", "parsed"),
            slug_line=KeyTextTransform(SLUG, "lines"),
        )
        found: Iterator[dict[str, Any]] = rows.order_by("pk").values(*_COLUMNS).iterator()
        for row in found:
            stated_slug = row["said_slug"] if row["slug_line"] is not None else None
            yield cls(
                pk=row["pk"],
                path=row["path"],
                root=row["root"],
                role=row["role_id"],
                digest=row["digest"],
                reader=row["reader"],
                missing=row["missing"],
                folder_family=row["folder_family"],
                name=fold_key(row["said_name"]),
                codes=codes_of(row["said_identifiers"], stated_slug),
                messages=tuple(map(Message.from_json, row["messages"])),
                deleted_role=row["deleted_role_uid"],
                held=hashlib.sha256(row["held"]).hexdigest() if row["held"] is not None else "",
            )


_COLUMNS = (
    *("pk", "path", "root", "role_id", "digest", "reader", "missing", "folder_family", "messages", "held"),
    "deleted_role_uid",
    *("said_name", "said_slug", "said_identifiers", "slug_line"),
)


def codes_of(identifiers: list[dict[str, Any]], stated_slug: str | None) -> frozenset[Code]:
    """What tells which role a document describes; a slug only where the document states it."""
    codes = {(item["scheme"], fold_key(item["value"])) for item in identifiers}
    return frozenset(codes | ({(SLUG, stated_slug)} if stated_slug else set()))


@dataclass(slots=True, eq=False)
class Candidate:
    """A file that was read and may change its role. The last fields are what the catalogue knows of it."""

    found: Found
    digest: str
    report: FileReport
    dialect: Dialect
    name: str
    slug: str
    codes: frozenset[Code]
    """The identifiers that the file states."""
    code_line: int
    """Where the first of them stands."""
    size: int
    _spool: Spool
    _place: int
    folder_family: str = ""
    stored: Stored | None = None
    """The document that was loaded from this place before."""
    deleted: bool = False
    """Whether the file is as it was when its role was deleted."""

    @classmethod
    def of(
        cls, found: Found, data: bytes, digest: str, parsed: Parsed, report: FileReport, spool: Spool
    ) -> Self:
        """The candidate of a file that holds a role document."""
        document, lines = parsed.document, parsed.statement_lines
        assert document is not None
        stating = [line for key, line in lines.items() if field_of(key) in ("identifiers", SLUG)]
        return cls(
            found,
            digest,
            report,
            parsed.dialect,
            document.name,
            document.slug,
            codes_of(
                [{"scheme": item.scheme, "value": item.value} for item in document.identifiers],
                document.slug if parsed.written_slug else None,
            ),
            min(stating, default=1),
            len(data),
            spool,
            spool.put(Reading(data, document, parsed.dialect, lines, parsed.messages)),
        )

    def reading(self) -> Reading:
        """What was read, with the job family that the file's folder gives if it states none."""
        reading = self._spool.get(self._place)
        if reading.document.family or not self.folder_family:
            return reading
        return replace(reading, document=replace(reading.document, family=self.folder_family))

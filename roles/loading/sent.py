"""Role files that somebody sent instead of naming their paths: one, many, or a ZIP of them."""

import io
import stat
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from roles import store
from roles.documents.discover import ENDINGS, MAX_BYTES, Found
from roles.documents.messages import Message
from roles.loading.report import Report
from roles.loading.run import load_found
from roles.models import SourceDocument

MAX_SENT: Final = 20 * 1024 * 1024
"""The most bytes that may be sent at once."""
MAX_UNPACKED: Final = 50 * 1024 * 1024
"""The most bytes that the role files of a ZIP may have when they are unpacked."""
MAX_FILES: Final = 2_000
"""The most role files that may be sent at once."""
MAX_ENTRIES: Final = 20_000
"""The most entries of any kind that a ZIP may have."""

T = TypeVar("T")


class Unusable(ValueError):
    """What was sent can't be read as role files; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sent(Found):
    """A file that came with its bytes."""

    data: bytes = b""

    def read(self) -> bytes:
        """The bytes."""
        return self.data


def pack(files: Iterable[tuple[str, bytes]], *, in_folders: bool = False) -> bytes:
    """Files by their names as one ZIP; a ZIP that was sent alone is taken as it is.

    With `in_folders` their names are paths.

    Raises:
        Unusable: if they are too large together, or there is none, or two have the same path.
    """
    named = list(files)
    if not named:
        raise Unusable(_("Choose a file."))
    if sum(len(data) for _name, data in named) > MAX_SENT:
        most = number_format(MAX_SENT // 1024 // 1024)
        raise Unusable(_("This is larger than %(most)s MB. Send it in several parts.") % {"most": most})
    if len(named) == 1 and zipfile.is_zipfile(io.BytesIO(named[0][1])):
        return named[0][1]
    names = [name for name, _data in named]
    if in_folders and len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Unusable(_("Two files have the path “%(path)s”. Send each once.") % {"path": twice})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in named:
            packed.writestr(name if in_folders else PurePosixPath(name).name, data)
    return stream.getvalue()


def unpack(data: bytes, *, folder: str = "", as_named: bool = False) -> list[Sent]:
    """The role files of a ZIP, in the order of their paths, each where the command line would have it.

    A file that was loaded before is known by its path, or else by its name. The others belong to `folder`, to
    the one folder that all of the ZIP lies in, or to none. With `as_named`, their paths in `folder` are those
    of the ZIP, where it begins with that folder those behind it. What can't be read tells so in its
    `problem`.

    Raises:
        Unusable: if it is no ZIP, one with a password, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = _entries(packed)
            found = [(path, *_content(packed, entry)) for path, entry in entries]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(_("This ZIP is damaged. Pack it again.")) from error
    place = _places([path for path, _data, problem in found if problem is None], folder, as_named)
    sent = []
    for path, content, problem in found:
        root, where = place(path) if problem is None else ("", path)
        sent.append(Sent(where, Path(where), root, problem, content))
    return sorted(sent, key=lambda file: file.path)


def _entries(packed: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The entries that may be role files, with their paths.

    Raises:
        Unusable: if there are none or too many, or they are locked.
    """
    listed = packed.infolist()
    if len(listed) > MAX_ENTRIES:
        raise Unusable(_("This ZIP holds too many files. Send it in several parts."))
    found = [(path, entry) for entry in listed if _is_role_file(path := _path(entry), entry)]
    if not found:
        endings = ", ".join(sorted(ENDINGS))
        raise Unusable(
            _("There is no role file in it: their names end in %(endings)s.") % {"endings": endings}
        )
    if len(found) > MAX_FILES or sum(min(entry.file_size, MAX_BYTES) for _p, entry in found) > MAX_UNPACKED:
        raise Unusable(_("This ZIP is too large when it is unpacked. Send it in several parts."))
    if any(entry.flag_bits & 1 for _path, entry in found):
        raise Unusable(_("This ZIP has a password. Pack it without one."))
    return found


def _path(entry: zipfile.ZipInfo) -> str:
    """An entry's path with forward slashes. A name in UTF-8 that does not say so is read as such."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _is_role_file(path: str, entry: zipfile.ZipInfo) -> bool:
    parts = path.split("/")
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return (
        not (entry.is_dir() or hidden or "__MACOSX" in parts)
        and PurePosixPath(path).suffix.lower() in ENDINGS
    )


def _content(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[bytes, Message | None]:
    """An entry's bytes, or why there are none."""
    path = _path(entry)
    parts = path.split("/")
    if ".." in parts or "." in parts or "" in parts or ":" in parts[0]:
        return b"", Message("outside-folder", 1, "Its path leads out of the folder, so it is not read.")
    if not path.isprintable():
        return b"", Message("unreadable-file", 1, "The file's name has characters that no name may have.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return b"", Message("outside-folder", 1, "This is a link, so it is not followed.")
    if entry.file_size > MAX_BYTES:
        text = f"The file is larger than {MAX_BYTES // 1024} KiB, so it is not read."
        return b"", Message("too-large", 1, text)
    try:
        return packed.read(entry), None
    # Whatever is wrong with the packing of one file, the others can be read.
    except Exception as error:
        return b"", Message("unreadable-file", 1, f"This can't be unpacked: {error}.")


def _places(paths: Sequence[str], folder: str, as_named: bool) -> Callable[[str], tuple[str, str]]:
    """What tells for a file the loaded folder that it belongs to, and its path there."""
    if folder and as_named:
        root, _slash, below = folder.strip("/").partition("/")
        begin = f"{folder.strip('/')}/"
        start = begin if all(path.startswith(begin) for path in paths) else ""
        return lambda path: (root, str(PurePosixPath(below, path.removeprefix(start))))
    known: dict[str, tuple[str, str]] = {}
    by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for root, path in SourceDocument.objects.order_by("pk").values_list("root", "path"):
        known[path] = known[f"{root}/{path}"] = (root, path)
        by_name[PurePosixPath(path).name].append((root, path))
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    top = tops.pop() if len(tops) == 1 else ""
    root, _slash, below = folder.strip("/").partition("/")

    def place(path: str) -> tuple[str, str]:
        inside = path.removeprefix(f"{top}/") if top else path
        if root:
            return root, str(PurePosixPath(below, inside))
        if path in known:
            return known[path]
        if top:
            return top, inside
        namesakes = by_name[PurePosixPath(path).name] if "/" not in path else []
        return namesakes[0] if len(namesakes) == 1 else ("", path)

    return place


def load_sent(
    files: Sequence[Sent],
    by: User,
    look: Callable[[Report], T],
    agreed: Callable[[T], bool] | None = None,
    *,
    by_name: str = "",
    commit: str = "",
    max_withdrawn: float | None = None,
) -> T:
    """Load files that were sent as the command line would load them, in one transaction.

    Returns what `look` sees in what came of it. It is all taken back, unless `agreed` says that this is what
    somebody agreed to. The others are those of `load_found`.
    """
    with transaction.atomic():
        store.lock()
        report = load_found(files, by, by_name=by_name, commit=commit, max_withdrawn=max_withdrawn)
        result = look(report)
        if agreed is None or not agreed(result):
            transaction.set_rollback(True)
    return result

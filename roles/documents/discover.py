"""Finding role files at and below the paths that were named."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from roles.documents.messages import Message

ENDINGS = frozenset({".md", ".markdown", ".txt"})
MAX_BYTES = 1024 * 1024
"""The largest file that is read, in bytes: a role document is some 20 KB."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to load, or a folder that can't be looked into.

    `path` is relative to the loaded folder, with forward slashes; `root` is that folder's name, empty for
    a file that was named itself. `problem` tells why it is not read.
    """

    path: str
    file: Path
    root: str
    problem: Message | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders between the loaded one and the file; none for a file that was named itself."""
        return tuple(self.path.split("/")[:-1]) if self.root else ()

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            OSError: if it can't be read, or has become too large since it was found.
        """
        with self.file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return data


def discover(paths: Iterable[Path]) -> Iterator[Found]:
    """The role files at and below the paths, each once, in the order of their names.

    A file that is named is taken whatever its ending. Files and folders whose name starts with a dot are
    passed over below a folder.

    Raises:
        FileNotFoundError: if a path does not exist.
    """
    seen: set[str] = set()
    named: set[str] = set()
    for path in paths:
        if path.is_dir():
            found = _below(path.resolve())
        elif path.exists():
            found = iter([_named(path.resolve(), named)])
        else:
            raise FileNotFoundError(path)
        for item in found:
            real = os.path.realpath(item.file)
            if real not in seen:
                seen.add(real)
                yield item


def _named(file: Path, named: set[str]) -> Found:
    """A file that was named itself, called by no more of its path than tells it from the others."""
    for parts in range(1, len(file.parts)):
        path = _text("/".join(file.parts[-parts:]))
        if path not in named:
            break
    named.add(path)
    return Found(path, file, "", _problem(file.parent, file))


def _below(root: Path) -> Iterator[Found]:
    unreadable: list[OSError] = []
    for folder, names, files in os.walk(root, onerror=unreadable.append):
        yield from _closed(root, unreadable)
        for link in sorted(name for name in names if Path(folder, name).is_symlink()):
            names.remove(link)
            if problem := _problem_of_link(root, Path(folder, link)):
                yield _found(root, Path(folder, link), problem)
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if file.suffix.lower() in ENDINGS and not name.startswith("."):
                yield _found(root, file, _problem(root, file))
    yield from _closed(root, unreadable)


def _closed(root: Path, errors: list[OSError]) -> Iterator[Found]:
    """The folders that could not be listed since this was last asked."""
    while errors:
        error = errors.pop()
        yield _found(root, Path(error.filename), _unreadable(error))


def _found(root: Path, file: Path, problem: Message | None) -> Found:
    return Found(_text(file.relative_to(root).as_posix()), file, root_name(root), problem)


def root_name(folder: Path) -> str:
    """What a loaded folder is called in the documents that were found in it."""
    return _text(folder.name)


def _text(path: str) -> str:
    """A path that can be shown and stored, whatever bytes the file's name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def _problem(top: Path, file: Path) -> Message | None:
    """Why a file is not read, as far as one can tell before reading it."""
    if problem := _problem_of_link(top, file):
        return problem
    try:
        about = file.stat()
    except OSError as error:
        return _unreadable(error)
    if not stat.S_ISREG(about.st_mode):
        return Message("unreadable-file", 1, "This is no regular file, so it is not read.")
    if about.st_size > MAX_BYTES:
        return Message("too-large", 1, f"The file is larger than {MAX_BYTES // 1024} KiB, so it is not read.")
    try:
        os.fsencode(file).decode()
    except UnicodeDecodeError:
        return Message("unreadable-file", 1, "The file's name is not UTF-8: rename it.")
    return None


def _problem_of_link(top: Path, file: Path) -> Message | None:
    try:
        inside = file.resolve(strict=True).is_relative_to(top)
    except OSError as error:
        return _unreadable(error)
    except RuntimeError:  # What Python before 3.13 raises for links in a circle.
        return Message("unreadable-file", 1, "This link leads to itself.")
    if inside:
        return None
    return Message("outside-folder", 1, "This link leads out of the loaded folder, so it is not followed.")


def _unreadable(error: OSError) -> Message:
    return Message("unreadable-file", 1, f"This can't be read: {error.strerror}.")


def family_of(folders: tuple[str, ...], slug: str) -> str | None:
    """The job family that a file's folders give: "engineering_technology" → Engineering Technology.

    That is the folder right below the loaded one, unless it bears the role's own slug.
    """
    if not folders or folders[0].replace("_", "-").lower() == slug:
        return None
    words = folders[0].replace("_", " ").replace("-", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or None

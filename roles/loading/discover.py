"""Finding role files below the paths that were named."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from roles.documents.messages import Message

ENDINGS = frozenset({".md", ".markdown", ".txt"})
MAX_BYTES = 1024 * 1024
"""The largest file that is read, in bytes: a role document is some 20 KB."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to load.

    `path` is relative to the loaded folder, with forward slashes; `root` is that folder's name, empty for
    a file that was named itself. `folders` are the folders between the two.
    """

    path: str
    file: Path
    root: str
    problem: Message | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(self.path.split("/")[:-1])

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            OSError: if it can't be read.
        """
        return self.file.read_bytes()


def discover(paths: Iterable[Path]) -> Iterator[Found]:
    """The role files at and below the paths, in the order of their names.

    A file that is named is taken whatever its ending. Folders whose name starts with a dot are passed over.

    Raises:
        FileNotFoundError: if a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path.resolve())
        elif path.exists():
            yield _found(path.resolve().parent, path.resolve(), root="")
        else:
            raise FileNotFoundError(path)


def _below(root: Path) -> Iterator[Found]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if file.suffix.lower() in ENDINGS and not name.startswith("."):
                yield _found(root, file, root=root.name)


def _found(top: Path, file: Path, *, root: str) -> Found:
    path = file.relative_to(top).as_posix()
    return Found(path, file, root, _problem(top, file))


def _problem(top: Path, file: Path) -> Message | None:
    try:
        if not file.resolve(strict=True).is_relative_to(top):
            return Message(
                "outside-folder", 1, "This link leads out of the loaded folder, so it is not followed."
            )
        if file.stat().st_size > MAX_BYTES:
            return Message(
                "too-large", 1, f"The file is larger than {MAX_BYTES // 1024} KiB, so it is not read."
            )
        path = file.relative_to(top).as_posix()
        path.encode()
    except UnicodeEncodeError:
        return Message("unreadable-file", 1, "The file's name is not UTF-8: rename it.")
    except OSError as error:
        return Message("unreadable-file", 1, f"The file can't be read: {error.strerror}.")
    return None


def family_of(folders: tuple[str, ...], slug: str) -> str | None:
    """The job family that a file's folders give: "engineering_technology" → Engineering Technology.

    That is the folder right below the loaded one, unless it bears the role's own slug.
    """
    if not folders or folders[0].replace("_", "-").lower() == slug:
        return None
    words = folders[0].replace("_", " ").replace("-", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or None

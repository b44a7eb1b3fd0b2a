"""A folder that role files are exported to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from roles.documents.discover import discover


class Unusable(Exception):
    """A file that can't, or must not, be read or written where it belongs; the text says why."""


class Folder:
    """A folder, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def paths(self) -> Iterator[str]:
        """The files that may be role files, relative to the folder."""
        if self.path.exists():
            yield from (found.path for found in discover([self.path]) if found.problem is None)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None if there is none.

        Raises:
            Unusable: if it lies outside the folder or can't be read.
        """
        target = self._target(path)
        try:
            return target.read_bytes() if target.exists() else None
        except OSError as error:
            raise Unusable(_("It can't be read: {reason}.").format(reason=error.strerror)) from error

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all; one that is there keeps its permissions.

        Raises:
            Unusable: if it lies outside the folder or can't be written.
        """
        target = self._target(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.part")
            draft.write_bytes(data)
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
        except OSError as error:
            raise Unusable(_("It can't be written: {reason}.").format(reason=error.strerror)) from error

    def _target(self, path: str) -> Path:
        try:
            target = self.path / path
            if target.resolve().is_relative_to(self.path.resolve()):
                return target
        except (OSError, RuntimeError) as error:  # Links in a circle, before Python 3.13.
            raise Unusable(_("A link leads to itself.")) from error
        raise Unusable(_("It would lie outside the folder, so it is left alone."))

"""Addresses of static files that change with the files."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStaticFilesStorage(StaticFilesStorage):
    """Serves files from where they lie, at addresses with a digest of their content.

    So browsers may keep them for long and yet get a new version at once, without a step that collects the
    files and a record of names that can be out of date.
    """

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file; without a digest if there is no such file."""
        address = super().url(name)
        version = _version(name) if name else ""
        return f"{address}?{version}" if version else address


def _version(name: str) -> str:
    # While one works on the files, they are read anew each time.
    return _digest.__wrapped__(name) if settings.DEBUG else _digest(name)


@cache
def _digest(name: str) -> str:
    path = finders.find(name)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12] if isinstance(path, str) else ""

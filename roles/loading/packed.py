"""All files of roles in a ZIP, as they can be loaded again."""

import zipfile
from collections import Counter
from collections.abc import Iterable
from typing import IO, Final

from roles.documents.reader import Dialect
from roles.loading.export import export
from roles.models import Role, SourceDocument

FOLDER: Final = "roles"
"""The folder of files that were never loaded from one, in a catalogue that knows none."""


def pack_roles(roles: Iterable[Role], into: IO[bytes], *, dialect: Dialect = "profile") -> None:
    """Write the files of roles into a ZIP, each below the folder that it was loaded from.

    Where nothing was edited they are byte for byte what was loaded; `dialect` is that of files for roles
    which have none.
    """
    roots = dict(SourceDocument.objects.values_list("path", "root"))
    named = Counter(root for root in roots.values() if root)
    usual = named.most_common(1)[0][0] if named else FOLDER
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in export(roles, dialect=dialect):
            root = roots.get(file.path, usual)
            packed.writestr(f"{root}/{file.path}" if root else file.path, file.data)

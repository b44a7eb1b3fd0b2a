"""Files that were sent, with the paths that they have at their sender's."""

import io
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _

from api.errors import ProblemType, Refused
from api.schemas.problems import Fault
from api.writing.bodies import MULTIPART, ZIP, body_of, fault_at, invalid, media_type, refuse_other_types
from roles.loading.sent import Sent, Unusable, pack, unpack

FIELD = "files"
"""The name of the parts of a body that are files."""


def files_of(request: HttpRequest, *, folder: str) -> list[Sent]:
    """The role files that were sent as a ZIP, or each as a part of the body with its path as its name.

    Raises:
        Refused: if they are too large, or can't be read as role files.
    """
    refuse_other_types(request, ZIP, MULTIPART)
    content = body_of(request)
    try:
        if media_type(request) == MULTIPART:
            content = pack(_parts(request, content), in_folders=True)
        return unpack(content, folder=folder, as_named=True)
    except Unusable as error:
        raise invalid([fault_at("", str(error))]) from error


class _Gathering(FileUploadHandler):
    """Keeps the parts of a body as they come; they have been counted as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[tuple[str, str, bytes]] = []
        self._pieces: list[bytes] = []

    def new_file(self, *arguments: Any, **options: Any) -> None:
        super().new_file(*arguments, **options)
        self._pieces = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._pieces.append(bytes(raw_data))

    def file_complete(self, file_size: int) -> None:
        self.files.append((self.field_name or "", self.file_name or "", b"".join(self._pieces)))


class _WithPaths(MultiPartParser):
    """Leaves the folders in the names of files: they are paths in no file system of ours."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name as it was sent."""
        return file_name or None


def _parts(request: HttpRequest, content: bytes) -> list[tuple[str, bytes]]:
    """Path and bytes of each file among the parts of a body."""
    handler = _Gathering()
    head = {**request.META, "CONTENT_LENGTH": len(content)}
    try:
        fields, _files = _WithPaths(head, io.BytesIO(content), [handler]).parse()
    except MultiPartParserError as error:
        text = _("The parts of the body can't be told apart: %(why)s.") % {"why": error}
        raise Refused(ProblemType.UNREADABLE, text) from error
    except SuspiciousOperation as error:
        raise Refused(ProblemType.TOO_LARGE, _("The body has too many parts. Send a ZIP.")) from error
    wrong = [name for name, _path, _data in handler.files if name != FIELD]
    faults = [
        Fault(location="body", name=name[:100], detail=_("Files are sent as parts of the name files"))
        for name in dict.fromkeys([*wrong, *fields])
    ]
    if faults:
        raise invalid(faults)
    return [(path, data) for _name, path, data in handler.files]

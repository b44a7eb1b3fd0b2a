"""Role files, loaded over HTTP."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field, StringConstraints

from api.answers import as_json
from api.auth import Scope, demand
from api.errors import ProblemType, Refused
from api.operations import writable
from api.pagination import Parameters
from api.schemas.loads import LoadReport
from api.schemas.problems import Fault
from api.writing.bodies import MULTIPART, ZIP, invalid
from api.writing.uploads import FIELD, files_of
from roles.accounts.tokens import scopes_open_to
from roles.documents.document import Json
from roles.loading.report import Report
from roles.loading.sent import load_sent
from roles.models import Role

router = Router(tags=["Loads"])

Commit = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._/+-]{0,199}$")]
Folder = Annotated[str, StringConstraints(pattern=r"^[^/\\:\x00-\x1f][^\\:\x00-\x1f]*$", max_length=200)]

BODY = {
    "required": True,
    "content": {
        ZIP: {"schema": {"type": "string", "format": "binary", "description": "A ZIP of role files."}},
        MULTIPART: {
            "schema": {
                "type": "object",
                "properties": {
                    FIELD: {
                        "type": "array",
                        "items": {"type": "string", "format": "binary"},
                        "description": "Each file with its path as its file name; or one ZIP of them.",
                    }
                },
                "required": [FIELD],
                "additionalProperties": False,
            }
        },
    },
}


class Asked(Parameters):
    """How files are loaded."""

    root: Folder | None = Field(
        None,
        description="The folder that the paths are in, such as roles. Without it, files that were loaded "
        "before are known by their paths, and those of one folder belong to that.",
    )
    commit: Commit | None = Field(None, description="The version of the files; the history names it.")
    dry_run: bool = Field(False, description="Tell what would be done, and do nothing.")
    withdraw: bool = Field(
        False,
        description="These are all files of the folder root: withdraw what only those said that are gone.",
    )
    max_withdrawn: float = Field(
        0.1, ge=0, le=1, description="Withdraw nothing if more than this share of the folder's files is gone."
    )


@writable(
    router,
    "POST",
    "/loads",
    {200: LoadReport},
    scope=Scope.LOAD,
    operation_id="create_load",
    summary="Load role files",
    body=BODY,
)
def create_load(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    """Load role files as the command line does, all in one transaction, and tell what became of each.

    Up to 20 MB and 2,000 files at once. Where changes from files are reviewed, and where the person of the
    token may not publish, they wait as proposals.
    """
    token = demand(request, Scope.LOAD)
    if Scope.LOAD not in scopes_open_to(token.user):
        raise Refused(ProblemType.FORBIDDEN, _("The person for whom the token acts may not load roles."))
    folder = _folder(asked)
    report = load_sent(
        files_of(request, folder=folder),
        token.user,
        lambda report: report,
        lambda _report: not asked.dry_run,
        by_name=token.name,
        commit=asked.commit or "",
        max_withdrawn=asked.max_withdrawn if asked.withdraw else None,
    )
    report.dry_run = asked.dry_run
    return as_json(_told(report, request))


def _folder(asked: Asked) -> str:
    """The folder that the files belong to.

    Raises:
        Refused: if it is no plain path, or not all of a folder of which something may be withdrawn.
    """
    folder = (asked.root or "").rstrip("/")
    text = ""
    if folder and not {"", ".", ".."}.isdisjoint(folder.split("/")):
        text = _("Write it as a plain path, such as roles or roles/finance")
    elif asked.withdraw and (not folder or "/" in folder):
        text = _("To withdraw, name the loaded folder itself: all of its files, and none of a part of it")
    if text:
        fault = Fault(location="query", name="root", detail=text)
        raise invalid([fault])
    return folder


def _told(report: Report, request: HttpRequest) -> dict[str, Json]:
    told: dict[str, Any] = report.to_json()
    # Nobody prefers a side here.
    del told["decided"]
    for file in told["files"]:
        slug = file["role"]
        page = Role(slug=slug).get_absolute_url() if slug else None
        file["url"] = request.build_absolute_uri(page) if page else None
    commit = report.run.commit if report.run else ""
    return told | {"failed": report.failed, "commit": commit or None}

"""What can be asked of a list, and its answer: a page of it."""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Self, TypeVar, get_origin

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)
from pydantic import ValidationError as InvalidModel
from pydantic_core import InitErrorDetails, PydanticCustomError
from rapidfuzz import fuzz, process

from api.errors import faulty

DEFAULT_LIMIT = 20
MAX_LIMIT: int = settings.NINJA_PAGINATION_MAX_LIMIT
MAX_OFFSET = 2**31 - 1
"""Beyond every list, and still a number that the databases can count with."""
RowNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""The number of something in the catalogue; databases can count no further."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)


def _written_as_moment(value: object) -> object:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError(_("Write a moment like %(example)s") % {"example": "2026-11-02T09:30:00Z"})
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("Is beyond the years 1 to 9999")) from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_as_moment), AfterValidator(_in_utc)]
"""A moment as RFC 3339 writes it, in UTC: databases know fewer offsets than the RFC.

Pydantic by itself takes numbers, too, for seconds since 1970.
"""

NEAR = 60
"""How alike, of 100, an unknown parameter and a known one are for the one to be meant."""

Item = TypeVar("Item")
AnyRows = TypeVar("AnyRows", bound=Any)


def refuse_unknown(request: HttpRequest) -> None:
    """Refuse all parameters, where none is known.

    Raises:
        ValidationError: which names them all.
    """
    if found := list(_unheard(request, known=(), repeatable=())):
        raise faulty(found)


def _unheard(
    request: HttpRequest, known: Collection[str], repeatable: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with parameters that are not known, because a misspelt filter would find everything, and
    with those given twice that are not repeatable, because one of the two would go unheard."""
    for name, values in request.GET.lists():
        if name not in known:
            yield name, unknown(name, known)
        elif len(values) > 1 and name not in repeatable:
            yield name, _("Can be given only once")


def unknown(name: str, known: Collection[str]) -> str:
    """Say that a name is not known, which one may be meant, and which there are."""
    if not known:
        return _("Not known here; none is")
    said = {"names": ", ".join(sorted(known))}
    near = process.extractOne(name.lower(), sorted(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    if near is None:
        return _("Not known here; known are %(names)s") % said
    return _("Not known here, did you mean %(near)s? Known are %(names)s") % (said | {"near": near[0]})


class Parameters(Schema):
    """Query parameters: those of the fields and no others. Lists can be given several times."""

    @model_validator(mode="wrap")
    @classmethod
    def refuse_others(
        cls, values: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        """Look at what the request has, since only the known ones are among the values."""
        fields = {field.alias or name: field for name, field in cls.model_fields.items()}
        lists = [name for name, field in fields.items() if get_origin(field.annotation) is list]
        request: HttpRequest = info.context["request"]  # type: ignore[index]
        wrong = [
            InitErrorDetails(
                type=PydanticCustomError("unheard", "{said}", {"said": said}), loc=(name,), input=""
            )
            for name, said in _unheard(request, fields, lists)
        ]
        read = None
        try:
            read = handler(values)
        except InvalidModel as error:
            wrong += [
                InitErrorDetails(
                    type=each["type"], loc=each["loc"], input=each["input"], ctx=each.get("ctx", {})
                )
                for each in error.errors()
            ]
        if wrong or read is None:
            raise InvalidModel.from_exception_data(cls.__name__, wrong)
        return read


class Window(Parameters):
    """Which part of a list is asked for."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most.")
    offset: int = Field(0, ge=0, le=MAX_OFFSET, description="How many items to pass over.")

    @property
    def end(self) -> int:
        """The number of the first item behind it."""
        return self.offset + self.limit

    def part(self, rows: AnyRows) -> AnyRows:
        """For a table, which has no pages: the rows that are asked for, or else all."""
        part: AnyRows = rows[self.offset : self.end if "limit" in self.model_fields_set else None]
        return part


class PageOf(BaseModel, Generic[Item]):
    """A part of a list, and the addresses of the parts beside it, which keep the filters."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(description="How many items there are in all.")
    next: str | None = Field(description="The address of the next page; null on the last one.")
    previous: str | None = Field(description="The address of the page before; null on the first one.")
    items: list[Item]


def beside(window: Window, count: int, request: HttpRequest) -> dict[str, Any]:
    """What a page says beside its items: the number of all, and the addresses of the pages beside it.

    The page before one that is past the end is the last that is not.
    """
    before = min(window.offset, count)
    first = max(0, before - window.limit)
    return {
        "count": count,
        "next": address(request, offset=window.end, limit=window.limit) if window.end < count else None,
        "previous": address(request, offset=first, limit=before - first) if before else None,
    }


def address(request: HttpRequest, **changes: object) -> str:
    """The address of the request with other values of some parameters."""
    asked = request.GET.copy()
    for name, value in changes.items():
        asked[name] = str(value)
    return request.build_absolute_uri(f"?{asked.urlencode()}")

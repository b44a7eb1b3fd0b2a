"""The forms in which a list is sent: JSON in pages, or JSON Lines and CSV as a stream of all its items."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from pydantic import Field

from api.answers import dumped
from api.errors import ProblemType, Refused
from roles.exchange.cells import harmless

MEDIA_TYPES: Final = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "svg": "image/svg+xml",
    "mermaid": "application/vnd.mermaid",
}
_ALSO: Final = {"application/x-ndjson": "jsonl", "application/x-jsonlines": "jsonl"}
"""Other names under which the forms are asked for."""

OF_LISTS: Final = {MEDIA_TYPES[form]: form for form in ("json", "jsonl", "csv")} | _ALSO
OF_TABLES: Final = {MEDIA_TYPES[form]: form for form in ("json", "csv")}
OF_GRAPHS: Final = {MEDIA_TYPES[form]: form for form in ("json", "svg", "mermaid")} | {
    "text/plain": "mermaid"
}

_WHICH: Final = "The form of the answer, whatever the header Accept says."
ListForm = Annotated[Literal["json", "jsonl", "csv"] | None, Field(description=_WHICH)]
TableForm = Annotated[Literal["json", "csv"] | None, Field(description=_WHICH)]
GraphForm = Annotated[Literal["json", "svg", "mermaid"] | None, Field(description=_WHICH)]


def chosen_form(request: HttpRequest, asked: str | None, forms: Mapping[str, str] = OF_LISTS) -> str:
    """The form that an address asks for, or else the one that the header Accept prefers.

    `forms` are those that there are, by their media types.

    Raises:
        Refused: if the header takes none of them.
    """
    if asked:
        return asked
    preferred = request.get_preferred_type(list(forms))
    if preferred is None:
        known = ", ".join(each for each in forms if each not in _ALSO)
        raise Refused(ProblemType.NOT_ACCEPTABLE, _("This comes as %(types)s.") % {"types": known})
    return forms[preferred]


def described(**said: str) -> dict[str, Any]:
    """How the API's description tells of the forms of an answer beside JSON."""
    content = {
        MEDIA_TYPES[form]: {"schema": {"type": "string", "description": text}} for form, text in said.items()
    }
    return {"responses": {200: {"content": content}}}


def streams(name: str) -> dict[str, Any]:
    """How it tells of the streams of a list that is called so."""
    return described(
        csv=f"All {name} that were asked for, one on each line behind the line of names.",
        jsonl=f"All {name} that were asked for, each as JSON on a line of its own.",
    )


def streamed(
    items: Iterable[Mapping[str, Any]], columns: Sequence[str], form: str, name: str
) -> StreamingHttpResponse:
    """Items as a file that is called so, as CSV or JSON Lines, sent while they are read."""
    lines = csv_lines(items, columns) if form == "csv" else json_lines(items)
    media_type = MEDIA_TYPES[form] + ("; charset=utf-8" if form == "csv" else "")
    headers: Mapping[str, str] = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return StreamingHttpResponse(_together(lines), content_type=media_type, headers=dict(headers))


def json_lines(items: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Each item as JSON on a line of its own."""
    for item in items:
        yield dumped(item) + b"\n"


def csv_lines(items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    """A line of names, then each item on a line (RFC 4180).

    Lists of texts are separated by semicolons; what has parts is written as JSON. What a spreadsheet would
    take for a formula gets an apostrophe before it.
    """
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(columns)
    yield line.taken()
    for item in items:
        writer.writerow([_cell(item.get(column)) for column in columns])
        yield line.taken()


def _together(lines: Iterator[bytes], size: int = 32 * 1024) -> Iterator[bytes]:
    """Lines in pieces that are worth sending."""
    piece: list[bytes] = []
    length = 0
    for line in lines:
        piece.append(line)
        length += len(line)
        if length >= size:
            yield b"".join(piece)
            piece, length = [], 0
    yield b"".join(piece)


class _Line:
    """What a writer of CSV takes for a file."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text

    def taken(self) -> bytes:
        text, self._text = self._text, ""
        return text.encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return harmless(value)
        case int() | float():
            return str(value)
        case list() if all(isinstance(part, str) for part in value):
            return harmless("; ".join(value))
    text = dumped(value).decode()
    # A moment is written as JSON writes it, without the quotation marks.
    return text[1:-1] if text.startswith('"') else text

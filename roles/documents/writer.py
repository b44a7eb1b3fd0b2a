"""Documents into role files: `render` writes a new one, `patch` changes what differs in an existing one."""

from collections.abc import Iterator

from roles.documents import front_matter
from roles.documents import sections as table
from roles.documents.document import PROFILE_ID, ROLE_CODE, Json, RoleDocument, value_of
from roles.documents.patching import patched
from roles.documents.reader import BOM, Dialect, parse
from roles.documents.sections import KNOWN
from roles.documents.style import Style, is_written
from roles.documents.text import slugify


def render(document: RoleDocument, dialect: Dialect, *, with_slug: bool = False) -> str:
    """A document as the text of a new file. Sections that the dialect lacks are written as the other's.

    Its slug is stated if it is needed to read the same document back, or if asked for.
    """
    front = front_values(document, dialect, with_slug=with_slug)
    head = ["\n".join(["---", *front_matter.write(front), "---"])] if front else []
    title = [] if "name" in front else [f"# {document.name}"]
    return "\n\n".join([*head, *title, *_body(document, Style.of_dialect(dialect))]) + "\n"


def front_values(document: RoleDocument, dialect: Dialect, *, with_slug: bool = False) -> dict[str, Json]:
    """What a new file of the dialect says in its front matter."""
    values: dict[str, Json] = {}
    codes: dict[str, list[str]] = {}
    for identifier in document.identifiers:
        if identifier.scheme == PROFILE_ID and "id" not in values:
            values["id"] = identifier.value
        elif identifier.scheme != ROLE_CODE:
            codes.setdefault(identifier.scheme, []).append(identifier.value)
    anonymous = not document.identifiers and not any(is_written(document, section) for section in KNOWN)
    if with_slug or dialect == "profile" or anonymous or document.slug != slugify(document.name):
        values["slug"] = document.slug
    if dialect == "profile" and not any(
        extra.is_beside and not extra.position for extra in document.sections
    ):
        # Where an extra section comes first, a title before it keeps it from being taken for one.
        values["name"] = document.name
    values |= {"default_seniority": document.seniority, "family": document.family}
    values |= {"aliases": list(document.aliases), "tags": list(document.tags)}
    values["identifiers"] = {
        scheme: found[0] if len(found) == 1 else found for scheme, found in codes.items()
    }
    return {key: value for key, value in values.items() if value} | dict(document.extra)


def _body(document: RoleDocument, style: Style) -> Iterator[str]:
    """Everything below the title, as chunks between blank lines."""
    for identifier in document.identifiers:
        if identifier.scheme == ROLE_CODE:
            yield table.write_label(table.ROLE_CODE_LABEL, identifier.value)
    yield from (style.extra_section(extra) for extra in document.sections if not extra.position)
    for section in KNOWN:
        if section.level == 2:
            yield from style.section(document, section)


def patch(data: bytes, document: RoleDocument) -> bytes:
    """A file that says what a document says, otherwise as it was: only lines whose statements differ change.

    An unchanged document gives the same bytes. Byte order mark and line ends stay. Where changing lines does
    not make the file say what it should, the lists that came out otherwise are written anew, or else all.

    Raises:
        ValueError: if the file has no role document to change.
    """
    parsed = parse(data)
    if parsed.document is None:
        raise ValueError("only a file that can be read can be patched")
    if parsed.document == document:
        return data
    mark = BOM if data.startswith(BOM.encode()) else ""
    newline = _newline(parsed.lines)
    before, anew = parsed.document, frozenset[str]()
    for _attempt in range(2):
        changed = (mark + patched(parsed, before, document, newline, anew)).encode()
        reread = parse(changed).document
        if reread == document:
            return changed
        anew = _differing_lists(reread, document) if reread is not None else anew
    return (mark + render(document, parsed.dialect).replace("\n", newline)).encode()


def _differing_lists(before: RoleDocument, after: RoleDocument) -> frozenset[str]:
    """The fields whose list items differ."""
    return frozenset(
        section.field
        for section in KNOWN
        if section.kind == "list"
        and (value_of(before, section.field) or ()) != (value_of(after, section.field) or ())
    )


def _newline(lines: tuple[str, ...]) -> str:
    """The line end that most lines have."""
    ends = [line[len(line.rstrip("\r\n")) :] for line in lines]
    return max(("\n", "\r\n", "\r"), key=ends.count)

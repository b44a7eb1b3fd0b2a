"""What the catalogue says of a role, and where documents say so or otherwise."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from roles.documents.document import Json, Key, RoleDocument, Statement, statements, to_json
from roles.documents.pending import Pending
from roles.documents.text import fold_key
from roles.models import Proposal, Role, SourceDocument
from roles.rendering import RENDERING_VERSION, render_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A statement that a document makes and the catalogue does not make so, or does not make at all.

    `field` is the statement's key, `value` its JSON in the document, `line` (from 1) where it stands there.
    """

    field: str
    value: Json
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document makes a statement: on `line` (from 1) of the file at `path`.

    `missing`: the file was gone when its folder was last loaded. `says` is what it states, and `agrees`
    whether the catalogue says just that.
    """

    path: str
    line: int
    missing: bool
    says: Statement
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that describes the role. Where documents disagree, the one of lowest rank is followed."""

    path: str
    dialect: str
    rank: int
    differs: tuple[Disagreement, ...]


def stated_document(role: Role) -> RoleDocument:
    """Give what the role's newest revision says; a role without one says only its name."""
    if role.revision is None:
        return RoleDocument(slug=role.slug, name=role.name)
    return RoleDocument.stored(role.revision.document)


def stated_html(role: Role, document: RoleDocument) -> Mapping[str, str]:
    """Give the HTML of what the newest revision says, by paths as `render_document` gives them.

    `document` is `stated_document(role)`; what was not rendered by this version is rendered now.
    """
    rendering = getattr(role, "rendering", None)
    if rendering and rendering.version == RENDERING_VERSION:
        stored: Mapping[str, str] = rendering.html
        return stored
    return render_document(document.to_json())


def read_documents() -> QuerySet[SourceDocument]:
    """Documents as `sources` and `places` read them: without bytes, with what of them waits for review."""
    waiting = Proposal.objects.open().of_load().filter(role=OuterRef("role")).order_by()
    return SourceDocument.objects.defer("content", "held").annotate(
        waiting_base=Subquery(waiting.values("base")[:1]),
        waiting_document=Subquery(waiting.values("document")[:1]),
    )


def sources(role: Role, document: RoleDocument) -> list[Source]:
    """Hold the role's documents, in the order of their rank, against what the catalogue says of it now.

    `document` is what the catalogue says; `role.documents` should be prefetched as `read_documents`.
    """
    ours = statements(document)
    return [
        Source(
            path=source.path,
            dialect=source.dialect,
            rank=source.rank,
            differs=tuple(
                Disagreement(field=key, value=to_json(place.says), line=place.line)
                for key, place in _places(source, ours)
                if not place.agrees
            ),
        )
        for source in role.documents.all()
    ]


def places(role: Role, document: RoleDocument) -> dict[Key, list[Place]]:
    """Where the role's documents make each statement, in the order of their rank.

    Takes what `sources` takes.
    """
    ours, found = statements(document), defaultdict[Key, list[Place]](list)
    for source in role.documents.all():
        for key, place in _places(source, ours):
            found[key].append(place)
    return found


def _places(source: SourceDocument, ours: Mapping[Key, Statement]) -> Iterator[tuple[Key, Place]]:
    """Where a document makes statements.

    What has no line in a file, such as a slug made from the name or the family that a folder gives, is no
    statement of that file and so never differs. Neither does another spelling of the name or the family, nor
    the order of a list. What differs because it waits for review is told to nobody.
    """
    waiting = _waiting(source)
    for key, value in statements(RoleDocument.stored(source.parsed)).items():
        agrees = not _differ(key, value, ours.get(key))
        if key in source.lines and (agrees or key not in waiting):
            yield (
                key,
                Place(
                    path=source.path,
                    line=source.lines[key],
                    missing=source.missing,
                    says=value,
                    agrees=agrees,
                ),
            )


def _waiting(source: Any) -> Set[Key]:
    """The statements that files want to change and a reviewer is yet to look at."""
    if source.waiting_base is None:
        return frozenset()
    return Pending(*map(RoleDocument.stored, (source.waiting_base, source.waiting_document))).keys


def _differ(key: Key, theirs: Statement, ours: Statement | None) -> bool:
    if key in ("name", "family") and isinstance(theirs, str) and isinstance(ours, str):
        return fold_key(theirs) != fold_key(ours)
    return bool(theirs != ours)

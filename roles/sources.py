"""The documents that describe a role, and where the catalogue says something else than they do."""

from dataclasses import dataclass

from roles.documents.document import Json, RoleDocument, statements, to_json
from roles.models import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A statement that a document makes and the catalogue does not make so, or does not make at all.

    `field` is the statement's key, `value` its JSON in the document, `line` (from 1) where it stands there.
    """

    field: str
    value: Json
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that describes the role. Where documents disagree, the one of lowest rank is followed."""

    path: str
    dialect: str
    rank: int
    differs: tuple[Disagreement, ...]


def sources(role: Role, document: RoleDocument) -> list[Source]:
    """Hold the role's documents, in the order of their rank, against what the catalogue says of it now.

    `document` is what the catalogue says; `role.documents` should be prefetched, and may lack their bytes.
    What has no line in a file, such as a slug made from the name or the family that a folder gives, is no
    statement of that file and so never differs. The order of lists is not compared.
    """
    ours = statements(document)
    return [
        Source(
            path=source.path,
            dialect=source.dialect,
            rank=source.rank,
            differs=tuple(
                Disagreement(field=key, value=to_json(value), line=source.lines[key])
                for key, value in statements(RoleDocument.from_json(source.parsed)).items()
                if key in source.lines and value != ours.get(key)
            ),
        )
        for source in role.documents.all()
    ]

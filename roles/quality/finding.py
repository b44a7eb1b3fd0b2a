"""What was found, as a value: where, about what, and the words to say it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils.formats import date_format

from roles.models import Artifact, Capability, ProficiencyLevel, SeniorityLevel, VocabularyItem
from roles.quality.kinds import KINDS, Kind

WORDS: Final[dict[str, type[VocabularyItem]]] = {
    "capability": Capability,
    "artifact": Artifact,
    "proficiencylevel": ProficiencyLevel,
    "senioritylevel": SeniorityLevel,
}
"""The vocabulary that findings can be about, by the names of the tables."""


class Word(NamedTuple):
    """A word of the vocabulary that a finding is about."""

    table: str
    """A key of WORDS."""
    pk: int
    slug: str
    name: str


class Identity(NamedTuple):
    """What makes two findings the same one, today and tomorrow."""

    code: str
    role: int | None
    word: tuple[str, int] | None
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that may be better: at a role, or in the vocabulary."""

    code: str
    roles: tuple[int, ...] = ()
    """Ids of the roles that it concerns; one that is found at a role concerns that one alone."""
    word: Word | None = None
    subject: str = ""
    """What of the role or the word it is about. Set aside, it comes back once this is another."""
    key: str = ""
    """The key of the role's statement that it is about."""
    document: int | None = None
    """The id of the source document that it is about."""
    server: int | None = None
    """The id of the MCP server that it is about."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """The names that its sentence says."""

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return KINDS[self.code]

    @property
    def role(self) -> int | None:
        """The id of the role that it is found at; None for one in the vocabulary."""
        return self.roles[0] if self.word is None and self.roles else None

    @property
    def identity(self) -> Identity:
        """What it is known by."""
        word = (self.word.table, self.word.pk) if self.word else None
        return Identity(self.code, self.role, word, self.subject)

    @property
    def token(self) -> str:
        """Its identity as a short text, for a form to name it by."""
        return hashlib.sha256(repr(self.identity).encode()).hexdigest()[:20]

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        return str(self.kind.sentence) % {name: _as_text(value) for name, value in self.said.items()}


def _as_text(value: object) -> str:
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)

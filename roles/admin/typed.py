"""What somebody typed into the form of a role, as a value, with nothing of it kept.

The form is saved by Django's own means, read as a document, and taken back. So a preview, a proposal and a
save that comes too late all see exactly what saving would have made of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from roles.documents.document import RoleDocument
from roles.models import Role


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What the form holds of a role beside its document."""

    status: str
    owner: int | None
    review_by: date | None
    successor: int | None

    @classmethod
    def of(cls, role: Role) -> "Lifecycle":
        """What a role has."""
        return cls(role.status, role.owner_id, role.review_by, role.successor_id)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says."""

    role: int | None
    """The role it is a form of; None for one that is to be made."""
    opened_on: str
    """What `forms.state_of` gave when the form was opened."""
    document: RoleDocument
    lifecycle: Lifecycle
    reason: str


Answer = Callable[[HttpRequest, Typed], HttpResponse]
"""Answers what was typed instead of keeping it."""


class TakenBack(Exception):
    """The form was saved only in order to read it, and its transaction is to be taken back."""

    def __init__(self, typed: Typed, answer: Answer) -> None:
        super().__init__()
        self.typed = typed
        self.answer = answer

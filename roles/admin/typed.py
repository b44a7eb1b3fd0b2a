"""What somebody typed into the form of a role, as a value, with nothing of it kept.

The form is saved by Django's own means, read as a document, and taken back. So a preview, a proposal and a
save that comes too late all see exactly what saving would have made of it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from roles.documents.document import RoleDocument, clean_line
from roles.models import Role

MOST = 2**31
"""What numbers of revisions, and ids, are smaller than: databases refuse to look for greater ones."""


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

    def to_json(self) -> dict[str, Any]:
        """It as JSON values."""
        return asdict(self) | {"review_by": self.review_by.isoformat() if self.review_by else None}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """What `to_json` gave.

        Raises:
            ValueError: if this is no such thing.
        """
        match data:
            case {
                "status": str(status),
                "owner": int() | None as owner,
                "review_by": str() | None as day,
                "successor": int() | None as successor,
            } if status in Role.Status.values and all(0 <= pk < MOST for pk in (owner or 0, successor or 0)):
                return cls(status, owner, date.fromisoformat(day) if day else None, successor)
        raise ValueError("no lifecycle of a role")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a form was opened on: the role's revision, and its lifecycle, which changes without one."""

    uid: UUID
    number: int
    lifecycle: Lifecycle

    @classmethod
    def of(cls, role: Role) -> Self:
        """What a form of this role is opened on now."""
        return cls(role.uid, role.revision.number if role.revision else 0, Lifecycle.of(role))

    def __str__(self) -> str:
        return json.dumps([str(self.uid), self.number, self.lifecycle.to_json()])

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `str` gave, None for any other text."""
        try:
            match json.loads(text):
                case [str(uid), int(number), lifecycle] if 0 <= number < MOST:
                    return cls(UUID(uid), number, Lifecycle.from_json(lifecycle))
        except (ValueError, RecursionError):
            return None
        return None


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says."""

    role: int | None
    """The role it is a form of; None for one that is to be made."""
    opened_on: str
    """The text of `Opened` when the form was opened."""
    document: RoleDocument
    lifecycle: Lifecycle
    reason: str

    def __str__(self) -> str:
        return json.dumps(
            {
                "role": self.role,
                "opened_on": self.opened_on,
                "document": self.document.to_json(),
                "lifecycle": self.lifecycle.to_json(),
                "reason": self.reason,
            },
            ensure_ascii=False,
        )

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `str` gave, None for any other text."""
        try:
            match json.loads(text):
                case {
                    "role": None | int() as role,
                    "opened_on": str(opened_on),
                    "document": dict(document),
                    "lifecycle": lifecycle,
                    "reason": str(reason),
                } if 0 <= (role or 0) < MOST:
                    said = RoleDocument.from_json(document)
                    return cls(role, opened_on, said, Lifecycle.from_json(lifecycle), clean_line(reason))
        except (ValueError, RecursionError):
            return None
        return None


Answer = Callable[[HttpRequest, Typed], HttpResponse]
"""Answers what was typed instead of keeping it."""


class TakenBack(Exception):
    """The form was saved only in order to read it, and its transaction is to be taken back."""

    def __init__(self, typed: Typed, answer: Answer) -> None:
        super().__init__()
        self.typed = typed
        self.answer = answer

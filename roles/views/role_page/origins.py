"""Where each statement of a page comes from: documents, and the change that wrote it as it is."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse

from roles.differences import Detail, details
from roles.documents.diff import Difference
from roles.documents.document import Key, Statement
from roles.models import Role, RoleRevision
from roles.sources import Place
from roles.views.role_page.shown import Origin, Otherwise, Written


class Origins:
    """The origins of what a revision of a role says, as far as a person may see them.

    Who changed something is told to people who have signed in: a catalogue that everybody reads does not
    name its staff.
    """

    def __init__(
        self,
        role: Role,
        revision: RoleRevision | None,
        user: AbstractBaseUser | AnonymousUser,
        documents: Mapping[Key, Sequence[Place]],
    ) -> None:
        self._slug = role.slug
        self._names = user.is_authenticated
        self._places = documents
        self._since: Mapping[Key, int] = revision.since if revision else {}
        seen = role.revisions.visible_to(user).order_by("number").defer("document", "since")
        self._revisions = list(seen)
        self._numbers = [each.number for each in self._revisions]

    def of(self, key: Key, statement: Statement) -> Origin:
        """Where a statement comes from."""
        found = self._places.get(key, ())
        return Origin(
            places=[place for place in found if place.agrees],
            otherwise=[
                Otherwise(place=place, details=said_otherwise(key, statement, place))
                for place in found
                if not place.agrees
            ],
            written=self._written(key, in_document=any(place.agrees for place in found)),
        )

    def _written(self, key: Key, *, in_document: bool) -> Written | None:
        """The change that wrote a statement; for who may not see it, the first that he sees it in.

        That the role came into being with what its document says, says no more than the document.
        """
        position = bisect_left(self._numbers, self._since.get(key, 1))
        if position == len(self._revisions):
            return None
        revision = self._revisions[position]
        if in_document and position == 0 and revision.origin == RoleRevision.Origin.LOAD:
            return None
        return Written(
            number=revision.number,
            at=revision.created_at,
            by=revision.author_name if self._names else "",
            loaded=revision.origin == RoleRevision.Origin.LOAD,
            address=reverse("role-revision", args=[self._slug, revision.number]),
        )


def said_otherwise(key: Key, statement: Statement | None, place: Place) -> list[Detail]:
    """The fields in which a document says something else than the catalogue does."""
    return details(Difference("changed" if statement is not None else "gained", key, statement, place.says))

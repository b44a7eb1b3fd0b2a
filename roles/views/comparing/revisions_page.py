"""Two revisions of one role, and what differs between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from roles.differences import ranks
from roles.documents.diff import diff
from roles.documents.document import RoleDocument
from roles.models import Role, RoleRevision
from roles.views.asked import slugs, text
from roles.views.role_history import ToldDifference, told_difference

MOST_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionsPage:
    """What the page of two revisions shows: the older one, the newer one, and what differs.

    `revisions` are fewer than two where others were asked for than there are.
    """

    role: Role
    revisions: Sequence[RoleRevision]
    differences: Sequence[ToldDifference] = ()


def revisions_page(user: AbstractBaseUser | AnonymousUser, asked: QueryDict) -> RevisionsPage:
    """Answer an address: `role` for a slug, `revisions` for two numbers, joined by a comma or repeated.

    Raises:
        Http404: if this person sees no such role.
    """
    role = get_object_or_404(Role.objects.visible_to(user), slug=text(asked, "role"))
    numbers = {
        int(number)
        for number in slugs(asked, "revisions", 3)
        if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    }
    seen = RoleRevision.objects.of_role(role.uid).visible_to(user)
    found = list(seen.numbered(numbers).reverse())
    match found:
        case [before, after]:
            documents = (RoleDocument.stored(revision.document) for revision in (before, after))
            differences = diff(*documents, rank=ranks())
            return RevisionsPage(
                role=role, revisions=found, differences=[told_difference(each) for each in differences]
            )
        case _:
            return RevisionsPage(role=role, revisions=[])

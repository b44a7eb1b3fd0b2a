"""Two revisions of one role, and what differs between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from roles.differences import Detail, details, ranks, sentence
from roles.documents.diff import diff
from roles.documents.document import RoleDocument
from roles.models import Role, RoleRevision
from roles.views.asked import slugs, text

MOST_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A difference in a sentence, and its wordings on both sides."""

    sentence: str
    details: Sequence[Detail]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionsPage:
    """What the page of two revisions shows."""

    role: Role
    before: RoleRevision
    after: RoleRevision
    differences: Sequence[Told]


def revisions_page(user: AbstractBaseUser | AnonymousUser, asked: QueryDict) -> RevisionsPage:
    """Answer an address: `role` for a slug, `revisions` for two numbers, the one to start from first.

    Raises:
        Http404: if this person sees no such role, or there is no such revision of it.
    """
    role = get_object_or_404(Role.objects.visible_to(user), slug=text(asked, "role"))
    numbers = [
        int(number)
        for number in slugs(asked, "revisions", 3)
        if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    ]
    found = {
        row.number: row
        for row in RoleRevision.objects.of_role(role.uid).visible_to(user).numbered(numbers[:2])
    }
    if len(numbers) != 2 or len(found) != 2:
        raise Http404(_("A comparison takes the numbers of two revisions of the role."))
    before, after = (found[number] for number in numbers)
    differences = diff(
        RoleDocument.stored(before.document), RoleDocument.stored(after.document), rank=ranks()
    )
    return RevisionsPage(
        role=role,
        before=before,
        after=after,
        differences=[Told(sentence=sentence(each), details=details(each)) for each in differences],
    )

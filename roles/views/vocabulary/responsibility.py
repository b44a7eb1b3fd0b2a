"""The page of a responsibility: which roles answer for it, and how each sees that it goes well."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.safestring import SafeString

from roles.models import Responsibility, Role, RoleResponsibility
from roles.views import asked as asking
from roles.views.vocabulary.words import USES_ON_PAGE, Head, head, wording
from roles.vocabulary import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A role that answers for it; `primary` if it exists for this. The texts are HTML."""

    role: Role
    primary: bool
    text: SafeString
    success_metric: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityPage:
    """What the page of a responsibility shows. `count` is the number of roles that answer for it."""

    head: Head[Responsibility]
    count: int
    answers: Sequence[Answer]
    paged: asking.Paged[RoleResponsibility]


def responsibility_page(slug: str, user: User, asked: QueryDict) -> ResponsibilityPage:
    """Put the page together.

    Raises:
        Http404: if there is no such responsibility for this reader.
    """
    found = head(Responsibility, slug, user)
    roles = Role.objects.visible_to(user).listed()
    uses = RoleResponsibility.objects.filter(responsibility=found.word, role__in=roles)
    paged = asking.paged(
        uses.select_related("role__family", "role__rendering").order_by(
            "-primary", "role__sort_key", "role__slug", "position"
        ),
        asked,
        USES_ON_PAGE,
    )
    return ResponsibilityPage(
        head=found,
        count=uses.order_by().values("role").distinct().count(),
        answers=[_answer(use) for use in paged.page],
        paged=paged,
    )


def _answer(use: RoleResponsibility) -> Answer:
    path = f"responsibilities.{use.position}"
    return Answer(
        role=use.role,
        primary=use.primary,
        text=wording(use.role, f"{path}.text", use.text),
        success_metric=wording(use.role, f"{path}.success_metric", use.success_metric),
    )

"""The history of one role: its revisions, and what each of them changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse

from roles.differences import VALUES, Detail, Passage, details, passages, sentence
from roles.documents.diff import Difference
from roles.documents.document import field_of
from roles.history import Step, steps
from roles.models import Role, RoleRevision
from roles.views.asked import Paged, page_of
from roles.views.role_page import role_page
from roles.views.role_page.shown import RolePage

REVISIONS_ON_PAGE = 25

SENTENCES_SHOWN = 6
"""How many sentences a revision is summed up in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change in words: the first sentences of what changed, and how many `more` there are.

    `by` and `reason` are empty for a reader who has not signed in: a catalogue that everybody reads does not
    name its staff, nor repeat what they tell each other.
    """

    revision: RoleRevision
    sentences: Sequence[str]
    more: int
    by: str
    reason: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Some of a role's revisions, the newest first."""

    role: Role
    revisions: Sequence[Told]
    paged: Paged[RoleRevision]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDifference:
    """One difference in a sentence, and the fields that the sentence does not hold."""

    sentence: str
    details: Sequence[tuple[Detail, Sequence[Passage]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionPage:
    """A role as it was, and what the revision changed; `later` is the number of the next one, if any."""

    page: RolePage
    told: Told
    before: RoleRevision | None
    later: int | None
    differences: Sequence[ToldDifference]


def told(step: Step, user: AbstractBaseUser | AnonymousUser) -> Told:
    """Tell what a revision changed to this person."""
    sentences, named = step.sentences, user.is_authenticated
    revision = step.revision
    slug = revision.role.slug if revision.role else ""
    return Told(
        revision=revision,
        sentences=sentences[:SENTENCES_SHOWN],
        more=max(0, len(sentences) - SENTENCES_SHOWN),
        by=revision.author_name if named else "",
        reason=revision.reason if named else "",
        address=reverse("role-revision", args=[slug, revision.number]) if slug else "",
    )


def history_page(role: Role, user: AbstractBaseUser | AnonymousUser, number: str | None) -> HistoryPage:
    """Put together a page of a role's history, the last one if there is none of this number."""
    seen = RoleRevision.objects.of_role(role.uid).visible_to(user)
    paged = page_of(seen.select_related("role"), number, REVISIONS_ON_PAGE)
    return HistoryPage(
        role=role,
        revisions=[told(step, user) for step in steps(list(paged.page), seen)],
        paged=paged,
    )


def revision_page(role: Role, user: AbstractBaseUser | AnonymousUser, number: int) -> RevisionPage:
    """Put together the page of a role, fetched by `for_role_page`, as it was in one of its revisions.

    Raises:
        RoleRevision.DoesNotExist: if there is none of this number that the person may see.
    """
    seen = RoleRevision.objects.of_role(role.uid).visible_to(user)
    revision = seen.select_related("role").get(number=number)
    [step] = steps([revision], seen)
    later = seen.filter(number__gt=number).order_by("number").values_list("number", flat=True).first()
    return RevisionPage(
        page=role_page(role, user, revision),
        told=told(step, user),
        before=step.before,
        later=later,
        differences=list(_told_differences(step)),
    )


def _told_differences(step: Step) -> Iterator[ToldDifference]:
    """What a revision changed, in full; nothing for the first one."""
    if not step.differences:
        yield from (ToldDifference(sentence=each, details=()) for each in step.sentences)
    yield from map(told_difference, step.differences)


def told_difference(difference: Difference) -> ToldDifference:
    """Tell a difference in full."""
    fields = [] if field_of(difference.key) in VALUES else details(difference)
    return ToldDifference(
        sentence=sentence(difference),
        details=[(detail, passages(detail.before, detail.after)) for detail in fields],
    )

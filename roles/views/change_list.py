"""What changed in the catalogue: by day and role for people, change by change for programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from roles.differences import ranks
from roles.history import step
from roles.models import JobFamily, Role, RoleRevision, RoleRevisionQuerySet
from roles.views.role_history import Told, told
from roles.vocabulary import used_by

Reader = AbstractBaseUser | AnonymousUser

CHANGES_ON_PAGE = 60
CHANGES_IN_FEED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a role in one revision, or in several by the same person on one day.

    `is_new`: the role came into being, `deleted`: it is gone. `name` is what it is called now.
    """

    name: str
    role: Role | None
    told: Told
    is_new: bool
    revisions: int

    @property
    def deleted(self) -> bool:
        """Whether the role was deleted."""
        return self.told.revision.origin == RoleRevision.Origin.DELETE


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The changes of a day, the latest first, and apart from them the roles that came into being."""

    date: date
    changes: Sequence[Change]
    new: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """Changes of all roles or of those of one family; `older` is where the next page begins, if there is one.

    `unknown_family` is a family that was asked for and does not exist: all changes are shown then.
    """

    days: Sequence[Day]
    older: int | None
    is_newest: bool
    families: Sequence[JobFamily]
    family: JobFamily | None
    unknown_family: str


def changes_page(user: Reader, before: str, family_slug: str) -> ChangesPage:
    """Put together the changes made before the one of this number in the catalogue, or the newest ones."""
    families = families_seen(user)
    family = with_slug(families, family_slug)
    cursor = _number(before)
    revisions = _latest(user, family, CHANGES_ON_PAGE + 1, cursor)
    older = revisions[-2].catalogue_number if len(revisions) > CHANGES_ON_PAGE else None
    changes = _changes(revisions[:CHANGES_ON_PAGE], user)
    return ChangesPage(
        days=[_day(day, list(some)) for day, some in groupby(changes, key=_day_of)],
        older=older,
        is_newest=cursor is None,
        families=families,
        family=family,
        unknown_family="" if family else family_slug,
    )


def families_seen(user: Reader) -> list[JobFamily]:
    """The families of the roles that this person may see."""
    return list(used_by(JobFamily.objects.all(), Role.objects.visible_to(user)))


def with_slug(families: Iterable[JobFamily], slug: str) -> JobFamily | None:
    """The one of these families that has this slug, which may be any text that a reader sends."""
    return next((family for family in families if family.slug == slug), None)


def newest_changes(user: Reader, family: JobFamily | None) -> list[Change]:
    """The newest changes, one by one."""
    return _changes(_latest(user, family, CHANGES_IN_FEED), user, fold=False)


def newest_numbers(user: Reader, family: JobFamily | None) -> list[tuple[int, Any]]:
    """The numbers in the catalogue of the newest changes, and when each was made."""
    seen = _seen(user, family)[:CHANGES_IN_FEED]
    return list(seen.values_list("catalogue_number", "created_at"))


def _seen(user: Reader, family: JobFamily | None) -> RoleRevisionQuerySet:
    seen = RoleRevision.objects.visible_to(user)
    return seen.filter(role__family=family) if family else seen


def _latest(user: Reader, family: JobFamily | None, count: int, before: int | None = None) -> list[Any]:
    """The newest revisions, each with the `name` it gives its role and the id of the `previous` one."""
    seen = _seen(user, family)
    previous = (
        RoleRevision.objects.visible_to(user)
        .filter(role_uid=OuterRef("role_uid"), number__lt=OuterRef("number"))
        .order_by("-number")
        .values("pk")[:1]
    )
    found = seen.filter(catalogue_number__lt=before) if before is not None else seen
    return list(
        found.select_related("role")
        .defer("document", "since")
        .annotate(name=KeyTextTransform("name", "document"), previous=Subquery(previous))
        .order_by("-catalogue_number")[:count]
    )


def _changes(revisions: Sequence[Any], user: Reader, *, fold: bool = True) -> list[Change]:
    """Tell revisions, those that are folded into one by what they changed together."""
    folds = _folds(revisions) if fold else [[revision] for revision in revisions]
    wanted = {pk for some in folds if some[-1].previous for pk in (some[0].pk, some[-1].previous)}
    documents = RoleRevision.objects.select_related("role").defer("since").in_bulk(wanted)
    rank = ranks()
    return [
        Change(
            name=some[0].role.name if some[0].role else some[0].name,
            role=some[0].role,
            told=told(step(documents.get(some[0].pk, some[0]), documents.get(some[-1].previous), rank), user),
            is_new=some[-1].previous is None,
            revisions=len(some),
        )
        for some in folds
    ]


def _folds(revisions: Iterable[Any]) -> list[list[Any]]:
    """Put together what one person did to one role on one day with nobody else between, newest first."""
    folds: list[list[Any]] = []
    latest: dict[Any, list[Any]] = {}
    for revision in revisions:
        fold = latest.get(revision.role_uid)
        if fold is None or _hand(fold[-1]) != _hand(revision):
            fold = latest[revision.role_uid] = []
            folds.append(fold)
        fold.append(revision)
    return folds


def _hand(revision: RoleRevision) -> tuple[Any, ...]:
    """By whom, when and how a revision was made, as far as revisions that agree in it are one change."""
    day = timezone.localdate(revision.created_at)
    return day, revision.author_name, revision.origin == RoleRevision.Origin.DELETE


def _day_of(change: Change) -> date:
    return timezone.localdate(change.told.revision.created_at)


def _day(day: date, changes: Sequence[Change]) -> Day:
    return Day(
        date=day,
        changes=[change for change in changes if not change.is_new or change.deleted],
        new=sorted(
            (change for change in changes if change.is_new and not change.deleted and change.role),
            key=lambda change: (change.role.sort_key, change.role.slug) if change.role else ("", ""),
        ),
    )


def _number(text: str) -> int | None:
    """A number in the catalogue, None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

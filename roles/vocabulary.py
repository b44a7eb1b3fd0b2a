"""Words of the shared vocabulary: what they may be called, who uses them, and who finds them."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_
from typing import Any, Final, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from roles.documents import document as documents
from roles.documents.document import InvalidDocument, RoleDocument
from roles.documents.text import fold_key
from roles.models import (
    Artifact,
    Capability,
    InteractionKind,
    JobFamily,
    McpServer,
    ProficiencyLevel,
    Responsibility,
    Role,
    RoleQuerySet,
    SeniorityLevel,
)
from roles.models.vocabulary import VocabularyItem

Word = TypeVar("Word", bound=VocabularyItem)
User = AbstractBaseUser | AnonymousUser

STATED_BY_ROLES: Final = (JobFamily, SeniorityLevel)
"""Vocabularies to which roles link themselves, with one word each."""

NAME_PARTS: Final = 8
"""The most parts of a name that are looked for."""

WRITTEN: dict[type[Model], Callable[[str], Any]] = {
    Responsibility: lambda name: documents.Responsibility(name=name),
    Capability: lambda name: documents.Capability(name=name),
    Artifact: lambda name: documents.Artifact(name=name),
    InteractionKind: lambda name: documents.Interaction(kind=name, partner="Partner"),
    JobFamily: lambda name: RoleDocument(slug="role", name="Role", family=name),
    SeniorityLevel: lambda name: RoleDocument(slug="role", name="Role", seniority=name),
    ProficiencyLevel: lambda name: documents.Capability(name="Capability", level=name),
    McpServer: lambda name: documents.McpServer(name=name),
}
"""What a role's document says with a word of each vocabulary; it refuses names that no document can carry."""


def check_name(vocabulary: Any, name: str, item: Any) -> None:
    """Check a name of an item, or another name of it.

    Raises:
        ValidationError: if no document can carry it, or another item of the vocabulary has it.
    """
    try:
        WRITTEN[vocabulary](name)
    except InvalidDocument as error:
        raise ValidationError([fault.text for fault in error.faults]) from error
    folded = fold_key(name)
    alias = vocabulary._meta.get_field("aliases").related_model
    others = vocabulary.objects.exclude(pk=item.pk).filter(folded=folded)
    by_alias = alias.objects.exclude(item=item.pk).filter(folded=folded).select_related("item")
    taken = others.first() or next((row.item for row in by_alias), None)
    if taken:
        raise ValidationError(_("“%(name)s” is a name of this already."), params={"name": taken})


# Words and the roles that use them -------------------------------------------------------------------------


def link_of(vocabulary: type[VocabularyItem]) -> Any:
    """Give the field by which statements of roles, or roles themselves, link to the words of a vocabulary."""
    options: Any = vocabulary._meta
    return options.get_field("roles" if vocabulary in STATED_BY_ROLES else "uses").field


def role_of(vocabulary: type[VocabularyItem], *path: str) -> str:
    """Give the path from what links to a word to its role, or to a field of the role."""
    own = () if vocabulary in STATED_BY_ROLES else ("role",)
    return "__".join((*own, *path)) or "pk"


def uses(vocabulary: type[VocabularyItem], roles: RoleQuerySet) -> QuerySet[Any, Any]:
    """Give what links these roles to the words of a vocabulary, in no order."""
    link = link_of(vocabulary)
    rows = QuerySet[Any, Any](link.model).filter(
        **{f"{role_of(vocabulary)}__in": roles.order_by().values("pk")}
    )
    return rows.filter(**{f"{link.name}__isnull": False}) if link.null else rows


def used_by(words: QuerySet[Word], roles: RoleQuerySet) -> QuerySet[Word]:
    """Keep the words that any of these roles uses."""
    # Asked word by word, so that the first of them are found without looking at all the others.
    name = link_of(words.model).name
    return words.filter(Exists(uses(words.model, roles).filter(**{name: OuterRef("pk")})))


def role_count(vocabulary: type[VocabularyItem], roles: RoleQuerySet) -> Coalesce:
    """Give the number of these roles that use a word, as a column of a query of words."""
    name = link_of(vocabulary).name
    using = uses(vocabulary, roles).filter(**{name: OuterRef("pk")}).values(name)
    counted = using.annotate(roles=Count(role_of(vocabulary), distinct=True)).values("roles")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def role_counts(
    vocabulary: type[VocabularyItem], words: Sequence[VocabularyItem], roles: RoleQuerySet
) -> dict[int, int]:
    """How many of these roles use each of these words, by their ids; those that none uses are not told."""
    name = link_of(vocabulary).name
    using = uses(vocabulary, roles).filter(**{f"{name}__in": [word.pk for word in words]})
    counted = using.values_list(name).annotate(roles=Count(role_of(vocabulary), distinct=True))
    return dict(counted)


def first_uses(
    vocabulary: type[VocabularyItem], words: Sequence[VocabularyItem], roles: RoleQuerySet, most: int
) -> QuerySet[Any, Any]:
    """Give what links the first of these roles, by name, to each of these words: at most so many of each.

    Words and roles come in order; a role may come more than once.
    """
    name = link_of(vocabulary).name
    order = [role_of(vocabulary, "sort_key"), role_of(vocabulary, "slug")]
    if vocabulary not in STATED_BY_ROLES:
        order.append("position")
    using = uses(vocabulary, roles).filter(**{f"{name}__in": [word.pk for word in words]})
    place = Window(RowNumber(), partition_by=name, order_by=order)
    first: QuerySet[Any, Any] = using.annotate(place=place).filter(place__lte=most)
    return first.order_by(name, "place")


def named_like(words: QuerySet[Word], text: str) -> QuerySet[Word]:
    """Keep the words of whose names, other ones too, one has every part of the text in it."""
    parts = fold_key(text).split()[:NAME_PARTS]
    if not parts:
        return words
    own = reduce(and_, (Q(folded__contains=part) for part in parts))
    return words.filter(own | Q(pk__in=aliases(words.model).filter(own).values("item")))


def readable(vocabulary: type[Word], user: User) -> QuerySet[Word]:
    """Give the words that a reader may find: those of roles that they may see, and all for their editors."""
    words = vocabulary._default_manager.all()
    return words if edits(vocabulary, user) else used_by(words, Role.objects.visible_to(user))


def edits(vocabulary: type[VocabularyItem], user: User) -> bool:
    """Whether somebody may change the words of a vocabulary."""
    change = f"roles.change_{vocabulary._meta.model_name}"
    return isinstance(user, PermissionsMixin) and user.has_perm(change)


def aliases(vocabulary: type[VocabularyItem]) -> QuerySet[Any]:
    """Give the other names of the words of a vocabulary."""
    fields: Any = vocabulary._meta
    return QuerySet(fields.get_field("aliases").related_model)

"""What the pages of all vocabularies have in common: a word, and the roles that use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from roles.documents.text import fold_key
from roles.models import JobFamily, Role, RoleQuerySet
from roles.models.vocabulary import VocabularyItem
from roles.rendering import RENDERING_VERSION
from roles.views.asked import QUERY_WORDS

Word = TypeVar("Word", bound=VocabularyItem)
User = AbstractBaseUser | AnonymousUser

USES_ON_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(Generic[Word]):
    """A word, its other names, and where its editor changes it (empty for everybody else)."""

    word: Word
    other_names: Sequence[str]
    edit_address: str


def used_by(words: QuerySet[Word], roles: RoleQuerySet) -> QuerySet[Word]:
    """Keep the words that any of these roles uses."""
    if words.model is JobFamily:
        return words.filter(pk__in=roles.order_by().values("family"))
    field = link_of(words.model)
    return words.filter(pk__in=QuerySet(field.model).filter(role__in=roles.order_by()).values(field.name))


def link_of(vocabulary: type[VocabularyItem]) -> Any:
    """Give the field by which statements of roles link to the words of a vocabulary."""
    options: Any = vocabulary._meta
    return options.get_field("uses").field


def named_like(words: QuerySet[Word], text: str) -> QuerySet[Word]:
    """Keep the words of whose names, other ones too, one has every part of the text in it."""
    parts = fold_key(text).split()[:QUERY_WORDS]
    if not parts:
        return words
    own = reduce(and_, (Q(folded__contains=part) for part in parts))
    return words.filter(own | Q(pk__in=_aliases(words.model).filter(own).values("item")))


def head(vocabulary: type[Word], slug: str, user: User) -> Head[Word]:
    """Find a word for a reader: one that a role uses which they may see. Its editors see each word.

    Raises:
        Http404: if there is none for them.
    """
    names = vocabulary._meta.model_name
    edits = _edits(vocabulary, user)
    word = get_object_or_404(readable(vocabulary, user), slug=slug)
    return Head(
        word=word,
        other_names=list(_aliases(vocabulary).filter(item=word).values_list("name", flat=True)),
        edit_address=reverse(f"admin:roles_{names}_change", args=[word.pk]) if edits else "",
    )


def readable(vocabulary: type[Word], user: User) -> QuerySet[Word]:
    """Give the words that a reader may find: those of roles that they may see, and all for their editors."""
    words = vocabulary._default_manager.all()
    return words if _edits(vocabulary, user) else used_by(words, Role.objects.visible_to(user))


def _edits(vocabulary: type[VocabularyItem], user: User) -> bool:
    edits = f"roles.change_{vocabulary._meta.model_name}"
    return isinstance(user, PermissionsMixin) and user.has_perm(edits)


def _aliases(vocabulary: type[VocabularyItem]) -> QuerySet[Any]:
    fields: Any = vocabulary._meta
    return QuerySet(fields.get_field("aliases").related_model)


def wording(role: Role, path: str, text: str) -> SafeString:
    """Give the HTML of a text that a role states, under its path in the role's rendering.

    The rendering should be fetched with the role. While it waits to be made anew, the text stands as written.
    """
    rendering = getattr(role, "rendering", None)
    if rendering is None or rendering.version != RENDERING_VERSION:
        return escape(text)
    return SafeString(rendering.html.get(path, ""))

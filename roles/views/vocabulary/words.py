"""What the pages of all vocabularies have in common: a word, and the roles that use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from roles.models import Role
from roles.models.vocabulary import VocabularyItem
from roles.rendering import RENDERING_VERSION
from roles.vocabulary import User, aliases, edits, readable

Word = TypeVar("Word", bound=VocabularyItem)

USES_ON_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(Generic[Word]):
    """A word, its other names, and where its editor changes it (empty for everybody else)."""

    word: Word
    other_names: Sequence[str]
    edit_address: str


def head(vocabulary: type[Word], slug: str, user: User) -> Head[Word]:
    """Find a word for a reader: one that a role uses which they may see. Its editors see each word.

    Raises:
        Http404: if there is none for them.
    """
    names = vocabulary._meta.model_name
    may_edit = edits(vocabulary, user)
    word = get_object_or_404(readable(vocabulary, user), slug=slug)
    return Head(
        word=word,
        other_names=list(aliases(vocabulary).filter(item=word).values_list("name", flat=True)),
        edit_address=reverse(f"admin:roles_{names}_change", args=[word.pk]) if may_edit else "",
    )


def wording(role: Role, path: str, text: str) -> SafeString:
    """Give the HTML of a text that a role states, under its path in the role's rendering.

    The rendering should be fetched with the role. While it waits to be made anew, the text stands as written.
    """
    rendering = getattr(role, "rendering", None)
    if rendering is None or rendering.version != RENDERING_VERSION:
        return escape(text)
    return SafeString(rendering.html.get(path, ""))

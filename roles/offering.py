"""Words of the shared vocabulary for somebody who is typing one: those that fit, and those that may be meant.

Names are compared folded. Of 20,000 words each answer takes some 30 ms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import store
from roles.alike import like, names_of
from roles.documents.document import clean_line
from roles.documents.text import fold_key
from roles.models.vocabulary import RankedVocabularyItem, VocabularyItem

PAGE: Final = 20
MOST_WORDS: Final = 8
"""Words of what was typed that are looked for."""
LONGEST: Final = 500
"""Characters of a name; more are no name that a document can carry."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that may be chosen, and a few words that say how it is used."""

    id: int
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered for something typed."""

    fitting: Sequence[Offer]
    more: bool
    """Whether there are further words that fit."""
    meant: Sequence[Offer]
    """Words that don't fit and have nearly the same name."""
    new: str
    """What was typed as a name, if no word has it; else empty."""


def offer(model: type[VocabularyItem], typed: str, page: int = 1) -> Offered:
    """Offer words of a vocabulary: those of a ladder by rank, others that begin so before those that hold it.

    At most seven queries.
    """
    name = clean_line(typed)[:LONGEST]
    found = _fitting(model, fold_key(name))
    listed = list(found.values_list("pk", flat=True)[(page - 1) * PAGE : page * PAGE + 1])
    fitting, more = listed[:PAGE], len(listed) > PAGE
    if not name or page > 1 or store.known_words(model, [fold_key(name)]):
        return Offered(_offers(model, fitting), more, (), "")
    meant = [alike.id for alike in like(name, names_of(model)) if alike.id not in fitting]
    offers = {each.id: each for each in _offers(model, [*fitting, *meant])}
    return Offered(
        [offers[pk] for pk in fitting if pk in offers],
        more,
        [offers[pk] for pk in meant if pk in offers],
        name,
    )


def nearly_alike(model: type[VocabularyItem], name: str, *, besides: int | None = None) -> list[Offer]:
    """The words that a name may be meant for, besides one."""
    return _offers(model, [alike.id for alike in like(name, names_of(model, besides=besides))])


def _fitting(model: Any, folded: str) -> QuerySet[Any]:
    """The words one of whose names holds everything that was typed."""
    alias = model._meta.get_field("aliases").related_model
    holding = Q()
    for word in folded.split()[:MOST_WORDS]:
        holding &= Q(folded__contains=word)
    found: QuerySet[Any] = model.objects.all()
    if not folded:
        return found
    found = found.filter(holding | Q(pk__in=alias.objects.filter(holding).order_by().values("item")))
    if issubclass(model, RankedVocabularyItem):
        return found
    begins = Case(When(folded__startswith=folded, then=0), default=1, output_field=IntegerField())
    return found.order_by(begins, *model._meta.ordering)


def _offers(model: Any, ids: Iterable[int]) -> list[Offer]:
    wanted = list(ids)
    by = "uses__role" if hasattr(model, "uses") else "roles"
    items = model.objects.annotate(used=Count(by, distinct=True)).in_bulk(wanted)
    ladder = _ladder(model) if issubclass(model, RankedVocabularyItem) and wanted else ()
    return [Offer(pk, items[pk].name, _note(items[pk], ladder)) for pk in wanted if pk in items]


def _ladder(model: Any) -> Sequence[int]:
    """The ranks of a ladder, lowest first."""
    return list(model.objects.exclude(rank=None).order_by("rank").values_list("rank", flat=True).distinct())


def _note(item: Any, ladder: Sequence[int]) -> str:
    used = ngettext("used by %(count)d role", "used by %(count)d roles", item.used) % {"count": item.used}
    if not isinstance(item, RankedVocabularyItem):
        return used
    if item.rank is None:
        return _("has no rank, and meets no minimum")
    place = {"place": ladder.index(item.rank) + 1, "count": len(ladder)}
    step = _("step %(place)d of %(count)d") % place
    return f"{step}: {item.description}" if item.description else step

"""One page of the list of roles: what was found, and what could be asked for instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from roles.found import Row, rows
from roles.ladder import Ladder
from roles.models import RoleQuerySet
from roles.models.vocabulary import RankedVocabularyItem
from roles.spelling import Correction, meant
from roles.views.asked import Paged, page_of
from roles.views.role_list.asked import SORTS, Asked
from roles.views.role_list.facets import Facet, facets
from roles.views.role_list.filters import Chip, Filters, Relaxation
from roles.views.role_list.hits import hits
from roles.views.role_list.narrowing import Narrowing

ROLES_ON_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that the list can have."""

    name: str | Promise
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleList:
    """One page of the list of roles."""

    asked: Asked
    correction: Correction | None
    exact_address: str
    faults: Sequence[str]
    chips: Sequence[Chip]
    relaxations: Sequence[Relaxation]
    facets: Sequence[Facet]
    levels: Sequence[RankedVocabularyItem]
    """Those that can be asked for as a minimum."""
    orders: Sequence[Order]
    paged: Paged[int]
    """A page of roles by primary key."""
    rows: Sequence[Row]

    @property
    def words(self) -> str:
        """The words as they were asked for, for the search box."""
        return self.asked.words


def role_list(visible: RoleQuerySet, asked: Asked) -> RoleList:
    """Answer a query with the roles that are listed, of those that the reader may see.

    A value that no role has finds nothing, and the page says so; a page that does not exist is the nearest.
    At most twelve queries.
    """
    narrowing = Narrowing(visible, Ladder.fetch())
    listed, words, correction = visible.listed(), asked.words, None
    worded = hits(listed.matching(words), asked, narrowing)
    if words and not worded.hits and not asked.exact:
        correction = meant(listed, words)
    if correction:
        words = correction.text
        worded = hits(listed.matching(words), asked, narrowing)
    paged = page_of([hit.pk for hit in worded.answering()], asked.page, ROLES_ON_PAGE)
    shown = facets(asked, narrowing, worded)
    filters = Filters(asked, shown, narrowing, words)
    return RoleList(
        asked=asked,
        correction=correction,
        exact_address=asked.for_words(asked.words, exact=True).address(),
        faults=list(filters.faults()),
        chips=filters.chips(),
        relaxations=[] if paged.page else filters.relaxations(),
        facets=shown,
        levels=narrowing.ladder.levels,
        orders=_orders(asked),
        paged=paged,
        rows=rows(visible, list(paged.page), words, narrowing.ladder),
    )


def _orders(asked: Asked) -> list[Order]:
    return [
        Order(name=name, address=asked.sorted_by(order).address(), is_current=order == asked.order)
        for order, name in SORTS.items()
        if asked.words or order != "relevance"
    ]

"""What the lists of all vocabularies have in common: words, and the roles that use them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django.db.models import Count, F, Min, QuerySet
from django.http import HttpRequest, HttpResponseBase
from ninja import Router
from pydantic import BaseModel, Field

from api.answers import as_json
from api.collections import Collection, Facet, Listing, Reading, Slug, Sort, Text, listed
from api.conditional import conditional
from api.operations import readable
from api.pagination import refuse_unknown
from api.schemas.parts import in_list
from api.schemas.problems import Problem
from roles import vocabulary as words
from roles.models import Role, RoleQuerySet
from roles.models.role import sees_drafts
from roles.models.vocabulary import VocabularyItem
from roles.views.old_slugs import following_former_slugs

ROLES_TOLD: Final = 100
"""The most roles that a word names; there is a list for all of them."""


def role_path(filters: "type[WordFilters]", path: str) -> str:
    """The path to a field of a role from what links it to words."""
    return words.role_of(filters.vocabulary, *path.split("__"))


def uses_of(vocabulary: type[VocabularyItem], request: HttpRequest) -> QuerySet[Any, Any]:
    """What links the roles whose use counts to words of a vocabulary."""
    return words.uses(vocabulary, listed_roles(request))


def listed_roles(request: HttpRequest) -> RoleQuerySet:
    """The roles whose use of a word counts."""
    return Role.objects.visible_to(request.user).listed().order_by()


class WordFilters(Listing):
    """Which words are asked for."""

    vocabulary: ClassVar[type[VocabularyItem]]

    q: Text = Field(
        "", description="Parts of a name, or of another name; all of them have to occur, small or large."
    )
    role: list[Slug] = Field([], description="Slugs of roles; one of them uses it.")
    family: list[Slug] = Field([], description="Slugs of job families; a role of one of them uses it.")
    unused: bool | None = Field(
        None, description="Whether no role uses it: none that you may see and that is not archived."
    )

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        found = words.named_like(rows, self.q)
        if self.unused is not None and besides != "unused":
            using = self._used(listed_roles(request))
            found = found.exclude(pk__in=using) if self.unused else found.filter(pk__in=using)
        if self.narrows_uses(besides):
            found = found.filter(pk__in=self.uses(request, besides).values(self.link))
        return found

    def uses(self, request: HttpRequest, besides: str = "") -> QuerySet[Any, Any]:
        """What links words to roles, as far as the filters that ask for roles find it."""
        rows = words.uses(self.vocabulary, listed_roles(request))
        wanted = {path: getattr(self, name) for name, path in self.of_uses().items() if name != besides}
        return rows.filter(**{f"{path}__in": slugs for path, slugs in wanted.items() if slugs})

    def narrows_uses(self, besides: str = "") -> bool:
        """Whether one of the filters but this one asks how a word is used."""
        return any(getattr(self, name) for name in self.of_uses() if name != besides)

    @classmethod
    def of_uses(cls) -> dict[str, str]:
        """The filters that ask for roles, and where what links them to words has what these take."""
        return {
            "role": words.role_of(cls.vocabulary, "slug"),
            "family": words.role_of(cls.vocabulary, "family", "slug"),
        }

    @property
    def link(self) -> str:
        """The name of the field by which words are used."""
        name: str = words.link_of(self.vocabulary).name
        return name

    def _used(self, roles: RoleQuerySet) -> QuerySet[Any, Any]:
        return words.uses(self.vocabulary, roles).values(self.link)


def of_roles(path: str, name: str) -> Facet:
    """A facet of something that roles have, by the paths of its value and its name from a role."""

    def count(rows: QuerySet[Any], request: HttpRequest, asked: WordFilters) -> QuerySet[Any, Any]:
        value, said = (words.role_of(asked.vocabulary, *each.split("__")) for each in (path, name))
        return of_uses(value, said).count(rows, request, asked)  # type: ignore[return-value]

    return Facet(count)


def of_uses(path: str, name: str) -> Facet:
    """A facet of something that uses of a word have, by the paths of its value and its name."""

    def count(rows: QuerySet[Any], request: HttpRequest, asked: WordFilters) -> QuerySet[Any, Any]:
        besides = next((each for each, where in asked.of_uses().items() if where == path), "")
        uses = asked.uses(request, besides).filter(**{f"{asked.link}__in": rows.values("pk")})
        counted = uses.exclude(**{path: None}).values(path)
        tallied: QuerySet[Any, Any] = counted.annotate(
            _name=Min(name), _words=Count(asked.link, distinct=True)
        )
        return tallied.order_by("-_words", path).values_list(path, "_name", "_words")

    return Facet(count)


def of_words(field: str, *, empty: str | None = "") -> Facet:
    """A facet of a field of words, leaving out those in which it is empty."""

    def count(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> QuerySet[Any, Any]:
        counted: QuerySet[Any, Any] = rows.exclude(**{field: empty}).values(field)
        counted = counted.annotate(_name=F(field), _words=Count("pk"))
        return counted.order_by("-_words", field).values_list(field, "_name", "_words")

    return Facet(count)


def _unused(rows: QuerySet[Any], request: HttpRequest, asked: WordFilters) -> list[tuple[str, str, int]]:
    used = rows.filter(pk__in=words.uses(asked.vocabulary, listed_roles(request)).values(asked.link)).count()
    counts = (("false", used), ("true", rows.count() - used))
    return sorted(((value, value, count) for value, count in counts if count), key=lambda each: -each[2])


def collection(
    name: str,
    detail: type[BaseModel],
    filters: type[WordFilters],
    *,
    told: Callable[[Any], dict[str, Any]] = lambda _word: {},
    role: Callable[[Any], dict[str, Any]],
    fetch_uses: Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]] = lambda uses: uses,
    complete: Callable[[Sequence[Any], Reading], None] = lambda _words, _reading: None,
    facets: Mapping[str, Facet] | None = None,
    expansions: Sequence[str] = (),
) -> Collection:
    """The list of a vocabulary.

    `told` adds to an item what only words of this vocabulary have, `role` to a role of it what its use of the
    word says; `fetch_uses` fetches what that reads, and `complete` what `told` reads.
    """
    vocabulary = filters.vocabulary
    link = words.link_of(vocabulary)

    def fetch(rows: QuerySet[Any], reading: Reading) -> QuerySet[Any]:
        return rows.prefetch_related("aliases")

    def complete_all(rows: Sequence[Any], reading: Reading) -> None:
        roles = listed_roles(reading.request)
        counts = words.role_counts(vocabulary, rows, roles)
        using: dict[int, dict[str, Any]] = defaultdict(dict)
        if "roles" in reading.expand:
            for use in fetch_uses(words.first_uses(vocabulary, rows, roles, ROLES_TOLD)):
                used_by = use if isinstance(use, Role) else use.role
                short = {
                    "slug": used_by.slug,
                    "name": used_by.name,
                    "url": reading.page("role", used_by.slug),
                }
                using[getattr(use, link.attname)].setdefault(used_by.slug, short | role(use))
        for word in rows:
            word.told_count = counts.get(word.pk, 0)
            word.told_roles = list(using[word.pk].values())
        complete(rows, reading)

    def tell(word: Any, reading: Reading) -> dict[str, Any]:
        item = {
            "slug": word.slug,
            "name": word.name,
            "url": reading.address(word.get_absolute_url()),
            "aliases": [alias.name for alias in word.aliases.all()],
            "description": word.description or None,
            "role_count": word.told_count,
            **told(word),
            "roles": word.told_roles,
        }
        optional = {"roles", *expansions}
        return {key: value for key, value in item.items() if key not in optional or key in reading.expand}

    def sight(request: HttpRequest) -> Hashable:
        return sees_drafts(request.user), words.edits(vocabulary, request.user)

    def counted(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.annotate(role_count=words.role_count(vocabulary, listed_roles(request)))
        return found

    return Collection(
        name=name,
        item=in_list(detail, ["roles", *expansions]),
        rows=lambda request: words.readable(vocabulary, request.user),
        fetch=fetch,
        complete=complete_all,
        tell=tell,
        filters=filters,
        sorts={
            "name": Sort(("sort_key", "slug")),
            # Backwards, those of most roles come first, and equal ones by name.
            "role_count": Sort(("role_count", "-sort_key", "-slug"), counted),
        },
        expansions=["roles", *expansions],
        facets={
            "family": of_roles("family__slug", "family__name"),
            **(facets or {}),
            "unused": Facet(_unused),
        },
        sight=sight,
    )


def published(
    router: Router, collection: Collection, detail: type[BaseModel], *, one: str, described: str
) -> None:
    """Give a list of words its address, and each word its own below it."""
    name = collection.name
    listed(
        router,
        f"/{name}",
        collection,
        operation_id=f"list_{name.replace('-', '_')}",
        summary=f"List {described}",
        description="In the order of names. Those that no role uses which you may see are for editors.",
    )

    @readable(
        router,
        f"/{name}/{{slug:slug}}",
        {200: detail, 308: None, 404: Problem},
        operation_id=f"get_{one.replace(' ', '_').lower()}",
        summary=f"Get {'an' if one[0] in 'aeiou' else 'a'} {one}",
    )
    @following_former_slugs(collection.filters.vocabulary)  # type: ignore[attr-defined]
    def word(request: HttpRequest, slug: str) -> HttpResponseBase:
        """All that its list can tell. A slug that it had before leads on to it."""
        refuse_unknown(request)
        return conditional(request, lambda _state: _word(collection, request, slug))


def _word(collection: Collection, request: HttpRequest, slug: str) -> HttpResponseBase:
    told = collection.whole(collection.rows(request), request, slug=slug)
    return as_json(told)

"""What a list of roles can be filtered by: each facet's values, and how many roles each would leave.

The counts of a facet follow the words and the choices of all other facets, not its own: its values are
alternatives. Those of capabilities follow all, since a role must have each one that is chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from roles.models import Interaction, Role, RoleArtifact, RoleCapability, RoleProperty
from roles.models.ids import id_list
from roles.views.role_list.asked import FACETS, Asked
from roles.views.role_list.hits import Hits
from roles.views.role_list.narrowing import Narrowing

SHOWN: Final = 8
"""Values that a facet shows besides the chosen ones: those of the most roles."""

SHOWN_WHEN_OPENED: Final = 200

PROPERTIES: Final = 4
"""Properties that are facets besides those of which a value is chosen: the ones that most roles state."""

PROPERTIES_WHEN_OPENED: Final = 30

_SEEN_AT_ONCE: Final = ("family", "seniority", "capability")

_PROPERTY_VALUES: Final = 1_000
"""Values of properties that are counted, the commonest of all names: a catalogue may have any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value to filter by: how many roles it would leave, and whether it is chosen."""

    value: str
    name: str
    count: int
    chosen: bool = False
    minimum: str = ""
    """The slug of the least level that is asked for, of a capability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Values to filter by, in order. `more` leads to the list that shows more of them, `fewer` back."""

    key: str
    """The parameter, and the property's name after a colon."""
    title: str | Promise
    options: Sequence[Option]
    more: str = ""
    fewer: str = ""

    @property
    def parameter(self) -> str:
        """The parameter that a choice is sent as."""
        return self.key.partition(":")[0]

    @property
    def id(self) -> str:
        """Its place on the page."""
        return "facet-" + self.key.replace(":", "-").replace("_", "-")

    @property
    def is_open(self) -> bool:
        """Whether its values are seen at once."""
        return self.key in _SEEN_AT_ONCE or bool(self.fewer) or any(option.chosen for option in self.options)


def facets(asked: Asked, narrowing: Narrowing, hits: Hits) -> list[Facet]:
    """Each facet that has a value, as a reader looks for them. At most five queries."""
    made = _Facets(asked, narrowing, hits)
    every = [
        *made.of_roles(),
        made.capabilities(),
        made.artifact_types(),
        *made.properties(),
        made.partners(),
        made.agent(),
    ]
    return [facet for facet in every if facet.options]


@dataclass(frozen=True, slots=True)
class _Facets:
    asked: Asked
    narrowing: Narrowing
    hits: Hits

    def of_roles(self) -> list[Facet]:
        """Families by name, and seniorities, the lowest first."""
        families = _tally(hit.family for hit in self.hits.answering("family"))
        seniorities = _tally(hit.seniority for hit in self.hits.answering("seniority"))
        self._add_chosen(families, seniorities)
        return [self._tallied("family", families), self._tallied("seniority", seniorities)]

    def _add_chosen(self, families: dict[Any, int], seniorities: dict[Any, int]) -> None:
        """Add the chosen values that no hit has, if another role has them. One query if there are such."""
        absent = {
            name: self._chosen(name) - {value[0] for value in tally}
            for name, tally in (("family", families), ("seniority", seniorities))
        }
        if not any(absent.values()):
            return
        rows = (
            self.narrowing.visible.listed()
            .filter(Q(family__slug__in=absent["family"]) | Q(seniority__slug__in=absent["seniority"]))
            .order_by()
            .values_list(
                "family__slug", "family__name", "family__sort_key", "seniority__slug", "seniority__name"
            )
            .distinct()
        )
        for family, family_name, key, seniority, seniority_name in rows:
            if family in absent["family"]:
                families.setdefault((family, family_name, key), 0)
            if seniority in absent["seniority"]:
                seniorities.setdefault((seniority, seniority_name, 0), 0)

    def _tallied(self, parameter: str, tally: Mapping[tuple[str, str, Any], int]) -> Facet:
        chosen = self._chosen(parameter)
        options = [
            Option(value=slug, name=name, count=count, chosen=slug in chosen)
            for (slug, name, _key), count in sorted(tally.items(), key=lambda item: (item[0][2], item[0][1]))
        ]
        return self._facet(parameter, FACETS[parameter], options)

    def agent(self) -> Facet:
        """Whether roles have an agent."""
        tally = _tally(
            ("true", _("Has an agent"), 0) if hit.has_agent else ("false", _("Has no agent"), 1)
            for hit in self.hits.answering("has_agent")
        )
        for value in (("true", _("Has an agent"), 0), ("false", _("Has no agent"), 1)):
            if value[0] in self._chosen("has_agent"):
                tally.setdefault(value, 0)
        return self._tallied("has_agent", tally)

    def capabilities(self) -> Facet:
        """Capabilities, those that most roles need first."""
        chosen = {choice.parts[0]: choice.parts[1] for choice in self.asked.of("capability")}
        rows = self._counted(
            RoleCapability.objects.annotate(value=F("capability__slug")),
            "capability",
            self._among(),
            Q(capability__slug__in=chosen),
            Min("capability__name"),
        )
        options = [
            Option(value=slug, name=name, count=count, chosen=slug in chosen, minimum=chosen.get(slug, ""))
            for slug, name, count in rows
        ]
        return self._facet("capability", FACETS["capability"], options)

    def artifact_types(self) -> Facet:
        """Types of artifacts, those that most roles have first."""
        rows = self._counted(
            RoleArtifact.objects.exclude(type_slug="").annotate(value=F("type_slug")),
            "artifact_type",
            self._among("artifact_type"),
            Q(type_slug__in=self._chosen("artifact_type")),
            Min("type"),
        )
        return self._facet("artifact_type", FACETS["artifact_type"], self._options("artifact_type", rows))

    def partners(self) -> Facet:
        """Partners, those first that most roles name: roles that the reader may see, or names as written."""
        known = Q(partner__in=self.narrowing.visible.order_by().values("pk"))
        rows = self._counted(
            Interaction.objects.annotate(
                value=Case(
                    When(known, then=F("partner__slug")), default=F("partner_slug"), output_field=TextField()
                ),
            ),
            "partner",
            self._among("partner"),
            Q(value__in=self._chosen("partner")),
            Min(Case(When(known, then=F("partner__name")), default=F("partner_name"))),
        )
        return self._facet("partner", FACETS["partner"], self._options("partner", rows))

    def properties(self) -> list[Facet]:
        """The properties that most roles state and those of which a value is chosen, by name."""
        chosen = {choice.parts[0]: choice.facet for choice in self.asked.of("property")}
        counted = ~Q(name_slug__in=chosen) & Q(role__in=self._among())
        wanted = Q(pk=None)
        for slug, facet in chosen.items():
            counted |= Q(name_slug=slug, role__in=self._among(facet))
            values = [choice.parts[1] for choice in self.asked.facets[facet]]
            wanted |= Q(name_slug=slug, folded__in=values)
        shown = counted | (wanted & Q(role__in=self._listed())) if chosen else counted
        rows = (
            RoleProperty.objects.filter(shown)
            .order_by()
            .values("name_slug", "folded")
            .annotate(
                roles=Count("role", distinct=True, filter=counted if chosen else None),
                title=Min("name"),
                label=Min("value"),
            )
            .order_by(*([_first(wanted)] if chosen else []), "-roles", "name_slug", "folded")
        )
        values_of: dict[str, list[tuple[str, str, int]]] = {slug: [] for slug in chosen}
        titles = {slug: slug for slug in chosen}
        listed = rows.values_list("name_slug", "folded", "roles", "title", "label")[:_PROPERTY_VALUES]
        for slug, folded, count, title, label in listed:
            # The spelling of the commonest value.
            titles[slug] = title if not values_of.setdefault(slug, []) else titles[slug]
            values_of[slug].append((f"{slug}:{folded}", label or _("stated"), count))
        return [
            self._facet(f"property:{slug}", titles[slug], self._options(f"property:{slug}", values_of[slug]))
            for slug in sorted(self._commonest(values_of, chosen), key=lambda slug: titles[slug].casefold())
        ]

    def _commonest(
        self, values_of: Mapping[str, Sequence[tuple[str, str, int]]], chosen: Iterable[str]
    ) -> set[str]:
        most = PROPERTIES_WHEN_OPENED if "property" in self.asked.opened else PROPERTIES
        uses = {slug: sum(count for _value, _name, count in values) for slug, values in values_of.items()}
        others = sorted(uses.keys() - set(chosen), key=lambda slug: (-uses[slug], slug))
        return {*chosen, *others[:most]}

    def _counted(
        self, rows: QuerySet[Any, Any], key: str, among: RawSQL, chosen: Q, name: Min
    ) -> list[tuple[str, str, int]]:
        """Values, their names, and how many of these roles have them: the chosen first, then the commonest.

        `rows` are statements, annotated with `value`.
        """
        counted = Q(role__in=among)
        has_chosen = bool(self.asked.of(key))
        found = (
            rows.filter(counted | (chosen & Q(role__in=self._listed())) if has_chosen else counted)
            .order_by()
            .values("value")
            .annotate(name=name, roles=Count("role", distinct=True, filter=counted if has_chosen else None))
            .order_by(*([_first(chosen)] if has_chosen else []), "-roles", "name")
        )
        return list(found.values_list("value", "name", "roles")[: self._limit(key)])

    def _facet(self, key: str, title: str | Promise, options: Sequence[Option]) -> Facet:
        """A facet with the chosen values and those of most roles, all in the order that they have."""
        is_open = key in self.asked.opened
        others = sorted((option for option in options if not option.chosen), key=lambda option: -option.count)
        most = SHOWN_WHEN_OPENED if is_open else SHOWN
        kept = {option.value for option in others[:most]}
        shown = [option for option in options if option.chosen or option.value in kept]
        return Facet(
            key=key,
            title=title,
            options=shown,
            more=""
            if is_open or len(others) <= most
            else self.asked.with_opened(key, is_open=True).address(),
            fewer=self.asked.with_opened(key, is_open=False).address() if is_open else "",
        )

    def _options(self, key: str, rows: Iterable[tuple[str, str, int]]) -> list[Option]:
        chosen = self._chosen(key)
        return [
            Option(value=value, name=name, count=count, chosen=value in chosen) for value, name, count in rows
        ]

    def _among(self, besides: str = "") -> RawSQL:
        return id_list(hit.pk for hit in self.hits.answering(besides))

    def _listed(self) -> QuerySet[Role, Any]:
        return self.narrowing.visible.listed().order_by().values("pk")

    def _chosen(self, key: str) -> set[str]:
        return {choice.value for choice in self.asked.facets.get(key, ())}

    def _limit(self, key: str) -> int:
        """How many values are fetched: one more than is shown, so as to know that there are more."""
        shown = SHOWN_WHEN_OPENED if key in self.asked.opened else SHOWN
        return shown + 1 + len(self.asked.choices)


def _tally(values: Iterable[Any]) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return counts


def _first(condition: Q) -> Case:
    """A key that sorts the values that a condition holds for before all others."""
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())

"""What an address of the list of roles asks for, and the addresses that ask for more or less."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roles.documents.text import fold_key
from roles.views.asked import QUERY_LENGTH, one_line

MOST_CHOICES: Final = 24
"""Choices that count; each makes the queries longer."""

FACETS: Final[Mapping[str, str | Promise]] = {
    "family": _("Family"),
    "seniority": _("Seniority"),
    "capability": _("Capability"),
    "artifact_type": _("Artifact type"),
    "property": _("Property"),
    "partner": _("Partner"),
    "has_agent": _("Agent"),
}
"""The parameters that filter. Values of one are alternatives; of capabilities, a role must have each."""

SORTS: Final[Mapping[str, str | Promise]] = {
    "relevance": pgettext_lazy("sorted by", "relevance"),
    "name": pgettext_lazy("sorted by", "name"),
    "seniority": pgettext_lazy("sorted by", "seniority"),
    "changed": pgettext_lazy("sorted by", "last change"),
}

_ONCE: Final = ("q", "exact", "sort", "page")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to filter by. Values of capabilities and properties have two parts: "sql:advanced"."""

    parameter: str
    value: str

    @property
    def facet(self) -> str:
        """The facet in which it is an alternative; a property is one of its own: "property:preferred-tech".

        A capability is no alternative to another one: a role must have each that is chosen.
        """
        if self.parameter in ("property", "capability"):
            return f"{self.parameter}:{self.parts[0]}"
        return self.parameter

    @property
    def parts(self) -> tuple[str, str]:
        """What stands before the first colon, and what stands behind it."""
        first, _, second = self.value.partition(":")
        return first, second


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The query of an address: words, filters, order, page, and the facets shown with all their values."""

    words: str = ""
    exact: bool = False
    """Whether the words are meant as they are spelt."""
    choices: tuple[Choice, ...] = ()
    sort: str = ""
    """One of SORTS, empty for the usual order; or something that is none."""
    opened: tuple[str, ...] = ()
    page: str = ""
    is_long: bool = False
    """Whether more was asked for than counts."""

    @classmethod
    def parse(cls, query: QueryDict) -> Self:
        """Read `q`, `exact`, the facets, `sort`, `more` and `page`; blank values don't count."""
        stated = {name: one_line(query.get(name, "")) for name in _ONCE}
        choices = dict.fromkeys(
            _choice(name, value) for name in FACETS for value in map(one_line, query.getlist(name)) if value
        )
        words = stated["q"][:QUERY_LENGTH].strip()
        return cls(
            words=words,
            exact=bool(stated["exact"] and words),
            choices=_with_one_minimum(choices)[:MOST_CHOICES],
            sort="" if stated["sort"] == ("relevance" if words else "name") else stated["sort"],
            opened=tuple(dict.fromkeys(filter(None, map(one_line, query.getlist("more")))))[:MOST_CHOICES],
            page=stated["page"],
            is_long=len(choices) > MOST_CHOICES or len(stated["q"]) > QUERY_LENGTH,
        )

    def of(self, parameter: str) -> list[Choice]:
        """The choices of one parameter."""
        return [choice for choice in self.choices if choice.parameter == parameter]

    @property
    def facets(self) -> dict[str, list[Choice]]:
        """The choices by facet."""
        found: dict[str, list[Choice]] = {}
        for choice in self.choices:
            found.setdefault(choice.facet, []).append(choice)
        return found

    @property
    def order(self) -> str:
        """How the roles are sorted: by relevance if there are words, else by name, unless asked otherwise."""
        usual = "relevance" if self.words else "name"
        return self.sort if self.sort in SORTS and (self.words or self.sort != "relevance") else usual

    def address(self) -> str:
        """The shortest address that asks for this."""
        parameters = [
            *([("q", self.words)] if self.words else []),
            *([("exact", "true")] if self.exact else []),
            *((choice.parameter, choice.value) for choice in self.choices),
            *([("sort", self.sort)] if self.sort else []),
            *(("more", facet) for facet in self.opened),
            *([("page", self.page)] if self.page not in ("", "1") else []),
        ]
        query = urlencode(parameters, safe=":/")
        return f"{reverse('roles')}?{query}" if query else reverse("roles")

    def for_words(self, words: str, *, exact: bool = False) -> Self:
        """The same for other words, from the first page; without words nothing is sorted by relevance."""
        sort = "" if not words and self.sort == "relevance" else self.sort
        return replace(self, words=words, exact=exact, sort=sort, page="")

    def without(self, choices: Iterable[Choice]) -> Self:
        """The same without some choices, from the first page."""
        gone = set(choices)
        return replace(self, choices=tuple(each for each in self.choices if each not in gone), page="")

    def exchanged(self, before: Choice, after: Choice) -> Self:
        """The same with one choice in the place of another, from the first page."""
        return replace(
            self, choices=tuple(after if each == before else each for each in self.choices), page=""
        )

    def sorted_by(self, order: str) -> Self:
        """The same in another order, from the first page."""
        usual = "relevance" if self.words else "name"
        return replace(self, sort="" if order == usual else order, page="")

    def with_opened(self, facet: str, *, is_open: bool) -> Self:
        """The same with a facet shown with all its values, or no longer."""
        others = tuple(each for each in self.opened if each != facet)
        return replace(self, opened=(*others, facet) if is_open else others)

    def differs_in_words_only(self, other: Self) -> bool:
        """Whether somebody who goes from one to the other has but typed on."""
        return bool(self.words and other.words) and self._same_beside_words == other._same_beside_words

    @property
    def _same_beside_words(self) -> Self:
        return replace(self, words="", exact=False, sort="", page="", is_long=False)


def address_header(asked: Asked, current_url: str | None) -> tuple[str, str]:
    """The header by which htmx shows the address of a list, given the one that it showed before.

    Going back leads to the words as they were before somebody typed on, not to each state between.
    """
    before = Asked.parse(QueryDict(urlsplit(current_url or "").query))
    return "HX-Replace-Url" if asked.differs_in_words_only(before) else "HX-Push-Url", asked.address()


def has_blanks(query: QueryDict) -> bool:
    """Whether a form has sent fields that say nothing, so that a shorter address asks the same."""
    names: Sequence[str] = (*_ONCE, *FACETS, "more")
    return any(not one_line(value) for name in names for value in query.getlist(name))


def _choice(parameter: str, value: str) -> Choice:
    if parameter == "property":
        # Values are compared folded; a property that is stated without one has an empty value.
        value = fold_key(value) if ":" in value else f"{fold_key(value)}:"
    return Choice(parameter, value)


def _with_one_minimum(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """The choices; of a capability that is asked for at several levels, the last one counts."""
    return tuple(
        {choice.facet if choice.parameter == "capability" else choice: choice for choice in choices}.values()
    )

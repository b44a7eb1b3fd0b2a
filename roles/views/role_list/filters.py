"""The filters in force: what they are called, how to take them away, and which of them mean nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from roles.views.asked import QUERY_LENGTH
from roles.views.role_list.asked import FACETS, MOST_CHOICES, Asked, Choice
from roles.views.role_list.facets import Facet
from roles.views.role_list.narrowing import Narrowing

MOST_RELAXATIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is in force, and the address of the list without it."""

    label: str
    value: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """Something that can be left out, how many roles are found then, and the address that finds them."""

    label: str
    value: str
    count: int
    address: str


class Filters:
    """The filters of one query, `facets` being what it can be filtered by. `words` are those looked for."""

    def __init__(self, asked: Asked, facets: Sequence[Facet], narrowing: Narrowing, words: str) -> None:
        self._asked = asked
        self._narrowing = narrowing
        self._words = words
        self._titles: Mapping[str, str | Promise] = {facet.key: facet.title for facet in facets}
        self._names = {
            (facet.parameter, option.value): option.name for facet in facets for option in facet.options
        }

    def chips(self) -> list[Chip]:
        """One for the words and one for each choice."""
        asked = self._asked
        words = Chip(label=_("Words"), value=asked.words, address=asked.for_words("").address())
        return [
            *([words] if asked.words else []),
            *(
                Chip(
                    label=self._title(choice),
                    value=self._name(choice),
                    address=asked.without([choice]).address(),
                )
                for choice in asked.choices
            ),
        ]

    def faults(self) -> Iterator[str]:
        """Say what of the query means nothing."""
        for choice in self._asked.choices:
            level = _level(choice)
            if _named(choice) not in self._names:
                said = {"facet": self._title(choice), "value": _short(choice.value)}
                yield _("%(facet)s: no role has “%(value)s”.") % said
            elif level and not self._narrowing.minimum(level):
                levels = ", ".join(each.name for each in self._narrowing.ladder.levels)
                yield _("“%(value)s” is no level that can be asked for. There are: %(levels)s.") % {
                    "value": _short(level),
                    "levels": levels,
                }
        if self._asked.sort and self._asked.sort != self._asked.order:
            yield _("The list can’t be sorted by “%(value)s”.") % {"value": _short(self._asked.sort)}
        if self._asked.is_long:
            yield _(
                "Only the first %(characters)s characters and the first %(choices)s filters are looked at."
            ) % {"characters": QUERY_LENGTH, "choices": MOST_CHOICES}

    def relaxations(self) -> list[Relaxation]:
        """What can be left out, those first that find most. One query."""
        tried = list(self._less())[:MOST_RELAXATIONS]
        counts = self._counts([less for _label, _value, less in tried])
        relaxations = [
            Relaxation(label=label, value=value, count=count, address=less.address())
            for (label, value, less), count in zip(tried, counts, strict=True)
        ]
        return sorted(relaxations, key=lambda relaxation: -relaxation.count)

    def _less(self) -> Iterator[tuple[str, str, Asked]]:
        """What could be left out and the query without it.

        Alternatives are left out together: one of them less finds no more.
        """
        asked = self._asked
        if asked.words:
            yield _("Words"), asked.words, asked.for_words("")
        for choices in asked.facets.values():
            names = ", ".join(map(self._name, choices))
            yield self._title(choices[0]), names, asked.without(choices)
            if _level(choices[0]):
                any_level = asked.exchanged(choices[0], Choice("capability", choices[0].parts[0]))
                yield _("Level"), names, any_level

    def _counts(self, queries: Iterable[Asked]) -> list[int]:
        """How many roles each query finds."""
        listed = self._narrowing.visible.listed()
        counted = {}
        for number, query in enumerate(queries):
            conditions = Q(pk__in=listed.matching(self._words).values("pk")) if query.words else Q()
            for choices in query.facets.values():
                conditions &= Q(pk__in=self._narrowing.of(choices).order_by().values("pk"))
            counted[f"count_{number}"] = Count("pk", filter=conditions)
        counts = listed.order_by().aggregate(**counted)
        return [counts[name] for name in counted]

    def _title(self, choice: Choice) -> str:
        return str(self._titles.get(choice.facet, FACETS[choice.parameter]))

    def _name(self, choice: Choice) -> str:
        """What a choice is called, by the value itself if no role has it."""
        key = _named(choice)
        name, level = self._names.get(key, key[1]), _level(choice)
        if not level:
            return name
        minimum = self._narrowing.minimum(level)
        said = {"capability": name, "level": minimum.name if minimum else level}
        return _("%(capability)s, %(level)s or higher") % said


def _named(choice: Choice) -> tuple[str, str]:
    """Parameter and value of the option that a choice stands for."""
    return choice.parameter, choice.parts[0] if choice.parameter == "capability" else choice.value


def _level(choice: Choice) -> str:
    return choice.parts[1] if choice.parameter == "capability" else ""


def _short(text: str) -> str:
    return Truncator(text).chars(60)

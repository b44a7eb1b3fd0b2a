"""Which roles a partner may mean whose name resolves to none: for a person to decide, never linked by itself.

Whoever accepts a suggestion teaches the role another name, and the partner resolves by that.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from roles import store
from roles.documents.text import fold_key, fold_search, words
from roles.models import Interaction, Role, RoleAlias, RoleIdentifier, RoleMember, RoleRevision
from roles.partners import PartnerIndex, link_partners, spellings

ENOUGH: Final = 80
"""The lowest score that is worth a person's look."""
CONTAINED: Final = 90
"""The score of two names where one has all words of the other: "Senior Data Engineer" of "Data Engineer"."""
MOST: Final = 3
"""Suggestions for one name."""

_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A role that a name may mean. The score is 100 where only order or punctuation of the words differ."""

    role: int
    """The role's id."""
    slug: str
    name: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """A partner's name, or a squad member's code, that means no role, and who uses it."""

    name: str
    """As most of the roles write it."""
    roles: tuple[tuple[int, str], ...]
    """Ids and names of the roles that name it, in the order of their names."""


class MeansAnother(ValueError):
    """A name would not mean the role even as its other name, because it is one of these `roles` too."""

    def __init__(self, name: str, roles: list[Role]) -> None:
        super().__init__(f"{name} is a name of {', '.join(role.name for role in roles)} already")
        self.roles = roles


def suggest(names: Iterable[str]) -> dict[str, list[Suggestion]]:
    """The roles that each of these names may mean, the likeliest first, at most three; none is an empty list.

    Names, aliases and codes of roles are compared with abbreviations spelled out, and without regard to case,
    accents, punctuation and the order of words. Numbers must agree: one code is not like another because most
    of its digits are. Three queries.
    """
    roles = {role.pk: role for role in Role.objects.only("slug", "name", "sort_key")}
    bearers: dict[str, set[int]] = defaultdict(set)
    known = [
        *((role.pk, role.name) for role in roles.values()),
        *RoleAlias.objects.values_list("role_id", "name"),
        *RoleIdentifier.objects.values_list("role_id", "value"),
    ]
    for pk, name in known:
        for form in _forms(name):
            bearers[form].add(pk)
    forms = list(bearers)
    found = {}
    for name in names:
        scores: dict[int, int] = {}
        for wanted in _forms(name):
            for form, score in _alike(wanted, forms):
                for pk in bearers[form]:
                    # A role may have been deleted since they were read.
                    if pk in roles:
                        scores[pk] = max(score, scores.get(pk, 0))
        best = sorted(scores, key=lambda pk: (-scores[pk], roles[pk].sort_key, roles[pk].slug))
        found[name] = [
            Suggestion(role=pk, slug=roles[pk].slug, name=roles[pk].name, score=scores[pk])
            for pk in best[:MOST]
        ]
    return found


def _forms(name: str) -> set[str]:
    """The ways to write a name for comparing: words in lower case, abbreviations spelled out or not."""
    spelled = spellings(name) | spellings(_plain(name))
    return {_plain(spelling) for spelling in spelled} - {""}


def _plain(name: str) -> str:
    return " ".join(words(fold_search(name)))


def _alike(name: str, forms: list[str]) -> Iterable[tuple[str, int]]:
    """Which of these forms are like a name, each with its score."""
    near = process.extract(name, forms, scorer=fuzz.token_sort_ratio, score_cutoff=ENOUGH, limit=None)
    around = process.extract(name, forms, scorer=fuzz.token_set_ratio, score_cutoff=100, limit=None)
    for form, score in [
        *((form, round(score)) for form, score, _place in near),
        *((form, CONTAINED) for form, _score, _place in around),
    ]:
        if _can_mean(name, form):
            yield form, score


def _can_mean(name: str, form: str) -> bool:
    """Whether two names that are alike say nothing that speaks against it."""
    ours, theirs = set(name.split()), set(form.split())
    # One word in common says too little: every manager has all words of "Manager".
    if len(ours & theirs) == 1 and (ours < theirs or ours > theirs):
        return False
    numbers = _NUMBER.findall(name), _NUMBER.findall(form)
    return not all(numbers) or numbers[0] == numbers[1]


def unresolved() -> list[Unresolved]:
    """The names of partners and members that mean no role, those first that most roles use. Two queries."""
    users: dict[str, dict[int, str]] = defaultdict(dict)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    partners = Interaction.objects.filter(partner=None).order_by("role__sort_key", "role__slug")
    members = RoleMember.objects.filter(member=None).order_by("role__sort_key", "role__slug")
    for name, pk, user in [
        *partners.values_list("partner_name", "role_id", "role__name"),
        *members.values_list("role_code", "role_id", "role__name"),
    ]:
        key = fold_key(name)
        users[key][pk] = user
        written[key][name] += 1
    found = [
        Unresolved(name=written[key].most_common(1)[0][0], roles=tuple(users[key].items())) for key in users
    ]
    return sorted(found, key=lambda item: (-len(item.roles), fold_key(item.name)))


@transaction.atomic
def accept(name: str, role: Role, change: store.Change) -> RoleRevision | None:
    """Teach a role the name as another name of it, so that partners of that name mean this role.

    Returns the role's new revision, None if it has the name already. Roles that name the partner get none.

    Raises:
        MeansAnother: if the name would still mean another role, or this one and another.
        InvalidDocument: if the name can't be another name of a role.
        Nothing is written then.
    """
    store.lock()
    role = Role.objects.select_related("revision").get(pk=role.pk)
    said = store.current(role)
    if fold_key(name) not in map(fold_key, said.aliases):
        said = replace(said, aliases=(*said.aliases, name))
    because = change.reason or _("Partners call it “%(name)s”") % {"name": name}
    revision = store.write(role, said, replace(change, reason=because))[1]
    meant = PartnerIndex().meant_by(name)
    if meant != {role.pk}:
        raise MeansAnother(name, list(Role.objects.filter(pk__in=meant).exclude(pk=role.pk)))
    link_partners()
    return revision

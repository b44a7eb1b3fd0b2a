"""Which roles a partner may mean whose name resolves to none: for a person to decide, never linked by itself.

Whoever accepts a suggestion teaches the role another name, and the partner resolves by that.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from roles import proposals, store
from roles.documents.text import fold_key, fold_search, words
from roles.models import Interaction, Role, RoleAlias, RoleIdentifier, RoleMember
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
    known = _KnownNames(
        [
            *((role.pk, role.name) for role in roles.values()),
            *RoleAlias.objects.values_list("role_id", "name"),
            *RoleIdentifier.objects.values_list("role_id", "value"),
        ]
    )
    found = {}
    for name in names:
        # A role may have been made since the roles were read.
        scores = {pk: score for pk, score in known.scores(name).items() if pk in roles}
        best = sorted(scores, key=lambda pk: (-scores[pk], roles[pk].sort_key, roles[pk].slug))
        found[name] = [
            Suggestion(role=pk, slug=roles[pk].slug, name=roles[pk].name, score=scores[pk])
            for pk in best[:MOST]
        ]
    return found


class _KnownNames:
    """The names of all roles, to be searched for those that are like another."""

    def __init__(self, named: Iterable[tuple[int, str]]) -> None:
        self.bearers: dict[str, set[int]] = defaultdict(set)
        self.by_word: dict[str, list[str]] = defaultdict(list)
        for pk, name in named:
            for form in _forms(name):
                self.bearers[form].add(pk)
        self.forms = list(self.bearers)
        for form in self.forms:
            for word in set(form.split()):
                self.by_word[word].append(form)

    def scores(self, name: str) -> dict[int, int]:
        """The ids of the roles that a name may mean, each with the best score of its names."""
        found: dict[int, int] = {}
        for wanted in _forms(name):
            for form, score in self._alike(wanted):
                for pk in self.bearers[form]:
                    found[pk] = max(score, found.get(pk, 0))
        return found

    def _alike(self, name: str) -> Iterator[tuple[str, int]]:
        ours = set(name.split())
        near = process.extract(name, self.forms, scorer=fuzz.ratio, score_cutoff=ENOUGH, limit=None)
        for form, score, _place in near:
            theirs = set(form.split())
            # One word in common says too little: every manager has all words of "Manager".
            in_one_word = len(ours & theirs) == 1 and (ours < theirs or theirs < ours)
            if not in_one_word and _numbers_agree(name, form):
                yield form, round(score)
        common = Counter(form for word in ours for form in self.by_word.get(word, ()))
        for form, count in common.items():
            if count > 1 and count in (len(ours), len(set(form.split()))) and _numbers_agree(name, form):
                yield form, CONTAINED


def _forms(name: str) -> set[str]:
    """The ways to write a name for comparing: its words in order, abbreviations spelled out or not."""
    spelled = spellings(name) | spellings(" ".join(words(fold_search(name))))
    return {" ".join(sorted(words(fold_search(spelling)))) for spelling in spelled} - {""}


def _numbers_agree(name: str, form: str) -> bool:
    ours, theirs = _NUMBER.findall(name), _NUMBER.findall(form)
    return not ours or not theirs or ours == theirs


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
def accept(name: str, role: Role, change: store.Change) -> proposals.Saved:
    """Teach a role the name as another name of it, so that partners of that name mean this role.

    Or propose that, as the author of the change may. Roles that name the partner get no revision.

    Raises:
        MeansAnother: if the name would still mean another role, or this one and another.
        InvalidDocument: if the name can't be another name of a role.
        pending.Incompatible: if no document can say both this and what the author proposed before.
        Nothing is written then.
    """
    store.lock()
    role = Role.objects.select_related("revision").get(pk=role.pk)
    said = store.current(role)
    if fold_key(name) not in map(fold_key, said.aliases):
        said = replace(said, aliases=(*said.aliases, name))
    because = change.reason or _("Partners call it “%(name)s”") % {"name": name}
    index = PartnerIndex()
    index.learn(role.pk, name)
    meant = index.meant_by(name)
    if meant != {role.pk}:
        raise MeansAnother(name, list(Role.objects.filter(pk__in=meant).exclude(pk=role.pk)))
    saved = proposals.save_or_propose(role, said, replace(change, reason=because))
    if not saved.proposal:
        link_partners()
    return saved

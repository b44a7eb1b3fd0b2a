"""Which role a partner's name means: `Backend Eng` is the role Backend Engineer.

A partner is a name, not a key. It is resolved by role name, alias, code, a code in brackets behind the name,
spelled-out abbreviation, then by the link written with it, and only where exactly one role answers. Links
follow names by themselves: whenever roles come, go or are renamed, `link_partners` sets them anew, without a
revision of the roles that name them.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Set
from functools import cache
from itertools import product
from typing import Final
from urllib.parse import unquote

from django.db import transaction
from django.db.models import QuerySet

from roles import store
from roles.documents.grammar import LAST_BRACKET
from roles.documents.text import fold_key
from roles.models import (
    Interaction,
    RevisionCounter,
    Role,
    RoleAlias,
    RoleIdentifier,
    RoleMember,
    SourceDocument,
)
from roles.models.vocabulary import chunks

ABBREVIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "admin": ("administrator",),
    "ai": ("artificial intelligence",),
    "arch": ("architect",),
    "asst": ("assistant",),
    "assoc": ("associate",),
    "be": ("backend",),
    "bi": ("business intelligence",),
    "coord": ("coordinator",),
    "cs": ("customer success", "customer support"),
    "dba": ("database administrator",),
    "dev": ("developer", "development"),
    "dir": ("director",),
    "dpo": ("data protection officer",),
    "em": ("engineering manager",),
    "eng": ("engineer", "engineering"),
    "engr": ("engineer",),
    "exec": ("executive",),
    "fe": ("frontend",),
    "fp&a": ("financial planning and analysis",),
    "hr": ("human resources",),
    "infra": ("infrastructure",),
    "it": ("information technology",),
    "mgmt": ("management",),
    "mgr": ("manager",),
    "mktg": ("marketing",),
    "ml": ("machine learning",),
    "mle": ("machine learning engineer",),
    "ops": ("operations",),
    "pm": ("product manager", "project manager", "program manager"),
    "pmm": ("product marketing manager",),
    "po": ("product owner",),
    "qa": ("quality assurance",),
    "rep": ("representative",),
    "sec": ("security",),
    "sme": ("subject matter expert",),
    "sr": ("senior",),
    "sre": ("site reliability engineer",),
    "swe": ("software engineer",),
    "sysadmin": ("system administrator", "systems administrator"),
    "tpm": ("technical program manager", "technical product manager"),
    "ux": ("user experience",),
    "vp": ("vice president",),
}
"""Words that stand for others in role names, folded, and what they may stand for."""

_SPELLINGS: Final = 32
"""The most ways in which a name is spelled out."""


class PartnerIndex:
    """All names by which roles can be meant, as the catalogue has them now."""

    def __init__(self) -> None:
        names: dict[str, set[int]] = defaultdict(set)
        self._aliases: dict[str, set[int]] = defaultdict(set)
        self._codes: dict[str, set[int]] = defaultdict(set)
        self._spelled: dict[str, set[int]] = defaultdict(set)
        self._paths: dict[str, int] = {}
        self._documents: dict[int, list[str]] = defaultdict(list)
        for pk, name in Role.objects.values_list("pk", "name"):
            names[fold_key(name)].add(pk)
            for spelling in spellings(name):
                self._spelled[spelling].add(pk)
        for pk, folded in RoleAlias.objects.values_list("role_id", "folded"):
            self._aliases[folded].add(pk)
        for pk, value in RoleIdentifier.objects.values_list("role_id", "value"):
            self._codes[fold_key(value)].add(pk)
        documents = SourceDocument.objects.exclude(role=None).order_by("rank", "path")
        for role, path in documents.values_list("role_id", "path"):
            self._paths[path] = role or 0
            self._documents[role or 0].append(path)
        self._steps = (names, self._aliases, self._codes)

    def meant_by(self, name: str) -> Set[int]:
        """The ids of the roles that a name can mean; more than one if it is ambiguous."""
        folded = fold_key(name)
        for step in self._steps:
            if folded in step:
                return step[folded]
        bracket = LAST_BRACKET.search(folded)
        if bracket and (code := bracket[0][1:-1].strip()) in self._codes:
            return self._codes[code]
        return {pk for spelling in spellings(name) for pk in self._spelled.get(spelling, ())}

    def learn(self, role: int, name: str) -> None:
        """Let a role have another name, as if the catalogue had it."""
        self._aliases[fold_key(name)].add(role)

    def by_name(self, name: str) -> int | None:
        """The id of the one role that a name means, None if there is none or more than one."""
        return _only(self.meant_by(name))

    def by_code(self, code: str) -> int | None:
        """The id of the one role that an identifier's value means."""
        return _only(self._codes.get(fold_key(code), ()))

    def of_member(self, code: str) -> int | None:
        """The id of the one role that a squad means by a role code, or by a name in its place."""
        return self.by_code(code) or self.by_name(code)

    def by_link(self, role: int | None, link: str | None) -> int | None:
        """The id of the role whose file a link leads to, seen from the files of the role that states it."""
        target = unquote((link or "").partition("#")[0])
        for path in self._documents.get(role or 0, ()) if target else ():
            found = self._paths.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
            if found is not None:
                return found
        return None


def spellings(name: str) -> set[str]:
    """A folded name with its abbreviations spelled out, in each way they can be.

    "Backend Eng." gives "backend engineer" and "backend engineering", besides "backend eng".
    """
    found = [""]
    for word in fold_key(name).split():
        bare = word.rstrip(".")
        found = [
            f"{start} {end}".strip() for start, end in product(found, (bare, *ABBREVIATIONS.get(bare, ())))
        ]
        found = found[:_SPELLINGS]
    return set(found)


def _only(found: Iterable[int]) -> int | None:
    ids = list(found)
    return ids[0] if len(ids) == 1 else None


@transaction.atomic
def link_partners() -> int:
    """Point every interaction and every squad member at the role its name means now.

    Returns how many links changed. Reads the names of all roles: who writes many roles calls it once.
    """
    # Or else a name that somebody else writes meanwhile would be overlooked, and its links taken away.
    store.lock()
    changed = _link_rows(Interaction.objects.all(), RoleMember.objects.all())
    counter = RevisionCounter.objects.get()
    if counter.links_are_stale:
        counter.links_are_stale = False
        counter.save(update_fields=["links_are_stale"])
    return changed


def link_partners_of(role: Role) -> int:
    """Point the interactions and members of one role at the roles that their names mean now."""
    store.lock()
    return _link_rows(Interaction.objects.filter(role=role), RoleMember.objects.filter(role=role))


def _link_rows(stated: QuerySet[Interaction], members: QuerySet[RoleMember]) -> int:
    index = PartnerIndex()
    # A save links every row there is anew, and the same few names stand in most of them.
    by_name, of_member = cache(index.by_name), cache(index.of_member)
    partners = stated.order_by().values_list("pk", "partner_id", "role_id", "partner_name", "link")
    squads = members.order_by().values_list("pk", "member_id", "role_code")
    return _link(
        Interaction,
        "partner",
        (
            (pk, now, by_name(name) or index.by_link(role, link))
            for pk, now, role, name, link in partners.iterator()
        ),
    ) + _link(RoleMember, "member", ((pk, now, of_member(code)) for pk, now, code in squads.iterator()))


def _link(
    model: type[Interaction] | type[RoleMember],
    link: str,
    rows: Iterable[tuple[int, int | None, int | None]],
) -> int:
    """Point rows at roles, given the id of each with the role that it points at and the one that it means."""
    changed: dict[int | None, list[int]] = defaultdict(list)
    for pk, now, meant in rows:
        if now != meant:
            changed[meant].append(pk)
    for meant, found in changed.items():
        for some in chunks(found):
            model._default_manager.filter(pk__in=some).update(**{f"{link}_id": meant})
    return sum(map(len, changed.values()))

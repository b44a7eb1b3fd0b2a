"""Which role a partner's name means: `Backend Eng` is the role Backend Engineer.

A partner is a name, not a key. It is resolved by role name, alias, code, spelled-out abbreviation, then
by the link written with it, and only where exactly one role answers. Links follow names by themselves:
whenever roles come, go or are renamed, `link_partners` sets them anew, without a revision of the roles
that name them.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from roles.documents.text import fold_key
from roles.models import Interaction, Role, RoleAlias, RoleIdentifier, RoleMember, SourceDocument

ABBREVIATIONS: Final = {
    "admin": "administrator",
    "arch": "architect",
    "assoc": "associate",
    "dba": "database administrator",
    "dev": "developer",
    "dir": "director",
    "eng": "engineer",
    "engr": "engineer",
    "exec": "executive",
    "fe": "frontend",
    "be": "backend",
    "hr": "human resources",
    "mgr": "manager",
    "ml": "machine learning",
    "ops": "operations",
    "pm": "product manager",
    "qa": "quality assurance",
    "rep": "representative",
    "sec": "security",
    "sr": "senior",
    "sre": "site reliability engineer",
    "swe": "software engineer",
    "tpm": "technical program manager",
    "ux": "user experience",
    "vp": "vice president",
}
"""Words that stand for others in role names, folded."""


class PartnerIndex:
    """All names by which roles can be meant."""

    def __init__(self) -> None:
        self._names: dict[str, set[int]] = defaultdict(set)
        self._codes: dict[str, set[int]] = defaultdict(set)
        self._paths: dict[str, int] = {}
        self._documents: dict[int, list[str]] = defaultdict(list)
        spelled: dict[str, set[int]] = defaultdict(set)
        for pk, name in Role.objects.values_list("pk", "name"):
            self._names[fold_key(name)].add(pk)
            spelled[spell_out(name)].add(pk)
        aliases: dict[str, set[int]] = defaultdict(set)
        for pk, folded in RoleAlias.objects.values_list("role_id", "folded"):
            aliases[folded].add(pk)
        for pk, value in RoleIdentifier.objects.values_list("role_id", "value"):
            self._codes[fold_key(value)].add(pk)
        for pk, path in SourceDocument.objects.exclude(role=None).values_list("role_id", "path"):
            self._paths[path] = pk
            self._documents[pk].append(path)
        self._steps = (self._names, aliases, self._codes)
        self._spelled = spelled

    def by_name(self, name: str) -> int | None:
        """The id of the one role that a name means, None if there is none or more than one."""
        folded = fold_key(name)
        for step in self._steps:
            if step.get(folded):
                return _only(step[folded])
        return _only(self._spelled.get(spell_out(name), set()))

    def by_code(self, code: str) -> int | None:
        """The id of the one role that an identifier's value means."""
        return _only(self._codes.get(fold_key(code), set()))

    def by_link(self, role: int, link: str) -> int | None:
        """The id of the role whose file a link leads to, seen from the files of the role that states it."""
        target = link.partition("#")[0]
        for path in self._documents.get(role, ()):
            found = self._paths.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
            if found is not None:
                return found
        return None


def spell_out(name: str) -> str:
    """A folded name with its abbreviations spelled out: "Backend Eng." → "backend engineer"."""
    return " ".join(ABBREVIATIONS.get(word.rstrip("."), word) for word in fold_key(name).split())


def _only(found: Iterable[int]) -> int | None:
    ids = list(found)
    return ids[0] if len(ids) == 1 else None


def link_partners() -> int:
    """Point every interaction and every squad member at the role its name means now.

    Returns how many links changed. Reads the names of all roles: callers that write many roles call it once.
    """
    index = PartnerIndex()
    interactions = []
    for interaction in Interaction.objects.only("pk", "role_id", "partner_name", "link", "partner_id"):
        partner = index.by_name(interaction.partner_name)
        if partner is None and interaction.link:
            partner = index.by_link(interaction.role_id, interaction.link)
        if partner != interaction.partner_id:
            interaction.partner_id = partner
            interactions.append(interaction)
    Interaction.objects.bulk_update(interactions, ["partner"], batch_size=500)
    members = []
    for member in RoleMember.objects.only("pk", "role_code", "member_id"):
        found = index.by_code(member.role_code) or index.by_name(member.role_code)
        if found != member.member_id:
            member.member_id = found
            members.append(member)
    RoleMember.objects.bulk_update(members, ["member"], batch_size=500)
    return len(interactions) + len(members)

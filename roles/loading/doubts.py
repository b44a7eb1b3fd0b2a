"""What a load is in doubt about, told to the files that gave rise to it, each with its line.

What reading one file leaves in doubt, its reader tells; here is what only all files and the catalogue show.
"""

from collections.abc import Iterable

from roles.documents.document import Capability, Interaction, Key, Statement, statements
from roles.documents.text import fold_key
from roles.loading.identify import Candidate, Group
from roles.loading.reconcile import Reconciled, status_of
from roles.models import ProficiencyLevel, Role, SeniorityLevel
from roles.partners import PartnerIndex


def tell_of_role(group: Group, result: Reconciled) -> None:
    """Tell each file of a role what of it did not reach the catalogue, and why."""
    for candidate in group.candidates:
        if result.created:
            _tell_of_creation(group, candidate, result.role)
        if candidate.document.slug == result.refused_slug:
            text = f"Another role has the slug {result.refused_slug!r}; this one has {result.role.slug!r}."
            candidate.report.say("slug-shared", _line(candidate, "slug"), text)
    _tell_of_conflicts(group, result)
    _tell_of_twins(result)


def _line(candidate: Candidate, key: Key) -> int:
    return candidate.parsed.statement_lines.get(key, 1)


def _tell_of_creation(group: Group, candidate: Candidate, role: Role) -> None:
    if group.shares_name:
        candidate.report.say(
            "name-shared",
            _line(candidate, "name"),
            f"Another role is named {candidate.document.name!r} too; they are kept apart. "
            "If they are one role, delete this one in the catalogue, give both documents the same identifier "
            "or slug, and load again.",
        )
    wanted = candidate.document.extra.get("status")
    if wanted is not None and status_of(candidate.document) is None:
        known = ", ".join(Role.Status.values)
        text = f"The status {wanted!r} is none of {known}; the role is {role.get_status_display()}."
        candidate.report.say("front-matter-value", _line(candidate, "extra:status"), text)


def _tell_of_conflicts(group: Group, result: Reconciled) -> None:
    for conflict in result.conflicts:
        stating = [file for file in group.candidates if conflict.key in statements(file.document)]
        had_it = {source.path for source in result.before if conflict.key in source.stated}
        gone_from = [file for file in group.candidates if file.found.path in had_it]
        for candidate in stating or gone_from or group.candidates:
            what = "changed both here" if stating else "gone from here, and changed"
            candidate.report.say(
                "conflict",
                _line(candidate, conflict.key),
                f"{label(conflict.key)}: {what} and in the catalogue. "
                "The catalogue's stays until HR decides.",
            )


def _tell_of_twins(result: Reconciled) -> None:
    decided = statements(result.theirs)
    first: dict[str, str] = {}
    for source in result.sources:
        other = first.setdefault(source.dialect, source.path)
        if source.candidate is None:
            continue
        if other != source.path:
            source.candidate.report.say(
                "twin-document", 1, f"Describes the same role in the same form as {other}, which ranks first."
            )
        for key, value in statements(source.document).items():
            if key in source.stated and not _is_same(key, value, decided.get(key)):
                source.candidate.report.say(
                    "differs",
                    source.candidate.parsed.statement_lines[key],
                    f"{label(key)}: another document of this role says otherwise and ranks before this one.",
                )


def _is_same(key: Key, one: Statement, other: Statement | None) -> bool:
    if key in ("name", "family") and isinstance(one, str) and isinstance(other, str):
        return fold_key(one) == fold_key(other)
    return bool(one == other)


def label(key: Key) -> str:
    """A statement's key in words: "daily tasks · standup"."""
    field, _, name = key.partition(":")
    words = field.replace("_", " ").replace(".", " ")
    return f"{words} · {name}" if name else words


def tell_of_vocabulary(candidates: Iterable[Candidate], index: PartnerIndex) -> None:
    """Say which levels have no rank, which partners are no role, and which links lead elsewhere."""
    unranked = set(ProficiencyLevel.objects.filter(rank=None).values_list("folded", flat=True))
    seniorities = set(SeniorityLevel.objects.filter(rank=None).values_list("folded", flat=True))
    for candidate in candidates:
        seniority = candidate.document.seniority
        if seniority and fold_key(seniority) in seniorities:
            text = f"The seniority {seniority!r} has no rank; HR can give it one."
            candidate.report.say("unknown-seniority", _line(candidate, "seniority"), text)
        for key, value in statements(candidate.document).items():
            if isinstance(value, Capability) and value.level and fold_key(value.level) in unranked:
                text = f"The level {value.level!r} has no rank, so it meets no minimum; HR can give it one."
                candidate.report.say("unknown-level", _line(candidate, key), text)
            elif isinstance(value, Interaction):
                _tell_of_partner(candidate, key, value, index)


def _tell_of_partner(candidate: Candidate, key: Key, stated: Interaction, index: PartnerIndex) -> None:
    named = index.by_name(stated.partner)
    linked = index.by_link(candidate.report.role_id, stated.link)
    line = _line(candidate, key)
    if named is not None and linked is not None and named != linked:
        text = (
            f"{stated.partner!r} is one role, but the link {stated.link!r} leads to another; the name counts."
        )
        candidate.report.say("partner-link", line, text)
    elif named is None and linked is None:
        several = len(index.meant_by(stated.partner)) > 1
        text = f"{'Several roles are' if several else 'No role is'} named {stated.partner!r}"
        candidate.report.say("unknown-partner", line, f"{text}; it stays text until one is.")

"""What a load is in doubt about, told to the files that gave rise to it, each with its line.

What reading one file leaves in doubt, its reader tells; here is what only all files and the catalogue show.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from roles.documents.document import Capability, Interaction, Key, Member, Statement, statements
from roles.documents.messages import Message
from roles.documents.text import fold_key
from roles.loading.identify import Group
from roles.loading.reading import Candidate
from roles.loading.reconcile import status_of
from roles.loading.report import FileReport, Outcome
from roles.loading.result import Reconciled
from roles.loading.sources import Source
from roles.models import ProficiencyLevel, Role, SeniorityLevel
from roles.partners import PartnerIndex
from roles.suggestions import suggest

HELD_BACK: Final = Message(
    "held-back",
    1,
    "It would take away most of what the role says, so it waits until somebody looks at it: under Source "
    "documents in the admin, choose to load it all the same.",
)

IN_REVIEW: Final = Message(
    "waits-for-review",
    1,
    "What it changes waits until somebody approves it: under Proposals in the admin.",
)

MOST_SUGGESTED: Final = 200
"""Names for which a load looks for roles that are like them; the admin does so for all."""


def tell_of_role(result: Reconciled) -> None:
    """Tell each file of a role what of it did not reach the catalogue, and why."""
    read = {source.candidate: source for source in result.sources if source.candidate}
    for candidate, source in read.items():
        if result.created and result.role:
            _tell_of_creation(result.group, candidate, source, result.role)
        if candidate.slug == result.refused_slug and result.role:
            text = f"Another role has the slug {candidate.slug!r}; this one has {result.role.slug!r}."
            candidate.report.say("slug-shared", _line(source, "slug"), text)
    for held in result.held:
        held.candidate.report.messages.append(HELD_BACK)
    if result.proposed:
        for candidate, outcome in result.outcomes.items():
            if outcome in (Outcome.CREATED, Outcome.UPDATED):
                candidate.report.messages.append(IN_REVIEW)
    _tell_of_conflicts(result)
    _tell_of_twins(result)


def _line(source: Source, key: Key) -> int:
    return source.reading.lines.get(key, 1) if source.reading else 1


def _tell_of_creation(group: Group, candidate: Candidate, source: Source, role: Role) -> None:
    if group.shares_name:
        candidate.report.say(
            "name-shared",
            _line(source, "name"),
            f"Another role is named {candidate.name!r} too; they are kept apart. "
            "If they are one role, delete this one in the catalogue, give both documents the same identifier "
            "or slug, and load again.",
        )
    wanted = source.document.extra.get("status")
    if wanted is not None and status_of(source.document) is None:
        known = ", ".join(Role.Status.values)
        text = f"The status {wanted!r} is none of {known}; the role is {role.get_status_display()}."
        candidate.report.say("front-matter-value", _line(source, "extra:status"), text)


def _tell_of_conflicts(result: Reconciled) -> None:
    read = [source for source in result.sources if source.candidate]
    for conflict in result.conflicts:
        stating = [source for source in read if conflict.key in statements(source.document)]
        had_it = {source.path for source in result.before if conflict.key in source.stated}
        gone_from = [source for source in read if source.path in had_it]
        for source in stating or gone_from or read:
            what = "changed both here" if stating else "gone from here, and changed"
            assert source.candidate is not None
            source.candidate.report.say(
                "conflict",
                _line(source, conflict.key),
                f"{label(conflict.key)}: {what} and in the catalogue. "
                "The catalogue's stays until HR decides.",
            )


def _tell_of_twins(result: Reconciled) -> None:
    if len(result.sources) == 1:
        return
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
                    _line(source, key),
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
    strangers: dict[str, list[tuple[FileReport, int]]] = {}
    for candidate in candidates:
        report, reading = candidate.report, candidate.reading()
        seniority = reading.document.seniority
        if seniority and fold_key(seniority) in seniorities:
            text = f"The seniority {seniority!r} has no rank; HR can give it one."
            report.say("unknown-seniority", reading.lines.get("seniority", 1), text)
        for key, value in statements(reading.document).items():
            line = reading.lines.get(key, 1)
            if isinstance(value, Capability) and value.level and fold_key(value.level) in unranked:
                text = f"The level {value.level!r} has no rank, so it meets no minimum; HR can give it one."
                report.say("unknown-level", line, text)
            elif isinstance(value, Interaction) and not _is_known(report, line, value, index):
                strangers.setdefault(value.partner, []).append((report, line))
            elif isinstance(value, Member) and index.of_member(value.role_code) is None:
                strangers.setdefault(value.role_code, []).append((report, line))
    _tell_of_strangers(strangers, index)


def _is_known(report: FileReport, line: int, stated: Interaction, index: PartnerIndex) -> bool:
    """Whether a partner is a role, by name or by link; where these lead to different roles, that is told."""
    named = index.by_name(stated.partner)
    linked = index.by_link(report.role_id, stated.link)
    if named is not None and linked is not None and named != linked:
        text = (
            f"{stated.partner!r} is one role, but the link {stated.link!r} leads to another; the name counts."
        )
        report.say("partner-link", line, text)
    return named is not None or linked is not None


def _tell_of_strangers(strangers: Mapping[str, list[tuple[FileReport, int]]], index: PartnerIndex) -> None:
    """Say which partners are no role, and which roles may be meant."""
    suggested = suggest(list(strangers)[:MOST_SUGGESTED]) if strangers else {}
    for name, places in strangers.items():
        several = len(index.meant_by(name)) > 1
        text = (
            f"{'Several roles are' if several else 'No role is'} called {name!r}; it stays text until one is."
        )
        if found := suggested.get(name):
            text += f" Meant may be {', '.join(f'{item.name} ({item.score} %)' for item in found)}."
        for report, line in places:
            report.say("unknown-partner", line, text)

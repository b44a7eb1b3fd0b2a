"""What can be better at single roles. Each check is one or two queries, however many roles there are."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from roles.documents.document import REPORTS_TO
from roles.documents.text import fold_key
from roles.models import (
    AgentMcpServer,
    Interaction,
    InteractionKind,
    LoadOutcome,
    RoleCapability,
    RoleMember,
    RoleMetric,
    RoleQuerySet,
    RoleResponsibility,
    SourceDocument,
)
from roles.models.vocabulary import chunks
from roles.quality.finding import Finding

REPORTS = fold_key(REPORTS_TO)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at."""

    roles: RoleQuerySet
    """The roles of the report: those that its reader may see, without archived ones."""
    today: date
    only: int | None = None
    """The id of the one role whose findings are wanted; None for all."""
    documents: bool = True
    """Whether the reader may see how documents were loaded."""

    @property
    def wanted(self) -> RoleQuerySet:
        """The roles whose findings are wanted."""
        return self.roles if self.only is None else self.roles.filter(pk=self.only)

    def of(self, rows: QuerySet[Any], roles: RoleQuerySet | None = None) -> QuerySet[Any]:
        """Rows of the wanted roles, or of these, in the order in which a role states them."""
        within = self.wanted if roles is None else roles
        return rows.filter(role__in=within.order_by().values("pk")).order_by("role", "position", "id")


def at_roles(scope: Scope) -> Iterator[Finding]:
    """All that is found at roles. Eight queries."""
    yield from _unsaid(scope)
    yield from _without_level(scope)
    yield from _unknown_partners(scope)
    yield from _one_sided(scope)
    yield from _unapproved_servers(scope)
    if scope.documents:
        yield from _documents(scope)


def _unsaid(scope: Scope) -> Iterator[Finding]:
    """What a whole role does not say, or nobody cares for."""

    def having(rows: QuerySet[Any]) -> Any:
        return Exists(rows.filter(role=OuterRef("pk")))

    responsibilities = RoleResponsibility.objects.all()
    measured = having(RoleMetric.objects.all()) | having(responsibilities.exclude(success_metric=""))
    rows: QuerySet[Any, Any] = scope.wanted.values_list(
        "pk",
        "mission",
        "owner",
        "review_by",
        "agent__system_prompt",
        having(responsibilities),
        measured,
        having(RoleCapability.objects.all()),
        having(Interaction.objects.all()) | having(RoleMember.objects.all()),
    )
    for role, mission, owner, review_by, prompt, answers, measures, needs, works in rows:
        missing = {
            "missing-mission": not mission.strip(),
            "missing-responsibility": not answers,
            "missing-metric": not measures,
            "missing-capability": not needs,
            "missing-partner": not works,
            "missing-owner": owner is None,
            "missing-review-date": review_by is None,
            "missing-prompt": prompt is not None and not prompt.strip(),
        }
        for code in (code for code, is_missing in missing.items() if is_missing):
            yield Finding(code=code, roles=(role,))
        if review_by and review_by < scope.today:
            said = {"date": review_by}
            yield Finding(code="review-overdue", roles=(role,), subject=review_by.isoformat(), said=said)


def _without_level(scope: Scope) -> Iterator[Finding]:
    rows = scope.of(RoleCapability.objects.filter(level=""))
    for role, key, name in rows.values_list("role", "key", "name"):
        yield Finding(code="missing-level", roles=(role,), subject=key, key=key, said={"capability": name})


def _unknown_partners(scope: Scope) -> Iterator[Finding]:
    partners = scope.of(Interaction.objects.filter(partner=None)).values_list("role", "key", "partner_name")
    members = scope.of(RoleMember.objects.filter(member=None)).values_list("role", "key", "role_code")
    for role, key, name in (*partners, *members):
        yield Finding(code="unknown-partner", roles=(role,), subject=key, key=key, said={"partner": name})


def _one_sided(scope: Scope) -> Iterator[Finding]:
    """What a role says of another, and the other does not say from its own side.

    The other side has to say it in the words that belong to the kind, if there are such, else in any. Nobody
    has to name all who report to them.
    """
    inverses = _inverses()
    known = scope.roles.order_by().values("pk")
    stated = Interaction.objects.filter(role__in=known, partner__in=known)
    if scope.only is not None:
        stated = stated.filter(Q(role=scope.only) | Q(partner=scope.only))
    rows: list[Any] = list(
        stated.order_by("partner", "role__sort_key", "role__slug", "position", "id").values_list(
            "role", "partner", "kind", "kind_name", "key", "role__name", "partner__name"
        )
    )
    says: dict[tuple[int, int], set[int]] = defaultdict(set)
    for role, partner, kind, *_words in rows:
        says[role, partner].add(kind)
    for role, partner, kind, kind_name, key, name, partner_name in rows:
        answers = says.get((partner, role), set())
        expected = inverses.get(kind)
        answered = answers & expected if expected else answers
        if answered or role == partner or scope.only not in (None, partner):
            continue
        if fold_key(kind_name) != REPORTS:
            yield Finding(
                code="one-sided",
                roles=(partner,),
                subject=f"{role}:{key}",
                said={"other": name, "kind": kind_name, "role": partner_name},
            )


def _inverses() -> dict[int, set[int]]:
    """What each kind of interaction is called from the other side, told on either of the two."""
    found: dict[int, set[int]] = defaultdict(set)
    pairs: QuerySet[Any, Any] = InteractionKind.objects.exclude(inverse=None).values_list("pk", "inverse")
    for kind, inverse in pairs:
        found[kind].add(inverse)
        found[inverse].add(kind)
    return found


def _unapproved_servers(scope: Scope) -> Iterator[Finding]:
    rows = scope.of(AgentMcpServer.objects.filter(server__approved=False))
    for role, key, name, server in rows.values_list("role", "key", "name", "server"):
        yield Finding(
            code="unapproved-server",
            roles=(role,),
            subject=key,
            key=key,
            server=server,
            said={"server": name},
        )


def _documents(scope: Scope) -> Iterator[Finding]:
    held = SourceDocument.objects.exclude(held=None).filter(role__in=scope.wanted.order_by().values("pk"))
    for pk, role, path, content in held.order_by("path").values_list("pk", "role", "path", "held"):
        yield Finding(
            code="document-held",
            roles=(role,),
            subject=f"{path}:{_digest(bytes(content or b''))}",
            document=pk,
            said={"path": path},
        )
    failed = list(LoadOutcome.objects.still_failing().values_list("path", "messages"))
    if failed:
        yield from _failed(scope, failed)


def _failed(scope: Scope, failed: Iterable[tuple[str, Any]]) -> Iterator[Finding]:
    """Files that can't be read, with the document that they were when they still could be."""
    reasons = dict(failed)
    wanted = set(scope.wanted.order_by().values_list("pk", flat=True))
    known: dict[str, tuple[int, int | None]] = {}
    for some in chunks(reasons):
        rows = SourceDocument.objects.filter(path__in=some).values_list("path", "pk", "role")
        known |= {path: (pk, role) for path, pk, role in rows}
    for path, messages in sorted(reasons.items()):
        document, role = known.get(path, (None, None))
        if role in wanted or (role is None and scope.only is None):
            yield Finding(
                code="document-failed",
                roles=(role,) if role else (),
                subject=f"{path}:{_digest(json.dumps(messages).encode())}",
                document=document,
                said={"path": path},
            )


def _digest(content: Any) -> str:
    return hashlib.sha256(bytes(content)).hexdigest()[:12]

"""What waits for somebody of HR: each kind of thing, how many there are, and the first of them.

Another kind is one more entry of KINDS. All are counted together in one query, since the number stands on
every page of the desk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Count, IntegerField, Min, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from roles import reviews
from roles.accounts import tokens
from roles.conflicts import as_statements
from roles.differences import title
from roles.models import (
    ApiToken,
    Conflict,
    Interaction,
    LoadOutcome,
    Proposal,
    RevisionCounter,
    Role,
    SourceDocument,
    Suggestion,
)
from roles.models.provenance import SourceDocumentQuerySet
from roles.proposals import may_publish

FIRST: Final = 5
"""Rows of each kind that are shown in the inbox."""

Person = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: what it is, and the name and the parameters of the address where it is done."""

    text: str
    address: str
    parameters: tuple[Any, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing that waits."""

    name: str
    title: Any
    help: Any
    """What is to be done about it, in a sentence."""
    address: str
    """The name of the address of all of them."""
    permission: str
    waiting: Callable[[Person], QuerySet[Any]]
    """What waits for a person; each counts as one."""
    row: Callable[[Any], Row]
    counted: Callable[[Person], QuerySet[Any]] | None = None
    """A quicker query of as many rows, to be counted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many things of a kind wait for a person, and the first of them."""

    kind: Kind
    count: int
    rows: Sequence[Row]

    @property
    def more(self) -> int:
        """How many there are besides the first."""
        return self.count - len(self.rows)


class _CountOf(Subquery):
    """The number of rows of a query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(user: Person) -> dict[str, int]:
    """How many things of each kind wait for a person, by the kinds that the person may do. One query."""
    kinds = kinds_for(user)
    if not kinds:
        return {}
    counted = {
        f"waiting_{kind.name}": _CountOf((kind.counted or kind.waiting)(user).order_by()) for kind in kinds
    }
    row = RevisionCounter.objects.annotate(**counted).values(*counted).get()
    return {name.removeprefix("waiting_"): count for name, count in row.items()}


def waiting(user: Person) -> list[Waiting]:
    """What waits for a person; kinds of which there is nothing are left out."""
    number = counts(user)
    return [
        Waiting(kind, number[kind.name], [kind.row(item) for item in kind.waiting(user)[:FIRST]])
        for kind in kinds_for(user)
        if number[kind.name]
    ]


def kinds_for(user: Person) -> list[Kind]:
    """The kinds of which a person may do something."""
    if not isinstance(user, PermissionsMixin):
        return []
    return [kind for kind in KINDS if user.has_perm(kind.permission)]


def _documents() -> SourceDocumentQuerySet:
    rows = SourceDocument.objects.select_related("role")
    return rows.defer("content", "parsed", "lines", "held", "messages").order_by("path")


# The kinds --------------------------------------------------------------------------------------------------


def _conflict(row: Conflict) -> Row:
    sides = as_statements(row)
    known = next((side for side in (sides.theirs, sides.ours, sides.base) if side is not None), None)
    what = row.key if known is None else title(row.key, known)
    return Row(what, "admin:roles_conflict_decide", (row.role_id,), str(row.role))


def _proposals(user: Person) -> QuerySet[Any]:
    """What a reviewer is to look at or nobody published in time, and what came back to its author."""
    back = Q(state=Proposal.State.RETURNED, author=user.pk)
    if not may_publish(user):
        return Proposal.objects.filter(back)
    late = Q(pk__in=Proposal.objects.overdue(timezone.now()).order_by().values("pk"))
    return Proposal.objects.filter(back | late | Q(state=Proposal.State.WAITING))


def _proposal(row: Proposal) -> Row:
    detail = str(_("approved, but not published in time")) if row.is_overdue else row.author_name
    return Row(row.document.get("name", ""), "admin:roles_proposal_change", (row.pk,), detail)


def _suggestion(row: Suggestion) -> Row:
    text = Truncator(row.text or row.wording).chars(80)
    return Row(text, "admin:roles_suggestion_change", (row.pk,), row.revision.document.get("name", ""))


def _unresolved(_user: Person) -> QuerySet[Any]:
    """The names of partners that are no role, each once, those first that most roles use."""
    partners = Interaction.objects.filter(partner=None).values("partner_slug")
    named = partners.annotate(named=Min("partner_name"), users=Count("role", distinct=True))
    return named.order_by("-users", "partner_slug")


def _unresolved_name(row: Any) -> Row:
    users = ngettext("named by %(count)d role", "named by %(count)d roles", row["users"])
    return Row(row["named"], "admin:roles_role_unresolved", (), users % {"count": row["users"]})


def _twin(row: SourceDocument) -> Row:
    return Row(str(row.role), "admin:roles_sourcedocument_twins", (row.role_id, row.dialect), row.path)


def _shared_names(_user: Person) -> QuerySet[Any]:
    """Names that several roles in use have, each once."""
    roles = Role.objects.exclude(status=Role.Status.ARCHIVED).order_by("sort_key")
    named = roles.values("sort_key").annotate(bearers=Count("pk"), named=Min("name"), first=Min("pk"))
    return named.filter(bearers__gt=1)


def _shared_name(row: Any) -> Row:
    bearers = ngettext("%(count)d role", "%(count)d roles", row["bearers"]) % {"count": row["bearers"]}
    return Row(row["named"], "admin:roles_role_change", (row["first"],), bearers)


def _document(row: SourceDocument) -> Row:
    return Row(row.path, "admin:roles_sourcedocument_change", (row.pk,), str(row.role))


def _failed(row: LoadOutcome) -> Row:
    faults = [message["text"] for message in row.messages if message.get("severity") == "error"]
    detail = Truncator(" ".join(faults)).chars(120)
    return Row(row.path, "admin:roles_loadrun_change", (row.run_id,), detail)


def _due(row: Role) -> Row:
    day = date_format(row.review_by, "DATE_FORMAT") if row.review_by else ""
    return Row(row.name, "admin:roles_role_change", (row.pk,), day)


def _tokens(user: Any) -> QuerySet[Any]:
    """The tokens that end soon and that programs would miss: one's own, for keepers of accounts all."""
    ending = tokens.renewable_by(user, ApiToken.objects.missed_soon())
    return ending.select_related("user").order_by("expires_at", "pk")


def _token(row: ApiToken) -> Row:
    told = {"day": date_format(row.last_day, "DATE_FORMAT"), "user": row.user.get_username()}
    detail = _("acts for %(user)s, works until %(day)s") % told
    return Row(row.name, "admin:roles_apitoken_change", (row.pk,), detail)


KINDS: Final[Sequence[Kind]] = (
    Kind(
        name="proposals",
        title=_("Proposals"),
        help=_("A change waits for review, or came back to you. Look at it, and decide or answer."),
        address="admin:roles_proposal_changelist",
        permission="roles.view_proposal",
        waiting=_proposals,
        row=_proposal,
    ),
    Kind(
        name="suggestions",
        title=_("Readers’ suggestions"),
        help=_("A reader would say something otherwise. Take it over or decline it, with an answer."),
        address="admin:roles_suggestion_changelist",
        permission="roles.change_suggestion",
        waiting=lambda _user: Suggestion.objects.waiting().select_related("revision"),
        row=_suggestion,
    ),
    Kind(
        name="conflicts",
        title=_("Files and catalogue disagree"),
        help=_("A statement was changed both in a file and here. Choose what it is to say."),
        address="admin:roles_conflict_changelist",
        permission="roles.change_role",
        waiting=lambda _user: Conflict.objects.waiting().select_related("role"),
        row=_conflict,
    ),
    Kind(
        name="held",
        title=_("Files that were held back"),
        help=_("A newer text would take away most of what its role says. Look at it before it is loaded."),
        address="admin:roles_sourcedocument_changelist",
        permission="roles.view_sourcedocument",
        waiting=lambda _user: _documents().held_back(),
        row=_document,
    ),
    Kind(
        name="failed",
        title=_("Documents that could not be read"),
        help=_("Mend the file where it is kept, then load it again."),
        address="admin:roles_loadrun_changelist",
        permission="roles.view_loadrun",
        waiting=lambda _user: LoadOutcome.objects.still_failing().order_by("-run", "path"),
        row=_failed,
    ),
    Kind(
        name="twins",
        title=_("Twin documents"),
        help=_("Two documents of one kind describe the same role. Say which of them decides."),
        address="admin:roles_sourcedocument_changelist",
        permission="roles.change_role",
        waiting=lambda _user: _documents().twins(),
        row=_twin,
    ),
    Kind(
        name="names",
        title=_("Roles of the same name"),
        help=_("Give one of them another name, archive it or merge the two: partners can’t tell them apart."),
        address="admin:roles_role_changelist",
        permission="roles.change_role",
        waiting=_shared_names,
        row=_shared_name,
    ),
    Kind(
        name="due",
        title=_("Your roles to look at again"),
        help=_("Say that they are still right, or bring them up to date."),
        address="admin:roles_due",
        permission="roles.view_role",
        waiting=lambda user: reviews.due(Role.objects.all(), owner=user),
        row=_due,
    ),
    Kind(
        name="tokens",
        title=_("API tokens that end soon"),
        help=_("A program that still uses one will be refused. Renew it, and give the program the new one."),
        address="admin:roles_apitoken_changelist",
        permission="roles.change_apitoken",
        waiting=_tokens,
        row=_token,
    ),
    Kind(
        name="unresolved",
        title=_("Partners that mean no role"),
        help=_("Say which role a name means, and all who use it are linked."),
        address="admin:roles_role_unresolved",
        permission="roles.change_role",
        waiting=_unresolved,
        counted=lambda _user: Interaction.objects.filter(partner=None).values("partner_slug").distinct(),
        row=_unresolved_name,
    ),
)
"""All kinds, in the order in which they stand in the inbox."""

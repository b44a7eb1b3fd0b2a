"""The daily mail to owners: what is new about the roles that they keep. Without news there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db.models import Count, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import reviews
from roles.models import MailSettings, Proposal, Role, RoleQuerySet, RoleRevision

FIRST = timedelta(days=1)
"""How far the first mail to somebody looks back."""
MOST = 20
"""The most items of a section that a mail names."""

Span = tuple[datetime, datetime]
"""After one moment, up to and with another."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is new, or due."""

    role: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one sort; `more` is how many are not named."""

    title: str
    items: Sequence[Item]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told."""

    user: User
    sections: Sequence[Section]
    off_address: str
    """Where the person turns these mails off."""

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.user.get_full_name() or self.user.get_username()

    def mail(self) -> EmailMultiAlternatives:
        """The mail, in the language that is active."""
        context = {"digest": self}
        mail = EmailMultiAlternatives(
            subject=_("Role catalogue: news of your roles"),
            body=render_to_string("mail/digest.txt", context),
            to=[self.user.email],
            headers={
                # So that mail programs offer to turn it off; the address takes a plain POST.
                "List-Unsubscribe": f"<{self.off_address}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        mail.attach_alternative(render_to_string("mail/digest.html", context), "text/html")
        return mail


def recipients() -> Iterator[MailSettings]:
    """Whoever is to get a mail if there is news: people with an address who own roles and want it, and were
    not told today. Settings are made for who has none yet."""
    owners = User.objects.filter(is_active=True, owned_roles__isnull=False).exclude(email="").distinct()
    MailSettings.objects.bulk_create(
        [MailSettings(user=user) for user in owners.filter(mail_settings=None)], ignore_conflicts=True
    )
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = MailSettings.objects.filter(user__in=owners, daily=True).filter(
        Q(told_until=None) | Q(told_until__lt=midnight)
    )
    yield from wanted.select_related("user").order_by("user__username")


def claim(row: MailSettings, until: datetime) -> bool:
    """Take it upon oneself to tell this person what is new until then, unless somebody else did already."""
    mine = MailSettings.objects.filter(pk=row.pk, told_until=row.told_until)
    return bool(mine.update(told_until=until))


def give_back(row: MailSettings) -> None:
    """Leave it to the next mail to tell what could not be sent."""
    MailSettings.objects.filter(pk=row.pk).update(told_until=row.told_until)


def language_of(row: MailSettings) -> str:
    """The language of somebody's mails."""
    known = {code for code, _name in settings.LANGUAGES}
    return row.language if row.language in known else settings.LANGUAGE_CODE


def digest_of(row: MailSettings, until: datetime) -> Digest | None:
    """What is new for somebody until then, None if nothing is.

    Reviews are news on the day on which they become due, and as long before as `reviews.SOON`; the mail then
    lists all that are due.
    """
    since = row.told_until or until - FIRST
    roles = Role.objects.visible_to(row.user).listed().filter(owner=row.user)
    span = (since, until)
    sections = [
        _section(_("Changes that somebody proposes"), _proposals(roles, row.user, span)),
        _section(_("Decisions between files and catalogue"), _conflicts(roles, span)),
        _section(_("Changed by files"), _changes(roles, span)),
    ]
    is_news = any(section.items for section in sections) or _becomes_due(roles, span)
    if not is_news:
        return None
    sections.append(_section(_("To be looked at again"), _due(roles)))
    return Digest(
        user=row.user,
        sections=[section for section in sections if section.items],
        off_address=address(reverse("mail-settings", args=[row.token])),
    )


def address(path: str) -> str:
    """A whole address of the catalogue, of one that begins with a slash."""
    return f"{settings.SITE_URL}{path}"


def _section(title: str, items: Sequence[Item]) -> Section:
    return Section(title, items[:MOST], max(0, len(items) - MOST))


def _page(role: Role, name: str = "role") -> str:
    return address(reverse(name, args=[role.slug]))


def _proposals(roles: RoleQuerySet, user: User, span: Span) -> list[Item]:
    mine = roles.order_by().values("pk")
    found = Proposal.objects.open().filter(role__in=mine, created_at__gt=span[0], created_at__lte=span[1])
    items = []
    for row in found.exclude(author=user).select_related("role").order_by("role__sort_key", "pk"):
        if row.role:
            said = {"who": row.author_name or row.get_origin_display(), "reason": row.reason}
            text = _("%(who)s: “%(reason)s”") if row.reason else _("by %(who)s")
            items.append(Item(row.role.name, text % said, _page(row.role)))
    return items


def _conflicts(roles: RoleQuerySet, span: Span) -> list[Item]:
    found: QuerySet[Any] = roles.filter(
        conflicts__closed_at=None, conflicts__opened_at__gt=span[0], conflicts__opened_at__lte=span[1]
    ).annotate(number=Count("conflicts"))
    items = []
    for role in found:
        text = ngettext("%(count)d statement waits", "%(count)d statements wait", role.number)
        items.append(Item(role.name, text % {"count": role.number}, _page(role)))
    return items


def _changes(roles: RoleQuerySet, span: Span) -> list[Item]:
    found: QuerySet[Any] = roles.filter(
        revisions__origin=RoleRevision.Origin.LOAD,
        revisions__created_at__gt=span[0],
        revisions__created_at__lte=span[1],
    ).annotate(number=Count("revisions"))
    items = []
    for role in found:
        text = ngettext("%(count)d new revision", "%(count)d new revisions", role.number)
        items.append(Item(role.name, text % {"count": role.number}, _page(role, "role-revisions")))
    return items


def _becomes_due(roles: RoleQuerySet, span: Span) -> bool:
    """Whether a review became due between two moments, or is that now only as long as SOON away."""
    first, last = (timezone.localdate(moment) for moment in span)
    today = Q(review_by__gt=first, review_by__lte=last)
    soon = Q(review_by__gt=first + reviews.SOON, review_by__lte=last + reviews.SOON)
    return roles.filter(today | soon).exists()


def _due(roles: RoleQuerySet) -> list[Item]:
    today = timezone.localdate()
    items = []
    for role in reviews.due(roles):
        if role.review_by:
            text = _("overdue since %(day)s") if role.review_by < today else _("by %(day)s")
            said = {"day": date_format(role.review_by, "DATE_FORMAT")}
            items.append(Item(role.name, text % said, _page(role)))
    return items

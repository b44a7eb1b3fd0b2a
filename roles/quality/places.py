"""Where a finding is mended, for whoever reads it: on a form of the admin, or else where it can be read."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.urls import reverse

from roles.documents.anchors import anchors
from roles.quality.finding import Finding
from roles.quality.report import Head


def place_of(finding: Finding, head: Head | None, user: AbstractBaseUser | AnonymousUser) -> str:
    """The address of the form's tab where this person can mend it, else of the public page that shows it.

    `head` is the role that it is found at. Empty if there is nothing to lead to.
    """
    if finding.word is not None:
        table, pk = finding.word.table, finding.word.pk
        if _may(user, f"change_{table}"):
            return reverse(f"admin:roles_{table}_change", args=[pk])
        if table in ("capability", "artifact"):
            return reverse(table, args=[finding.word.slug])
        return reverse("levels")
    if finding.document is not None and _may(user, "view_sourcedocument"):
        return reverse("admin:roles_sourcedocument_change", args=[finding.document])
    if finding.server is not None and _may(user, "change_mcpserver"):
        return reverse("admin:roles_mcpserver_change", args=[finding.server])
    if head is None:
        return ""
    if _may(user, "change_role"):
        return f"{reverse('admin:roles_role_change', args=[head.pk])}#{finding.kind.tab}"
    page = reverse("role", args=[head.slug])
    return f"{page}#{anchors([finding.key])[finding.key]}" if finding.key else page


def _may(user: AbstractBaseUser | AnonymousUser, permission: str) -> bool:
    """Whether somebody can open the admin and may do this there."""
    is_staff = getattr(user, "is_staff", False)
    return bool(is_staff) and isinstance(user, PermissionsMixin) and user.has_perm(f"roles.{permission}")

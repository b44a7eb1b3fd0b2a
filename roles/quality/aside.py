"""Setting findings aside, and taking that back."""

from django.contrib.auth.models import User
from django.db import transaction

from roles import store
from roles.models import Role, SetAside
from roles.quality.finding import Finding


@transaction.atomic
def set_aside(finding: Finding, reason: str, by: User) -> SetAside:
    """Let the report be silent of a finding until what it is about changes.

    Set aside twice, the first reason stays.
    """
    store.lock()
    word = finding.word
    row, _is_new = SetAside.objects.get_or_create(
        code=finding.code,
        role=Role.objects.get(pk=finding.role) if finding.role else None,
        word_table=word.table if word else "",
        word=word.pk if word else None,
        subject=finding.subject,
        defaults={"reason": reason, "by": by, "by_name": by.get_username()},
    )
    return row


def take_back(pk: int) -> SetAside | None:
    """Let the report speak again of what was set aside; None if it does already."""
    row = SetAside.objects.filter(pk=pk).first()
    if row is not None:
        row.delete()
    return row

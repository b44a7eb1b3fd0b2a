"""Parting what was merged. What somebody changed since stays, and is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from roles import store
from roles.merging.refusal import CannotUndo
from roles.merging.roles_undo import undo_roles
from roles.merging.words_undo import undo_words
from roles.models import Merge
from roles.store import Change


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of it: sentences about what is not as it was before the merge."""

    left: Sequence[str]


@transaction.atomic
def undo(merge: Merge, change: Change) -> Undone:
    """Part what was merged, so that all is as it was, but for what somebody changed since.

    Raises:
        CannotUndo: with the reason. Nothing is written then.
    """
    store.lock()
    merge.refresh_from_db()
    if merge.undone_at is not None:
        raise CannotUndo(_("This was undone already."))
    left = undo_roles(merge, change) if merge.kind == "role" else undo_words(merge)
    author: User | None = change.author
    merge.undone_at, merge.undone_by, merge.left = timezone.now(), author, left
    merge.undone_by_name = change.author_name or (author.get_username() if author else "")
    merge.save(update_fields=["undone_at", "undone_by", "undone_by_name", "left"])
    return Undone(left)

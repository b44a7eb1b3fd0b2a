"""Why a merge can't be undone."""

from django.utils.translation import gettext as _

from roles.models import Merge


class CannotUndo(Exception):
    """Why a merge can't be undone as the catalogue is now, as a sentence, and what to do first."""


def refuse_if_gone(merge: Merge, kept: object | None) -> None:
    """Check that what stayed is still there.

    Raises:
        CannotUndo: if it is part of something else by now, or was deleted.
    """
    if kept is not None:
        return
    later = Merge.objects.filter(kind=merge.kind, gone=merge.kept, undone_at=None).first()
    if later:
        text = _("%(kept)s was merged into %(into)s since. Undo that first.")
        raise CannotUndo(text % {"kept": merge.kept_name, "into": later.kept_name})
    text = _("%(kept)s was deleted since, so there is nothing to part %(gone)s from.")
    raise CannotUndo(text % {"kept": merge.kept_name, "gone": merge.gone_name})

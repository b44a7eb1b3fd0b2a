"""Parting two roles that were merged."""

from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from roles import history, lifecycle, store
from roles.differences import title
from roles.documents.document import InvalidDocument, RoleDocument
from roles.documents.merge import merge as bring_together
from roles.merging.refusal import CannotUndo, refuse_if_gone
from roles.models import Merge, OldSlug, Role, SourceDocument
from roles.partners import link_partners
from roles.store import Change


def undo_roles(merge: Merge, change: Change) -> list[str]:
    """Bring back the role that went, and let the other say what it said, but for what was changed since.

    Returns sentences about what is not as it was before the merge.

    Raises:
        CannotUndo: with the reason. The caller takes its transaction back then.
    """
    kept = Role.objects.filter(uid=merge.kept).select_related("revision").first()
    refuse_if_gone(merge, kept)
    assert kept is not None
    if Role.objects.filter(uid=merge.gone).exists():
        raise CannotUndo(_("%(gone)s was brought back already.") % {"gone": merge.gone_name})
    record = merge.record
    before, after = (RoleDocument.stored(record[side]) for side in ("before", "after"))
    merged = bring_together(after, store.current(kept), before)
    left = [
        _("%(what)s was changed since and stays as it is.") % {"what": title(each.key, _known(each))}
        for each in merged.conflicts
    ]
    slugs = [record["slug"], *record["old_slugs"]]
    OldSlug.objects.filter(role=kept, slug__in=slugs).delete()
    described = [pk for pk, _rank in record["documents"]]
    SourceDocument.objects.filter(pk__in=described, role=kept).update(role=None, deleted_role_uid=merge.gone)
    try:
        store.write(kept, merged.document, change)
        back = history.bring_back(_uid(merge), change)
    except store.IdentifierTaken as error:
        text = _("The code %(code)s of %(gone)s is that of %(holder)s by now. Take it away from there first.")
        said = {"code": error.holder.value, "gone": merge.gone_name, "holder": error.holder.role.name}
        raise CannotUndo(text % said) from error
    except InvalidDocument as error:
        text = _("%(gone)s can't say any more what it said, because the rules for documents changed since.")
        raise CannotUndo(text % {"gone": merge.gone_name}) from error
    if back.slug != record["slug"]:
        text = _("Its address name is now %(slug)s, for %(old)s leads to another role.")
        left.append(text % {"slug": back.slug, "old": record["slug"]})
    for pk, rank in record["documents"]:
        SourceDocument.objects.filter(pk=pk, role=back).update(rank=rank)
    _restore_lifecycle(back, kept, merge, change)
    link_partners()
    return left


def _uid(merge: Merge) -> UUID:
    return UUID(merge.gone)


def _known(conflict: object) -> object:
    sides = (getattr(conflict, side) for side in ("ours", "base", "theirs"))
    return next(side for side in sides if side is not None)


def _restore_lifecycle(back: Role, kept: Role, merge: Merge, change: Change) -> None:
    record, by, reason = merge.record, change.author, change.reason
    successor = Role.objects.filter(uid=record["successor"]).first() if record["successor"] else None
    lifecycle.change(
        back,
        by=by,
        reason=reason,
        status=record["status"],
        owner=User.objects.filter(pk=record["owner"] or 0).first(),
        review_by=date.fromisoformat(record["review_by"]) if record["review_by"] else None,
        successor=successor,
    )
    for role in Role.objects.filter(uid__in=record["predecessors"]):
        # Who names another successor since meant that.
        if role.successor_id == (None if role.pk == kept.pk else kept.pk):
            lifecycle.change(role, by=by, reason=reason, successor=back)

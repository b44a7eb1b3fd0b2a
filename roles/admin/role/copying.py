"""A new role that begins as a copy of another."""

from dataclasses import replace

from django.utils.translation import gettext as _

from roles import store
from roles.admin.filling import Filling
from roles.admin.typed import Lifecycle
from roles.documents.document import InvalidDocument, RoleDocument
from roles.documents.text import slugify
from roles.models import Role


def copy_of(role: Role) -> Filling:
    """What the form of a new role is filled with that is to be like another.

    Names and codes by which the other one is found stay with it, and so do owner, dates and documents.
    """
    said = store.current(role)
    document = replace(_renamed(said), identifiers=(), aliases=())
    return Filling(
        document=document,
        lifecycle=Lifecycle(Role.Status.DRAFT, None, None, None),
        notice=_(
            "This is a new role that begins with what “%(role)s” says. Give it a name of its own in the "
            "place of “%(name)s”. Codes, other names, owner and documents were left out. Nothing is kept "
            "before you save, and “%(role)s” stays as it is."
        )
        % {"role": role.name, "name": document.name},
    )


def _renamed(said: RoleDocument) -> RoleDocument:
    name = _("%(name)s (copy)") % {"name": said.name}
    try:
        return replace(said, name=name, slug=store.free_slug(slugify(name)))
    except InvalidDocument:
        # Too long with the word behind it.
        return replace(said, slug=store.free_slug(said.slug))

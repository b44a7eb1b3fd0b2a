"""The newest changes as an Atom feed."""

import hashlib
import re
from uuid import uuid5

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roles.models import JobFamily
from roles.views.change_list import Change, newest_changes, newest_numbers

# Of the characters that no XML may have, documents can hold these.
_NOT_IN_XML = re.compile("[\ufffe\uffff]")


def feed_version(request: HttpRequest, family: JobFamily | None) -> tuple[str, int]:
    """An entity tag for what the feed says to this reader, and its last change, in seconds since 1970."""
    newest = newest_numbers(request.user, family)
    said = repr(([number for number, _ in newest], get_language(), request.user.is_authenticated))
    changed_at = max((at.timestamp() for _number, at in newest), default=0)
    return f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"', int(changed_at)


def feed_text(request: HttpRequest, family: JobFamily | None) -> str:
    """The feed as XML."""
    address = reverse("changes") + (f"?family={family.slug}" if family else "")
    name = _("Role catalogue")
    feed = Atom1Feed(
        title=_("%(family)s: changes") % {"family": family} if family else _("Role catalogue: changes"),
        link=request.build_absolute_uri(address),
        description=_("What changed in what the roles say."),
        subtitle=_("What changed in what the roles say."),
        feed_url=request.build_absolute_uri(),
        language=get_language(),
        author_name=name,
    )
    for change in newest_changes(request.user, family):
        _add(feed, change, request)
    return _NOT_IN_XML.sub("\ufffd", feed.writeString("utf-8"))


def _add(feed: Atom1Feed, change: Change, request: HttpRequest) -> None:
    revision = change.told.revision
    address = change.told.address or reverse("changes")
    feed.add_item(
        title=change.name,
        link=request.build_absolute_uri(address),
        unique_id=uuid5(revision.role_uid, str(revision.number)).urn,
        description=render_to_string("components/history/entry.html", {"told": change.told}),
        author_name=change.told.by or None,
        pubdate=revision.created_at,
        updateddate=revision.created_at,
    )

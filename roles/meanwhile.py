"""What became of a role while somebody was looking at an earlier state of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from roles.differences import ranks, sentence, summary
from roles.documents.diff import diff
from roles.documents.document import Key, RoleDocument
from roles.models import LifecycleChange, RoleRevision

MOST_SENTENCES = 3
"""Changes that are told one by one; of the others, how many there are."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The changes of a role after one of its revisions."""

    people: tuple[str, ...]
    """Who made them, in their order, each once; a change by files is by nobody."""
    sentences: tuple[str, ...]
    """What they changed all together."""
    last: Mapping[Key, RoleRevision | LifecycleChange]
    """The change that was the last one of a statement, or of a field of the lifecycle."""

    def told(self) -> str:
        """Who did what, in a sentence."""
        what = summary(self.sentences, MOST_SENTENCES)
        if not self.people:
            return _("This role was changed after you opened it: %(what)s.") % {"what": what}
        said = {"who": ", ".join(self.people), "what": what}
        return _("%(who)s changed this role after you opened it: %(what)s.") % said


def since(uid: UUID, number: int, lifecycle: Iterable[LifecycleChange.Field] = ()) -> Meanwhile:
    """What changed in a role after its revision of this number.

    `lifecycle` are the fields of its lifecycle that changed too. At most four queries.

    Raises:
        RoleRevision.DoesNotExist: if the role has no revision of this number.
    """
    revisions = list(RoleRevision.objects.of_role(uid).since(number))[::-1]
    if not revisions:
        raise RoleRevision.DoesNotExist
    last: dict[Key, RoleRevision | LifecycleChange] = {}
    documents = [RoleDocument.stored(revision.document) for revision in revisions]
    for (before, after), revision in zip(pairwise(documents), revisions[1:], strict=True):
        for difference in diff(before, after):
            last[difference.key] = revision
    sentences = [sentence(each) for each in diff(documents[0], documents[-1], rank=ranks())]
    people = [revision.author_name for revision in revisions[1:]]
    fields = list(lifecycle)
    for change in LifecycleChange.objects.of_role(uid).reverse() if fields else ():
        if change.field in fields:
            last[change.field] = change
    for field in fields:
        sentences.append(_("Changed the %(what)s") % {"what": field.label})
        if isinstance(made := last.get(field), LifecycleChange):
            people.append(made.by_name)
    return Meanwhile(tuple(dict.fromkeys(filter(None, people))), tuple(sentences), last)

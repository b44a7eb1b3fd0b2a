"""What words of the shared vocabulary may be called."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from roles.documents import document as documents
from roles.documents.document import InvalidDocument, RoleDocument
from roles.documents.text import fold_key
from roles.models import (
    Artifact,
    Capability,
    InteractionKind,
    JobFamily,
    McpServer,
    ProficiencyLevel,
    Responsibility,
    SeniorityLevel,
)

WRITTEN: dict[type[Model], Callable[[str], Any]] = {
    Responsibility: lambda name: documents.Responsibility(name=name),
    Capability: lambda name: documents.Capability(name=name),
    Artifact: lambda name: documents.Artifact(name=name),
    InteractionKind: lambda name: documents.Interaction(kind=name, partner="Partner"),
    JobFamily: lambda name: RoleDocument(slug="role", name="Role", family=name),
    SeniorityLevel: lambda name: RoleDocument(slug="role", name="Role", seniority=name),
    ProficiencyLevel: lambda name: documents.Capability(name="Capability", level=name),
    McpServer: lambda name: documents.McpServer(name=name),
}
"""What a role's document says with a word of each vocabulary; it refuses names that no document can carry."""


def check_name(vocabulary: Any, name: str, item: Any) -> None:
    """Check a name of an item, or another name of it.

    Raises:
        ValidationError: if no document can carry it, or another item of the vocabulary has it.
    """
    try:
        WRITTEN[vocabulary](name)
    except InvalidDocument as error:
        raise ValidationError([fault.text for fault in error.faults]) from error
    folded = fold_key(name)
    alias = vocabulary._meta.get_field("aliases").related_model
    others = vocabulary.objects.exclude(pk=item.pk).filter(folded=folded)
    by_alias = alias.objects.exclude(item=item.pk).filter(folded=folded).select_related("item")
    taken = others.first() or next((row.item for row in by_alias), None)
    if taken:
        raise ValidationError(_("“%(name)s” is a name of this already."), params={"name": taken})

"""The page of an artifact: who produces it, and who receives it as far as anybody says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Prefetch, Q
from django.http import QueryDict
from django.utils.safestring import SafeString

from roles.deliveries import hands_on_type, names_one, words_of
from roles.documents.text import fold_key
from roles.models import Artifact, Interaction, InteractionKind, Role, RoleArtifact, RoleQuerySet
from roles.views import asked as asking
from roles.views.vocabulary.words import USES_ON_PAGE, Head, head, wording
from roles.vocabulary import User

DELIVERIES = 50
"""The most deliveries of each sort that a page shows."""
STATEMENTS = 500
"""The most interactions that are looked through for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Somebody who gets something from a role that produces the artifact, and who says so in which words.

    `named`: the words name the artifact; otherwise only its type, so that it may be another one. The partner
    is a role or, if `role` is None, a name.
    """

    role: Role | None
    name: str
    producer: Role
    said_by: Role
    kind: str
    notes: SafeString
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactPage:
    """What the page of an artifact shows. `types` are what HR calls it, else what roles do."""

    head: Head[Artifact]
    types: Sequence[str]
    paged: asking.Paged[RoleArtifact]
    named: Sequence[Delivery]
    perhaps: Sequence[Delivery]


def artifact_page(slug: str, user: User, asked: QueryDict) -> ArtifactPage:
    """Put the page together.

    Raises:
        Http404: if there is no such artifact for this reader.
    """
    found = head(Artifact, slug, user)
    visible = Role.objects.visible_to(user)
    roles = visible.listed()
    uses = RoleArtifact.objects.filter(artifact=found.word, role__in=roles)
    ordered = uses.select_related("role__family").order_by("role__sort_key", "role__slug", "position")
    stated = uses.exclude(type="").order_by("type").values_list("type", flat=True).distinct()
    types = [found.word.type] if found.word.type else list(stated)
    deliveries = _deliveries(found, types, visible)
    return ArtifactPage(
        head=found,
        types=types,
        paged=asking.paged(ordered, asked, USES_ON_PAGE),
        named=[each for each in deliveries if each.named][:DELIVERIES],
        perhaps=[each for each in deliveries if not each.named][:DELIVERIES],
    )


def _deliveries(found: Head[Artifact], types: Sequence[str], visible: RoleQuerySet) -> list[Delivery]:
    """What producers say that they hand on, and what others say that they get from one, if it may be this."""
    names = [found.word.name, *found.other_names]
    kinds = [fold_key(each) for each in types]
    roles = visible.listed().order_by()
    producers = roles.filter(artifacts__artifact=found.word)
    says_so = reduce(
        or_,
        [
            *(Q(notes__icontains=name) | Q(kind__folded__contains=fold_key(name)) for name in names),
            *(Q(kind__folded__endswith=f" {kind}") for kind in kinds),
        ],
    )
    gives = Q(kind__direction=InteractionKind.Direction.GIVES, role__in=producers)
    receives = Q(kind__direction=InteractionKind.Direction.RECEIVES, role__in=roles, partner__in=producers)
    stated = Interaction.objects.filter(gives | receives).filter(says_so)
    rows = (
        stated.select_related("kind", "role__rendering")
        .prefetch_related(Prefetch("partner", visible))
        .order_by("role__sort_key", "role__slug", "position")[:STATEMENTS]
    )
    folded = [fold_key(name) for name in names]
    deliveries = []
    for row in rows:
        named = names_one(words_of(row.kind_name, row.notes), folded)
        if named or hands_on_type(row.kind.folded, kinds):
            deliveries.append(_delivery(row, named=named))
    return deliveries


def _delivery(row: Interaction, *, named: bool) -> Delivery:
    says_producer = row.kind.direction == InteractionKind.Direction.GIVES
    receiver = row.partner if says_producer else row.role
    producer = row.role if says_producer else row.partner
    return Delivery(
        role=receiver,
        name=row.partner_name if says_producer else row.role.name,
        producer=producer or row.role,
        said_by=row.role,
        kind=row.kind_name or row.kind.name,
        notes=wording(row.role, f"interactions.{row.position}.notes", row.notes),
        named=named,
    )

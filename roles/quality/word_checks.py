"""What can be better in the vocabulary that roles share, as far as the roles of the report use it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from roles import alike
from roles.deliveries import hands_on_type, names_one, words_of
from roles.documents.text import fold_key
from roles.models import (
    ArtifactAlias,
    Capability,
    Interaction,
    InteractionKind,
    ProficiencyLevel,
    RoleArtifact,
    RoleCapability,
    RoleQuerySet,
    SeniorityLevel,
)
from roles.models.vocabulary import chunks
from roles.quality.finding import Finding, Word
from roles.quality.role_checks import Scope

NAMES_SAID = 5
"""The most owners of an artifact that a sentence names."""


def in_vocabulary(scope: Scope) -> Iterator[Finding]:
    """All that is found in the vocabulary; of one role, in the words that it uses. Eight queries."""
    yield from _unranked(scope)
    yield from _artifacts(scope)
    yield from _single(scope)
    yield from _alike(scope)


def _within(roles: RoleQuerySet) -> QuerySet[Any]:
    return roles.order_by().values("pk")


def _unranked(scope: Scope) -> Iterator[Finding]:
    roles = scope.wanted
    used = RoleCapability.objects.filter(role__in=_within(roles)).order_by().values("proficiency")
    levels = ProficiencyLevel.objects.filter(rank=None, pk__in=used).order_by("sort_key", "slug")
    yield from (_of_level("proficiencylevel", level) for level in levels)
    named = roles.exclude(seniority=None).order_by().values("seniority")
    ladder = SeniorityLevel.objects.filter(rank=None, pk__in=named).order_by("sort_key", "slug")
    yield from (_of_level("senioritylevel", level) for level in ladder)


def _of_level(table: str, level: ProficiencyLevel | SeniorityLevel) -> Finding:
    word = Word(table, level.pk, level.slug, level.name)
    return Finding(code="unranked-level", word=word, subject=level.slug, said={"name": level.name})


def _artifacts(scope: Scope) -> Iterator[Finding]:
    """Artifacts that nobody is said to get, and those that several roles own."""
    owned = RoleArtifact.objects.filter(role__in=_within(scope.roles))
    if scope.only is not None:
        owned = owned.filter(artifact__in=RoleArtifact.objects.filter(role=scope.only).values("artifact"))
    rows = owned.order_by("artifact__sort_key", "artifact__slug", "role__sort_key", "role__slug").values_list(
        "artifact", "artifact__slug", "artifact__name", "artifact__type", "type", "role", "role__name"
    )
    words: dict[int, Word] = {}
    types: dict[int, set[str]] = defaultdict(set)
    owners: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, slug, name, shared_type, own_type, role, role_name in rows:
        words[pk] = Word("artifact", pk, slug, name)
        types[pk] |= {fold_key(shared_type or own_type)} - {""}
        owners[pk][role] = role_name
    received = _received(scope, words, types, owners)
    for pk, word in words.items():
        roles = tuple(owners[pk])
        if pk not in received:
            yield Finding(
                code="unreceived-artifact",
                roles=roles,
                word=word,
                subject=_ids(roles),
                said={"name": word.name},
            )
        if len(roles) > 1:
            names = list(owners[pk].values())
            said = ", ".join(names[:NAMES_SAID]) + (" …" if len(names) > NAMES_SAID else "")
            yield Finding(
                code="shared-artifact",
                roles=roles,
                word=word,
                subject=_ids(roles),
                said={"name": word.name, "roles": said},
            )


def _received(
    scope: Scope,
    words: dict[int, Word],
    types: dict[int, set[str]],
    owners: dict[int, dict[int, str]],
) -> set[int]:
    """The artifacts that some owner is said to hand on, by itself or by who gets them."""
    handed = _handed_on(scope, {role for roles in owners.values() for role in roles})
    names: dict[int, list[str]] = {pk: [fold_key(word.name)] for pk, word in words.items()}
    for pk, alias_name in ArtifactAlias.objects.values_list("item", "folded"):
        if pk in names:
            names[pk].append(alias_name)
    found = set()
    for pk in words:
        given = [handed[role] for role in owners[pk] if role in handed]
        kinds = {kind for each in given for kind in each.kinds}
        of_type = any(hands_on_type(kind, types[pk]) for kind in kinds)
        if of_type or any(names_one(each.text, names[pk]) for each in given):
            found.add(pk)
    return found


class _Handed(NamedTuple):
    """What a role hands on, as it says or as others do."""

    kinds: set[str]
    text: str


def _handed_on(scope: Scope, owners: set[int]) -> dict[int, _Handed]:
    """What each owner hands on: the folded kinds, and all words about it, folded."""
    known = _within(scope.roles)
    stated = Interaction.objects.filter(role__in=known).exclude(
        kind__direction=InteractionKind.Direction.TOGETHER
    )
    if scope.only is not None:
        stated = stated.filter(Q(role__in=owners) | Q(partner__in=owners))
    kinds: dict[int, set[str]] = defaultdict(set)
    texts: dict[int, list[str]] = defaultdict(list)
    for role, partner, direction, kind, written, notes in stated.order_by().values_list(
        "role", "partner", "kind__direction", "kind__folded", "kind_name", "notes"
    ):
        giver = role if direction == InteractionKind.Direction.GIVES else partner
        if giver in owners:
            kinds[giver].add(kind)
            texts[giver] += written, notes
    return {giver: _Handed(kinds[giver], words_of(*said)) for giver, said in texts.items()}


def _single(scope: Scope) -> Iterator[Finding]:
    uses = RoleCapability.objects.filter(role__in=_within(scope.roles)).order_by().values("capability")
    once = uses.annotate(users=Count("role", distinct=True)).filter(users=1).annotate(user=Min("role"))
    if scope.only is not None:
        once = once.filter(capability__in=RoleCapability.objects.filter(role=scope.only).values("capability"))
    used = dict(once.values_list("capability", "user"))
    names = dict(scope.roles.order_by().values_list("pk", "name"))
    for word in _capabilities(used):
        role = used[word.pk]
        yield Finding(
            code="single-capability",
            roles=(role,),
            word=word,
            subject=str(role),
            said={"role": names[role], "name": word.name},
        )


def _alike(scope: Scope) -> Iterator[Finding]:
    uses = RoleCapability.objects.filter(role__in=_within(scope.roles)).order_by()
    words = {word.pk: word for word in _capabilities(set(uses.values_list("capability", flat=True)))}
    known = alike.names_of(Capability)
    places = {pk: place for place, pk in enumerate(words)}
    found = _alike_among(tuple((pk, name) for pk, name in known if pk in words))
    pairs = sorted(found, key=lambda pair: (places[pair[0]], places[pair[1]]))
    if scope.only is not None:
        own = set(uses.filter(role=scope.only).values_list("capability", flat=True))
        pairs = [pair for pair in pairs if own.intersection(pair)]
    users: dict[int, set[int]] = defaultdict(set)
    for some in chunks({pk for pair in pairs for pk in pair}):
        for pk, role in uses.filter(capability__in=some).values_list("capability", "role"):
            users[pk].add(role)
    for one, other in pairs:
        word, twin = words[one], words[other]
        yield Finding(
            code="alike-capability",
            roles=tuple(sorted(users[one] | users[other])),
            word=word,
            subject=f"{fold_key(word.name)}:{fold_key(twin.name)}",
            said={"name": word.name, "other": twin.name},
        )


@lru_cache(maxsize=4)
def _alike_among(names: tuple[tuple[int, str], ...]) -> tuple[tuple[int, int], ...]:
    """Ids of names that are the same but for spelling. Takes a second for 20,000 names, so that is kept."""
    return tuple((pair.first, pair.second) for pair in alike.pairs(names))


def _capabilities(wanted: Iterable[int]) -> Iterator[Word]:
    """Those of the capabilities that are wanted, in the order of their names."""
    among = wanted if isinstance(wanted, dict | set) else set(wanted)
    rows = Capability.objects.order_by("sort_key", "slug").values_list("pk", "slug", "name")
    return (Word("capability", pk, slug, name) for pk, slug, name in rows if pk in among)


def _ids(roles: Iterable[int]) -> str:
    return ",".join(str(role) for role in sorted(roles))

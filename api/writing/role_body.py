"""What was sent of a role, as what the role is to say: or all that is wrong with it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from api.schemas.problems import Fault
from api.writing.bodies import fault_at, invalid, pointer
from api.writing.merge_patch import merged
from roles import store
from roles.documents.anchors import anchors
from roles.documents.document import (
    LISTS,
    MAX_SLUG,
    SLUG,
    Agent,
    Identifier,
    InvalidDocument,
    Json,
    RoleDocument,
    statements,
)
from roles.editing import Wanted
from roles.models import Role

READ_ONLY: Final = ("url", "revision", "updated_at", "owner", "sources", "anchors")
"""Fields that answers have, and that nobody can change."""

LINKED: Final = ("interactions", "members")
"""Lists whose items an answer tells which role they mean."""

MINIMAL: Final = {"slug": "x", "name": "x"}


@dataclass(frozen=True, slots=True)
class Present:
    """A role as its sender has read it: the role, and what `GET` answers."""

    role: Role
    said: Mapping[str, Json]
    anchors: frozenset[str] = field(init=False)
    linked: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the anchors, and the roles that the statements mean."""
        linked = {item["role"] for name in LINKED for item in self.said[name]} - {None}
        object.__setattr__(self, "anchors", frozenset(self.said["anchors"].values()))
        object.__setattr__(self, "linked", frozenset(linked))


def patched(present: Present, patch: Json) -> Json:
    """What a role is to say after a merge patch of what `GET` answers."""
    value = merged(present.said, patch)
    if isinstance(patch, dict):
        _keep_nulls(value, patch, RoleDocument)
        if isinstance(patch.get("agent"), dict):
            _keep_nulls(value["agent"], patch["agent"], Agent)
    return value


def _keep_nulls(value: dict[str, Json], patch: Mapping[str, Json], part: type) -> None:
    """Leave null where a patch says it of what is no field of a document, so that it is not passed over."""
    fields = {field.name for field in dataclasses.fields(part)}
    value |= {name: None for name, said in patch.items() if said is None and name not in fields}


def wanted_of(
    sent: Json, present: Present | None, slug: str, user: AbstractBaseUser | AnonymousUser
) -> Wanted:
    """What a role is to be, as it was sent; `present` is None for a new one.

    Raises:
        Refused: with all that is wrong with it.
    """
    if not isinstance(sent, dict):
        raise invalid([fault_at("", _("Must be an object"))])
    reading = _Reading(present, user)
    role = present.role if present else Role(status=Role.Status.DRAFT)
    if sent.get("slug") is None:
        sent = {**sent, "slug": slug}
    fields, added = reading.without_additions(sent)
    document = reading.document(fields)
    reading.check_additions(added, document)
    status = reading.status(added)
    successor = reading.successor(added)
    reading.check_free(role, fields)
    if reading.faults or document is None:
        raise invalid(reading.faults)
    return Wanted(document=document, status=status, successor=successor)


def located(path: str, value: Json) -> str:
    """The JSON Pointer of a fault whose path in a document joins names by dots; names may hold dots, too."""
    names, rest = list[str](), path.split(".") if path else []
    while rest:
        known = range(len(rest), 0, -1) if isinstance(value, dict) else ()
        count = next((count for count in known if ".".join(rest[:count]) in value), 1)
        name, rest = ".".join(rest[:count]), rest[count:]
        names.append(name)
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            value = None
    return pointer(*names)


@dataclass(frozen=True, slots=True)
class _Addition:
    """What a statement was sent with beside what it says."""

    name: str
    number: int
    item: Json
    given: Mapping[str, Json]

    def at(self, attribute: str) -> str:
        return pointer(*self.name.split("."), self.number, attribute)


@dataclass(slots=True)
class _Reading:
    """One reading of what was sent, which gathers the faults."""

    present: Present | None
    user: AbstractBaseUser | AnonymousUser
    faults: list[Fault] = field(default_factory=list)
    statements: list[_Addition] = field(default_factory=list)

    def note(self, place: str, text: str) -> None:
        self.faults.append(fault_at(place, text))

    def without_additions(self, sent: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
        """The fields of the document, without what answers add to its statements, and the other fields."""
        added = {name: sent[name] for name in (*READ_ONLY, "status", "replaced_by") if name in sent}
        fields = {name: value for name, value in sent.items() if name not in added}
        if isinstance(fields.get("agent"), dict):
            fields["agent"] = dict(fields["agent"])
        for name in LISTS:
            owner, _dot, attribute = name.rpartition(".")
            holder = fields.get(owner) if owner else fields
            if isinstance(holder, dict) and isinstance(holder.get(attribute), list):
                holder[attribute] = [
                    self._stated(name, number, item) for number, item in enumerate(holder[attribute])
                ]
        return fields, added

    def _stated(self, name: str, number: int, item: Json) -> Json:
        """An item of a list without what the catalogue adds to it, which is noted."""
        if not isinstance(item, dict):
            return item
        adds = ("anchor", "role") if name in LINKED else ("anchor",)
        given = {each: item[each] for each in adds if each in item}
        bare = {each: value for each, value in item.items() if each not in given}
        if given:
            self.statements.append(_Addition(name, number, bare, given))
        return bare

    def document(self, fields: dict[str, Json]) -> RoleDocument | None:
        """The document, None if there is something wrong with it."""
        try:
            return RoleDocument.from_json(fields)
        except InvalidDocument as error:
            for fault in error.faults:
                self.note(located(fault.path, fields), fault.text)
        return None

    def check_additions(self, added: Mapping[str, Json], document: RoleDocument | None) -> None:
        """Check that what the catalogue makes was sent as it was read, or not at all."""
        for name in READ_ONLY:
            if name not in added:
                continue
            if self.present is None:
                self.note(pointer(name), _("Is made by the catalogue: leave it out"))
            elif added[name] != self.present.said[name]:
                self.note(
                    pointer(name),
                    _("Is not what the catalogue says: leave it out, or send it as it was read"),
                )
        before = self.present.anchors if self.present else frozenset[str]()
        linked = self.present.linked if self.present else frozenset[str]()
        made = frozenset(anchors(statements(document)).values()) if document else None
        for each in self.statements:
            if "anchor" in each.given:
                anchor = each.given["anchor"]
                known = before | (made if made is not None else _own_anchors(each))
                if anchor is not None and not (isinstance(anchor, str) and anchor in known):
                    self.note(each.at("anchor"), _("Is made of the statement by the catalogue: leave it out"))
            if "role" in each.given:
                role = each.given["role"]
                if role is not None and not (isinstance(role, str) and role in linked):
                    text = _("Is found by the name: write that, and leave this out")
                    self.note(each.at("role"), text)

    def status(self, added: Mapping[str, Json]) -> str:
        """The status that the role is to have."""
        now = self.present.role.status if self.present else Role.Status.DRAFT
        status = added.get("status")
        if status is None:
            return now
        if self.present is None and status == Role.Status.ARCHIVED:
            self.note("/status", _("A new role is a draft, or published"))
            return now
        if not isinstance(status, str) or status not in Role.Status.values:
            self.note("/status", _("Must be one of %(known)s") % {"known": ", ".join(Role.Status.values)})
            return now
        return status

    def successor(self, added: Mapping[str, Json]) -> Role | None:
        """The role that is to take the place of this one."""
        now = self.present.role if self.present else None
        if "replaced_by" not in added:
            return _successor_of(now)
        sent, read = added["replaced_by"], self.present.said["replaced_by"] if self.present else None
        if sent == read:
            # Also where there is one that the sender may not see.
            return _successor_of(now)
        if sent is None:
            return None
        slug = sent.get("slug") if isinstance(sent, dict) else None
        if not isinstance(sent, dict) or not isinstance(slug, str):
            self.note("/replaced_by", _("Must be null, or an object with the slug of a role"))
            return None
        if self.present is None:
            self.note("/replaced_by", _("A new role has none"))
        for name in sent.keys() - {"slug", "name", "url"}:
            self.note(pointer("replaced_by", name), _("is not a field"))
        successor = Role.objects.visible_to(self.user).filter(slug=slug).first()
        if successor is None:
            self.note("/replaced_by/slug", _("There is no such role, or none that you may see"))
        elif now is not None and successor.pk == now.pk:
            self.note("/replaced_by/slug", _("A role can't be its own successor."))
        elif successor.status == Role.Status.ARCHIVED:
            text = _("%(role)s is archived itself. Choose a role that is in use.")
            self.note("/replaced_by/slug", text % {"role": successor})
        else:
            # A patch of the slug leaves what the answer says beside it.
            stays = (None, read and read["name"], successor.name)
            if sent.get("name") not in stays:
                self.note("/replaced_by/name", _("Is not what the catalogue says: leave it out"))
        return successor

    def check_free(self, role: Role, fields: Mapping[str, Json]) -> None:
        """Check that no other role has the slug, or one of the identifiers, also where all else is wrong."""
        slug, items = fields.get("slug"), fields.get("identifiers")
        places: dict[Identifier, int] = {}
        for number, item in enumerate(items if isinstance(items, list) else ()):
            try:
                [identifier] = RoleDocument.from_json(MINIMAL | {"identifiers": [item]}).identifiers
            except InvalidDocument:
                continue
            places.setdefault(identifier, number)
        is_slug = isinstance(slug, str) and bool(SLUG.fullmatch(slug)) and len(slug) <= MAX_SLUG
        named = RoleDocument(slug=str(slug) if is_slug else "x", name="x", identifiers=tuple(places))
        for refusal in store.taken([(role, named)]):
            if isinstance(refusal, store.IdentifierTaken):
                text = _("Is that of the role %(slug)s") % {"slug": refusal.holder.role.slug or slug}
                self.note(pointer("identifiers", places[refusal.wanted]), text)
            elif is_slug:
                self.note("/slug", _("Leads to another role"))


def _successor_of(role: Role | None) -> Role | None:
    return Role.objects.filter(pk=role.successor_id).first() if role and role.successor_id else None


def _own_anchors(addition: _Addition) -> frozenset[str]:
    """The anchors that a statement can have by itself, whatever stands around it; none if it is at fault."""
    owner, _dot, attribute = addition.name.rpartition(".")
    parts: dict[str, Any] = {attribute: [addition.item]}
    try:
        document = RoleDocument.from_json(MINIMAL | ({owner: parts} if owner else parts))
    except InvalidDocument:
        return frozenset({str(addition.given.get("anchor"))})
    [key] = [key for key in statements(document) if key not in MINIMAL]
    numbered = (f"{key}#{number}" for number in range(2, addition.number + 2))
    return frozenset(anchors([key, *numbered]).values())

"""Interactions, seen from one role: its own, and what its partners say of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from roles.documents import document as documents
from roles.documents.anchors import anchors
from roles.documents.text import fold_key
from roles.models import Interaction, Role
from roles.views.role_page.shown import Contact, ContactGroup, Contacts, Shown, Side, web_address


def contacts(
    stated: Iterable[tuple[str, Shown[documents.Interaction], Role | None]],
    rows: Mapping[str, Interaction],
    incoming: Iterable[Interaction],
) -> list[Contact]:
    """Give a role's interactions in its own words: its own first, then those that only its partners state.

    `stated` are its own, each with its key and the role that its partner is; `rows` their rows by key;
    `incoming` the interactions that other roles have with it. What both sides state stands once.
    """
    found: list[Contact] = []
    places: dict[tuple[int, int], int] = {}
    for key, shown, partner in stated:
        row = rows.get(key)
        if row and partner:
            places[row.kind_id, partner.pk] = len(found)
        found.append(_own(shown, row, partner))
    for row in incoming:
        place = places.get((row.kind.inverse_id, row.role_id)) if row.kind.inverse_id else None
        if place is None:
            found.append(_theirs(row))
        else:
            found[place] = replace(found[place], theirs=_address(row))
    return found


def in_columns(found: Iterable[Contact]) -> Contacts | None:
    """Put interactions into columns by what the role does, and within each by their kind; None without any.

    Kinds stand in the order in which the first of each is stated.
    """
    sides: dict[str, dict[tuple[str, bool], list[Contact]]] = defaultdict(dict)
    names: dict[tuple[str, bool], str] = {}
    for contact in found:
        name = contact.kind or contact.their_kind
        kind = fold_key(name), not contact.kind
        names.setdefault(kind, name)
        sides[contact.side].setdefault(kind, []).append(contact)
    if not sides:
        return None
    columns = {
        side: [
            ContactGroup(kind=names[kind], reversed=kind[1], contacts=group) for kind, group in groups.items()
        ]
        for side, groups in sides.items()
    }
    return Contacts(**{side.value: columns.get(side, []) for side in Side})


def _own(shown: Shown[documents.Interaction], row: Interaction | None, partner: Role | None) -> Contact:
    return Contact(
        side=Side(row.kind.direction) if row else Side.GIVES,
        kind=shown.item.kind,
        partner=shown.item.partner,
        role=partner,
        address=web_address(shown.item.link),
        frequency=shown.item.frequency or "",
        notes=shown.html.get("notes", ""),
        shown=shown,
    )


def _theirs(row: Interaction) -> Contact:
    kind = row.kind.inverse
    return Contact(
        side=Side(kind.direction) if kind else Side.RECEIVES,
        kind=kind.name if kind else "",
        their_kind=row.kind_name or row.kind.name,
        partner=row.role.name,
        role=row.role,
        frequency=row.frequency,
        notes=row.notes,
        theirs=_address(row),
    )


def _address(row: Interaction) -> str:
    """Where the partner's page says so."""
    return f"{row.role.get_absolute_url()}#{anchors([row.key])[row.key]}"

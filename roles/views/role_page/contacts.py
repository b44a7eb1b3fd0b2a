"""Interactions, seen from one role: its own, and what its partners say of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from roles.documents import document as documents
from roles.models import Interaction
from roles.views.role_page.shown import Contact, Shown, Side, web_address


def contacts(
    stated: Iterable[tuple[str, Shown[documents.Interaction]]],
    rows: Mapping[str, Interaction],
    incoming: Iterable[Interaction],
) -> list[Contact]:
    """Give a role's interactions in its own words: its own first, then those that only its partners state.

    `stated` are its own by statement key, `rows` their rows by the same keys, `incoming` the interactions
    that other roles have with it. What both sides state stands once.
    """
    found: list[Contact] = []
    places: dict[tuple[int, int], int] = {}
    for key, shown in stated:
        row = rows.get(key)
        if row and row.partner:
            places[row.kind_id, row.partner.pk] = len(found)
        found.append(_own(shown, row))
    for row in incoming:
        place = places.get((row.kind.inverse_id, row.role_id)) if row.kind.inverse_id else None
        if place is None:
            found.append(_theirs(row))
        else:
            found[place] = replace(found[place], theirs=True)
    return found


def _own(shown: Shown[documents.Interaction], row: Interaction | None) -> Contact:
    return Contact(
        side=Side(row.kind.direction) if row else Side.GIVES,
        kind=shown.item.kind,
        partner=shown.item.partner,
        role=row.partner if row else None,
        address=web_address(shown.item.link),
        frequency=shown.item.frequency or "",
        notes=shown.html.get("notes", ""),
        anchor=shown.anchor,
        source=shown.source,
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
        own=False,
        theirs=True,
    )

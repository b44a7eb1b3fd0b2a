"""The small map on the page of a role: what it gives to the right, what it receives from the left."""

from collections.abc import Iterable, Sequence
from typing import Final

from roles.documents.text import fold_key
from roles.views.role_page.shown import Contact, Neighbour, Neighbours, Side

MOST: Final = 12
"""How many neighbours are drawn."""
LINE_LENGTH: Final = 17
"""The most characters of a line of a name; longer names take two lines, the second is cut."""

WIDTH: Final = 376
_LEFT, _RIGHT, _MIDDLE = 108, WIDTH - 108, WIDTH // 2
_HALF = 52
"""From the middle of the role's name to where lines begin."""
_LINE, _GAP = 14, 12


def neighbours(name: str, contacts: Iterable[Contact]) -> Neighbours | None:
    """Draw a role of this name with its partners; None without any.

    Who receives something stands to the right, who only gives to the left, who only works together below.
    """
    found: dict[str, tuple[Contact, set[Side]]] = {}
    for contact in contacts:
        key = contact.role.slug if contact.role else fold_key(contact.partner)
        found.setdefault(key, (contact, set()))[1].add(contact.side)
    if not found:
        return None
    # Roles come before names that nobody bears yet.
    ordered = sorted(found.values(), key=lambda each: each[0].role is None)
    drawn = ordered[:MOST]
    sides = {side: [each for each in drawn if _side(each[1]) == side] for side in Side}
    columns = [_column(sides[side]) for side in (Side.RECEIVES, Side.GIVES)]
    below = sides[Side.TOGETHER]
    height = max(96, *(_height(column) for column in columns))
    middle = height // 2
    placed = [
        _beside(contact, flows, lines, top + (height - _height(column)) // 2, middle, x)
        for column, x in zip(columns, (_LEFT, _RIGHT), strict=True)
        for contact, flows, lines, top in column
    ]
    bottom = height + _GAP
    for number, (contact, _flows) in enumerate(below):
        lines = in_lines(_name(contact))
        # Two to a row, to the left and the right of the middle; the last one of an odd number in it.
        alone = number == len(below) - 1 and number % 2 == 0
        x = _MIDDLE if alone else (_MIDDLE - 80, _MIDDLE + 80)[number % 2]
        placed.append(_under(contact, lines, x, bottom + _LINE, middle))
        if number % 2 or alone:
            bottom += 2 * _LINE + _GAP
    return Neighbours(
        name=_rows(in_lines(name), middle + 4),
        width=WIDTH,
        height=bottom if below else height,
        neighbours=placed,
        more=len(ordered) - len(drawn),
    )


def in_lines(name: str) -> list[str]:
    """Break a name into at most two lines of at most `LINE_LENGTH` characters; what is left out is marked."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LINE_LENGTH or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    return [line if len(line) <= LINE_LENGTH else f"{line[: LINE_LENGTH - 1].rstrip()}…" for line in lines]


def _side(flows: set[Side]) -> Side:
    return next(side for side in (Side.GIVES, Side.RECEIVES, Side.TOGETHER) if side in flows)


def _name(contact: Contact) -> str:
    return contact.role.name if contact.role else contact.partner


_Placed = tuple[Contact, set[Side], list[str], int]


def _column(partners: Iterable[tuple[Contact, set[Side]]]) -> list[_Placed]:
    """Put names below each other, each with the height of its top."""
    column: list[_Placed] = []
    for contact, flows in partners:
        top = _height(column)
        column.append((contact, flows, in_lines(_name(contact)), top))
    return column


def _height(column: Sequence[_Placed]) -> int:
    return column[-1][3] + len(column[-1][2]) * _LINE + _GAP if column else 0


def _rows(lines: Sequence[str], middle: int) -> list[tuple[str, int]]:
    """Lines around a height, each with that of its letters' feet."""
    top = middle - (len(lines) - 1) * _LINE // 2
    return [(line, top + number * _LINE) for number, line in enumerate(lines)]


def _beside(
    contact: Contact, flows: set[Side], lines: Sequence[str], top: int, middle: int, x: int
) -> Neighbour:
    y = top + (len(lines) * _LINE + _GAP) // 2
    left = x < _MIDDLE
    start, end = (_MIDDLE - _HALF, x + 5) if left else (_MIDDLE + _HALF, x - 5)
    bend = (start + end) // 2
    return Neighbour(
        is_role=contact.role is not None,
        lines=_rows(lines, y + 4),
        x=x,
        anchor="end" if left else "start",
        path=f"M{start} {middle}C{bend} {middle} {bend} {y} {end} {y}",
        to=Side.GIVES in flows,
        back=Side.RECEIVES in flows,
    )


def _under(contact: Contact, lines: Sequence[str], x: int, y: int, middle: int) -> Neighbour:
    start = middle + 20
    return Neighbour(
        is_role=contact.role is not None,
        lines=[(line, y + number * _LINE) for number, line in enumerate(lines)],
        x=x,
        anchor="middle",
        path=f"M{_MIDDLE} {start}Q{_MIDDLE} {(start + y) // 2} {x} {y - _LINE}",
        to=False,
        back=False,
    )

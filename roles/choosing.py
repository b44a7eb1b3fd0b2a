"""Statements that two sides changed otherwise, put to a person to choose: what each side says of them.

`documents.merge` finds what is to be chosen, and `documents.merge.settle` makes a document of what was
chosen. What stands between is here: which words differ, and under which name an answer comes back.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from django.utils.text import capfirst

from roles.differences import LABELS, Passage, passages, texts, title
from roles.documents.document import InvalidDocument, Key, Statement, to_json
from roles.documents.merge import Conflict

Side = Literal["ours", "theirs", "own"]
SIDES: Final[Sequence[Side]] = ("ours", "theirs", "own")


@dataclass(frozen=True, slots=True)
class Version:
    """One field of a statement as one side has it, told as a change of what stood there before."""

    label: str
    """What the field is called; empty for a statement that has no fields."""
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A statement to choose for: what it said before, and what each side says; None if it says nothing."""

    key: Key
    token: str
    """Names the question: another one once a side says something else, so that no answer goes astray."""
    title: str
    before: tuple[Version, ...] | None
    ours: tuple[Version, ...] | None
    theirs: tuple[Version, ...] | None
    note: str = ""
    """Who says what ours says, and when."""
    place: str = ""
    """Where theirs stands."""


def token_of(conflict: Conflict) -> str:
    """A short name for what is asked: the statement, and what each side says of it."""
    said = [
        conflict.key,
        to_json(conflict.base),
        to_json(conflict.ours),
        to_json(conflict.theirs),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def question(conflict: Conflict, *, note: str = "", place: str = "", named: str = "") -> Question:
    """What is asked of a conflict; of each side only the fields are told in which the three differ.

    `named` is what it is called if it is no statement of a document.
    """
    base, ours, theirs = (texts(side) for side in (conflict.base, conflict.ours, conflict.theirs))
    present = [side for side in (base, ours, theirs) if side]
    names = dict.fromkeys(name for side in present for name in side)
    differing = [name for name in names if len({side.get(name, "") for side in present}) > 1]
    # Where a statement was only taken away, all of what it said counts.
    shown = differing or [name for name in names if any(side.get(name) for side in present)]
    known = next(side for side in (conflict.theirs, conflict.ours, conflict.base) if side is not None)
    return Question(
        key=conflict.key,
        token=token_of(conflict),
        title=named or title(conflict.key, known),
        before=_versions(base, base, shown),
        ours=_versions(base, ours, shown),
        theirs=_versions(base, theirs, shown),
        note=note,
        place=place,
    )


def _versions(
    base: Mapping[str, str], side: Mapping[str, str], shown: Iterable[str]
) -> tuple[Version, ...] | None:
    if not side:
        return None
    return tuple(
        # Something new is no change of anything.
        Version(
            capfirst(str(LABELS.get(name, name))),
            tuple(
                passages(base.get(name, ""), side.get(name, ""))
                if base
                else (Passage("same", side[name]),)
                if side.get(name)
                else ()
            ),
        )
        for name in shown
    )


def proposal_of(conflict: Conflict) -> Statement | None:
    """What a third wording may start from: each field from the side that changed it, theirs if both did."""
    base, ours, theirs = conflict.base, conflict.ours, conflict.theirs
    start = theirs if theirs is not None else ours
    if (
        base is None
        or ours is None
        or theirs is None
        or isinstance(theirs, str)
        or type(ours) is not type(theirs)
    ):
        return start
    if not hasattr(theirs, "__dataclass_fields__") or type(base) is not type(theirs):
        return start
    part: Any = theirs
    merged = {
        field.name: _field(*(getattr(side, field.name) for side in (base, ours, theirs)))
        for field in fields(part)
    }
    try:
        made: Statement = type(part)(**merged)
    except InvalidDocument:
        return start
    return made


def _field(base: Any, ours: Any, theirs: Any) -> Any:
    return ours if theirs == base else theirs

"""The form in which somebody chooses what statements say that two sides changed otherwise.

For a form that was saved too late, for conflicts between files and catalogue, and for proposals whose role
changed meanwhile. Each answer comes back under its question's token, so a page that was overtaken by another
change loses no answer, and none goes to a question that was not asked.
"""

import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from roles.admin.fields import LineField, ProseField, TextField
from roles.admin.theme import Textarea, TextInput
from roles.choosing import SIDES, Question, Side, proposal_of, question, token_of
from roles.differences import LABELS
from roles.documents.document import InvalidDocument, Key, Statement, field_of
from roles.documents.merge import Conflict

LONG: Final = {"text", "success_metric", "detail", "notes", "purpose"}
"""Fields of a statement that may have several lines."""

PROSE: Final = {"mission", "summary", "description"}
TEXTS: Final = {"agent.system_prompt", "metrics", "principles"}
"""Statements that are one text of several lines."""

KEPT: Final = {"Section": ("level", "position")}
"""Fields that say where a statement stands, which is not asked."""


class OwnForm(forms.Form):
    """A statement in somebody's own words, a field for each of its parts; all empty for no statement."""

    def __init__(self, conflict: Conflict, data: QueryDict | None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.start = proposal_of(conflict)
        self.fields |= _fields(conflict.key, self.start)
        self.initial = _initial(self.start)
        self.statement: Statement | None = None

    def clean(self) -> dict[str, Any]:
        """Make the statement, refused in the document's own words."""
        data = self.cleaned_data
        if not self.errors and any(value not in (None, "", False, ()) for value in data.values()):
            try:
                self.statement = self._made(data)
            except InvalidDocument as error:
                for fault in error.faults:
                    path = fault.path.partition(".")[0]
                    self.add_error(path if path in self.fields else NON_FIELD_ERRORS, fault.text)
        return data

    def _made(self, data: Mapping[str, Any]) -> Statement | None:
        if not is_dataclass(self.start):
            return data["value"] or None
        part: Any = self.start
        kept = {name: getattr(part, name) for name in KEPT.get(type(part).__name__, ())}
        made: Statement = type(part)(**(kept | dict(data)))
        return made


class ValuesField(LineField):
    """Several values between commas."""

    def prepare_value(self, value: Any) -> Any:
        """Return them as one text."""
        return ", ".join(value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> Any:
        """Return them as a tuple."""
        return tuple(item.strip() for item in (super().clean(value) or "").split(",") if item.strip())


def _fields(key: Key, start: Statement | None) -> dict[str, forms.Field]:
    if is_dataclass(start):
        hints = typing.get_type_hints(type(start))
        kept = KEPT.get(type(start).__name__, ())
        return {
            item.name: _field(item.name, hints[item.name]) for item in fields(start) if item.name not in kept
        }
    kind: type[forms.Field] = LineField
    if field_of(key) in PROSE:
        kind = ProseField
    elif field_of(key) in TEXTS:
        kind = TextField
    elif not isinstance(start, str):
        return {"value": forms.JSONField(required=False, widget=Textarea, label="")}
    return {"value": kind(required=False, label="")}


def _field(name: str, hint: Any) -> forms.Field:
    label = capfirst(str(LABELS.get(name, name)))
    if hint is bool:
        return forms.BooleanField(required=False, label=label)
    if hint == int | None:
        return forms.IntegerField(required=False, label=label, widget=TextInput)
    if typing.get_origin(hint) is tuple:
        return ValuesField(required=False, label=label, help_text=_("Separated by commas."))
    kind = TextField if name in LONG else LineField
    # What must be said, the document itself tells.
    return kind(required=False, label=label, empty_value=None if hint == str | None else "")


def _initial(start: Statement | None) -> dict[str, Any]:
    if is_dataclass(start):
        return {item.name: getattr(start, item.name) for item in fields(start)}
    return {"value": start}


@dataclass(slots=True)
class Asked:
    """A question on the page: what was chosen so far, and what is wrong with it."""

    question: Question
    conflict: Conflict
    own: OwnForm | None
    """None where there is nothing to write but what one of the sides says."""
    side: Side | None = None
    error: str = ""


class Choices:
    """All questions of a page, with the answers that were sent."""

    def __init__(
        self,
        conflicts: Iterable[Conflict],
        data: QueryDict | None = None,
        *,
        ours: str,
        theirs: str,
        notes: Mapping[Key, str] = MappingProxyType({}),
        places: Mapping[Key, str] = MappingProxyType({}),
        titles: Mapping[Key, str] = MappingProxyType({}),
        all_at_once: bool = True,
    ) -> None:
        """Ask of these conflicts, with the answers in `data` if something was sent.

        `ours` and `theirs` are what the two sides are called; `notes` tell by key who says what ours says,
        `places` where theirs stands. With `all_at_once` no question may be left for later. What has one of
        the `titles` is no statement of the document, and nobody writes a third of it.
        """
        self.ours, self.theirs = ours, theirs
        self.data, self.all_at_once = data, all_at_once
        self.asked = [
            self._asked(item, notes.get(item.key, ""), places.get(item.key, ""), titles.get(item.key, ""))
            for item in conflicts
        ]

    def _asked(self, conflict: Conflict, note: str, place: str, title: str) -> Asked:
        token = token_of(conflict)
        side: Any = None
        if self.data is not None:
            side = self.data.get("all") or self.data.get(f"choose-{token}")
        writes = side == "own"
        prefix = f"own-{token}"
        typed = self.data if self.data is not None and _was_sent(self.data, prefix) else None
        own = None if title else OwnForm(conflict, typed, prefix=prefix)
        allowed = SIDES if own is not None else SIDES[:2]
        asked = Asked(
            question(conflict, note=note, place=place, named=title),
            conflict,
            own,
            side if side in allowed else None,
        )
        if writes and own is not None and not own.is_valid():
            asked.error = _("Look at what you wrote.")
        return asked

    def is_complete(self) -> bool:
        """Whether each question has an answer that can be used; those that have none are told so."""
        for asked in self.asked:
            if asked.side is None:
                asked.error = _("Choose one of them.")
        return self.is_usable()

    def is_usable(self) -> bool:
        """Whether nothing is wrong with the answers that there are."""
        return not any(asked.error for asked in self.asked)

    @property
    def chosen(self) -> dict[Key, Statement | None]:
        """What each statement is to say, by its key, of the questions that were answered."""
        return {asked.conflict.key: self._statement(asked) for asked in self.asked if asked.side}

    @property
    def sides(self) -> dict[Key, Side]:
        """The side that was chosen for each statement, by its key."""
        return {asked.conflict.key: asked.side for asked in self.asked if asked.side}

    @staticmethod
    def _statement(asked: Asked) -> Statement | None:
        if asked.side == "own" and asked.own is not None:
            return asked.own.statement
        return asked.conflict.ours if asked.side == "ours" else asked.conflict.theirs


def _was_sent(data: QueryDict, prefix: str) -> bool:
    return any(name.startswith(f"{prefix}-") for name in data)

"""The columns of sheets: how a value is written into a cell, and what a cell means."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from import_export import fields, widgets
from rapidfuzz import process

from roles.documents.document import clean_line, clean_prose, clean_text
from roles.documents.text import fold_key
from roles.exchange.result import Refused

YES: Final = frozenset({"yes", "ja", "true", "wahr", "x", "1"})
NO: Final = frozenset({"", "no", "nein", "false", "falsch", "0"})


class Column(fields.Field):  # type: ignore[misc]
    """A column: `attribute` is the path from what a row is about to its value."""

    def __init__(self, attribute: str, heading: str, widget: Any, *, help_text: Any, **options: Any) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=widget, **options)
        self.help_text = help_text

    @property
    def heading(self) -> str:
        """What stands above it."""
        return str(self.column_name)

    def shown(self, item: Any) -> str:
        """The cell that an export has for this."""
        return str(self.export(item) or "")

    def meant(self, cell: str) -> Any:
        """The value that a cell means; None or empty where it is empty.

        Raises:
            Refused: if it means none.
        """
        return self.widget.clean(cell)


class Text(widgets.Widget):  # type: ignore[misc]
    """A text, cleaned as the forms do it."""

    def __init__(self, clean: Callable[[str], str], empty: str | None = None) -> None:
        super().__init__()
        self._clean = clean
        self._empty = empty

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        """The nearest text that a document can hold."""
        return self._clean(value) or self._empty

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The text itself."""
        return "" if value is None else str(value)


LINE: Final = Text(clean_line)
TEXT: Final = Text(clean_text)
PROSE: Final = Text(clean_prose)


class Lines(Text):
    """Any number of names, each on a line of its own."""

    def __init__(self) -> None:
        super().__init__(clean_line)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The names that are not empty."""
        return tuple(line for line in map(clean_line, value.splitlines()) if line)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """One on a line."""
        return "\n".join(value or ())


class YesNo(Text):
    """Yes, or else nothing."""

    def __init__(self) -> None:
        super().__init__(clean_line)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """Whether it says yes.

        Raises:
            Refused: if it says neither.
        """
        folded = fold_key(value)
        if folded not in YES | NO:
            raise Refused(_("“%(value)s” is neither yes nor no.") % {"value": value})
        return folded in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Yes or nothing."""
        return "yes" if value else ""


class Number(Text):
    """A whole number that is not negative, or none."""

    def __init__(self, most: int) -> None:
        super().__init__(clean_line)
        self.most = most

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The number.

        Raises:
            Refused: if it is none.
        """
        bare = clean_line(value)
        if not bare:
            return None
        if not (bare.isascii() and bare.isdigit() and len(bare) < 10 and int(bare) <= self.most):
            raise Refused(
                _("“%(value)s” must be a whole number from 0 to %(most)d.")
                % {"value": value, "most": self.most}
            )
        return int(bare)


class Day(Text):
    """A day."""

    def __init__(self) -> None:
        super().__init__(clean_line)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The day.

        Raises:
            Refused: if it is none.
        """
        bare = clean_line(value)
        for form in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                return datetime.strptime(bare, form).date()  # noqa: DTZ007  # a day has no time zone
            except ValueError:
                continue
        if bare:
            raise Refused(_("“%(value)s” is no day. Write it like 2026-05-31.") % {"value": value})
        return None

    def render(self, value: date | None, obj: Any = None, **kwargs: Any) -> str:
        """The day as ISO 8601 has it."""
        return value.isoformat() if value else ""


class Choice(Text):
    """One of some values."""

    def __init__(self, values: Iterable[str]) -> None:
        super().__init__(clean_line)
        self.values = list(values)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The value; empty if there is none.

        Raises:
            Refused: if it is another.
        """
        folded = fold_key(value)
        if folded and folded not in self.values:
            raise unknown(value, self.values, _("Write one of these: %s.") % ", ".join(self.values))
        return folded


def unknown(name: str, known: Iterable[str], hint: str = "") -> Refused:
    """Say that a name is not known, and which one may be meant."""
    by_key = {fold_key(each): each for each in known}
    near = process.extractOne(fold_key(name)[:200], list(by_key), score_cutoff=70) if by_key else None
    parts = [_("“%(name)s” is not known.") % {"name": name}]
    if near:
        parts.append(_("Is “%(name)s” meant?") % {"name": by_key[near[0]]})
    return Refused(" ".join([*parts, *([hint] if hint else [])]))


def accounts() -> Mapping[str, User]:
    """The people who can own a role, by the name that they sign in with."""
    return {user.get_username(): user for user in User.objects.filter(is_active=True)}

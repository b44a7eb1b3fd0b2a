"""What a job description is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

Layout = Literal["lead", "facts", "text", "items"]
"""How a section is set: as the opening sentence, as name and value, as prose, or as a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text in Markdown, and the same as safe HTML."""

    markdown: str
    html: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named value of one line."""

    name: str
    value: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement of the role, or a standing text, that can be picked by its anchor.

    `name` is of one line, `text` and `metric` (how success is measured) of any shape; each is None if not
    stated. `note` is what stands beside the name: a level, a type, how often. `group` is the heading that the
    entry stands under, if any. `label` says in a few plain words what it is.
    """

    anchor: str
    label: str
    name: Wording | None = None
    note: str = ""
    text: Wording | None = None
    metric: Wording | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Entries under a title; `chosen` if they are part of a job description unless somebody leaves them out.

    In a section of facts, an entry's name is the fact's and its text the value, of one line.
    """

    id: str
    title: str
    layout: Layout
    entries: Sequence[Entry]
    chosen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The revision that the words are from: of which role, its number (None: there is none), when, where."""

    role: str
    number: int | None
    date: datetime
    address: str

    @property
    def sentence(self) -> str:
        """All of it but the address."""
        words = {
            "role": self.role,
            "number": self.number,
            "date": date_format(localtime(self.date), "DATE_FORMAT"),
        }
        if self.number is None:
            return _("From the role “%(role)s” in the role catalogue, as of %(date)s.") % words
        return _("From revision %(number)s of the role “%(role)s” in the role catalogue, %(date)s.") % words


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDescription:
    """What is printed, copied and written to a file."""

    title: str
    lead: Sequence[Wording]
    facts: Sequence[Fact]
    sections: Sequence[Section]
    citation: Citation

"""From a role to what its job description can hold, and to the one that somebody has put together."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from roles.documents import document as documents
from roles.documents.anchors import anchors
from roles.job_description.choice import Choice
from roles.job_description.parts import Citation, Entry, Fact, JobDescription, Section, Wording
from roles.models import Role, RoleQuerySet, StandingText
from roles.rendering import plain_text, render_markdown
from roles.sources import stated_document, stated_html

LABEL_CHARACTERS = 90
"""Characters of an entry's label, at most."""

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def for_job_description(roles: RoleQuerySet) -> RoleQuerySet:
    """Fetch all that `offer` and `job_description` read of a role, with one query."""
    return roles.select_related("revision", "rendering")


def offer(role: Role, standing: Iterable[StandingText]) -> list[Section]:
    """Everything that the role's job description can hold. What is said of its agent is not among it.

    What people outside of the company would want to know is chosen; the rest can be added.
    """
    return [section for section in _Offer(role).sections(standing) if section.entries]


def job_description(
    role: Role,
    offered: Iterable[Section],
    choice: Choice,
    typed: Mapping[str, str],
    *,
    title: str,
    address: str,
) -> JobDescription:
    """Put together what was picked and typed; `typed` are plain values by the words that name them."""
    picked = choice.of(offered)
    stated = [
        Fact(name=entry.label, value=entry.text)
        for section in picked
        if section.layout == "facts"
        for entry in section.entries
        if entry.text
    ]
    revision = role.revision
    return JobDescription(
        title=title,
        lead=[
            entry.text
            for section in picked
            if section.layout == "lead"
            for entry in section.entries
            if entry.text
        ],
        facts=[*(Fact(name=name, value=_verbatim(value)) for name, value in typed.items()), *stated],
        sections=[section for section in picked if section.layout in ("text", "items")],
        citation=Citation(
            role=role.name,
            number=revision.number if revision else None,
            date=revision.created_at if revision else role.updated_at,
            address=address,
        ),
    )


def _verbatim(text: str) -> Wording:
    """A text that is no Markdown, as one that says the same."""
    return Wording(markdown=_PUNCTUATION.sub(r"\\\1", text), html=SafeString(escape(text)))


class _Offer:
    """One role on its way to being offered."""

    def __init__(self, role: Role) -> None:
        self.document = stated_document(role)
        self.html = stated_html(role, self.document)
        stated = documents.statements(self.document)
        self.anchors = anchors(stated)
        self.keys: dict[str, list[str]] = defaultdict(list)
        for key in stated:
            self.keys[documents.field_of(key)].append(key)

    def sections(self, standing: Iterable[StandingText]) -> Iterator[Section]:
        """Every section, empty ones included, in the order of a job description."""
        yield Section(id="summary", title=_("Summary"), layout="lead", entries=self._text("summary"))
        yield Section(id="facts", title=_("Facts"), layout="facts", entries=list(self._facts()))
        yield Section(id="mission", title=_("Mission"), layout="text", entries=self._text("mission"))
        yield Section(
            id="description", title=_("About the role"), layout="text", entries=self._text("description")
        )
        for id_, title, entries, chosen in (
            ("responsibilities", _("Responsibilities"), self._responsibilities(), True),
            ("capabilities", _("What you bring"), self._capabilities(), True),
            ("metrics", _("Measures of success"), self._texts("metrics"), True),
            ("artifacts", _("What you look after"), self._artifacts(), False),
            ("interactions", _("Whom you work with"), self._interactions(), False),
            ("daily_tasks", _("An average day"), self._named("daily_tasks", note="time"), False),
            ("variations", _("Variations"), self._named("variations"), False),
            ("principles", _("Principles"), self._texts("principles"), False),
            ("members", _("Composition"), self._members(), False),
        ):
            yield Section(id=id_, title=title, layout="items", entries=list(entries), chosen=chosen)
        yield from self._further()
        for text in standing:
            wording = Wording(markdown=text.text, html=SafeString(render_markdown(text.text, top_heading=4)))
            entry = Entry(anchor=text.anchor, label=text.name, text=wording)
            yield Section(id=text.anchor, title=text.name, layout="text", entries=[entry], chosen=text.chosen)

    def _wording(self, markdown: str | None, path: str) -> Wording | None:
        """A text of the document with the HTML that was rendered for this path."""
        if not markdown:
            return None
        return Wording(markdown=markdown, html=SafeString(self.html.get(path) or escape(markdown)))

    def _items(self, field: str) -> Iterator[tuple[str, str, Any]]:
        """Anchor, path into the rendering and value of each item of a list."""
        items: Sequence[Any] = documents.value_of(self.document, field)
        for index, (key, item) in enumerate(zip(self.keys[field], items, strict=True)):
            yield self.anchors[key], f"{field}.{index}", item

    def _text(self, field: str) -> list[Entry]:
        text = self._wording(getattr(self.document, field), field)
        return [Entry(anchor=self.anchors[field], label=_short(text), text=text)] if text else []

    def _texts(self, field: str) -> Iterator[Entry]:
        for anchor, path, item in self._items(field):
            text = self._wording(item, path)
            yield Entry(anchor=anchor, label=_short(text), text=text)

    def _facts(self) -> Iterator[Entry]:
        for field, name in (("family", _("Job family")), ("seniority", _("Seniority"))):
            if value := getattr(self.document, field):
                yield Entry(anchor=self.anchors[field], label=name, text=_verbatim(value))
        for anchor, path, item in self._items("properties"):
            if item.values:
                html = ", ".join(
                    self.html.get(f"{path}.values.{number}") or escape(value)
                    for number, value in enumerate(item.values)
                )
                text = Wording(markdown=", ".join(item.values), html=SafeString(html))
                yield Entry(anchor=anchor, label=item.name, text=text)

    def _responsibilities(self) -> Iterator[Entry]:
        for anchor, path, item in self._items("responsibilities"):
            name, text = self._wording(item.name, f"{path}.name"), self._wording(item.text, f"{path}.text")
            metric = self._wording(item.success_metric, f"{path}.success_metric")
            yield Entry(
                anchor=anchor,
                label=_short(name, text),
                name=name,
                text=text,
                metric=metric,
                group=item.group or "",
            )

    def _capabilities(self) -> Iterator[Entry]:
        for anchor, path, item in self._items("capabilities"):
            detail = self._wording(item.detail, f"{path}.detail")
            yield _named(anchor, item.name, note=item.level, text=detail)

    def _artifacts(self) -> Iterator[Entry]:
        for anchor, _path, item in self._items("artifacts"):
            yield _named(anchor, item.name, note=item.type)

    def _interactions(self) -> Iterator[Entry]:
        for anchor, path, item in self._items("interactions"):
            note = " · ".join(filter(None, (item.kind, item.frequency)))
            yield _named(anchor, item.partner, note=note, text=self._wording(item.notes, f"{path}.notes"))

    def _members(self) -> Iterator[Entry]:
        for anchor, _path, item in self._items("members"):
            yield _named(anchor, item.role_code, note=f"{item.count} ×" if item.count else "")

    def _named(self, field: str, note: str = "") -> Iterator[Entry]:
        for anchor, path, item in self._items(field):
            name, text = self._wording(item.name, f"{path}.name"), self._wording(item.text, f"{path}.text")
            beside = (getattr(item, note) if note else None) or ""
            yield Entry(anchor=anchor, label=_short(name, text), name=name, note=beside, text=text)

    def _further(self) -> Iterator[Section]:
        for anchor, path, item in self._items("sections"):
            if item.position.partition(".")[0] == "agent" and not item.is_beside:
                continue
            text = self._wording(item.text, f"{path}.text")
            if text:
                entry = Entry(anchor=anchor, label=_short(text), text=text)
                yield Section(
                    id=anchor, title=item.heading or "", layout="text", entries=[entry], chosen=False
                )


def _named(anchor: str, name: str, *, note: str | None = None, text: Wording | None = None) -> Entry:
    """An entry whose name is plain text."""
    return Entry(anchor=anchor, label=name, name=_verbatim(name), note=note or "", text=text)


def _short(*wordings: Wording | None) -> str:
    """The first of these texts that there is, in a few plain words."""
    first = next(wording for wording in wordings if wording)
    return Truncator(plain_text(first.html)).chars(LABEL_CHARACTERS)

"""The difference of two documents in words: "Raised SQL from Competent to Advanced"."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles.documents.diff import Difference
from roles.documents.document import (
    LISTS,
    Capability,
    Identifier,
    Interaction,
    Key,
    Section,
    Statement,
    field_of,
)
from roles.documents.text import fold_key
from roles.models import ProficiencyLevel

NAME_LENGTH: Final = 80
"""The most characters of a statement's name that a sentence holds; some are whole sentences themselves."""

LEAST_ALIKE: Final = 0.4
"""The share of words that two texts have in common from which on they are told in one."""

MOST_WORDS: Final = 3_000
"""The most words and gaps of two texts that are compared."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")

VALUES: Final[dict[str, Any]] = {
    "slug": gettext_lazy("address name"),
    "name": gettext_lazy("name"),
    "family": gettext_lazy("job family"),
    "seniority": gettext_lazy("seniority level"),
    "agent.name": gettext_lazy("name of the agent"),
}
"""Fields of one short value, which a sentence can hold."""

TEXTS: Final[dict[str, Any]] = {
    "mission": gettext_lazy("mission"),
    "summary": gettext_lazy("summary"),
    "description": gettext_lazy("description"),
    "agent.system_prompt": gettext_lazy("system prompt of the agent"),
}
"""Fields of one text."""

ITEMS: Final[dict[str, tuple[Any, Any]]] = {
    "extra": (gettext_lazy("fact"), gettext_lazy("facts")),
    "identifiers": (gettext_lazy("code"), gettext_lazy("codes")),
    "aliases": (gettext_lazy("other name"), gettext_lazy("other names")),
    "tags": (gettext_lazy("tag"), gettext_lazy("tags")),
    "properties": (gettext_lazy("property"), gettext_lazy("properties")),
    "responsibilities": (gettext_lazy("responsibility"), gettext_lazy("responsibilities")),
    "capabilities": (gettext_lazy("capability"), gettext_lazy("capabilities")),
    "artifacts": (gettext_lazy("artifact"), gettext_lazy("artifacts")),
    "interactions": (gettext_lazy("interaction"), gettext_lazy("interactions")),
    "variations": (gettext_lazy("variation"), gettext_lazy("variations")),
    "daily_tasks": (gettext_lazy("daily task"), gettext_lazy("daily tasks")),
    "metrics": (gettext_lazy("success metric"), gettext_lazy("success metrics")),
    "principles": (gettext_lazy("principle"), gettext_lazy("principles")),
    "members": (gettext_lazy("member"), gettext_lazy("members")),
    "agent.personalities": (
        gettext_lazy("personality of the agent"),
        gettext_lazy("personalities of the agent"),
    ),
    "agent.example_phrases": (
        gettext_lazy("example phrase of the agent"),
        gettext_lazy("example phrases of the agent"),
    ),
    "agent.mcp_servers": (gettext_lazy("MCP server"), gettext_lazy("MCP servers")),
    "agent.knowledge": (gettext_lazy("knowledge document"), gettext_lazy("knowledge documents")),
    "sections": (gettext_lazy("section"), gettext_lazy("sections")),
}
"""Fields of any number of items: what one of them is called, and what many are."""

LABELS: Final[dict[str, Any]] = {
    "count": gettext_lazy("head count"),
    "detail": gettext_lazy("details"),
    "frequency": gettext_lazy("frequency"),
    "group": gettext_lazy("group"),
    "heading": gettext_lazy("heading"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("label"),
    "level": gettext_lazy("level"),
    "link": gettext_lazy("link"),
    "name": gettext_lazy("name"),
    "notes": gettext_lazy("notes"),
    "partner": gettext_lazy("partner"),
    "position": gettext_lazy("stands behind"),
    "primary": gettext_lazy("primary"),
    "purpose": gettext_lazy("purpose"),
    "role_code": gettext_lazy("role code"),
    "scheme": gettext_lazy("scheme"),
    "success_metric": gettext_lazy("success metric"),
    "text": gettext_lazy("text"),
    "time": gettext_lazy("time"),
    "type": gettext_lazy("type"),
    "url": gettext_lazy("address"),
    "value": gettext_lazy("value"),
    "values": gettext_lazy("values"),
}
"""What the fields of an item are called."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One field of a statement before and after a change, as text; empty where it says nothing."""

    label: str
    """What the field is called; empty for a statement that has no fields."""
    before: str
    after: str


def sentence(difference: Difference) -> str:
    """Tell one difference in a sentence without a full stop."""
    field = field_of(difference.key)
    if field in VALUES:
        return _of_value(difference, str(VALUES[field]))
    if field in TEXTS:
        return _of_text(difference, str(TEXTS[field]))
    one, many = ITEMS[field]
    if difference.kind == "moved":
        return _("Put the %(items)s into another order") % {"items": many}
    item = difference.before if difference.after is None else difference.after
    name = " ".join(name_of(difference.key, item).split())
    return _of_item(difference, str(one), Truncator(name).chars(NAME_LENGTH))


def _of_value(difference: Difference, what: str) -> str:
    said = {"what": what, "before": difference.before, "after": difference.after}
    match difference.kind:
        case "gained":
            return _("Gave the %(what)s “%(after)s”") % said
        case "lost":
            return _("Took the %(what)s “%(before)s” away") % said
        case _kind:
            return _("Changed the %(what)s from “%(before)s” to “%(after)s”") % said


def _of_text(difference: Difference, what: str) -> str:
    match difference.kind:
        case "gained":
            return _("Wrote the %(what)s") % {"what": what}
        case "lost":
            return _("Took the %(what)s away") % {"what": what}
        case _kind:
            return _("Reworded the %(what)s") % {"what": what}


def _of_item(difference: Difference, what: str, name: str) -> str:
    said = {"what": what, "name": name}
    match difference.kind:
        case "gained":
            return _("Gained %(what)s “%(name)s”") % said
        case "lost":
            return _("Lost %(what)s “%(name)s”") % said
        case "raised" | "lowered" as kind:
            before, after = difference.before, difference.after
            levels = {
                "name": name,
                "before": before.level if isinstance(before, Capability) else "",
                "after": after.level if isinstance(after, Capability) else "",
            }
            if kind == "raised":
                return _("Raised %(name)s from %(before)s to %(after)s") % levels
            return _("Lowered %(name)s from %(before)s to %(after)s") % levels
        case _kind:
            return _("Changed %(what)s “%(name)s”") % said


def name_of(key: Key, item: Any) -> str:
    """What a statement of a list names, as written."""
    match item:
        case Identifier():
            return f"{item.scheme} {item.value}"
        case Interaction():
            return f"{item.kind} → {item.partner}"
        case Section(heading=None):
            return str(item.text)
    field, _colon, rest = key.partition(":")
    return rest if field == "extra" else LISTS[field](item)


def title(key: Key, statement: Statement) -> str:
    """What a statement is called: "Capability “SQL”"."""
    field = field_of(key)
    if field in VALUES or field in TEXTS:
        return capfirst(str(VALUES.get(field) or TEXTS[field]))
    name = " ".join(name_of(key, statement).split())
    shown = Truncator(name).chars(NAME_LENGTH)
    return capfirst(_("%(what)s “%(name)s”") % {"what": ITEMS[field][0], "name": shown})


def texts(statement: Statement | None) -> dict[str, str]:
    """What a statement says in each of its fields, as text; a plain text has one field, without a name."""
    return {name: _text(value) for name, value in _fields(statement).items()}


def details(difference: Difference) -> list[Detail]:
    """The fields of a statement that differ, each before and after; none for a list that was put in order."""
    before, after = difference.before, difference.after
    if difference.kind == "moved":
        return []
    fields = _fields(before) | _fields(after)
    pairs = ((name, _fields(before).get(name), _fields(after).get(name)) for name in fields)
    return [
        Detail(str(LABELS.get(name, name)), _text(old), _text(new))
        for name, old, new in pairs
        if _text(old) != _text(new)
    ]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text that stayed, that was lost, or that was gained."""

    kind: Literal["same", "lost", "gained"]
    text: str


def passages(before: str, after: str) -> list[Passage]:
    """Tell two texts in one: what stayed, what was lost and what was gained, in reading order.

    Texts that have little in common, or are too long to be compared word by word, are lost and gained as a
    whole.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    whole = [Passage("lost", before), Passage("gained", after)]
    if len(old) + len(new) > MOST_WORDS:
        return [passage for passage in whole if passage.text]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.quick_ratio() < LEAST_ALIKE or _alikeness(old, new, matcher) < LEAST_ALIKE:
        return [passage for passage in whole if passage.text]
    found, lost, gained = [], "", ""
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        stayed = "".join(old[start:end])
        # A space between two changed words is no reason to tell the words one by one.
        if kind == "equal" and stayed.strip():
            found += [Passage("lost", lost), Passage("gained", gained), Passage("same", stayed)]
            lost = gained = ""
        else:
            lost += stayed
            gained += "".join(new[new_start:new_end])
    found += [Passage("lost", lost), Passage("gained", gained)]
    return [passage for passage in found if passage.text]


def _alikeness(old: Sequence[str], new: Sequence[str], matcher: "SequenceMatcher[str]") -> float:
    """The share of words that two texts have in common; the spaces between them don't count."""
    common = sum(_words(old[start : start + size]) for start, _, size in matcher.get_matching_blocks())
    return 2 * common / ((_words(old) + _words(new)) or 1)


def _words(pieces: Sequence[str]) -> int:
    return sum(not piece.isspace() for piece in pieces)


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a statement by name; a plain text is one without a name."""
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {} if value is None else {"": value}


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return _("yes")
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
    return str(value)


def summary(sentences: Sequence[str], most: int = 2) -> str:
    """Several sentences in one line: the first ones, and how many there are besides."""
    shown = "; ".join(sentences[:most])
    more = len(sentences) - most
    if more <= 0:
        return shown
    rest = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return f"{shown}; {rest}"


def ranks() -> Callable[[str], int | None]:
    """What gives the rank of a proficiency level by its name, as `diff` wants it. Two queries."""
    known = ProficiencyLevel.objects.exclude(rank=None)
    rank = dict(known.values_list("aliases__folded", "rank")) | dict(known.values_list("folded", "rank"))
    return lambda level: rank.get(fold_key(level))

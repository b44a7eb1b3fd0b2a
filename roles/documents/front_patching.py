"""The front matter of a file: keys whose values differ are changed, those that are needed now are added."""

from roles.documents import front_matter
from roles.documents.document import (
    PROFILE_ID,
    ROLE_CODE,
    Identifier,
    Json,
    Property,
    field_of,
)
from roles.documents.edits import Change
from roles.documents.text import slugify
from roles.documents.wording import replaced

_KEYS = {"slug": "slug", "name": "name", "seniority": "default_seniority", "family": "family"}

_EMPTY_IS_NONE = frozenset({"id", "identifiers", "aliases", "tags", "properties"})


def patch_front_matter(change: Change) -> None:
    """Edit the front matter, or put one before a file that needs one now."""
    now = front_matter.read(change.lines)
    wanted = _wanted(change, now.values)
    for key, (start, end) in now.keys.items():
        comments = [f"# {text}" for line, text in now.comments if start <= line < end]
        if key not in wanted:
            change.edit(start, end, comments)
        elif wanted[key] != now.values[key]:
            lines = change.lines[start:end]
            change.edit(start, end, _written(lines, key, now.values[key], wanted[key], comments))
    added = {key: value for key, value in wanted.items() if key not in now.values}
    if not added:
        return
    lines = front_matter.write(added)
    if now.end:
        at = max((end for _, end in now.keys.values()), default=now.end - 1)
        change.edit(at, at, lines)
    else:
        change.edit(0, 0, ["---", *lines, "---", ""])


def _wanted(change: Change, now: dict[str, Json]) -> dict[str, Json]:
    """The values that the front matter should have: those it has, where they say the same."""
    values = dict(now)
    _set_lines(change, values)
    for name in ("aliases", "tags"):
        if getattr(change.after, name) != getattr(change.before, name):
            values[name] = list(getattr(change.after, name))
    if change.after.identifiers != change.before.identifiers:
        _set_identifiers(change, values)
    _set_extra(change, values)
    _set_properties(change, values)
    return {
        key: value
        for key, value in values.items()
        if value or key not in _EMPTY_IS_NONE or now.get(key) == value
    }


def _set_lines(change: Change, values: dict[str, Json]) -> None:
    slug, title = change.after.slug, change.after.name
    for field, usual in _KEYS.items():
        after = change.new.get(field)
        span = change.spans.get(field)
        is_department = field == "family" and "department" in values and "family" not in values
        key = "department" if is_department else usual
        if change.old.get(field) == after or (span is not None and span.place != "front"):
            continue
        if after is None:
            values.pop(key, None)
        elif field != "slug" or key in values:
            values[key] = after
    if "slug" not in values and slug != slugify(title):
        values["slug"] = slug


def _set_identifiers(change: Change, values: dict[str, Json]) -> None:
    found: dict[str, list[str]] = {}
    for key, value in change.new.items():
        if isinstance(value, Identifier):
            span = change.spans.get(key)
            if span.place == "front" if span else value.scheme != ROLE_CODE:
                found.setdefault(value.scheme, []).append(value.value)
    first, *others = found.pop(PROFILE_ID, None) or [""]
    values["id"] = first
    if others:
        found[PROFILE_ID] = others
    values["identifiers"] = {scheme: one[0] if len(one) == 1 else one for scheme, one in found.items()}


def _set_extra(change: Change, values: dict[str, Json]) -> None:
    before, after = change.before.extra, change.after.extra
    for key in (*after, *before):
        if key not in after:
            values.pop(key, None)
        elif before.get(key) != after[key]:
            values[key] = after[key]


def _set_properties(change: Change, values: dict[str, Json]) -> None:
    here = [key for key, span in change.spans.items() if span.place == "front" and _is_property(key)]
    if any(change.old[key] != change.new.get(key) for key in here):
        kept = [item for key in here if isinstance(item := change.new.get(key), Property)]
        values["properties"] = {item.name: list(item.values) for item in kept}


def _is_property(key: str) -> bool:
    return field_of(key) == "properties"


def _written(lines: list[str], key: str, before: Json, after: Json, comments: list[str]) -> list[str]:
    """The lines of a key with another value: as they are but for it, or written anew below their comments."""
    old, new = _text(before), _text(after)
    if old and new:
        for candidate in replaced(lines, old, new, "  "):
            try:
                found = front_matter.read(["---", *candidate, "---"])
                if found.values == {key: after} and len(found.comments) == len(comments):
                    return candidate
            except front_matter.FrontMatterError:
                continue
    return [*comments, *front_matter.write({key: after})]


def _text(value: Json) -> str | None:
    """A value that stands on one line: a text, or texts between commas."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else None

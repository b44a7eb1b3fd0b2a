"""What a document's front matter says of the role. Whatever is no field of the document is kept as extra."""

from roles.documents import items
from roles.documents.checks import MAX_LINE
from roles.documents.document import (
    MAX_SLUG,
    PROFILE_ID,
    SLUG,
    Identifier,
    InvalidDocument,
    Json,
    clean_line,
)
from roles.documents.front_matter import FrontMatter
from roles.documents.gathered import Gathered, Span
from roles.documents.text import slugify

_LINES = {
    "name": "name",
    "slug": "slug",
    "family": "family",
    "department": "family",
    "default_seniority": "seniority",
}
"""Front matter keys whose value is one line, and the field it goes to; the first key of a field counts."""


def read_front_matter(front: FrontMatter, into: Gathered) -> None:
    """Read all values of a front matter."""
    _FrontReader(front, into).read()


class _FrontReader:
    def __init__(self, front: FrontMatter, into: Gathered) -> None:
        self._values = dict(front.values)
        self._spans = {key: Span(start, end, "front") for key, (start, end) in front.keys.items()}
        self._comments = front.comments
        self._into = into

    def read(self) -> None:
        for key, field in _LINES.items():
            self._read_line(key, field)
        self._read_slug()
        self._read_id()
        self._read_identifiers()
        for key in ("aliases", "tags"):
            self._read_words(key)
        self._read_properties()
        for key in list(self._values):
            self._keep(key)
        if self._comments:
            line = self._comments[0][0]
            said = [text for _, text in self._comments]
            self._into.keep_value("comments", said, Span(line, line + 1, "front"))

    def _keep(self, key: str) -> None:
        self._into.keep_value(key, self._values.pop(key), self._spans[key])

    def _read_line(self, key: str, field: str) -> None:
        value = self._values.get(key)
        if value is None or field in self._into.values:
            return
        line = clean_line(value) if isinstance(value, str) else ""
        if line and len(line) <= MAX_LINE:
            self._into.put(field, line, self._spans[key])
            del self._values[key]
        elif value == "":
            del self._values[key]
        else:
            self._keep(key)

    def _read_slug(self) -> None:
        slug = self._into.values.get("slug")
        if slug is None or (SLUG.fullmatch(slug) and len(slug) <= MAX_SLUG):
            return
        span = self._spans["slug"]
        usable = self._into.values["slug"] = slugify(slug)
        self._into.put_extra("slug (as written)", slug, span)
        text = f"The slug {slug!r} may hold only a-z, 0-9 and hyphens; {usable!r} is used instead."
        self._into.say("slug-invalid", span.start, text)

    def _read_id(self) -> None:
        value = self._values.get("id")
        if value is None or self._add_identifier(PROFILE_ID, value, self._spans["id"]) or value == "":
            self._values.pop("id", None)
        else:
            self._keep("id")
        if isinstance(value, str) and value and not SLUG.fullmatch(clean_line(value)):
            text = f"The id {value!r} should hold only a-z, 0-9 and hyphens."
            self._into.say("profile-id-invalid", self._spans["id"].start, text)

    def _read_identifiers(self) -> None:
        registered = self._values.get("identifiers")
        if not isinstance(registered, dict):
            if registered:
                self._keep("identifiers")
            self._values.pop("identifiers", None)
            return
        span = self._spans["identifiers"]
        for scheme, values in registered.items():
            for value in values if isinstance(values, list) else [values]:
                if not self._add_identifier(scheme, value, span):
                    self._into.keep_value(f"identifiers {scheme}", value, span)
        del self._values["identifiers"]

    def _add_identifier(self, scheme: str, value: Json, span: Span) -> bool:
        try:
            identifier = Identifier(scheme=scheme, value=clean_line(value) if isinstance(value, str) else "")
        except InvalidDocument:
            return False
        return self._into.add_identifier(identifier, span)

    def _read_words(self, key: str) -> None:
        """A list of names, or names between commas."""
        value = self._values.get(key)
        if value is None:
            return
        parts = value.split(",") if isinstance(value, str) else value
        words = [clean_line(part) if isinstance(part, str) else None for part in parts]
        if isinstance(parts, dict) or any(word is None or len(word) > MAX_LINE for word in words):
            self._keep(key)
            return
        self._into.lists[key] += [(word, self._spans[key]) for word in words if word]
        del self._values[key]

    def _read_properties(self) -> None:
        value = self._values.pop("properties", None)
        if not value:
            return
        span = self._spans["properties"]
        for name, content in value.items() if isinstance(value, dict) else [("", value)]:
            values = _as_values(content)
            item = items.make_property(name, values) if values is not None else None
            if item is None:
                self._into.keep_value(f"properties {name}".strip(), content, span)
            else:
                self._into.lists["properties"].append((item, span))


def _as_values(content: Json) -> str | None:
    """A property's values between commas, None if they are no plain values."""
    if isinstance(content, list) and all(isinstance(part, str) for part in content):
        return ", ".join(content)
    return content if isinstance(content, str) else None

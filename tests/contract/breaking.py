"""What a new description breaks for programs that were written for an old one.

What is sent (parameters, bodies) may be taken more freely, so nothing that was allowed may be refused; what
is answered may be narrower, so nothing may come that was not announced. A new field of an answer is no break:
docs/api.md asks programs to pass over fields that they do not know.
Neither is a new value of an answer's enumeration, nor a new kind of problem.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

BOUNDS = {
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), 1),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), -1),
}
"""Keywords that set a bound, and whether a higher one lets more pass (1) or less (-1)."""
STRICT = ("const", "format", "pattern", "uniqueItems")


def breaks(old: Json, new: Json) -> list[str]:
    """Everything that breaks, each in a line that begins with where."""
    return list(_Comparison(old, new).found())


class _Comparison:
    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = old, new

    def found(self) -> Iterator[str]:
        for path, operations in self.old["paths"].items():
            for method, before in operations.items():
                where = f"{method.upper()} {path}"
                after = self.new["paths"].get(path, {}).get(method)
                if after is None:
                    yield f"{where}: is gone"
                else:
                    yield from self._operation(where, before, after)

    def _operation(self, where: str, before: Json, after: Json) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"{where}: operationId {before['operationId']} became {after['operationId']}"
        yield from self._parameters(where, self._named(self.old, before), self._named(self.new, after))
        yield from self._body(where, before.get("requestBody"), after.get("requestBody"))
        for status, answer in before["responses"].items():
            if status not in after["responses"]:
                # Whoever was ready for an error that never comes loses nothing.
                if status < "400":
                    yield f"{where}: answer {status} is gone"
                continue
            now = _resolved(self.new, after["responses"][status]).get("content", {})
            for media, content in _resolved(self.old, answer).get("content", {}).items():
                place = f"{where}: answer {status}"
                if media not in now:
                    yield f"{place}: no longer comes as {media}"
                else:
                    yield from self._answered(place, content["schema"], now[media]["schema"])

    def _named(self, description: Json, operation: Json) -> dict[tuple[str, str], Json]:
        found = (_resolved(description, each) for each in operation.get("parameters", ()))
        return {(each["in"], each["name"]): each for each in found}

    def _parameters(
        self, where: str, before: dict[tuple[str, str], Json], after: dict[tuple[str, str], Json]
    ) -> Iterator[str]:
        for key, old in before.items():
            place = f"{where}: parameter {key[1]}"
            if key not in after:
                yield f"{place}: is gone"
                continue
            if after[key].get("required") and not old.get("required"):
                yield f"{place}: is now required"
            yield from self._sent(place, old["schema"], after[key]["schema"])
        for key in after.keys() - before.keys():
            if after[key].get("required"):
                yield f"{where}: parameter {key[1]}: is new and required"

    def _body(self, where: str, before: Json | None, after: Json | None) -> Iterator[str]:
        place = f"{where}: body"
        if before is None or after is None:
            if before is not None:
                yield f"{place}: is gone"
            elif after is not None and after.get("required"):
                yield f"{place}: is new and required"
            return
        if after.get("required") and not before.get("required"):
            yield f"{place}: is now required"
        for media, content in before["content"].items():
            if media not in after["content"]:
                yield f"{place}: is no longer taken as {media}"
            else:
                yield from self._sent(place, content["schema"], after["content"][media]["schema"])

    def _sent(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """What was taken must be taken still."""
        yield from _Fit(self.old, self.new, answered=False).misfits(where, old, new)

    def _answered(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """What comes must have been announced."""
        yield from _Fit(self.new, self.old, answered=True).misfits(where, new, old)


class _Fit:
    """Whether all that one schema allows is allowed by another; each has references of its own."""

    def __init__(self, narrow: Json, wide: Json, *, answered: bool) -> None:
        self.narrow, self.wide, self.answered = narrow, wide, answered
        self.seen: set[tuple[str, str]] = set()

    def misfits(self, where: str, narrow: Json, wide: Json) -> Iterator[str]:
        names = narrow.get("$ref", ""), wide.get("$ref", "")
        if all(names):
            if names in self.seen:
                return
            self.seen.add(names)
        narrow, wide = _resolved(self.narrow, narrow), _resolved(self.wide, wide)
        if wide == {}:
            return
        kinds = _alternatives(narrow)
        if len(kinds) > 1 or len(_alternatives(wide)) > 1:
            yield from self._alternatives(where, kinds, _alternatives(wide))
            return
        yield from self._values(where, kinds[0], _alternatives(wide)[0])

    def _alternatives(self, where: str, narrow: list[Json], wide: list[Json]) -> Iterator[str]:
        for kind in narrow:
            tried = [self._tried(where, kind, each) for each in wide]
            if all(tried):
                # The one that comes nearest says best what is wrong.
                yield from min(tried, key=len)

    def _tried(self, where: str, narrow: Json, wide: Json) -> list[str]:
        seen = set(self.seen)
        found = list(self.misfits(where, narrow, wide))
        if found:
            self.seen = seen
        return found

    def _values(self, where: str, narrow: Json, wide: Json) -> Iterator[str]:
        if not _types(narrow) <= _types(wide):
            came, known = (" or ".join(sorted(_types(each))) for each in (narrow, wide))
            yield (
                f"{where}: may be {came}, was {known}"
                if self.answered
                else f"{where}: must be {known}, was {came}"
            )
            return
        if (
            "enum" in wide
            and not self.answered
            and (gone := set(narrow.get("enum", ("…",))) - set(wide["enum"]))
        ):
            yield f"{where}: takes no longer {', '.join(sorted(map(str, gone)))}"
        for word in STRICT:
            if word in wide and wide[word] != narrow.get(word) and "enum" not in narrow:
                yield f"{where}: {word} {narrow.get(word)!r} does not fit {wide[word]!r}"
        for word, direction in BOUNDS.items():
            if word in wide and (word not in narrow or (narrow[word] - wide[word]) * direction > 0):
                yield f"{where}: {word} {narrow.get(word)} does not fit {wide[word]}"
        if "items" in wide:
            yield from self.misfits(f"{where}[]", narrow.get("items", {}), wide["items"])
        yield from self._fields(where, narrow, wide)

    def _fields(self, where: str, narrow: Json, wide: Json) -> Iterator[str]:
        there, allowed = narrow.get("properties", {}), wide.get("properties", {})
        for name in sorted(set(wide.get("required", ())) - set(narrow.get("required", ()))):
            what = "is gone or no longer certain" if self.answered else "is now required"
            yield f"{where}.{name}: {what}"
        for name, part in there.items():
            if name in allowed:
                yield from self.misfits(f"{where}.{name}", part, allowed[name])
            elif not self.answered and wide.get("additionalProperties") is False:
                yield f"{where}.{name}: is gone"
        others, known = narrow.get("additionalProperties"), wide.get("additionalProperties")
        if isinstance(others, dict) and isinstance(known, dict):
            yield from self.misfits(f"{where}.*", others, known)


def _alternatives(schema: Json) -> list[Json]:
    found = schema.get("anyOf") or schema.get("oneOf")
    return found if found else [schema]


def _types(schema: Json) -> set[str]:
    stated = schema.get("type", [])
    kinds = {stated} if isinstance(stated, str) else set(stated)
    if not kinds:
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        if values is None:
            return {"object" if "properties" in schema else "anything"}
        kinds = {_JSON_TYPES[type(value)] for value in values}
    # Every whole number is a number.
    return kinds | {"integer"} if "number" in kinds else kinds


_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def _resolved(description: Json, part: Json) -> Json:
    while "$ref" in part:
        found: Any = description
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part

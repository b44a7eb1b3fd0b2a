"""Every address that the public may try, from the patterns that the catalogue answers."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

from api.api import api

# What the views read from an address, by the names of their patterns. A new page must say what it reads.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "home": (),
    "roles": (
        *("q", "exact", "sort", "more", "page", "family", "seniority", "capability"),
        *("artifact_type", "property", "partner", "has_agent"),
    ),
    "role": ("sources",),
    "role-markdown": ("dialect", "download"),
    "role-json": ("download",),
    "job-description": ("with", "without"),
    "role-revisions": ("page",),
    "role-revision": (),
    "suggest": ("about",),
    "suggestion": ("sent",),
    "proposal-preview": (),
    "robots": (),
    "llms": (),
    "sitemap": ("p",),
    "sitemap-part": ("p",),
    "capabilities": ("q", "by", "page"),
    "capability": ("page",),
    "responsibilities": ("q", "by", "page"),
    "responsibility": ("page",),
    "artifacts": ("q", "by", "page"),
    "artifact": ("page",),
    "families": ("q", "page"),
    "family": ("page",),
    "levels": (),
    "properties": ("page",),
    "property": ("q", "page"),
    "agents": ("q", "page"),
    "mcp-servers": ("q", "by", "page"),
    "mcp-server": ("page",),
    "matrix": ("roles", "add", "family", "capability", "sort", "format", "page"),
    "map": ("role", "q", "depth", "others", "family", "kind", "sort", "page"),
    "compare": ("roles", "add", "differences", "role", "revisions"),
    "role-suggestions": ("q",),
    "gap": ("from", "to", "level", "can", "at"),
    "gap-roles": (),
    "changes": ("before", "family"),
    "changes-feed": ("family",),
    "api-description": (),
    "api-reference": (),
    "api-problems": (),
    "api-recipes": (),
    "api-root": (),
    "mail-settings": (),
    "healthz": (),
    "login": ("next",),
}
# Addresses of people who have signed in, and those that only take what is sent.
NOT_PUBLIC = {
    *(
        "get_quality",
        "list_role_scores",
        "list_proposals",
        "get_proposal",
        "logout",
        "my-suggestions",
        "password_change",
        "set_language",
        "still-right",
    ),
}

_READING: dict[str, dict[str, dict[str, Any]]] = {
    operation["operationId"]: {
        parameter["name"]: parameter["schema"]
        for parameter in operation["parameters"]
        if parameter["in"] == "query"
    }
    for operations in api.get_openapi_schema()["paths"].values()
    for method, operation in operations.items()
    if method == "get"
}


def _names(schema: dict[str, Any]) -> list[str]:
    """The values that a schema takes, which has no list of one."""
    return schema.get("enum") or [schema["const"]]


_OF_EVERY_LIST = {"limit", "offset", "cursor", "format", "sort", "fields", "expand", "facets"}

# What writes needs a token.
NOT_PUBLIC |= {
    operation["operationId"]
    for operations in api.get_openapi_schema()["paths"].values()
    for method, operation in operations.items()
    if method != "get"
}
# The API's own description says what its operations read. What all lists know is tried at one of them.
PARAMETERS |= {
    name: tuple(
        each for each in read if name == "list_roles" or "cursor" not in read or each not in _OF_EVERY_LIST
    )
    for name, read in _READING.items()
}
IN_FULL = {
    name: "&".join(
        f"{each}={','.join(value for value in _names(read[each]['items']) if value != 'author')}"
        for each in ("expand", "facets")
        if each in read
    )
    for name, read in _READING.items()
    if "cursor" in read
}
"""What asks a list of the API for all that it can tell to everybody, by the name of its pattern."""

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def patterns(found: Iterable[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Name and route of each of these patterns, and of those that they include."""
    for each in found:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield str(each.name), route
        else:
            yield from patterns(each.url_patterns, route)


def public_patterns() -> list[tuple[str, str]]:
    """Name and route of each pattern that the public may try.

    Raises:
        LookupError: if PARAMETERS does not say what one reads.
    """
    found = [
        (name, route)
        for name, route in patterns(get_resolver().url_patterns)
        if name not in NOT_PUBLIC and not route.startswith("/admin/")
    ]
    if unknown := {name for name, _route in found} - PARAMETERS.keys():
        raise LookupError(f"Say in tests/addresses.py what {sorted(unknown)} read.")
    return found


def filled(route: str, words: Iterable[str], numbers: Iterable[str] = ("1", "2", "3")) -> list[str]:
    """The addresses of a route with each of these words, or numbers, in the place of its parameters."""
    found = [route]
    while match := _PARAMETER.search(found[0]):
        values = list(numbers if match[1] == "int" else words)
        found = [_PARAMETER.sub(quote(value), each, count=1) for each in found for value in values]
    return found

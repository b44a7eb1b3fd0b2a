"""Roles and vocabulary in the words of schema.org, for search engines and other catalogues."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.text import capfirst

from roles.documents.document import Json, RoleDocument
from roles.models import Artifact, Capability, JobFamily, McpServer, Responsibility, Role, RoleCapability
from roles.rendering import plain_text, render_markdown

CONTEXT = "https://schema.org"
Absolute = Callable[[str], str]
"""Makes a full address of a path."""
Word = Artifact | Capability | JobFamily | McpServer | Responsibility


def occupation(role: Role, document: RoleDocument, absolute: Absolute) -> dict[str, Json]:
    """A role that says what the document says, as an Occupation.

    Texts are plain; what is not stated is left out. `role.capabilities` should be fetched with what they
    share.
    """
    address = absolute(role.get_absolute_url())
    return _stated(
        {
            "@context": CONTEXT,
            "@type": "Occupation",
            "@id": address,
            "url": address,
            "name": role.name,
            "alternateName": list(document.aliases),
            "description": _plain(document.summary or document.mission or document.description),
            "identifier": [
                {"@type": "PropertyValue", "propertyID": identifier.scheme, "value": identifier.value}
                for identifier in document.identifiers
            ],
            "occupationalCategory": document.family,
            "responsibilities": [
                ": ".join(filter(None, (_plain(item.name), _plain(item.text))))
                for item in document.responsibilities
            ],
            "skills": [_skill(row, absolute) for row in role.capabilities.all()],
        }
    )


def defined_term(word: Word, other_names: Sequence[str], absolute: Absolute) -> dict[str, Json]:
    """A word of a vocabulary as a DefinedTerm of the set that its list is."""
    return _stated(
        {
            "@context": CONTEXT,
            **_term(word, absolute),
            "alternateName": list(other_names),
            "description": " ".join(word.description.split()),
        }
    )


def _skill(row: RoleCapability, absolute: Absolute) -> dict[str, Json]:
    said = ": ".join(filter(None, (row.level, _plain(row.detail))))
    return _stated({**_term(row.capability, absolute), "name": row.name, "description": said})


_SETS: dict[type[Word], str] = {
    Capability: "capabilities",
    Responsibility: "responsibilities",
    Artifact: "artifacts",
    JobFamily: "families",
    McpServer: "mcp-servers",
}


def _term(word: Word, absolute: Absolute) -> dict[str, Json]:
    address = absolute(word.get_absolute_url())
    in_set = {
        "@type": "DefinedTermSet",
        "name": capfirst(str(word._meta.verbose_name_plural)),
        "url": absolute(reverse(_SETS[type(word)])),
    }
    return {
        "@type": "DefinedTerm",
        "@id": address,
        "url": address,
        "name": word.name,
        "inDefinedTermSet": in_set,
    }


def _stated(values: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value}


def _plain(markdown: str | None) -> str:
    return plain_text(render_markdown(markdown)) if markdown else ""

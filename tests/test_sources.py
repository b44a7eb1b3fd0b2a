"""Where the documents of a role say something else than the catalogue does."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Prefetch

from roles.documents.document import Capability, RoleDocument
from roles.documents.reader import parse
from roles.models import Role, RoleRevision, SourceDocument
from roles.sources import Source, read_documents, sources
from roles.store import Change, write

pytestmark = pytest.mark.django_db

PROFILE = """---
id: de-01
name: Data Engineer
---

# Mission
Deliver data.

# Capabilities
- **SQL** — Advanced (window functions)
- **Python** — Competent
"""
JOB = """# data  engineer

## Job Description
Builds pipelines.

## Common Partners
Data Analyst, Platform Engineer
"""


def read(text: str) -> RoleDocument:
    document = parse(text.encode()).document
    assert document is not None
    return document


def publish(document: RoleDocument) -> Role:
    return write(None, document, Change(origin=RoleRevision.Origin.LOAD))[0]


def write_down(role: Role, text: str, *, rank: int = 1, family: str | None = None) -> None:
    """Give the role a document that says this, in a folder of this family."""
    parsed = parse(text.encode())
    SourceDocument.objects.create(
        role=role,
        path=f"{rank}.md",
        dialect=parsed.dialect,
        digest="0" * 64,
        content=text.encode(),
        folder_family=family or "",
        rank=rank,
        parsed=replace(read(text), family=family).to_json(),
        lines=parsed.statement_lines,
    )


def told(role: Role, document: RoleDocument) -> list[Source]:
    """What is told of the role's documents."""
    documents = Prefetch("documents", read_documents())
    return sources(Role.objects.prefetch_related(documents).get(pk=role.pk), document)


def differences(source: Source) -> dict[str, tuple[Any, int]]:
    return {found.field: (found.value, found.line) for found in source.differs}


def test_a_document_that_says_the_same_does_not_differ() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE)
    assert told(role, read(PROFILE)) == [Source(path="1.md", dialect="profile", rank=1, differs=())]


def test_what_was_changed_in_the_catalogue_is_told_as_the_document_has_it() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE)
    edited = replace(
        read(PROFILE),
        mission="Deliver trusted data.",
        capabilities=(Capability(name="SQL", level="Expert"), Capability(name="Python", level="Competent")),
    )
    assert differences(told(role, edited)[0]) == {
        "mission": ("Deliver data.", 7),
        "capabilities:sql": ({"name": "SQL", "level": "Advanced", "detail": "window functions"}, 10),
    }


def test_what_was_taken_out_in_the_catalogue_is_still_told() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE)
    edited = replace(read(PROFILE), capabilities=read(PROFILE).capabilities[:1])
    assert list(differences(told(role, edited)[0])) == ["capabilities:python"]


def test_what_only_the_catalogue_says_is_no_matter_of_its_documents() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE)
    assert differences(told(role, replace(read(PROFILE), summary="New."))[0]) == {}


def test_what_a_file_does_not_state_itself_never_differs() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE, family="Data")
    renamed = replace(read(PROFILE), slug="analytics-engineer", family="Analytics")
    assert differences(told(role, renamed)[0]) == {}


def test_another_spelling_of_the_name_is_no_difference_but_another_name_is() -> None:
    role = publish(read(PROFILE))
    write_down(role, JOB)
    assert differences(told(role, replace(read(JOB), name="Data Engineer"))[0]) == {}
    assert differences(told(role, replace(read(JOB), name="Analytics Engineer"))[0]) == {
        "name": ("data engineer", 1)
    }


def test_another_order_is_no_difference() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE)
    turned = replace(read(PROFILE), capabilities=read(PROFILE).capabilities[::-1])
    assert differences(told(role, turned)[0]) == {}


def test_documents_come_in_the_order_of_their_rank() -> None:
    role = publish(read(PROFILE))
    write_down(role, PROFILE, rank=2)
    write_down(role, JOB, rank=1)
    assert [(source.rank, source.dialect) for source in told(role, read(PROFILE))] == [
        (1, "job"),
        (2, "profile"),
    ]

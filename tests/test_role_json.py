"""The JSON of roles that is kept ready: what would be made of a role now, or it is not used."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.schemas.roles import RoleDetail
from roles import history, lifecycle, proposals, twins
from roles.documents.anchors import anchors
from roles.documents.document import Interaction, RoleDocument, field_of, statements
from roles.loading.run import load
from roles.merging import roles as merging
from roles.merging.undo import undo
from roles.models import Merge, Proposal, Role, RoleJson, SourceDocument
from roles.partners import link_partners
from roles.representation import RoleAnswer, role_answer
from roles.role_json import VERSION, Parts, digest_of, documents_to_hold_against, packed_parts, renew
from roles.sources import Disagreement, Source
from tests.builders import FULL, change, document, edit, job, put, written
from tests.strategies import role_documents

NOBODY = AnonymousUser()
ADDED = (
    b'{"url":"https://roles.example/roles/x/","status":"published","replaced_by":null,"revision":1,'
    b'"updated_at":"2026-11-22T08:00:00Z","owner":null}'
)
SOURCE = Source(
    path="x.md",
    dialect="job",
    rank=1,
    differs=(Disagreement(field="mission", value="Other.\nWords", line=3),),
)


DIGEST = "85e6b5bcdd2f7787b436896068d11f652f3f6a85956552dd91b2319ce1e8c567"


def address(slug: str) -> str:
    return f"https://roles.example/roles/{slug}/"


# What is told -----------------------------------------------------------------------------------------------


@given(role_documents, st.data())
def test_every_document_is_told_as_the_schema_says_and_word_for_word(said: RoleDocument, data: Any) -> None:
    others = [key for key in statements(said) if field_of(key) in ("interactions", "members")]
    seen = data.draw(st.sets(st.sampled_from(others))) if others else set()
    links = {key: f"role-{number}" for number, key in enumerate(sorted(seen))}
    parts = Parts.of(said, [SOURCE])
    answer = RoleDetail.model_validate_json(
        RoleAnswer("x", "", datetime.now(UTC), parts.packed(), ADDED, links).content(), strict=True
    )
    told = answer.model_dump(mode="json")
    places = anchors(statements(said))
    assert told["anchors"] == places
    assert [item["role"] for field in ("interactions", "members") for item in told[field]] == [
        links.get(key) for key in others
    ]
    assert told["sources"][0]["differs"] == [{"field": "mission", "value": "Other.\nWords", "line": 3}]
    assert {field: _without(told[field]) for field in said.to_json()} == said.to_json()


def _without(value: Any) -> Any:
    """A JSON value without what the catalogue adds to statements."""
    if isinstance(value, dict):
        return {key: _without(part) for key, part in value.items() if key not in ("anchor", "role")}
    return [_without(part) for part in value] if isinstance(value, list) else value


def test_the_version_is_raised_when_the_same_role_is_told_otherwise() -> None:
    # Else what was made before would be told on. So raise the version, and then put the new digest here.
    assert (VERSION, digest_of(Parts.of(FULL, [SOURCE]).packed())) == (1, DIGEST)


# When it is made --------------------------------------------------------------------------------------------


def ready() -> set[str]:
    """The slugs of the roles whose JSON is ready, after a look that it is right."""
    roles = Role.objects.filter(json__version=VERSION).select_related("revision", "json")
    found = list(roles.prefetch_related(documents_to_hold_against()))
    for role in found:
        assert bytes(role.json.parts) == packed_parts(role)
        assert role.json.digest == digest_of(packed_parts(role))
    return {role.slug for role in found}


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    """Two roles from files, one of them with two files, and one that was written by hand; all are ready."""
    put(
        tmp_path,
        {
            "a.md": job("Cook", "## Success Metrics\n* Warm soup\n", code="COOK0001"),
            "b.md": job("Cook", "## Success Metrics\n* Cold soup\n", code="COOK0001"),
            "c.md": job("Baker", "## Common Partners\nCook\n"),
        },
    )
    load([tmp_path])
    written(document("Waiter", interactions=(Interaction(kind="Advises", partner="Cook"),)))
    link_partners()
    renew()
    assert ready() == {"cook", "baker", "waiter"}
    return tmp_path


def role(slug: str) -> Role:
    return Role.objects.get(slug=slug)


def edited(_folder: Path) -> None:
    edit("cook", mission="Cook.")


def renamed(_folder: Path) -> None:
    edit("cook", slug="chef")


def written_anew(_folder: Path) -> None:
    written(document("Porter"))


def loaded_again(folder: Path) -> None:
    put(folder, {"c.md": job("Baker", "## Success Metrics\n* Bread\n")})
    load([folder])


def loaded_after_an_edit(folder: Path) -> None:
    edit("baker", description="Bakes.")
    renew()
    put(folder, {"c.md": job("Baker", "\nEarly.\n")})
    load([folder])


def moved(folder: Path) -> None:
    (folder / "c.md").rename(folder / "d.md")
    load([folder])


def gone(folder: Path) -> None:
    (folder / "b.md").unlink()
    load([folder], max_withdrawn=1.0)


def another_decides(_folder: Path) -> None:
    found = twins.twins_of(role("cook"), "job")
    assert found
    twins.let_decide(found, found.documents[1], change())


def one_is_dropped(_folder: Path) -> None:
    found = twins.twins_of(role("cook"), "job")
    assert found
    twins.drop(found, found.documents[1], change())


def merged(_folder: Path) -> None:
    merging.merge(role("cook"), role("baker"), change())


def merged_and_parted(folder: Path) -> None:
    merged(folder)
    renew()
    undo(Merge.objects.get(), change())


def deleted_and_brought_back(_folder: Path) -> None:
    uid = role("cook").uid
    history.delete([role("cook")], change())
    renew()
    history.bring_back(uid, change())


def restored(folder: Path) -> None:
    edited(folder)
    renew()
    history.restore(role("cook"), 1, change())


def held_for_review(folder: Path) -> None:
    load_for_review(folder)


def load_for_review(folder: Path) -> Proposal:
    put(folder, {"c.md": job("Baker", "## Success Metrics\n* Bread\n")})
    load([folder], by=User.objects.create_user("sam"))
    return Proposal.objects.get()


def reviewed_and_approved(folder: Path) -> None:
    waiting = load_for_review(folder)
    renew()
    proposals.apply(waiting, User.objects.create_superuser("ruth"))


def reviewed_and_declined(folder: Path) -> None:
    waiting = load_for_review(folder)
    renew()
    proposals.decline(waiting, User.objects.create_superuser("ruth"), "No.")


def archived(_folder: Path) -> None:
    lifecycle.change(role("cook"), by=None, status="archived", successor=role("baker"))


def linked(_folder: Path) -> None:
    link_partners()


def written_past_the_models(_folder: Path) -> None:
    SourceDocument.objects.filter(path__endswith="a.md").update(lines={})
    SourceDocument.objects.filter(path__endswith="b.md").delete()


DOORS = [
    *(edited, renamed, written_anew, loaded_again, loaded_after_an_edit, moved, gone, another_decides),
    *(one_is_dropped, merged, merged_and_parted, deleted_and_brought_back, restored, held_for_review),
    *(reviewed_and_approved, reviewed_and_declined, archived, linked, written_past_the_models),
]


@pytest.mark.parametrize("door", DOORS)
def test_whatever_changes_a_role_or_its_documents_what_is_ready_is_right(
    folder: Path, door: Callable[[Path], None]
) -> None:
    door(folder)
    ready()
    renew()
    assert ready() == set(Role.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("door", [archived, linked])
def test_what_is_no_part_of_it_leaves_it_ready(folder: Path, door: Callable[[Path], None]) -> None:
    door(folder)
    assert ready() == {"cook", "baker", "waiter"}


def test_a_change_makes_it_anew_once_it_is_committed(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        written(document("Cook"))
        assert ready() == set()
    assert ready() == {"cook"}


def test_a_role_that_is_not_ready_says_the_same_under_the_same_tag(folder: Path) -> None:
    before = role_answer("cook", NOBODY, address)
    RoleJson.objects.update(version=VERSION + 1, parts=b"", digest="")
    after = role_answer("cook", NOBODY, address)
    assert (after.content(), after.etag) == (before.content(), before.etag)


# Tags -------------------------------------------------------------------------------------------------------


def retitled(_folder: Path) -> None:
    Role.objects.filter(slug="cook").update(owner=User.objects.create_user("ann"))


@pytest.mark.parametrize("door", [edited, one_is_dropped, archived, retitled, written_past_the_models])
def test_the_tag_is_another_when_the_role_says_something_else(
    folder: Path, door: Callable[[Path], None]
) -> None:
    before = role_answer("cook", NOBODY, address)
    door(folder)
    after = role_answer("cook", NOBODY, address)
    assert before.content() != after.content()
    assert before.etag != after.etag


def test_the_tag_is_another_when_a_partner_is_named_otherwise_or_not_seen(folder: Path) -> None:
    tags = [role_answer("waiter", NOBODY, address).etag]
    edit("cook", slug="chef")
    tags.append(role_answer("waiter", NOBODY, address).etag)
    Role.objects.filter(slug="chef").update(status="draft")
    tags.append(role_answer("waiter", NOBODY, address).etag)
    assert len(set(tags)) == 3


def test_the_tag_stays_while_others_change(folder: Path) -> None:
    before = role_answer("cook", NOBODY, address)
    edit("baker", mission="Bake.")
    assert role_answer("cook", NOBODY, address).etag == before.etag

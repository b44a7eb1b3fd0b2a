"""Private links: a role as it would be, and nothing of that anywhere else."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roles import lifecycle, proposals
from roles.documents.document import Capability, Identifier
from roles.models import Capability as Word
from roles.models import Proposal, Role
from roles.partners import link_partners
from tests.builders import FULL, change, document, edit, row_counts, written
from tests.test_drafts_stay_hidden import DRAFT, SECRET, shown, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Role:
    return written(FULL)


def preview_of(role: Role, **parts: Any) -> str:
    """The private link of a change that is proposed."""
    return proposals.propose(role, replace(FULL, **parts), change()).get_preview_url()


def test_a_preview_is_the_page_with_the_proposal_applied(client: Client, keeper: Role) -> None:
    link = preview_of(keeper, mission="Tames quaggas.", capabilities=(Capability(name="Taming"),))
    edit("bridge-keeper", summary="Ours.")
    page = client.get(link).content.decode()
    assert all(text in page for text in ("Preview, not published", "Tames quaggas.", "Taming", "Ours."))
    assert "application/ld+json" not in page


def test_a_preview_is_kept_by_nobody_and_tells_nobody_where_it_is(client: Client, keeper: Role) -> None:
    answer = client.get(preview_of(keeper, mission="Tames quaggas."))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_looking_at_a_preview_leaves_nothing_behind(client: Client, keeper: Role) -> None:
    link = preview_of(keeper, mission="Tames quaggas.", capabilities=(Capability(name="Taming"),))
    before = row_counts()
    client.get(link)
    assert row_counts() == before
    assert not Word.objects.filter(name="Taming").exists()


@pytest.mark.parametrize("how", ["apply", "decline", "withdraw", "renew_link"])
def test_a_preview_ends_with_its_proposal_or_with_a_new_link(client: Client, keeper: Role, how: str) -> None:
    link = preview_of(keeper, mission="Tames quaggas.")
    proposal = Proposal.objects.get()
    if how == "renew_link":
        proposals.renew_link(proposal)
    else:
        getattr(proposals, how)(proposal, None, "Over.")
    answer = client.get(link)
    assert (answer.status_code, "quaggas" in answer.content.decode()) == (404, False)


def test_a_preview_of_what_can_not_be_says_why(client: Client, keeper: Role) -> None:
    link = preview_of(keeper, slug="moat-digger")
    written(document("Moat Digger"))
    answer = client.get(link)
    assert answer.status_code == 409
    assert "moat-digger leads to another role" in answer.content.decode()


def test_the_private_link_of_a_draft_ends_when_it_is_published(client: Client) -> None:
    draft = written(DRAFT, status=Role.Status.DRAFT)
    link = proposals.preview_draft(draft).get_absolute_url()
    assert SECRET in client.get(link).content.decode()
    Role.objects.update(status=Role.Status.PUBLISHED)
    assert client.get(link).status_code == 404


def test_a_preview_of_a_catalogue_for_people_who_signed_in_is_for_them(
    client: Client, keeper: Role, settings: Any
) -> None:
    settings.READ_ACCESS = "login"
    assert client.get(preview_of(keeper, mission="Tames quaggas.")).status_code == 302


@pytest.mark.parametrize("token", ["x", "0" * 10_000, "known-to-its-sender-alone"])
def test_a_link_that_nobody_was_given_leads_nowhere(client: Client, keeper: Role, token: str) -> None:
    assert client.get(f"/previews/{token}/").status_code == 404


def test_the_public_is_told_the_same_as_if_nothing_were_proposed(client: Client, keeper: Role) -> None:
    link_partners()
    before = told(client, ())
    proposals.propose(keeper, replace(DRAFT, slug=FULL.slug, identifiers=FULL.identifiers), change())
    client.get(Proposal.objects.get().get_preview_url())
    after = told(client, ())
    differing = [address for address in before if before[address] != after[address]]
    assert not differing, differing
    assert shown(client, SECRET) == []


def test_a_preview_that_can_not_be_names_no_draft(client: Client, keeper: Role) -> None:
    code = Identifier(scheme="role-code", value="MOAT1")
    link = preview_of(keeper, identifiers=(code,))
    written(document("Hidden Digger", identifiers=(code,)), status=Role.Status.DRAFT)
    answer = client.get(link)
    assert answer.status_code == 409
    assert "Hidden Digger" not in answer.content.decode()


def test_the_private_link_of_a_draft_does_not_come_back_with_the_draft(
    client: Client, reviewer: User
) -> None:
    draft = written(DRAFT, status=Role.Status.DRAFT)
    link = proposals.preview_draft(draft).get_absolute_url()
    for status in (Role.Status.PUBLISHED, Role.Status.DRAFT):
        lifecycle.change(draft, by=reviewer, status=status)
    assert client.get(link).status_code == 404


def test_who_guesses_links_holds_up_nobody_who_writes(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/previews/guessed/")
    assert not [query for query in queries if "revisioncounter" in query["sql"]]

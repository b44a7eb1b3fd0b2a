"""Drafts: the public is told the same, at each address, as if there were none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from roles import history
from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    Identifier,
    Interaction,
    McpServer,
    Property,
    Responsibility,
    RoleDocument,
)
from roles.models import Capability as Word
from roles.models import Role
from roles.partners import link_partners
from tests.addresses import IN_FULL, PARAMETERS, filled, public_patterns
from tests.builders import FULL, change, document, edit, written

SECRET = "Quagga"

# It says everything that the public role says too, and in each field something that nobody else says.
DRAFT = replace(
    FULL,
    slug="toll-collector",
    name="Toll Collector",
    identifiers=(Identifier(scheme="role-code", value="QUAGGA1"), Identifier(scheme="x", value="TOLL1001")),
    aliases=(SECRET,),
    tags=(*FULL.tags, SECRET),
    extra={**FULL.extra, SECRET: SECRET},
    mission=f"Tames the {SECRET}.",
    summary=f"Tames the {SECRET}.",
    description=f"Tames the {SECRET}.",
    properties=(*FULL.properties, Property(name="Tools", values=(SECRET,)), Property(name=SECRET)),
    responsibilities=(
        *FULL.responsibilities,
        Responsibility(name=SECRET, text=f"Tames the {SECRET}.", primary=True),
    ),
    capabilities=(*FULL.capabilities, Capability(name=SECRET, level=f"{SECRET} level")),
    artifacts=(*FULL.artifacts, Artifact(name=SECRET, type=SECRET)),
    interactions=(
        Interaction(kind=f"Hands {SECRET} to", partner="Bridge Keeper", notes=f"Logbook of the {SECRET}"),
        Interaction(kind="Reports to", partner="Bridge Keeper"),
        Interaction(kind="Reports to", partner=SECRET),
    ),
    agent=Agent(
        name=SECRET,
        system_prompt=f"You are a {SECRET}.",
        mcp_servers=(McpServer(name="gauge", purpose=SECRET), McpServer(name=SECRET, purpose="Taming.")),
    ),
)
OWN_FAMILY = document(f"{SECRET} Rider", family=SECRET, seniority=f"{SECRET} seniority")

# What may be tried in place of a slug, and as a parameter: what only drafts say, and what they say too.
PLACES = (
    "bridge-keeper",
    "toll-collector",
    "toll-colector",
    "quagga",
    "river-works",
    "carpentry",
    "logbook",
    "tools",
    "roles",
)
TRIED = (
    "quagga",
    "quaggo",
    "toll-collector",
    "quagga:advanced",
    "tools:quagga",
    "bridge-keeper,quagga-rider",
)
TOGETHER = (
    *("/gap/?can=quagga&at=advanced", "/gap/?from=bridge-keeper&to=quagga", "/compare/?role=toll-collector"),
    *("/roles/?capability=carpentry", "/roles/?partner=toll-collector&q=keeper", "/roles/?q=kepeer"),
    *("/matrix/?family=river-works", "/matrix/?capability=carpentry", "/map/?role=bridge-keeper&depth=3"),
    *("/gap/?level=carpentry:advanced", "/gap/?to=bridge-keeper&level=carpentry:novice"),
    *(
        "/map/?others=shown",
        "/roles/bridge-keeper/?sources=shown",
        "/compare/?roles=bridge-keeper,ferry-master",
    ),
)


def addresses(tried: Sequence[str] = TRIED) -> Iterator[str]:
    """Each public address, and each of its parameters with each of what is tried."""
    for name, route in public_patterns():
        places = filled(route, PLACES)
        yield from places
        for parameter in PARAMETERS[name]:
            yield from (f"{places[0]}?{urlencode({parameter: value})}" for value in tried)
        if name in IN_FULL:
            yield from (f"{place}?limit=100&{IN_FULL[name]}" for place in places)
    yield from TOGETHER


def told(client: Client, tried: Sequence[str] = TRIED) -> dict[str, tuple[int, str, str]]:
    """What is answered at each address: status, where it leads, and the words."""
    found = {}
    for address in addresses(tried):
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        # Numbers rise with gaps, and who follows changes is led to the end of all.
        text = re.sub(r'(since=|"last":)\d+', r"\1", content.decode())
        words = re.sub(r'(name="(?:csrfmiddlewaretoken|opened)" value=)"[^"]+"', r"\1", text)
        found[address] = response.status_code, response.get("Location", ""), words
    return found


def shown(client: Client, word: str) -> list[str]:
    """The addresses without the word at which it is to be read."""
    answers = ((address, content) for address, (_, _, content) in told(client, ()).items())
    return [
        address
        for address, content in answers
        if word.lower() not in address.lower() and word.lower() in content.lower()
    ]


@pytest.fixture
def published(db: None) -> None:
    """Two roles that everybody sees; one names a partner and a member that are no roles yet."""
    written(FULL)
    written(document("Ferry Master", family="River Works", capabilities=(Capability(name="Swimming"),)))
    link_partners()


def drafts() -> None:
    for said in (DRAFT, OWN_FAMILY):
        written(said, status=Role.Status.DRAFT)
    link_partners()
    assert Role.objects.get(slug="bridge-keeper").interactions.filter(partner__slug="toll-collector").exists()
    assert Word.objects.filter(name=SECRET).exists()


@pytest.mark.usefixtures("published")
def test_the_public_is_told_the_same_as_if_there_were_no_drafts(client: Client) -> None:
    before = told(client)
    drafts()
    after = told(client)
    differing = [address for address in before if before[address] != after[address]]
    assert not differing, differing


@pytest.mark.usefixtures("published")
def test_whoever_may_see_drafts_is_told_of_them(client: Client) -> None:
    drafts()
    hanna = User.objects.create_user("hanna")
    hanna.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client.force_login(hanna)
    places = shown(client, SECRET)
    assert {"/roles/", "/roles/toll-collector/", "/capabilities/", "/matrix/?family=river-works"} <= {*places}


@pytest.mark.usefixtures("published")
def test_what_a_role_said_as_a_draft_is_not_told_when_it_is_published(client: Client) -> None:
    role = written(DRAFT, status=Role.Status.DRAFT)
    link_partners()
    edit("toll-collector", **{name: getattr(document("Toll Collector"), name) for name in FIELDS})
    Role.objects.filter(pk=role.pk).update(status=Role.Status.PUBLISHED)
    edit("toll-collector", summary="Takes the toll.")
    assert "/roles/toll-collector/" in shown(client, "Takes the toll.")
    assert shown(client, SECRET) == []


FIELDS = [name for name in RoleDocument.__dataclass_fields__ if name not in ("slug", "name")]


@pytest.mark.usefixtures("published")
def test_what_a_role_said_before_it_became_a_draft_is_not_told(client: Client) -> None:
    role = written(DRAFT)
    link_partners()
    Role.objects.filter(pk=role.pk).update(status=Role.Status.DRAFT)
    assert shown(client, SECRET) == []


@pytest.mark.usefixtures("published")
def test_what_a_deleted_role_said_is_not_told(client: Client) -> None:
    role = written(DRAFT)
    link_partners()
    history.delete([role], change())
    assert shown(client, SECRET) == []


@pytest.mark.usefixtures("published")
def test_an_archived_role_is_read_at_its_address_and_listed_nowhere(client: Client) -> None:
    written(document("Moat Digger", mission=f"Feeds the {SECRET}."), status=Role.Status.ARCHIVED)
    places = shown(client, "Moat Digger")
    assert client.get("/roles/moat-digger/").status_code == 200
    told = {"/changes/", "/changes/feed.atom", "/api/v1/changes", "/api/v1/revisions"}
    assert {place.partition("?")[0] for place in places} <= told

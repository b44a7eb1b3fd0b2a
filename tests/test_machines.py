"""What programs are told: where pages are, which may be visited, and what they say in schema.org's words."""

import json
import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from roles import llms
from roles.documents.document import Capability
from roles.models import Capability as SharedCapability
from roles.models import Role
from tests.builders import FULL, document, edit, written

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
# What schema.org allows these types to say, of what the catalogue says with them.
SHAPES: dict[str, dict[str, Any]] = {
    "Occupation": {
        "@id": str,
        "url": str,
        "name": str,
        "alternateName": [str],
        "description": str,
        "identifier": ["PropertyValue"],
        "occupationalCategory": str,
        "responsibilities": [str],
        "skills": ["DefinedTerm"],
    },
    "PropertyValue": {"propertyID": str, "value": str},
    "DefinedTerm": {
        "@id": str,
        "url": str,
        "name": str,
        "alternateName": [str],
        "description": str,
        "inDefinedTermSet": "DefinedTermSet",
    },
    "DefinedTermSet": {"name": str, "url": str},
}
NEEDED = {
    "Occupation": {"@id", "url", "name"},
    "PropertyValue": {"propertyID", "value"},
    "DefinedTerm": {"@id", "url", "name", "inDefinedTermSet"},
    "DefinedTermSet": {"name", "url"},
}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def linked_data(client: Client, address: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, address))
    assert len(found) == 1
    data: dict[str, Any] = json.loads(found[0])
    assert data.pop("@context") == "https://schema.org"
    return data


def check(data: Any, shape: Any) -> None:
    """Hold a value of linked data against a type, by name if it is one of schema.org's."""
    if isinstance(shape, list):
        assert isinstance(data, list)
        assert data
        for item in data:
            check(item, shape[0])
    elif isinstance(shape, str):
        assert data["@type"] == shape
        assert NEEDED[shape] <= data.keys()
        for name in data.keys() - {"@type"}:
            check(data[name], SHAPES[shape][name])
    else:
        assert isinstance(data, shape)
        assert data == data.strip() != ""


def located(client: Client, address: str) -> dict[str, str]:
    """What a part of the sitemap, or its index, lists: addresses, and when they changed."""
    root = ElementTree.fromstring(client.get(address).content)  # noqa: S314
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return {
        entry.findtext("s:loc", "", space): entry.findtext("s:lastmod", "", space) for entry in list(root)
    }


def mapped(client: Client) -> set[str]:
    """The paths of all pages on the sitemap, found from its index on."""
    return {
        urlsplit(place).path
        for part in located(client, "/sitemap.xml")
        for place in located(client, part.removeprefix(HOST))
    }


# Linked data


def test_a_role_is_an_occupation(client: Client) -> None:
    written(FULL)
    data = linked_data(client, "/roles/bridge-keeper/")
    check(data, "Occupation")
    assert data["name"] == "Bridge Keeper"
    assert data["@id"] == data["url"] == f"{HOST}/roles/bridge-keeper/"
    assert data["description"] == "Keeps the bridge open."
    assert data["occupationalCategory"] == "River Works"
    assert data["responsibilities"][0] == "Crossing: Lets people over."
    assert {"@type": "PropertyValue", "propertyID": "role-code", "value": "BRID7001"} in data["identifier"]
    assert data["skills"][0] == {
        "@type": "DefinedTerm",
        "@id": f"{HOST}/capabilities/carpentry/",
        "url": f"{HOST}/capabilities/carpentry/",
        "name": "Carpentry",
        "description": "Advanced: joints, planks",
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "name": "Capabilities",
            "url": f"{HOST}/capabilities/",
        },
    }


def test_what_a_role_does_not_state_is_not_said(client: Client) -> None:
    written(document("Cook"))
    assert linked_data(client, "/roles/cook/").keys() == {"@type", "@id", "url", "name"}


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "a & b"])
def test_no_text_ends_the_element_that_it_stands_in(client: Client, text: str) -> None:
    written(document("Cook", aliases=(text,)))
    assert linked_data(client, "/roles/cook/")["alternateName"] == [text]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/capabilities/carpentry/", "Carpentry"),
        ("/responsibilities/crossing/", "Crossing"),
        ("/artifacts/logbook/", "Logbook"),
        ("/families/river-works/", "River Works"),
        ("/mcp-servers/gauge/", "gauge"),
    ],
)
def test_a_word_is_a_defined_term_of_its_list(client: Client, address: str, name: str) -> None:
    written(FULL)
    data = linked_data(client, address)
    check(data, "DefinedTerm")
    assert (data["name"], data["url"]) == (name, HOST + address)
    assert HOST + address.rsplit("/", 2)[0] + "/" == data["inDefinedTermSet"]["url"]


def test_a_word_has_its_other_names_and_its_description(client: Client) -> None:
    written(FULL)
    word = SharedCapability.objects.get(name="Carpentry")
    word.description = "Works\n\nwood."
    word.save()
    word.aliases.create(name="Joinery")
    data = linked_data(client, "/capabilities/carpentry/")
    assert (data["alternateName"], data["description"]) == (["Joinery"], "Works wood.")


# The head of pages


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/", "/"),
        ("/roles/?q=cook&page=2", "/roles/"),
        ("/roles/cook/?utm_source=letter", "/roles/cook/"),
        ("/accounts/login/?next=/roles/", "/accounts/login/"),
        ("/roles/cook/job-description/?without=mission", "/roles/cook/job-description/"),
    ],
)
def test_a_page_has_one_address(client: Client, asked: str, canonical: str) -> None:
    written(document("Cook", mission="Feed."))
    html = page(client, asked)
    assert re.findall(r'<link rel="canonical" href="([^"]*)">', html) == [HOST + canonical]


def test_an_address_cannot_break_out_of_its_link(client: Client) -> None:
    html = client.get('/no"><script>/').content.decode()
    assert 'href="http://testserver/no%22%3E%3Cscript%3E/"' in html


def test_a_role_is_described_in_its_head(client: Client) -> None:
    written(document("Cook", summary='Makes "soup" & **more**.'))
    html = page(client, "/roles/cook/")
    assert '<meta name="description" content="Makes &quot;soup&quot; &amp; more.">' in html
    assert '<link rel="alternate" type="text/markdown" href="/roles/cook.md">' in html
    assert '<link rel="alternate" type="application/json" href="/roles/cook.json">' in html
    assert "noindex" not in html


@pytest.mark.parametrize("address", ["/roles/cook/", "/roles/cook/job-description/"])
def test_what_is_no_page_to_be_found_says_so(client: Client, address: str) -> None:
    written(document("Cook"))
    Role.objects.update(status=Role.Status.ARCHIVED)
    assert '<meta name="robots" content="noindex">' in page(client, address)


# The sitemap


def test_the_sitemap_has_every_page_that_lists_show(client: Client) -> None:
    written(FULL)
    found = mapped(client)
    assert {"/", "/roles/", "/roles/bridge-keeper/", "/capabilities/", "/capabilities/carpentry/"} <= found
    assert {"/responsibilities/crossing/", "/artifacts/logbook/", "/families/river-works/"} <= found
    assert "/mcp-servers/gauge/" in found
    assert [place for place in found if client.get(place).status_code != 200] == []


def test_the_sitemap_tells_when_a_role_changed(client: Client) -> None:
    written(document("Cook"))
    role = edit("cook", mission="Feed.")
    day = role.updated_at.date().isoformat()
    assert located(client, "/sitemap-roles.xml") == {f"{HOST}/roles/cook/": day}
    assert located(client, "/sitemap.xml")[f"{HOST}/sitemap-roles.xml"].startswith(day)


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_lists_do_not_show_is_on_no_map(client: Client, admin_client: Client, status: str) -> None:
    written(FULL)
    Role.objects.update(status=status)
    for reader in (client, admin_client):
        assert not [place for place in mapped(reader) if "bridge" in place or "carpentry" in place]
        assert "bridge-keeper" not in page(reader, "/llms.txt")


@pytest.mark.parametrize(
    "address", ["/sitemap-nothing.xml", "/sitemap-roles.xml?p=2", "/sitemap-roles.xml?p=x"]
)
def test_there_are_no_other_parts(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_sitemap_takes_as_many_queries_for_many_roles(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        written(document(f"Role {number}", capabilities=(Capability(name=f"C {number}"),)))
        # How many there are, and these.
        for part in ("roles", "capabilities"):
            with django_assert_num_queries(2):
                client.get(f"/sitemap-{part}.xml")


# robots.txt and llms.txt


def test_robots_may_visit_pages_but_no_forms_and_filters(client: Client) -> None:
    lines = page(client, "/robots.txt").splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /*?", "Disallow: /roles/*/job-description/"} <= set(lines)
    assert "Disallow: /" not in lines
    assert lines[-1] == f"Sitemap: {HOST}/sitemap.xml"


def test_language_models_are_told_of_roles_by_family(client: Client) -> None:
    written(document("Cook", family="Kitchen", summary="Makes *soup*."))
    written(document("Baker", family="Kitchen"))
    written(document("Waiter", description="Serves."))
    written(document("Spare [hand]", mission="Help\n\nout."))
    lines = page(client, "/llms.txt").splitlines()
    assert lines[0] == "# Role catalogue"
    assert lines[lines.index("## Kitchen") :] == [
        "## Kitchen",
        "",
        f"- [Baker]({HOST}/roles/baker.md)",
        f"- [Cook]({HOST}/roles/cook.md): Makes soup.",
        "",
        "## Without a family",
        "",
        f"- [Spare \\[hand\\]]({HOST}/roles/spare-hand.md): Help out.",
        f"- [Waiter]({HOST}/roles/waiter.md): Serves.",
    ]


def test_more_roles_than_can_be_read_at_once_are_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llms, "ROLES_AT_MOST", 2)
    for number in range(5):
        written(document(f"Role {number}", summary="word" * 400))
    text = page(client, "/llms.txt")
    assert text.count("/roles/role-") == 2
    assert text.endswith("3 more roles are not listed here.\n")
    assert max(map(len, text.splitlines())) < 400


def test_llms_txt_takes_as_many_queries_for_many_roles(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        written(document(f"Role {number}", family=f"Family {number}"))
        # The roles with their families, and how many there are.
        with django_assert_num_queries(2):
            page(client, "/llms.txt")


# Where only people who have signed in may read


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-roles.xml", "/llms.txt", "/roles/cook.md"])
def test_nothing_is_told_before_signing_in(client: Client, settings: Settings, address: str) -> None:
    settings.READ_ACCESS = "login"
    written(document("Cook"))
    answer = client.get(address)
    assert answer.status_code == 302
    assert b"cook" not in answer.content.lower()
    client.force_login(User.objects.create_user("reader"))
    assert client.get(address).status_code == 200


def test_robots_may_visit_nothing_where_one_has_to_sign_in(client: Client, settings: Settings) -> None:
    settings.READ_ACCESS = "login"
    assert page(client, "/robots.txt") == "User-agent: *\nDisallow: /\n"

"""A role as Markdown and as JSON: at addresses of their own, and at its page for whoever prefers them."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Capability, Interaction, Member
from roles.documents.reader import parse
from roles.models import Interaction as InteractionRow
from roles.models import OldSlug, Role, RoleMember
from roles.role_json import renew
from tests.builders import FULL, document, edit, written

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture
def keeper() -> Role:
    return written(FULL)


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize(("query", "dialect"), [("", "profile"), ("?dialect=job", "job")])
def test_the_markdown_of_a_role_is_a_document_that_says_the_same(
    client: Client, query: str, dialect: str
) -> None:
    answer = client.get(f"/roles/bridge-keeper.md{query}")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    parsed = parse(answer.content)
    assert (parsed.document, parsed.dialect) == (FULL, dialect)


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("query", ["?dialect=yaml", "?dialect=", "?dialect=%00", "?dialect=" + "x" * 9000])
def test_there_are_no_other_dialects(client: Client, query: str) -> None:
    assert client.get(f"/roles/bridge-keeper.md{query}").status_code == 404


@pytest.mark.usefixtures("keeper")
def test_the_json_of_a_role_is_that_of_the_api(client: Client) -> None:
    answer = client.get("/roles/bridge-keeper.json")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == client.get("/api/v1/roles/bridge-keeper").json()


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (BROWSER, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("image/png", "text/html"),
        ("text/*", "text/html"),
        ("text/markdown", "text/markdown"),
        ("application/json", "application/json"),
        ("application/*", "application/json"),
        ("text/html;q=0.5, text/markdown", "text/markdown"),
        ("text/markdown;q=0.4, application/json;q=0.6, text/html;q=0.5", "application/json"),
        ("text/markdown;q=0, text/*;q=0.1", "text/html"),
        ("a" * 10_000 + ",;;=,\x00", "text/html"),
    ],
)
def test_the_page_of_a_role_gives_what_is_preferred(client: Client, accept: str, media_type: str) -> None:
    answer = client.get("/roles/bridge-keeper/", headers={"accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert "Accept" in answer["Vary"].split(", ")


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/roles/bridge-keeper.md", "bridge-keeper.md"),
        ("/roles/bridge-keeper.md?dialect=job", "bridge-keeper-job.md"),
        ("/roles/bridge-keeper.json", "bridge-keeper.json"),
    ],
)
def test_a_file_is_kept_only_when_that_is_asked_for(client: Client, address: str, name: str) -> None:
    assert "Content-Disposition" not in client.get(address)
    kept = client.get(f"{address}{'&' if '?' in address else '?'}download")
    assert kept["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("address", ["/roles/bridge-keeper.md", "/roles/bridge-keeper.json"])
def test_who_has_the_newest_state_is_sent_nothing_until_it_changes(client: Client, address: str) -> None:
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    edit("bridge-keeper", mission="Get everybody across.")
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again["ETag"] == tag) == (200, False)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/roles/gatekeeper.md", "/roles/bridge-keeper.md"),
        ("/roles/gatekeeper.md?dialect=job&download", "/roles/bridge-keeper.md?dialect=job&download"),
        ("/roles/gatekeeper.json", "/roles/bridge-keeper.json"),
    ],
)
def test_an_old_slug_leads_on_for_good(client: Client, keeper: Role, asked: str, answered: str) -> None:
    OldSlug.objects.create(role=keeper, slug="gatekeeper")
    answer = client.get(asked)
    assert (answer.status_code, answer["Location"]) == (308, answered)


def test_who_prefers_markdown_is_led_from_an_old_slug_to_the_page(client: Client, keeper: Role) -> None:
    OldSlug.objects.create(role=keeper, slug="gatekeeper")
    answer = client.get("/roles/gatekeeper/", headers={"accept": "text/markdown"})
    assert (answer.status_code, answer["Location"]) == (308, "/roles/bridge-keeper/")


@pytest.mark.parametrize("kind", ["md", "json"])
def test_a_draft_is_there_only_for_those_who_may_see_it(client: Client, keeper: Role, kind: str) -> None:
    Role.objects.update(status=Role.Status.DRAFT)
    OldSlug.objects.create(role=keeper, slug="gatekeeper")
    addresses = [f"/roles/{slug}.{kind}" for slug in ("bridge-keeper", "gatekeeper", "nobody")]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client.force_login(editor)
    assert [client.get(address).status_code for address in addresses] == [200, 308, 404]


def test_a_role_of_which_nothing_was_ever_written_is_its_name(client: Client) -> None:
    Role.objects.create(slug="cook", name="Cook")
    parsed = parse(client.get("/roles/cook.md").content)
    assert parsed.document == document("Cook")
    assert client.get("/roles/cook.json").json()["revision"] is None


@pytest.mark.parametrize(("kind", "queries"), [("md", 1), ("json", 2)])
def test_a_download_takes_the_same_queries_however_much_the_role_says(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, kind: str, queries: int
) -> None:
    partner = written(document("Partner"))
    for size in (1, 4):
        written(
            document(
                f"Role {size}",
                capabilities=tuple(Capability(name=f"C {number}") for number in range(size)),
                interactions=tuple(
                    Interaction(kind="Advises", partner=f"P{number}") for number in range(size)
                ),
                members=tuple(Member(role_code=f"M{number}") for number in range(size)),
            )
        )
        InteractionRow.objects.update(partner=partner)
        RoleMember.objects.update(member=partner)
        renew()
        # The role with its newest revision, or with the JSON that was made of it; the roles that it names.
        with django_assert_num_queries(queries):
            client.get(f"/roles/role-{size}.{kind}")

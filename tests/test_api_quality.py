"""The quality report for programs: as JSON from the API, and from `manage.py quality`."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from api.schemas.quality import QualityReport, RoleScorePage
from roles import quality
from roles.documents.document import Artifact, Capability
from roles.models import LoadOutcome, LoadRun, Role
from tests.accounts import account
from tests.builders import document, written

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/quality"


@pytest.fixture
def roles() -> None:
    """Two roles that lack much, and share a word."""
    written(document("Baker", family="Kitchen", mission="Bake.", artifacts=(Artifact(name="Bread"),)))
    written(document("Cook", capabilities=(Capability(name="Soups"),), artifacts=(Artifact(name="Bread"),)))


@pytest.fixture
def administrator(roles: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def get(client: Client, **asked: Any) -> Any:
    answer = client.get(ADDRESS, asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def printed(**options: Any) -> str:
    out = StringIO()
    call_command("quality", stdout=out, no_color=True, **options)
    return out.getvalue()


def test_page_api_and_command_tell_the_same(administrator: Client) -> None:
    report = quality.report_of(Role.objects.all())
    said = [(each.code, each.sentence) for each in report.findings]
    answer, command = get(administrator, limit=100), json.loads(printed(format="json"))
    page = administrator.get("/admin/roles/role/quality/")
    assert said
    assert [(each["code"], each["text"]) for each in answer["items"]] == said
    assert [(each["code"], each["text"]) for each in command["findings"]] == said
    assert [f"{code}: {text}" for code, text in said] == [
        line[line.index(code) :]
        for line, (code, _text) in zip(printed(verbosity=2).splitlines()[-len(said) :], said, strict=True)
    ]
    assert answer["score"] == command["score"]
    assert page.context["score"].points == answer["score"]["points"]
    assert answer["kinds"] == command["kinds"]
    assert {each.title: each.findings for each in page.context["kinds"]} == {
        each["title"]: each["findings"] for each in answer["kinds"]
    }


def test_the_command_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, printed().splitlines())) <= 60


def test_an_answer_has_exactly_these_fields(administrator: Client) -> None:
    answer = get(administrator)
    QualityReport.model_validate(answer)
    assert set(answer) == {"count", "next", "previous", "items", "score", "kinds"}
    assert set(answer["items"][0]) == {
        *("code", "severity", "text", "role", "roles", "word", "statement", "url")
    }


def test_a_finding_at_a_role_leads_to_where_it_is_mended(administrator: Client) -> None:
    (found,) = get(administrator, code="missing-level")["items"]
    cook = Role.objects.get(slug="cook")
    assert (found["role"], found["roles"], found["statement"]) == ("cook", ["cook"], "capabilities:soups")
    assert found["url"] == f"http://testserver/admin/roles/role/{cook.pk}/change/#capabilities"


def test_a_finding_in_the_vocabulary_names_the_word(administrator: Client) -> None:
    (found,) = get(administrator, code="shared-artifact")["items"]
    assert found["role"] is None
    assert found["roles"] == ["baker", "cook"]
    word = {"type": "artifact", "slug": "bread", "name": "Bread", "url": "http://testserver/artifacts/bread/"}
    assert found["word"] == word


def test_filters_keep_kinds_families_and_roles(administrator: Client) -> None:
    both = administrator.get(f"{ADDRESS}?code=missing-mission&code=missing-owner").json()
    assert [each["code"] for each in both["items"]] == ["missing-mission", "missing-owner", "missing-owner"]
    assert {each["role"] for each in get(administrator, family="kitchen")["items"]} == {"baker", None}
    assert get(administrator, role="cook")["score"]["of"] == 15
    assert get(administrator, role="nobody")["count"] == 0


def test_the_score_does_not_depend_on_the_kinds_that_are_asked_for(administrator: Client) -> None:
    assert get(administrator, code="missing-mission")["score"] == get(administrator)["score"]


def test_pages_follow_each_other(administrator: Client) -> None:
    whole = get(administrator, limit=100)
    first = get(administrator, limit=2)
    second = administrator.get(first["next"]).json()
    assert [*first["items"], *second["items"]] == whole["items"][:4]


@pytest.mark.parametrize(
    "query", ["code=nothing", "cod=missing-mission", "limit=0", "limit=101", "family=%00", "role=a%20b"]
)
def test_what_is_not_understood_is_refused(administrator: Client, query: str) -> None:
    assert administrator.get(f"{ADDRESS}?{query}").status_code == 422


def test_only_people_who_work_with_roles_see_it(client: Client, roles: None) -> None:
    assert client.get(ADDRESS).status_code == 401
    client.force_login(User.objects.create_user("reader"))
    assert client.get(ADDRESS).status_code == 403
    client.force_login(account("viewer"))
    assert client.get(ADDRESS).status_code == 200


def test_nobody_hears_of_drafts_who_may_not_see_them(client: Client, roles: None) -> None:
    written(document("Secret"), status=Role.Status.DRAFT)
    client.force_login(account("viewer"))
    assert "ecret" not in client.get(ADDRESS, {"limit": 100}).content.decode()


@pytest.mark.parametrize("count", [1, 5])
def test_an_answer_takes_a_fixed_number_of_queries(
    administrator: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(document(f"Role {number}", family=f"Family {number}"))
    # The report's, the session, the user, whether a password is to be changed, the permissions, both states.
    with django_assert_num_queries(30):
        administrator.get(ADDRESS)


# The scores of roles


def scores(client: Client, query: str = "") -> Any:
    answer = client.get(f"{ADDRESS}/roles?{query}")
    assert answer.status_code == 200, answer.content
    RoleScorePage.model_validate(answer.json())
    return answer.json()


def test_roles_come_with_their_scores_the_worst_first(administrator: Client) -> None:
    answer = scores(administrator)
    assert [each["role"]["slug"] for each in answer["items"]] == ["cook", "baker"]
    assert [each["score"]["points"] for each in answer["items"]] == [4, 5]
    assert answer["items"][0]["findings"]["missing-level"] == 1
    assert answer["score"] == get(administrator)["score"]
    assert [each["role"]["slug"] for each in scores(administrator, "sort=name")["items"]] == ["baker", "cook"]


def test_scores_are_those_of_the_roles_that_are_looked_at(administrator: Client) -> None:
    answer = scores(administrator, "family=kitchen")
    assert ([each["role"]["slug"] for each in answer["items"]], answer["count"]) == (["baker"], 1)
    assert answer["score"] == answer["items"][0]["score"]
    assert scores(administrator, "limit=1")["next"].endswith("?limit=1&offset=1")


def test_findings_and_scores_are_tables_too(administrator: Client) -> None:
    found = administrator.get(ADDRESS, headers={"Accept": "text/csv"}).getvalue().decode()
    assert [row["code"] for row in csv.DictReader(StringIO(found))] == [
        each["code"] for each in get(administrator, limit=100)["items"]
    ]
    told = administrator.get(f"{ADDRESS}/roles?format=csv").getvalue().decode()
    first = next(csv.DictReader(StringIO(told)))
    assert (first["role"], first["points"], first["mission"]) == ("cook", "4", "0")


def test_an_answer_holds_until_a_load_finds_something_else(administrator: Client) -> None:
    etag = administrator.get(ADDRESS)["ETag"]
    assert administrator.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    run = LoadRun.objects.create(paths=["a"], finished_at=timezone.now())
    LoadOutcome.objects.create(run=run, path="a/b.md", outcome="failed")
    assert administrator.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


def test_what_is_set_aside_is_gone_at_once(administrator: Client) -> None:
    before = get(administrator)["count"]
    [finding] = quality.report_of(Role.objects.all()).of_kinds(["missing-level"]).findings
    quality.set_aside(finding, "No need.", User.objects.get(username="root"))
    assert get(administrator)["count"] == before - 1


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/roles"])
def test_the_scores_are_for_people_who_work_with_roles_too(client: Client, roles: None, address: str) -> None:
    assert client.get(address).status_code == 401


# The command


@pytest.mark.usefixtures("roles")
def test_a_score_that_is_too_low_is_status_1() -> None:
    errors = StringIO()
    with pytest.raises(SystemExit) as exit:
        call_command("quality", "--fail-under", "90", stdout=StringIO(), stderr=errors, no_color=True)
    assert exit.value.code == 1
    assert errors.getvalue() == "The score is 30 %, below 90 %.\n"


@pytest.mark.usefixtures("roles")
def test_a_score_that_is_just_enough_is_no_failure() -> None:
    assert printed(fail_under=30).startswith("9 of 30 points (30 %)\n")


@pytest.mark.parametrize("sent", ["101", "-1", "x", "1e2", "²"])
def test_a_share_that_is_none_is_refused(sent: str) -> None:
    with pytest.raises(CommandError, match="from 0 to 100"):
        call_command("quality", f"--fail-under={sent}")


@pytest.mark.usefixtures("roles")
def test_the_worst_roles_are_told_with_what_is_wrong() -> None:
    lines = printed().splitlines()
    assert "  mission                2 / 4" in lines
    assert "  missing-owner                 2  in 2 roles" in lines
    worst = next(line for line in lines if " / 15  " in line)
    assert worst.startswith("   4 / 15  Cook  missing-mission, ")
    assert printed(verbosity=0) == "9 of 30 points (30 %)\n"


def test_an_empty_catalogue_lacks_nothing() -> None:
    assert printed(fail_under=100).startswith("0 of 0 points (100 %)")

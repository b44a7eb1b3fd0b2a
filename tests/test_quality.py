"""What the quality report finds, what it costs, and what is set aside."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles import quality
from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    Interaction,
    McpServer,
    Responsibility,
    RoleDocument,
)
from roles.models import (
    Capability as SharedCapability,
)
from roles.models import (
    InteractionKind,
    LoadOutcome,
    LoadRun,
    ProficiencyLevel,
    Role,
    SetAside,
    SourceDocument,
)
from roles.models import McpServer as SharedServer
from roles.partners import link_partners
from roles.quality import Report
from tests.builders import document, edit, written

pytestmark = pytest.mark.django_db


def good(name: str, partner: str = "", **parts: Any) -> RoleDocument:
    """A role that lacks nothing; with a partner, it works with that one."""
    said: dict[str, Any] = {
        "mission": "Be there.",
        "responsibilities": (Responsibility(name=f"Care of {name}", success_metric="It lasts"),),
        "capabilities": (Capability(name="Patience", level="Advanced"),),
        "interactions": (Interaction(kind="Works with", partner=partner or "Twin"),),
    }
    return document(name, **(said | parts))


def kept(role: Role, days: int = 100) -> Role:
    """Give a role an owner and a review date so many days from now."""
    owner = User.objects.get_or_create(username="owner")[0]
    review_by = timezone.localdate() + timedelta(days=days)
    Role.objects.filter(pk=role.pk).update(owner=owner, review_by=review_by)
    return role


def pair(**parts: Any) -> Role:
    """Two roles that know each other; the first says these things too."""
    one = kept(written(good("Ann", "Twin", **parts)))
    kept(written(good("Twin", "Ann")))
    link_partners()
    return one


def whole() -> Report:
    return quality.report_of(Role.objects.all())


def at(role: Role, report: Report | None = None) -> list[str]:
    """The codes of what is found at a role."""
    return [finding.code for finding in (report or whole()).by_role.get(role.pk, ())]


def in_words() -> list[tuple[str, str]]:
    """The codes of what is found in the vocabulary, and the words."""
    return [(each.code, each.word.name) for each in whole().findings if each.word]


def test_a_role_that_lacks_nothing_has_all_points() -> None:
    role = pair()
    assert at(role) == []
    assert (whole().score_of(role.pk).points, whole().score_of(role.pk).of) == (15, 15)
    assert whole().score.percent == 100


def test_a_role_that_says_nothing_lacks_all_of_it() -> None:
    role = written(document("Ann"))
    assert at(role) == [
        "missing-mission",
        "missing-responsibility",
        "missing-metric",
        "missing-capability",
        "missing-partner",
        "missing-owner",
        "missing-review-date",
    ]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"mission": None}, "missing-mission"),
        ({"responsibilities": (), "metrics": ("It lasts",)}, "missing-responsibility"),
        ({"responsibilities": (Responsibility(name="Care"),)}, "missing-metric"),
        ({"capabilities": ()}, "missing-capability"),
        ({"capabilities": (Capability(name="Patience"),)}, "missing-level"),
        ({"interactions": ()}, "missing-partner"),
        ({"agent": Agent(name="Bot")}, "missing-prompt"),
    ],
)
def test_what_a_role_lacks_is_found(parts: dict[str, Any], code: str) -> None:
    written(good("Twin", "Ann"))
    assert code in at(kept(written(good("Ann", **parts))))


def test_a_metric_of_the_whole_role_is_one() -> None:
    role = pair(responsibilities=(Responsibility(name="Care"),), metrics=("It lasts",))
    assert at(role) == []


def test_an_overdue_review_is_found_the_day_after() -> None:
    role = pair()
    kept(role, days=0)
    assert at(role) == []
    kept(role, days=-1)
    assert at(role) == ["review-overdue"]


def test_each_partner_that_is_no_role_is_found_and_costs_once() -> None:
    role = pair(
        interactions=tuple(Interaction(kind="Works with", partner=name) for name in ("Twin", "Bo", "Cy"))
    )
    report = whole()
    assert [finding.sentence for finding in report.by_role[role.pk]] == [
        "Bo is no role of the catalogue.",
        "Cy is no role of the catalogue.",
    ]
    assert report.score_of(role.pk).points == 14


def test_what_only_one_side_says_is_found_at_the_other() -> None:
    written(good("Ann", "Bo"))
    bo = kept(written(good("Bo", "Nobody")))
    link_partners()
    report = whole()
    assert "one-sided" in at(bo, report)
    assert "Ann says “Works with → Bo”, and Bo says nothing of it." in [
        finding.sentence for finding in report.by_role[bo.pk]
    ]


@pytest.mark.parametrize(("answer", "found"), [("Receives", False), ("Works with", True)])
def test_the_other_side_says_it_in_the_words_of_the_inverse_kind(answer: str, found: bool) -> None:
    written(good("Ann", interactions=(Interaction(kind="Delivers", partner="Bo"),)))
    bo = written(good("Bo", interactions=(Interaction(kind=answer, partner="Ann"),)))
    link_partners()
    delivers = InteractionKind.objects.get(name="Delivers")
    delivers.inverse = InteractionKind.objects.get_or_create(name="Receives")[0]
    delivers.save()
    assert ("one-sided" in at(bo)) is found


def test_nobody_has_to_name_all_who_report_to_them() -> None:
    written(good("Ann", interactions=(Interaction(kind="Reports to", partner="Bo"),)))
    bo = written(good("Bo", interactions=()))
    link_partners()
    assert "one-sided" not in at(bo)


def test_an_agent_with_a_server_that_is_not_approved_is_found() -> None:
    agent = Agent(name="Bot", system_prompt="Help.", mcp_servers=(McpServer(name="gauge"),))
    role = pair(agent=agent)
    assert at(role) == ["unapproved-server"]
    SharedServer.objects.update(approved=True)
    assert at(role) == []


def test_documents_that_failed_or_wait_are_found_until_they_are_read() -> None:
    role = pair()
    source = SourceDocument.objects.create(
        role=role, path="ann.md", dialect="job", digest="0" * 64, content=b"", rank=1, parsed={}, held=b"# x"
    )
    run = LoadRun.objects.create()
    for path in ("ann.md", "never-read.md"):
        LoadOutcome.objects.create(run=run, path=path, outcome="failed")
    assert at(role) == ["document-failed", "document-held"]
    assert "never-read.md could not be read when it was loaded last." in [
        finding.sentence for finding in whole().findings
    ]
    LoadOutcome.objects.create(run=run, path="ann.md", outcome="updated")
    SourceDocument.objects.filter(pk=source.pk).update(held=None)
    assert at(role) == []


def test_an_artifact_that_nobody_receives_is_found() -> None:
    pair(artifacts=(Artifact(name="Toll table"), Artifact(name="Logbook")))
    assert ("unreceived-artifact", "Logbook") in in_words()
    gives = Interaction(kind="Delivers", partner="Twin", notes="The Logbook, monthly.")
    edit("ann", interactions=(gives, Interaction(kind="Works with", partner="Twin")))
    link_partners()
    assert [name for code, name in in_words() if code == "unreceived-artifact"] == ["Toll table"]


def test_an_artifact_is_received_also_if_who_gets_it_says_so() -> None:
    pair(artifacts=(Artifact(name="Logbook"),))
    edit("twin", interactions=(Interaction(kind="Receives logbook", partner="Ann"),))
    link_partners()
    assert "unreceived-artifact" not in [code for code, _name in in_words()]


def test_an_artifact_that_several_roles_own_is_found_with_them() -> None:
    written(document("Bo", artifacts=(Artifact(name="Logbook"),)))
    written(document("Cy", artifacts=(Artifact(name="logbook"),)))
    assert "Logbook is owned by Bo, Cy." in [finding.sentence for finding in whole().findings]


def test_capabilities_used_once_or_nearly_alike_are_found() -> None:
    for name, capability in (("Ann", "Data modelling"), ("Bo", "Data modeling"), ("Cy", "Modelling of data")):
        written(document(name, capabilities=(Capability(name=capability),)))
    assert ("single-capability", "Data modelling") in in_words()
    assert [name for code, name in in_words() if code == "alike-capability"] == ["Data modelling"]


def test_a_level_without_a_rank_is_found_where_a_role_uses_it() -> None:
    ProficiencyLevel.objects.create(name="Unused")
    written(document("Ann", capabilities=(Capability(name="SQL", level="Splendid"),)))
    assert [name for code, name in in_words() if code == "unranked-level"] == ["Splendid"]


def test_the_points_of_all_roles_are_the_sum_of_each() -> None:
    for name in ("Ann", "Bo"):
        written(document(name))
    kept(written(good("Cy", interactions=())))
    report = whole()
    assert report.score.points == sum(report.score_of(pk).points for pk in report.heads)
    assert report.score.of == 3 * quality.POINTS
    assert [head.name for head in report.worst_first] == ["Ann", "Bo", "Cy"]


def test_archived_roles_are_no_part_of_the_report_and_drafts_only_for_who_sees_them() -> None:
    written(document("Old"), status=Role.Status.ARCHIVED)
    written(document("New"), status=Role.Status.DRAFT)
    assert [head.name for head in whole().heads.values()] == ["New"]
    assert quality.report(User.objects.create_user("reader")).heads == {}


def test_what_concerns_one_role_is_what_the_whole_report_says_of_it() -> None:
    role = pair(
        artifacts=(Artifact(name="Logbook"),),
        capabilities=(Capability(name="SQL", level="Splendid"), Capability(name="Joinery")),
        interactions=(Interaction(kind="Works with", partner="Bo"),),
    )
    written(good("Bo", "Ann", capabilities=(Capability(name="Joinery 2"), Capability(name="Sailing"))))
    link_partners()
    report = whole()
    alone = quality.report_of(Role.objects.all(), only=role.pk)
    words = [f for f in report.findings if f.word and (role.pk in f.roles or f.code == "unranked-level")]
    assert list(alone.findings) == [*report.by_role[role.pk], *words]


# Set aside


def test_what_is_set_aside_costs_nothing_and_is_listed_with_its_reason() -> None:
    role = written(document("Ann"))
    hr = User.objects.create_user("hr")
    before = whole()
    quality.set_aside(before.by_role[role.pk][0], "It explains itself.", hr)
    report = whole()
    assert "missing-mission" not in at(role, report)
    assert report.score.points == before.score.points + 2
    assert [(each.code, row.reason, row.by_name) for each, row in report.aside] == [
        ("missing-mission", "It explains itself.", "hr")
    ]


def test_set_aside_twice_the_first_reason_stays() -> None:
    role, hr = written(document("Ann")), User.objects.create_user("hr")
    finding = whole().by_role[role.pk][0]
    assert quality.set_aside(finding, "one", hr) == quality.set_aside(finding, "two", hr)
    assert SetAside.objects.get().reason == "one"


def test_taken_back_it_is_found_again() -> None:
    role = written(document("Ann"))
    row = quality.set_aside(whole().by_role[role.pk][0], "x", User.objects.create_user("hr"))
    assert quality.take_back(row.pk) is not None
    assert quality.take_back(row.pk) is None
    assert "missing-mission" in at(role)


def test_it_comes_back_when_what_it_is_about_changes() -> None:
    written(document("Bo", artifacts=(Artifact(name="Logbook"),)))
    written(document("Cy", artifacts=(Artifact(name="Logbook"),)))
    shared = next(each for each in whole().findings if each.code == "shared-artifact")
    quality.set_aside(shared, "They share it.", User.objects.create_user("hr"))
    assert "shared-artifact" not in [code for code, _name in in_words()]
    written(document("Dee", artifacts=(Artifact(name="Logbook"),)))
    assert "shared-artifact" in [code for code, _name in in_words()]


def test_a_review_that_is_overdue_again_comes_back() -> None:
    role = pair()
    kept(role, days=-10)
    quality.set_aside(whole().by_role[role.pk][0], "On leave.", User.objects.create_user("hr"))
    assert at(role) == []
    Role.objects.filter(pk=role.pk).update(review_by=date(2020, 1, 1))
    assert at(role) == ["review-overdue"]


@pytest.mark.parametrize("count", [1, 6])
def test_a_report_takes_a_fixed_number_of_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        role = written(
            document(
                f"Role {number}",
                artifacts=(Artifact(name=f"Book {number}"), Artifact(name="Logbook")),
                capabilities=(
                    Capability(name=f"SQL{number}"),
                    Capability(name="Joinerys"),
                    Capability(name="Joinery"),
                ),
                interactions=(Interaction(kind="Works with", partner="Role 0"),),
                agent=Agent(name="Bot", mcp_servers=(McpServer(name="gauge"),)),
            )
        )
        LoadOutcome.objects.create(run=LoadRun.objects.create(), path=f"{number}.md", outcome="failed")
    link_partners()
    quality.set_aside(whole().by_role[role.pk][0], "x", User.objects.create_user("hr"))
    SharedCapability.objects.update(category="Trade")
    with django_assert_num_queries(26):
        whole()

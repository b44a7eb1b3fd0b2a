"""Which role a partner's name may mean, as a suggestion for HR that links nothing by itself."""

import pytest
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Identifier, Interaction, InvalidDocument, Member
from roles.models import Interaction as InteractionRow
from roles.models import RoleMember, RoleRevision
from roles.partners import link_partners
from roles.proposals import Saved
from roles.suggestions import CONTAINED, MeansAnother, accept, suggest, unresolved
from tests.builders import change, document, edit, written

pytestmark = pytest.mark.django_db


def suggested(name: str) -> list[tuple[str, int]]:
    """The slugs of the roles that are suggested for a name, with their scores."""
    return [(suggestion.slug, suggestion.score) for suggestion in suggest([name])[name]]


def naming(*partners: str) -> tuple[Interaction, ...]:
    return tuple(Interaction(kind="Advises", partner=partner) for partner in partners)


def partners() -> list[str | None]:
    return list(InteractionRow.objects.order_by("pk").values_list("partner__slug", flat=True))


@pytest.mark.parametrize(
    "name", ["Bridge Keepers", "Bridgekeeper", "Brigde Keeper", "Bridge-Keper", "keeper, bridge (South)"]
)
def test_a_name_that_is_spelled_nearly_alike_is_suggested(name: str) -> None:
    written(document("Bridge Keeper"))
    written(document("Toll Collector"))
    assert [slug for slug, _score in suggested(name)] == ["bridge-keeper"]


def test_a_suggestion_has_a_score() -> None:
    role = written(document("Bridge Keeper"))
    found = suggest(["Bridge Keepers"])["Bridge Keepers"][0]
    assert (found.role, found.slug, found.name, found.score) == (
        role.pk,
        "bridge-keeper",
        "Bridge Keeper",
        96,
    )


def test_order_case_accents_and_punctuation_of_words_do_not_count() -> None:
    written(document("Bridge Keeper"))
    assert suggested("KEEPER (brìdge)") == [("bridge-keeper", 100)]


def test_a_name_is_suggested_that_has_all_words_of_the_other() -> None:
    written(document("Bridge Keeper"))
    assert suggested("Most Senior Bridge Keeper") == [("bridge-keeper", CONTAINED)]


def test_one_word_in_common_is_not_enough() -> None:
    written(document("Bridge Keeper", aliases=("B Keeper",)))
    assert suggested("Keeper") == suggested("Keeper of the Lighthouse") == []


def test_a_name_that_is_like_no_role_has_no_suggestion() -> None:
    written(document("Bridge Keeper"))
    assert suggest(["Executive stakeholders", "…"]) == {"Executive stakeholders": [], "…": []}


def test_other_names_and_codes_are_compared_too() -> None:
    code = Identifier(scheme="role-code", value="BRID-7001")
    written(document("Bridge Keeper", aliases=("Gatekeeper",), identifiers=(code,)))
    assert suggested("Gate-keepers") == [("bridge-keeper", 91)]
    assert suggested("BRID 7001") == [("bridge-keeper", 100)]


def test_a_code_is_not_like_another_because_most_of_its_digits_are() -> None:
    written(document("Bridge Keeper", identifiers=(Identifier(scheme="role-code", value="BRID7001"),)))
    assert suggested("BRID7002") == []


def test_all_that_an_ambiguous_abbreviation_may_mean_is_suggested() -> None:
    written(document("Ann", interactions=naming("PM")))
    for name in ("Product Manager", "Project Manager"):
        written(document(name))
    assert suggested("PM") == [("product-manager", 100), ("project-manager", 100)]
    link_partners()
    assert partners() == [None]


def test_abbreviations_inside_a_name_are_spelled_out() -> None:
    written(document("Backend Engineer"))
    assert suggested("Senior BE/Eng") == [("backend-engineer", CONTAINED)]


def test_the_best_three_are_suggested_in_one_order() -> None:
    for name in ("Bridge Keeper D", "Bridge Keeper B", "Bridge Keepers", "Bridge Keeper C"):
        written(document(name))
    found = suggested("Bridge Keeper")
    assert [slug for slug, _score in found] == ["bridge-keepers", "bridge-keeper-b", "bridge-keeper-c"]


def test_suggestions_take_as_many_queries_for_many_names(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    names = [f"Keeper {letter * 4}" for letter in "abcdefgh"]
    for name in names:
        written(document(name))
    # Names, other names, codes.
    with django_assert_num_queries(3):
        assert all(suggest(f"{name}s" for name in names).values())


# What waits -------------------------------------------------------------------------------------------------


def test_names_that_mean_nobody_wait_with_those_who_use_them() -> None:
    ann = written(document("Ann", interactions=naming("Bobb", "The Web", "Cid")))
    bea = written(
        document("Bea", interactions=naming("the web", "The Web"), members=(Member(role_code="X1"),))
    )
    written(document("Cid"))
    link_partners()
    assert [(item.name, item.roles) for item in unresolved()] == [
        ("The Web", ((ann.pk, "Ann"), (bea.pk, "Bea"))),
        ("Bobb", ((ann.pk, "Ann"),)),
        ("X1", ((bea.pk, "Bea"),)),
    ]


# Accepting --------------------------------------------------------------------------------------------------


def test_an_accepted_suggestion_teaches_a_name_and_links_partners_and_members() -> None:
    ann = written(
        document("Ann", interactions=naming("Bridge Keepers"), members=(Member(role_code="bridge keepers"),))
    )
    keeper = written(document("Bridge Keeper", aliases=("Gatekeeper",)))
    revision = accept("Bridge Keepers", keeper, change()).revision
    assert revision is not None
    assert (revision.role, revision.number, revision.author_name) == (keeper, 2, "Hanna")
    assert revision.reason == "Partners call it “Bridge Keepers”"
    assert revision.document["aliases"] == ["Gatekeeper", "Bridge Keepers"]
    assert partners() == ["bridge-keeper"]
    assert RoleMember.objects.get().member == keeper
    assert list(RoleRevision.objects.filter(role=ann).values_list("number", flat=True)) == [1]
    assert unresolved() == []


def test_a_reason_is_kept_with_an_accepted_suggestion() -> None:
    revision = accept(
        "Keeper", written(document("Bridge Keeper")), change("They say so in the yard")
    ).revision
    assert revision is not None
    assert revision.reason == "They say so in the yard"


def test_an_ambiguous_abbreviation_can_be_taught_to_one_role() -> None:
    written(document("Ann", interactions=naming("PM")))
    product, _project = written(document("Product Manager")), written(document("Project Manager"))
    accept("PM", product, change())
    assert partners() == ["product-manager"]


def test_a_name_that_would_still_mean_another_role_is_not_taught() -> None:
    bob, ben = written(document("Bob", aliases=("B",))), written(document("Ben"))
    with pytest.raises(MeansAnother, match="B is a name of Bob already") as refused:
        accept("B", ben, change())
    assert refused.value.roles == [bob]
    with pytest.raises(MeansAnother, match="Bob is a name of Bob already"):
        accept("Bob", ben, change())
    assert RoleRevision.objects.count() == 2
    assert ben.aliases.count() == 0


def test_a_name_that_no_document_can_carry_as_another_name_is_not_taught() -> None:
    keeper = written(document("Bridge Keeper"))
    with pytest.raises(InvalidDocument):
        accept("x" * 501, keeper, change())
    assert keeper.revisions.count() == 1


def test_a_name_that_the_role_has_already_makes_no_revision() -> None:
    keeper = written(document("Bridge Keeper", aliases=("Gatekeeper",)))
    assert accept("gatekeeper", keeper, change()) == Saved()
    edit("bridge-keeper", mission="Keep it.")
    assert keeper.revisions.count() == 2

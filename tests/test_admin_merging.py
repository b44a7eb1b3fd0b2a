"""Merging in the admin: the pages before it, after it, and the ways back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from roles import store
from roles.documents.document import Capability
from roles.models import Capability as Word
from roles.models import Merge, Role
from tests.builders import document, written
from tests.test_admin_role import form_of
from tests.test_archiving import told
from tests.test_impact import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def words() -> tuple[Word, Word]:
    """A word that stays, and one that becomes part of it."""
    for name, skill in (("Analyst", "SQL"), ("Engineer", "SQL querying")):
        written(document(name, capabilities=(Capability(name=skill),)))
    Word.objects.filter(name="SQL").update(description="Asks <tables>.")
    Word.objects.filter(name="SQL querying").update(description="Queries.")
    return Word.objects.get(name="SQL"), Word.objects.get(name="SQL querying")


def at(kind: str, keep: Any = "", gone: Any = "") -> str:
    return f"{reverse(f'admin:roles_{kind}_merge')}?keep={keep}&gone={gone}"


def test_two_ticked_words_lead_to_their_merge(words: tuple[Word, Word]) -> None:
    client, pks = signed_in("reviewer"), [word.pk for word in words]
    ticked = {"action": "merge_selected", "_selected_action": pks}
    answer = client.post(reverse("admin:roles_capability_changelist"), ticked)
    assert answer["Location"] == at("capability", *pks)
    ticked["_selected_action"] = pks[:1]
    answer = client.post(reverse("admin:roles_capability_changelist"), ticked, follow=True)
    assert told(answer) == ["Tick exactly two, which are to be one."]


def test_the_form_of_a_word_leads_to_the_choice_of_another(words: tuple[Word, Word]) -> None:
    client = signed_in("reviewer")
    html = client.get(reverse("admin:roles_capability_change", args=[words[0].pk])).content.decode()
    address = f"{reverse('admin:roles_capability_merge')}?keep={words[0].pk}"
    assert f'href="{address}"' in html
    assert "What becomes part of it" in client.get(address).content.decode()


def test_the_page_shows_what_it_touches_and_what_both_say_otherwise(words: tuple[Word, Word]) -> None:
    html = signed_in("reviewer").get(at("capability", *(word.pk for word in words))).content.decode()
    for shown in ("Engineer", "SQL: Asks &lt;tables&gt;.", "SQL querying: Queries.", "one after the other"):
        assert shown in html
    assert at("capability", words[1].pk, words[0].pk).replace("&", "&amp;") in html
    assert Word.objects.filter(name__startswith="SQL").count() == 2


def test_words_are_merged_with_a_reason_and_parted_again(words: tuple[Word, Word]) -> None:
    client, address = signed_in("reviewer"), at("capability", *(word.pk for word in words))
    fields = form_of(client.get(address).content.decode(), "step_form")
    assert "reason" in client.post(address, fields).context["form"].errors
    answer = client.post(address, fields | {"reason": "One thing", "description": "gone"}, follow=True)
    merge = Merge.objects.get()
    undo = reverse("admin:roles_merge_undo", args=[merge.pk])
    assert undo in told(answer)[0]
    assert (merge.author_name, merge.reason) == ("reviewer", "One thing")
    assert Word.objects.get(pk=words[0].pk).description == "Queries."
    history = client.get(reverse("admin:roles_merge_changelist")).content.decode()
    assert f'href="{undo}"' in history
    answer = client.post(undo, {"reason": "Two things"}, follow=True)
    assert told(answer) == ["SQL querying and SQL are two again."]
    assert Word.objects.filter(name__startswith="SQL").count() == 2
    assert told(client.post(undo, {"reason": "Again"}, follow=True)) == ["This was undone already."]


def test_a_merge_that_was_sent_twice_is_told(words: tuple[Word, Word]) -> None:
    client, address = signed_in("reviewer"), at("capability", *(word.pk for word in words))
    fields = form_of(client.get(address).content.decode(), "step_form") | {"reason": "One thing"}
    client.post(address, fields)
    answer = client.post(address, fields, follow=True)
    assert told(answer)[-1] == "Nothing was changed: one of the two is not there any more."
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(
    ("keep", "gone"), [("", ""), ("0", "9"), ("x", "\x00"), ("9" * 40, "-1"), ("same", "same")]
)
def test_a_pair_that_is_none_is_asked_for_again(words: tuple[Word, Word], keep: str, gone: str) -> None:
    pair = [str(words[0].pk) if each == "same" else each for each in (keep, gone)]
    answer = signed_in("reviewer").get(
        reverse("admin:roles_capability_merge"), {"keep": pair[0], "gone": pair[1]}
    )
    assert answer.status_code == 200
    assert answer.context["method"] == "get"


def test_editors_merge_nothing_and_reviewers_no_roles(words: tuple[Word, Word]) -> None:
    pks = [word.pk for word in words]
    editor = signed_in("editor")
    assert editor.get(at("capability", *pks)).status_code == 403
    assert editor.post(at("capability", *pks), {"reason": "One"}).status_code == 403
    roles = list(Role.objects.values_list("pk", flat=True))
    assert signed_in("reviewer").post(at("role", *roles), {"reason": "One"}).status_code == 403


def test_who_may_not_merge_undoes_no_merge(words: tuple[Word, Word]) -> None:
    signed_in("reviewer").post(
        at("capability", *(word.pk for word in words)), {"reason": "1", "description": "kept"}
    )
    undo = reverse("admin:roles_merge_undo", args=[Merge.objects.get().pk])
    editor = signed_in("editor")
    assert editor.post(undo, {"reason": "Two"}).status_code == 403
    assert undo not in editor.get(reverse("admin:roles_merge_changelist")).content.decode()
    assert signed_in("viewer").get(reverse("admin:roles_merge_changelist")).status_code == 403


def test_roles_are_merged_with_what_was_chosen_and_parted_again() -> None:
    chef, cook = written(document("Chef", mission="Feeds.")), written(document("Cook", mission="Cooks."))
    client, address = signed_in("administrator"), at("role", chef.pk, cook.pk)
    page = client.get(address)
    [asked] = page.context["choices"].asked
    assert asked.side == "ours"
    token = asked.question.token
    client.post(address, {"reason": "One", f"choose-{token}": "theirs"})
    assert store.current(Role.objects.get()).mission == "Cooks."
    answer = client.post(
        reverse("admin:roles_merge_undo", args=[Merge.objects.get().pk]), {"reason": "2"}, follow=True
    )
    assert told(answer)[-1] == "Cook and Chef are two again."
    assert [store.current(role).mission for role in Role.objects.order_by("slug")] == ["Feeds.", "Cooks."]


def test_a_merge_that_can_not_be_undone_says_why(words: tuple[Word, Word]) -> None:
    client = signed_in("reviewer")
    client.post(at("capability", *(word.pk for word in words)), {"reason": "1", "description": "kept"})
    words[0].aliases.all().delete()
    Word.objects.create(name="SQL querying")
    undo = reverse("admin:roles_merge_undo", args=[Merge.objects.get().pk])
    errors = client.post(undo, {"reason": "2"}).context["form"].non_field_errors()
    assert errors == ["“SQL querying” is a name of SQL querying by now. Take it away from there first."]


def test_another_name_is_given_only_after_a_look_at_what_it_touches(words: tuple[Word, Word]) -> None:
    client = signed_in("reviewer")
    address = reverse("admin:roles_capability_change", args=[words[1].pk])
    fields = form_of(client.get(address).content.decode(), "capability_form")
    page = client.post(address, fields | {"name": "Querying"})
    assert Word.objects.get(pk=words[1].pk).name == "SQL querying"
    html = page.content.decode()
    assert "Rename SQL querying to Querying" in html
    assert "Engineer" in html
    assert client.post(address, form_of(html, "step_form")).status_code == 302
    words[1].refresh_from_db()
    assert (words[1].name, [each.name for each in words[1].aliases.all()]) == ("Querying", ["SQL querying"])


def test_another_address_lets_the_old_one_lead_on(words: tuple[Word, Word]) -> None:
    client = signed_in("reviewer")
    address = reverse("admin:roles_capability_change", args=[words[1].pk])
    fields = form_of(client.get(address).content.decode(), "capability_form")
    client.post(address, fields | {"slug": "queries"})
    assert Client().get("/capabilities/sql-querying/")["Location"] == "/capabilities/queries/"
    client.post(address, fields | {"slug": "sql-querying"})
    assert Client().get("/capabilities/sql-querying/").status_code == 200
    assert Client().get("/capabilities/queries/")["Location"] == "/capabilities/sql-querying/"


def test_the_history_of_merges_takes_as_many_queries_for_many(
    words: tuple[Word, Word], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("reviewer")
    merge = {"kind": "capability", "kept_name": "A", "gone_name": "B", "record": {}}
    for number in range(1, 4):
        Merge.objects.create(kept=str(number), gone=str(number + 90), **merge)
        # Session, account, whether its password is due, two for permissions, what waits; the number, a page.
        with django_assert_num_queries(8):
            client.get(reverse("admin:roles_merge_changelist"))

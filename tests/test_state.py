"""The number of the catalogue's state: it rises with whatever readers can be shown, through whatever door."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from roles import lifecycle, state
from roles.models import Capability, LoadRun, Role, RoleRevision
from roles.state import Kept, State
from roles.store import Change, write
from tests.builders import document

pytestmark = pytest.mark.django_db


def raised(before: State) -> bool:
    after = state.current()
    return (after.number > before.number) and after.changed_at >= before.changed_at


def test_a_revision_raises_it() -> None:
    before = state.current()
    write(None, document("Analyst"), Change(origin=RoleRevision.Origin.LOAD))
    assert raised(before)


def test_a_change_of_the_lifecycle_raises_it() -> None:
    role = Role.objects.create(slug="analyst", name="Analyst")
    before = state.current()
    lifecycle.change(role, by=None, status=Role.Status.ARCHIVED)
    assert raised(before)


def test_rows_written_past_the_models_raise_it() -> None:
    Capability.objects.create(name="SQL", slug="sql")
    before = state.current()
    Capability.objects.update(name="Sql")
    between = state.current()
    assert raised(before)
    Capability.objects.all().delete()
    assert raised(between)


def test_what_nobody_is_shown_does_not_raise_it() -> None:
    before = state.current()
    LoadRun.objects.create()
    assert state.current() == before


def test_another_name_of_a_person_raises_it_and_a_sign_in_does_not() -> None:
    user = User.objects.create_user("ada")
    before = state.current()
    User.objects.update(last_login=timezone.now())
    assert state.current() == before
    user.last_name = "Lovelace"
    user.save()
    assert raised(before)


def test_what_is_taken_back_leaves_it() -> None:
    before = state.current()
    with transaction.atomic():
        Role.objects.create(slug="analyst", name="Analyst")
        transaction.set_rollback(True)
    assert state.current() == before


def test_it_began_when_the_change_was_made() -> None:
    started = datetime.now(UTC)
    Role.objects.create(slug="analyst", name="Analyst")
    # SQLite counts milliseconds.
    assert abs((state.current().changed_at - started).total_seconds()) < 60


def test_every_table_that_is_shown_is_watched() -> None:
    with connection.cursor() as cursor:
        present = state._present(connection, cursor)
    assert present == {trigger.key for trigger in state._triggers(connection)}
    assert len(present) == 3 * len(list(state.shown_models())) + 2


def test_a_table_that_was_made_anew_is_watched_again_after_migrations() -> None:
    state.unwatch("default")
    Role.objects.create(slug="analyst", name="Analyst")
    before = state.current()
    call_command("migrate", verbosity=0)
    Role.objects.update(name="Data Analyst")
    assert raised(before)


def test_reading_takes_one_query(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        state.current()


def test_what_is_kept_is_made_once_in_a_state() -> None:
    kept, made = Kept(), []
    first, second = State(1, timezone.now()), State(2, timezone.now())
    for now in (first, first, second):
        kept.get(now, "count", lambda: made.append(1))
    assert len(made) == 2


def test_of_too_many_values_the_least_used_is_given_up() -> None:
    kept, now = Kept(most=2), State(1, timezone.now())
    for key in ("a", "b", "a", "c"):
        kept.get(now, key, lambda key=key: key)  # type: ignore[misc]
    again: list[str] = []
    kept.get(now, "a", lambda: again.append("a"))
    kept.get(now, "b", lambda: again.append("b"))
    assert again == ["b"]

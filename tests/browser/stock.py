"""Fill two databases for the browser: `python -m tests.browser.stock DESK`, DESK being the second one's file.

The first one has its tables already, see `tests.tables`; the second one is made.

The pages change nothing, so that one catalogue serves all their tests. It holds the samples, and beside them
a role that says everything, one that says nothing, one with more partners than fit on a screen, one with
words that are too long for a phone, a draft and an archived role.

The second one is the HR desk's. It holds the same, and what `lay_out` adds: who works there, and what they
change. There each test changes roles of its own.
"""

import os
import shutil
import sys
from dataclasses import replace
from datetime import timedelta

import django

READER, PASSWORD = "reader", "reads-but-never-writes"
EDITOR = "hanna"
TOKEN = "known-to-its-sender-alone"
DRAFT_NAME = "Secret Successor"
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzbeauftragter"
LONG_SLUG = "rindfleischetikettierungsuberwachungsaufgabenubertragungsgesetzbeauftragter"


def fill() -> None:
    """Make the roles and two accounts, both with PASSWORD: a reader, and an editor of HR."""
    from django.contrib.auth.models import Group, User

    from roles import proposals, store
    from roles.documents.document import Capability, Interaction
    from roles.loading.run import load
    from roles.models import MailSettings, Proposal, Role, RoleRevision, Suggestion
    from roles.partners import link_partners
    from tests.builders import FULL, SAMPLES, change, document, edit, written

    load([SAMPLES])
    names = [f"Partner Number {number:02}" for number in range(60)]
    many = tuple(Interaction(kind="Collaborates with", partner=name) for name in names)
    written(FULL)
    written(document("Bare Role"))
    written(document("Well Connected", interactions=many))
    written(
        document(LONG_WORD, family=LONG_WORD, capabilities=(Capability(name=LONG_WORD, level="Advanced"),))
    )
    written(document(DRAFT_NAME, family="Data"), status=Role.Status.DRAFT)
    written(document("Retired Role", family="Data"), status=Role.Status.ARCHIVED)
    link_partners()
    edit("data-analyst", summary="Answers questions with data, and says how sure the answers are.")
    analyst = Role.objects.select_related("revision").get(slug="data-analyst")
    waits = replace(store.current(analyst), summary="Answers questions before they are asked.")
    proposals.propose(analyst, waits, change())
    Proposal.objects.update(token=TOKEN)
    Suggestion.objects.create(
        revision=RoleRevision.objects.get(role__slug="data-engineer", number=1),
        key="capabilities:sql",
        text="Say which databases.",
        token=TOKEN,
    )
    reader = User.objects.create_user(READER, password=PASSWORD)
    MailSettings.objects.create(user=reader, token=TOKEN)
    User.objects.create_user(EDITOR, password=PASSWORD, is_staff=True).groups.add(
        Group.objects.get(name="Editors")
    )


def session(username: str) -> str:
    """The key of the session in which one of `accounts.PEOPLE` has signed in at the desk."""
    return f"session-of-the-{username}"


def lay_out() -> None:
    """Add to a filled database the people of `accounts.PEOPLE`, signed in, and the roles they work on."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group, Permission
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from roles.documents.document import Capability
    from roles.models import Webhook
    from roles.webhooks import put_test
    from tests.accounts import PEOPLE, account
    from tests.builders import document, written

    written(document("Suggested Role", mission="Says it in a way."))
    written(document("Two Hands Role", mission="Serves both of them.", metrics=("Meals", "Guests")))
    written(document("Proposed Role", mission="Bakes."))
    for name, word in (("Lamp Lighter", "Cleaning lamps"), ("Torch Bearer", "Lamp cleaning")):
        written(document(name, mission=f"Is a {name}.", capabilities=(Capability(name=word),)))
    Group.objects.get(name="Reviewers").permissions.add(
        *Permission.objects.filter(codename__endswith="_suggestion")
    )
    put_test(Webhook.objects.create(name="HR system", url="https://hr.example.org/roles", active=False))
    for username in PEOPLE:
        user = account(username)
        signed_in = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        Session.objects.create(
            session_key=session(username),
            session_data=SessionStore().encode(signed_in),
            expire_date=timezone.now() + timedelta(days=1),
        )


def main(desk: str) -> None:
    """Fill the database that the settings name, and the desk's."""
    from django.db import connection

    fill()
    connection.close()
    shutil.copyfile(connection.settings_dict["NAME"], desk)
    connection.settings_dict["NAME"] = desk
    lay_out()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "catalogue.settings"
    django.setup()
    main(sys.argv[1])

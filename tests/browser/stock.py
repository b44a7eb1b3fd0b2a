"""Fill an empty database for the browser: `python -m tests.browser.stock`.

The pages change nothing, so that one catalogue serves all the tests. It holds the samples, and beside them a
role that says everything, one that says nothing, one with more partners than fit on a screen, one with words
that are too long for a phone, a draft and an archived role.
"""

import os

import django

READER, PASSWORD = "reader", "reads-but-never-writes"
EDITOR = "hanna"
DRAFT_NAME = "Secret Successor"
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzbeauftragter"
LONG_SLUG = "rindfleischetikettierungsuberwachungsaufgabenubertragungsgesetzbeauftragter"


def fill() -> None:
    """Make the tables, the roles and two accounts, both with PASSWORD: a reader, and an editor of HR."""
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    from roles.documents.document import Capability, Interaction
    from roles.loading.run import load
    from roles.models import Role
    from roles.partners import link_partners
    from tests.builders import FULL, SAMPLES, document, edit, written

    call_command("migrate", verbosity=0)
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
    User.objects.create_user(READER, password=PASSWORD)
    User.objects.create_user(EDITOR, password=PASSWORD, is_staff=True).groups.add(
        Group.objects.get(name="Editors")
    )


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "catalogue.settings"
    django.setup()
    fill()

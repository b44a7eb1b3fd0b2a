"""What commits say of the catalogue's edits: who made them, when, and why."""

import re
from collections.abc import Iterable, Sequence

from django.utils import timezone

from roles.documents.checks import clean_line, clean_text
from roles.documents.text import slugify
from roles.loading.git import CATALOGUE, NOREPLY, Person
from roles.models import RevisionCounter, Role, RoleRevision

SUBJECT_LENGTH = 72
"""The most characters of a message's first line: what tools show without cutting it off."""

# Narrower than the standard: git takes points and quotes at the ends of an address away.
_ADDRESS = re.compile(r"\w(?:[\w.+%-]*\w)?@\w(?:[\w.-]*\w)?")


def branch_name() -> str:
    """The name of the branch that holds the catalogue as it is now."""
    newest = RevisionCounter.objects.get().last
    return f"catalogue/{timezone.localdate():%Y-%m-%d}-{newest}"


def author_of(revision: RoleRevision) -> Person:
    """Who made a revision, with the e-mail address of their account, or one that leads nowhere."""
    user = revision.author
    name = _plain((user.get_full_name() if user else "") or revision.author_name) or CATALOGUE
    email = user.email if user else ""
    if not _ADDRESS.fullmatch(email) or len(email) > 200:
        email = f"{slugify(user.get_username() if user else name)}@{NOREPLY}"
    return Person(name, email)


def message_of(role: Role, revisions: Sequence[RoleRevision]) -> str:
    """A commit's message: the reason for the newest revision, then those for the others, then trailers.

    `revisions` are at least one, the newest first.
    """
    newest, *others = revisions
    first, _newline, more = clean_text(newest.reason).partition("\n")
    subject = _short(clean_line(first) or f"Update {clean_line(role.name)}")
    if subject.endswith("…"):
        more = f"{first}\n{more}"
    reasons = [
        f"- {clean_line(other.reason)} ({author_of(other).name}, {other.created_at:%Y-%m-%d})"
        for other in others
        if clean_line(other.reason)
    ]
    trailers = [f"Role-Revision: {newest.slug}#{newest.number}"]
    _author, *co_authors = {person.email: person for person in map(author_of, revisions)}.values()
    trailers += [f"Co-authored-by: {person}" for person in co_authors]
    parts = (subject, more.strip(), "\n".join(reasons), "\n".join(trailers))
    return "\n\n".join(filter(None, parts)) + "\n"


def together(role: Role, revisions: Iterable[Sequence[RoleRevision]]) -> list[RoleRevision]:
    """The revisions behind several files of a role, the newest first; the role's newest if there are none."""
    found = {revision.pk: revision for each in revisions for revision in each}
    return sorted(found.values(), key=lambda revision: -revision.number) or list(role.revisions.all()[:1])


def _short(line: str) -> str:
    return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1].rstrip()}…"


def _plain(name: str) -> str:
    """A name as a commit can hold it: git takes brackets and points around it away."""
    return clean_line(re.sub(r"[<>]", " ", clean_line(name)))[:100].strip(" .,:;\"'\\")

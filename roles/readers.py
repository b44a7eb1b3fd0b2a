"""What readers suggest: about which statement, how often, and what becomes of it."""

import ipaddress
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from roles import proposals, store
from roles.differences import ITEMS, TEXTS, VALUES, Detail, details, name_of
from roles.documents import document as documents
from roles.documents.anchors import anchors
from roles.documents.diff import Difference
from roles.documents.document import Key, RoleDocument, Statement, field_of, from_statements, statements
from roles.models import Role, RoleRevision, Suggestion
from roles.partners import link_partners

FROM_ONE_PLACE: Final = 20
"""Suggestions that are taken in an hour from one account or address, behind which may be a whole office."""

ALTOGETHER: Final = 200
"""Suggestions that are taken in an hour."""

LABEL_LENGTH: Final = 80
"""The most characters of a few words that name a statement."""

WORDED: Final[dict[type[Any], str]] = {
    documents.Responsibility: "text",
    documents.Capability: "detail",
    documents.Interaction: "notes",
    documents.Variation: "text",
    documents.DailyTask: "text",
    documents.Phrase: "text",
    documents.McpServer: "purpose",
    documents.Section: "text",
}
"""The field of a statement that holds its words, for others to put otherwise."""


def may_suggest(role: Role, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person may suggest changes to a role. Only published ones are offered to readers."""
    open_to = settings.SUGGESTIONS == "everyone" or (
        settings.SUGGESTIONS == "signed-in" and user.is_authenticated
    )
    return open_to and role.status == Role.Status.PUBLISHED and role.revision_id is not None


@dataclass(frozen=True)
class Subject:
    """What a suggestion is about: a statement of a role as it stood in a revision, or all of it (no key)."""

    revision: RoleRevision
    document: RoleDocument
    key: Key = ""

    @classmethod
    def of(cls, revision: RoleRevision, key: Key = "") -> "Subject":
        """A statement, or all, of what the role said in a revision."""
        return cls(revision, RoleDocument.stored(revision.document), key)

    @classmethod
    def anchored(cls, revision: RoleRevision, anchor: str) -> "Subject":
        """The statement that stands at this place of the role's page; the whole role if none does."""
        whole = cls.of(revision)
        return next((each for each in whole.parts() if each.anchor == anchor), whole)

    def parts(self) -> "list[Subject]":
        """Every statement of the role's page, in the order of the document."""
        return [replace(self, key=key) for key in statements(self.document) if key != "slug"]

    @cached_property
    def statement(self) -> Statement | None:
        """The statement; None if the role does not make it, or as a whole."""
        return statements(self.document).get(self.key)

    @property
    def anchor(self) -> str:
        """The statement's place on the page of the role; empty for the whole role."""
        return anchors([self.key])[self.key] if self.key else ""

    @property
    def what(self) -> str:
        """What kind of statement it is, like "Capability"."""
        field = field_of(self.key)
        if not field:
            return _("The role as a whole")
        return capfirst(str(ITEMS[field][0] if field in ITEMS else TEXTS.get(field) or VALUES[field]))

    @property
    def name(self) -> str:
        """What the statement names, like "SQL"; empty for one that is a text, and for the whole role."""
        named = self.statement is not None and field_of(self.key) in ITEMS
        return name_of(self.key, self.statement) if named else ""

    @property
    def label(self) -> str:
        """A few words that tell it from other statements of its kind."""
        return Truncator(self.name or " ".join((self.wording or "").split())).chars(LABEL_LENGTH)

    @property
    def details(self) -> Sequence[Detail]:
        """The fields of the statement as text, each as `after`."""
        return [] if self.statement is None else details(Difference("gained", self.key, None, self.statement))

    @property
    def wording(self) -> str | None:
        """The words of the statement that can be put otherwise, None if it is made of none."""
        if isinstance(self.statement, str):
            return self.statement
        field = WORDED.get(type(self.statement))
        return None if field is None else getattr(self.statement, field) or ""

    def reworded(self, wording: str) -> RoleDocument:
        """The role's document with other words in this statement.

        Raises:
            documents.InvalidDocument: if no document can say so.
        """
        before: Any = self.statement
        field = WORDED.get(type(before))
        value = replace(before, **{field: wording}) if field else wording
        said = statements(self.document)
        return from_statements({key: value if key == self.key else each for key, each in said.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends a suggestion: an account, or what somebody without one says; and where it comes from."""

    user: AbstractBaseUser | AnonymousUser
    name: str = ""
    email: str = ""
    address: str | None

    @property
    def place(self) -> str:
        """A digest of the account or address, another one each day, which leads back to neither."""
        day = timezone.now().date().isoformat()
        place = f"account {self.user.pk}" if self.user.pk else f"address {_network(self.address)}"
        return salted_hmac(f"roles.readers {day}", place, algorithm="sha256").hexdigest()


def _network(address: str | None) -> str:
    """What belongs to one connection: an IPv4 address, or the first half of an IPv6 address."""
    with suppress(ValueError):
        parsed = ipaddress.ip_address(address or "")
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False) if parsed.version == 6 else parsed)
    return ""


class TooMany(Exception):
    """More suggestions came within an hour than are taken."""


@transaction.atomic
def send(subject: Subject, sender: Sender, token: str, *, text: str, wording: str) -> Suggestion:
    """Keep a suggestion; one that was sent twice, with the same token, is one.

    Raises:
        TooMany: if too many came lately, from this sender or from all. Nothing is kept then.
    """
    if sent := Suggestion.objects.filter(token=token).first():
        return sent
    lately = Suggestion.objects.filter(created_at__gt=timezone.now() - timedelta(hours=1))
    if lately.filter(sent_from=sender.place).count() >= FROM_ONE_PLACE or lately.count() >= ALTOGETHER:
        raise TooMany
    yesterday = timezone.now() - timedelta(days=1)
    Suggestion.objects.filter(created_at__lt=yesterday).exclude(sent_from="").update(sent_from="")
    user = sender.user if isinstance(sender.user, User) else None
    suggestion, _is_new = Suggestion.objects.get_or_create(
        token=token,
        defaults={
            "revision": subject.revision,
            "key": subject.key,
            "text": text,
            "wording": wording,
            "sender": user,
            "sender_name": user.get_full_name() or user.get_username() if user else sender.name,
            "sender_email": user.email if user else sender.email,
            "sent_from": sender.place,
        },
    )
    return suggestion


def subject_of(suggestion: Suggestion) -> Subject:
    """What a suggestion is about, as its sender saw it."""
    return Subject.of(suggestion.revision, suggestion.key)


def subject_now(suggestion: Suggestion) -> Subject | None:
    """The same as the role says it now; None if the role is deleted, or makes that statement no more."""
    role = suggestion.revision.role
    if role is None or role.revision is None:
        return None
    now = Subject.of(role.revision, suggestion.key)
    return now if not now.key or now.statement is not None else None


@transaction.atomic
def take_over(suggestion: Suggestion, wording: str, change: store.Change) -> proposals.Saved:
    """Let the role say it in these words, or propose that, as the author of the change may.

    Raises:
        LookupError: if the role is deleted, or makes that statement no more.
        documents.InvalidDocument: if no document can say so.
        store.IdentifierTaken: if another role has the code that it would have.
        Nothing is written then.
    """
    store.lock()
    now = subject_now(suggestion)
    if now is None or now.wording is None:
        raise LookupError
    role: Any = suggestion.revision.role
    saved = proposals.save_or_propose(role, now.reworded(wording), change)
    if saved.revision:
        link_partners()
    return saved


def decide(
    suggestion: Suggestion, state: str, by: User, *, answer: str = "", saved: proposals.Saved | None = None
) -> None:
    """Note what became of a suggestion, and what its sender is told."""
    suggestion.state, suggestion.answer = state, answer
    suggestion.decided_by, suggestion.decided_by_name = by, by.get_username()
    suggestion.decided_at = timezone.now()
    suggestion.proposal = saved.proposal if saved else None
    suggestion.save(
        update_fields=["state", "answer", "decided_by", "decided_by_name", "decided_at", "proposal"]
    )

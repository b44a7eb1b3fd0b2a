"""Changes that wait until somebody who may publish has looked at them."""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.provenance import LoadRun, RoleRevision
from roles.models.role import Role

PROPOSAL_STATES = ["waiting", "returned", "scheduled", "applied", "declined", "withdrawn"]


def new_token() -> str:
    """A secret that nobody guesses, for an address that works without anything else."""
    return secrets.token_urlsafe(24)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals, narrowed in the words of the desk."""

    def open(self) -> Self:
        """Keep those that are not over: they wait for review, for their author, or for their day."""
        return self.filter(state__in=Proposal.OPEN)


class Proposal(models.Model):
    """What a role is to say, and which status it is to have, once somebody who may publish approves.

    Approved, it is merged three ways: from `base`, what the role says by then and `document`. It outlives
    its role, as revisions do.
    """

    class State(models.TextChoices):
        """Where a proposal is on its way."""

        WAITING = "waiting", _("waits for review")
        RETURNED = "returned", _("sent back")
        SCHEDULED = "scheduled", _("approved for later")
        APPLIED = "applied", _("published")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.WAITING, State.RETURNED, State.SCHEDULED)

    role = models.ForeignKey(
        Role, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("role")
    )
    role_uid = models.UUIDField(_("permanent identifier of the role"), editable=False)
    base = models.JSONField(_("what the role said when it was proposed"))
    document = models.JSONField(_("what the role is to say"))
    status = models.CharField(
        _("status that the role is to have"),
        max_length=20,
        choices=Role.Status,
        blank=True,
        default="",
        help_text=_("Empty if it is to stay as it is."),
    )
    successor = models.ForeignKey(
        Role,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("successor"),
        help_text=_("The role that takes its place, if it is to be archived."),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    origin = models.CharField(_("origin"), max_length=20, choices=RoleRevision.Origin)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("author"),
    )
    author_name = models.TextField(_("author (name)"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    run = models.ForeignKey(
        LoadRun, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("load")
    )
    publish_at = models.DateTimeField(
        _("publish at"), null=True, blank=True, help_text=_("Empty to publish it when it is approved.")
    )
    token = models.CharField(
        _("secret of its preview"), max_length=64, unique=True, default=new_token, editable=False
    )
    created_at = models.DateTimeField(_("proposed"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decided_proposals",
        verbose_name=_("decided by"),
    )
    decided_by_name = models.TextField(_("decided by (name)"), blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    revision = models.ForeignKey(
        RoleRevision,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("revision that it became"),
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PROPOSAL_STATES), name="roles_proposal_state"),
            models.CheckConstraint(
                condition=Q(status__in=["", "draft", "published", "archived"]), name="roles_proposal_status"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["load", "admin", "api", "restore", "delete"]),
                name="roles_proposal_origin",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False),
                name="roles_proposal_has_its_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-created_at"],
                condition=Q(state__in=["waiting", "returned", "scheduled"]),
                name="roles_proposal_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.get('name', '')}: {self.get_state_display()}"


class ProposalComment(models.Model):
    """What somebody said of a proposal: why it was sent back, or what was done about it."""

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, related_name="comments", verbose_name=_("proposal")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposal_comments",
        verbose_name=_("author"),
    )
    author_name = models.TextField(_("author (name)"), blank=True, default="")
    text = models.TextField(_("comment"))
    state = models.CharField(
        _("state that it led to"), max_length=20, choices=Proposal.State, blank=True, default=""
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["", *PROPOSAL_STATES]), name="roles_proposalcomment_state"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="roles_proposalcomment_says_something"),
        ]

    def __str__(self) -> str:
        return self.text

"""Answers to requests that may be sent twice and are to be done once."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.api_token import ApiToken

KEPT: Final = timedelta(days=1)
"""How long an answer is given again."""
ABANDONED: Final = timedelta(minutes=15)
"""After how long a request that was never answered is taken for one whose process died."""


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    """Answers, each by the key that a program gave its request."""

    def claim(self, token: ApiToken, key: str, fingerprint: str) -> tuple["IdempotentAnswer", bool]:
        """The answer that is kept under a key, and whether it is the caller's to make.

        One that is there and has no status is being made by another request. Old answers are gone with that,
        and so are those that nobody will make any more.
        """
        now = timezone.now()
        abandoned = Q(status=None, created_at__lt=now - ABANDONED)
        self.filter(Q(created_at__lt=now - KEPT) | abandoned).delete()
        return self.get_or_create(token=token, key=key, defaults={"fingerprint": fingerprint})


class IdempotentAnswer(models.Model):
    """What was answered to a request that a program named by a key; without status while it is being done."""

    token = models.ForeignKey(
        ApiToken, models.CASCADE, related_name="idempotent_answers", verbose_name=_("API token")
    )
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(_("digest of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    body = models.BinaryField(_("body"), default=b"", blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now, db_index=True)

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("answer to a request with a key")
        verbose_name_plural = _("answers to requests with keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="roles_idempotentanswer_one_a_key"),
            models.CheckConstraint(condition=~Q(key=""), name="roles_idempotentanswer_key_given"),
        ]

    def __str__(self) -> str:
        return self.key

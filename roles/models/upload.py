"""Files that somebody sent and has yet to agree to."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=1)
MOST = 5
"""Files of one person that wait at the same time."""


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads, each for the eyes of its owner."""

    def of(self, owner: User, kind: str) -> Self:
        """Keep those of one person and one kind."""
        return self.filter(owner=owner, kind=kind)

    def keep(self, owner: User, kind: str, name: str, content: bytes, *, folder: str = "") -> "Upload":
        """Keep a file until its owner has looked at it; what nobody wants any more is gone with that."""
        kept = self.create(owner=owner, kind=kind, name=name[:200], content=content, folder=folder)
        newest = self.filter(owner=owner).order_by("-pk").values_list("pk", flat=True)[:MOST]
        self.filter(owner=owner).exclude(pk__in=list(newest)).delete()
        self.filter(created_at__lt=timezone.now() - KEPT).delete()
        return kept


class Upload(models.Model):
    """A file that somebody sent, between the preview of what it would change and the word that it may.

    It lies in the database, since the process that shows the preview may be another one than that which does
    what was seen; nobody but its owner reads it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads", verbose_name=_("owner")
    )
    kind = models.CharField(_("kind of file"), max_length=40)
    name = models.CharField(_("name of the file"), max_length=200)
    content = models.BinaryField(_("bytes"))
    folder = models.TextField(_("folder that it stands for"), blank=True, default="")
    created_at = models.DateTimeField(_("sent"), default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

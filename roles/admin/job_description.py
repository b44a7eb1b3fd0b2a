"""What HR adds to every job description."""

from django.contrib import admin

from roles.admin.base import OneWriterAdmin
from roles.admin.inlines import WrittenText
from roles.models import StandingText


@admin.register(StandingText)
class StandingTextAdmin(WrittenText, OneWriterAdmin):
    """Texts that belong to no role."""

    texts = ["text"]
    fields = ["name", "text", "position", "chosen"]
    list_display = ["name", "position", "chosen"]

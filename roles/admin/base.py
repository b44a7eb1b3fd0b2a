"""What the admin's pages have in common."""

from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles import store
from roles.admin.theme import ModelAdmin


class OneWriterAdmin(ModelAdmin):
    """Lets no other writer work between the check of what was sent and its saving."""

    class Media:
        js = ["admin/rows.js"]
        css = {"all": ["admin/rows.css"]}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save it."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            store.lock()
            return super().changeform_view(request, object_id, form_url, extra_context)


class ReadOnlyAdmin(ModelAdmin):
    """Shows what nobody changes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


def link_to(item: models.Model | None, text: object = None) -> SafeString | str:
    """A link to an item's page in the admin; the text alone where there is no item."""
    if item is None:
        return str(text or "")
    meta = item._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[item.pk])
    return format_html('<a href="{}" class="text-link">{}</a>', address, text or item)

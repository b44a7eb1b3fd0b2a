"""What the admin's pages have in common."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles import store
from roles.admin.theme import AutocompleteSelectFilter, ModelAdmin


@contextmanager
def one_writer(request: HttpRequest) -> Iterator[None]:
    """Let no other writer work while what was sent is checked and saved. Who only looks waits for nobody."""
    if request.method != "POST":
        yield
        return
    with transaction.atomic():
        store.lock()
        yield


ROWS_ON_A_PAGE = 50
"""Rows of a list that stand on one page."""


class PagedAdmin(ModelAdmin):
    """A list in pages, whatever its address asks for."""

    list_per_page = ROWS_ON_A_PAGE

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list that an address asks for.

        Raises:
            IncorrectLookupParameters: if no database can look for that, upon which all is listed.
        """
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Do with the ticked rows what was chosen.

        Raises:
            BadRequest: for ticks that no list has, which Django would not survive.
        """
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(each.isdecimal() and each.isascii() and len(each) < 19 for each in ticked):
            raise BadRequest(f"{ACTION_CHECKBOX_NAME}: numbers of rows are expected")
        return super().response_action(request, *args, **kwargs)


class OneWriterAdmin(PagedAdmin):
    """Lets one writer at a time save forms."""

    class Media:
        js = ["admin/js/jquery.init.js", "admin/rows.js"]
        css = {"all": ["admin/rows.css"]}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save it."""
        with one_writer(request):
            return super().changeform_view(request, object_id, form_url, extra_context)


class LookedUpFilter(AutocompleteSelectFilter):  # type: ignore[misc]  # the theme ships no types
    """Narrows a list by something that is looked up by its name instead of chosen from all there are."""

    def value(self) -> str | None:
        """What is asked for, None for what is no number that a table could hold."""
        asked = super().value()
        return asked if asked and asked.isdecimal() and len(asked) < 19 else None


def demand(request: HttpRequest, permission: str) -> None:
    """Let only those on who have a permission.

    Raises:
        PermissionDenied: for anybody else.
    """
    if not request.user.has_perm(permission):
        raise PermissionDenied


class ReadOnlyAdmin(PagedAdmin):
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


def when(moment: datetime) -> str:
    """A moment in the words of the reader's language and in local time."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def listing(
    model_admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    headers: Sequence[object],
    items: Any,
    rows: Callable[[Any], Sequence[Sequence[object]]],
    intro: str = "",
    empty: str = "",
    tools: Iterable[tuple[str, str, str]] = (),
    template: str = "admin/roles/listing.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer with a page of a table, which the stock list of a model could not show.

    `items` is a list or a queryset, `rows` gives the cells for a piece of it; `tools` are the label, icon and
    address of each button at the top; `more` is what the template of its own shows besides.
    """
    page = Paginator(items, ROWS_ON_A_PAGE).get_page(request.GET.get("p"))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "intro": intro,
        "tools": tools,
        "empty": empty,
        "table": {"headers": headers, "rows": rows(list(page.object_list))},
        "page": page,
        **(more or {}),
    }
    return TemplateResponse(request, template, context)


class UndoableAdmin(ReadOnlyAdmin):
    """A list of steps, each of which can be undone on a page of its own."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those look who may look back at the history of roles."""
        return request.user.has_perm("roles.view_rolerevision")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Let those look who may look back at the history of roles."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Return the address of undoing beside that of the list."""
        undo = self.admin_site.admin_view(self.undo_view)
        name = f"roles_{self.opts.model_name}_undo"
        return [path("<int:pk>/undo/", undo, name=name), *super().get_urls()]

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why a step is to be undone, and undo it."""
        raise NotImplementedError

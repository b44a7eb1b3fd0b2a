"""What a step would touch, shown on its page before it is taken, and each group in full on its own."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roles import impact
from roles.admin.base import demand, link_to, listing
from roles.admin.theme import ModelAdmin
from roles.impact import Group, Place, Touched
from roles.models import Role, SourceDocument, VocabularyItem


class ImpactPages(ModelAdmin):
    """Lets each group of what a step would touch be read to its end."""

    def get_urls(self) -> list[URLPattern]:
        """Return the address of a group beside those of the list and the form."""
        view = self.admin_site.admin_view(self.impact_view)
        route = "<int:pk>/impact/<slug:group>/"
        return [path(route, view, name=f"roles_{self.opts.model_name}_impact"), *super().get_urls()]

    def impact_view(self, request: HttpRequest, pk: int, group: str) -> HttpResponse:
        """Show all that a step would touch of one sort."""
        demand(request, f"roles.view_{self.opts.model_name}")
        item = get_object_or_404(self.model, pk=pk)
        found = next((each for each in groups_of(item) if each.name == group), None)
        if found is None:
            raise Http404
        return listing(
            self,
            request,
            title=_("%(name)s: %(group)s") % {"name": item, "group": found.title},
            headers=[_("where"), _("what it says"), _("documents")],
            items=found.rows,
            rows=lambda rows: [_row(touched) for touched in found.tell(rows)],
        )


def groups_of(item: Any) -> list[Group]:
    """What would be touched if this role or word were taken away or called otherwise."""
    return impact.of_role(item) if isinstance(item, Role) else impact.of_word(item)


def shown(item: Role | VocabularyItem) -> list[dict[str, Any]]:
    """What a step would touch, as `admin/roles/impact.html` shows it."""
    return [
        {
            "title": group.title,
            "count": group.count,
            "rows": [_row(touched) for touched in group.first],
            "more": group.count - len(group.first),
            "address": reverse(f"admin:roles_{item._meta.model_name}_impact", args=[item.pk, group.name]),
        }
        for group in groups_of(item)
    ]


def _row(touched: Touched) -> Sequence[SafeString | str]:
    return _link(touched.row, touched.name), touched.detail, _places(touched.places)


def _places(places: Iterable[Place]) -> SafeString:
    links = ((_link(SourceDocument(pk=each.document), f"{each.path}:{each.line}"),) for each in places)
    return format_html_join(", ", "{}", links)


def _link(row: Model, text: str) -> SafeString | str:
    return link_to(row, text) if admin.site.is_registered(type(row)) else format_html("{}", text)

"""What the choices of shared vocabulary offer while somebody types, as the theme's choices want it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from roles.admin.fields import NAMED
from roles.models.vocabulary import VocabularyItem
from roles.offering import Offer, Offered, offer


class WordsJsonView(AutocompleteJsonView):
    """Words for a choice: those that fit, those that may be meant, and the new one that was typed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with options in groups.

        Raises:
            PermissionDenied: if this is no choice of words, or one that this person may not see.
        """
        term, self.model_admin, source_field, _to_field = self.process_request(request)
        model: Any = source_field.remote_field.model
        if not issubclass(model, VocabularyItem) or not self.has_perm(request):
            raise PermissionDenied
        page = request.GET.get("page", "")
        number = int(page) if page.isdecimal() and 0 < len(page) < 5 else 1
        offered = offer(model, term, max(number, 1))
        may_add = request.user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}")
        return JsonResponse(
            {"results": list(_results(offered, may_add)), "pagination": {"more": offered.more}}
        )


def _results(offered: Offered, may_add: bool) -> Iterable[dict[str, Any]]:
    if offered.meant:
        yield {"text": _("Did you mean"), "children": _options(offered.meant)}
    yield from _options(offered.fitting)
    if offered.new and may_add:
        new = {"id": f"{NAMED}{offered.new}", "text": _("%(name)s (new)") % {"name": offered.new}}
        yield {
            "text": _("Or create it"),
            "children": [{**new, "note": _("is added when you save the role")}],
        }


def _options(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    return [{"id": str(each.id), "text": each.name, "note": each.note} for each in offers]

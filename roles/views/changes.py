"""What changed in the catalogue, as a page and as an Atom feed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from roles.views.change_feed import feed_text, feed_version
from roles.views.change_list import changes_page, families_seen, with_slug


def changes(request: HttpRequest) -> HttpResponse:
    """Changes by day and role, perhaps of one family; `before` is the number that a page begins below."""
    before, family = request.GET.get("before", ""), request.GET.get("family", "")
    return render(request, "roles/changes.html", {"changes": changes_page(request.user, before, family)})


def feed(request: HttpRequest) -> HttpResponse:
    """The newest changes as an Atom feed, which is not made anew for a reader that has it already."""
    slug = request.GET.get("family", "")
    family = with_slug(families_seen(request.user), slug) if slug else None
    if slug and family is None:
        raise Http404
    etag, modified = feed_version(request, family)
    unchanged = get_conditional_response(request, etag, modified)
    if unchanged:
        return unchanged
    response = HttpResponse(feed_text(request, family), content_type="application/atom+xml; charset=utf-8")
    response["ETag"], response["Last-Modified"] = etag, http_date(modified)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response

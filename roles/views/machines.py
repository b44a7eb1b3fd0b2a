"""What programs that walk the site ask for first."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page

from roles.llms import llms_text
from roles.models import Role

# Forms, twins of pages, and the endless combinations of filters.
NOT_FOR_ROBOTS = (
    *("/admin/", "/accounts/", "/api/", "/suggestions/"),
    *("/roles/*/job-description/", "/roles/*/suggest/", "/*?"),
)


@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may visit: nothing, if only people who have signed in may read."""
    closed = settings.READ_ACCESS != "public"
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (["/"] if closed else NOT_FOR_ROBOTS))]
    if not closed:
        lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@conditional_page
def llms(request: HttpRequest) -> HttpResponse:
    """The roles that everybody may see, as Markdown for language models."""
    text = llms_text(Role.objects.visible_to(AnonymousUser()), request.build_absolute_uri)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")

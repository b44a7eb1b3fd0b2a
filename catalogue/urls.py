"""Every address of the catalogue."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language

from api import docs
from api.api import api
from catalogue import single_sign_on
from catalogue.accounts import ChangePassword, SignIn
from catalogue.health import healthz

handler404 = "roles.views.errors.not_found"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/login/", SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password_change/", ChangePassword.as_view(), name="password_change"),
    # Without a token, which would give every page a cookie: a forged request can but change the language.
    path("language/", csrf_exempt(login_not_required(require_POST(set_language))), name="set_language"),
    # The first page of the desk; the theme's own says nothing that its sidebar does not.
    path("admin/", admin.site.admin_view(RedirectView.as_view(pattern_name="admin:roles_inbox"))),
    path("admin/", admin.site.urls),
    path("api/v1/openapi.json", docs.description, name="api-description"),
    path("api/v1/docs", docs.reference, name="api-reference"),
    path("api/v1/docs/problems", docs.problems, name="api-problems"),
    path("api/v1/docs/recipes", docs.recipes, name="api-recipes"),
    path("api/v1/", api.urls),
    path("", include("roles.urls")),
]
if settings.OIDC_SERVER_URL:
    urlpatterns = [*single_sign_on.urlpatterns, *urlpatterns]

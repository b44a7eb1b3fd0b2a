"""Turning one's daily mail off and on, by the secret address in each mail."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from roles.models import MailSettings


class MailForm(forms.Form):
    """Whether somebody wants the mail, and in which language."""

    daily = forms.BooleanField(label=gettext_lazy("Daily mail"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("the catalogue’s own")), *settings.LANGUAGES],
    )


# Whoever knows the address may use it, also a mail program that turns the mail off with a plain POST.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether somebody gets the daily mail; sent back, keep the choice; an empty one turns it off."""
    row = get_object_or_404(MailSettings.objects.select_related("user"), token=token)
    if request.method == "POST":
        form = MailForm(request.POST)
        if form.is_valid():
            row.daily, row.language = form.cleaned_data["daily"], form.cleaned_data["language"]
            row.save(update_fields=["daily", "language"])
            said = _("You get the daily mail.") if row.daily else _("You get no more daily mails.")
            messages.success(request, said)
            return redirect("mail-settings", token=token)
    else:
        form = MailForm(initial={"daily": row.daily, "language": row.language})
    return render(request, "accounts/mail.html", {"form": form, "row": row})

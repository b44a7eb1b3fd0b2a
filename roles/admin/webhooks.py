"""Webhooks: where other systems are told what happens to roles, what was sent, and what became of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from roles import webhooks
from roles.admin.accounts import keeper_of
from roles.admin.base import PagedAdmin, ReadOnlyAdmin, demand, when
from roles.admin.fields import LineField
from roles.admin.theme import CheckboxSelectMultiple, ModelForm, TextInput, display
from roles.models import Webhook, WebhookAttempt, WebhookDelivery
from roles.models.webhook import KINDS, usual_kinds
from roles.webhooks import addresses, message

State = WebhookDelivery.State
ATTEMPTS_SHOWN = 20
COLOURS = {State.WAITING: "info", State.FAILED: "warning", State.SENT: "success", State.GIVEN_UP: "danger"}

Tool = tuple[str, str, str]


class WebhookForm(ModelForm):
    """Where to send, and what."""

    name = LineField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Which system it tells.")
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=addresses.LONGEST,
        widget=TextInput,
        help_text=gettext_lazy(
            "Whoever runs the other system tells you. For example: https://hr.example.org/role-changes"
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Is told when a role was"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        initial=usual_kinds,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("Of drafts nothing is told until they are published."),
    )

    class Meta:
        model = Webhook
        fields = ["name", "url", "kinds", "active"]

    def clean_url(self) -> str:
        """Refuse addresses that nothing would be sent to."""
        url: str = self.cleaned_data["url"]
        if url != self.initial.get("url"):
            try:
                addresses.checked(addresses.read(url))
            except addresses.AddressRefused as refused:
                raise forms.ValidationError(str(refused)) from refused
        return url


@admin.register(Webhook)
class WebhookAdmin(PagedAdmin):
    """Webhooks. The secret that signs messages is shown when it is made, and never again."""

    form = WebhookForm
    fields = ["name", "url", "kinds", "active"]
    list_display = ["name", "url", "tells", "shown_state"]
    search_fields = ["name", "url"]
    change_form_template = "admin/roles/webhook/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the steps beside those of the form."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/secret/", view(self.secret_view), name="roles_webhook_secret"),
            path("<int:pk>/test/", view(self.test_view), name="roles_webhook_test"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("is told when a role was"))
    def tells(self, webhook: Webhook) -> str:
        """What it is told of."""
        return ", ".join(map(str, webhook.told_of))

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("state"), label={"on": "success", "off": "danger"}
    )
    def shown_state(self, webhook: Webhook) -> tuple[str, str]:
        """Whether anything is sent, as a coloured label."""
        return ("on", _("active")) if webhook.active else ("off", _("switched off"))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the form, with the steps that can be taken, and why the catalogue switched a webhook off."""
        webhook: Webhook | None = kwargs.get("obj")
        if webhook and webhook.stopped and not webhook.active and request.method == "GET":
            self.message_user(request, webhook.stopped, messages.WARNING)
        context["tools"] = self._tools(webhook) if webhook else []
        context["can_test"] = webhook is not None and self.has_change_permission(request, webhook)
        return super().render_change_form(request, context, *args, **kwargs)

    def _tools(self, webhook: Webhook) -> list[Tool]:
        sent = reverse("admin:roles_webhookdelivery_changelist")
        return [
            (_("Messages"), "outbox", f"{sent}?webhook__id__exact={webhook.pk}"),
            (_("New secret"), "key", reverse("admin:roles_webhook_secret", args=[webhook.pk])),
        ]

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        """Save, with who made it; once it is switched on again, why it was off is forgotten."""
        if not change:
            obj.created_by, obj.created_by_name = keeper_of(request), keeper_of(request).get_username()
        if obj.active:
            obj.stopped = ""
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Webhook, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Answer with the secret of the new webhook."""
        return self._shown(request, obj, obj.secret)

    def secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what a new secret means, make one and show it once."""
        demand(request, "roles.change_webhook")
        webhook = get_object_or_404(Webhook, pk=pk)
        if request.method == "POST":
            secret = webhooks.rotate_secret(webhook)
            self.log_change(request, webhook, _("Made a new secret"))
            return self._shown(request, webhook, secret)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New secret for %(webhook)s") % {"webhook": webhook},
            "intro": _(
                "For a day, messages are signed with both the new secret and the one before, so there is "
                "time to give the new one to the other system. After that the one before is of no use. This "
                "cannot be undone."
            ),
            "form": forms.Form(),
            "media": self.media,
            "button": _("Make a new secret"),
            "back": reverse("admin:roles_webhook_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/roles/step.html", context)

    @sensitive_variables()
    def _shown(self, request: HttpRequest, webhook: Webhook, secret: str) -> HttpResponse:
        """The only page that a secret stands on, which no cache keeps."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the secret now"),
            "webhook": webhook,
            "secret": secret,
            "back": reverse("admin:roles_webhook_change", args=[webhook.pk]),
        }
        page = TemplateResponse(request, "admin/roles/webhook/secret.html", context)
        page.headers["Cache-Control"] = "no-store, private"
        page.headers["Referrer-Policy"] = "no-referrer"
        return page

    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a message that tells of nothing, and say whether it arrived."""
        demand(request, "roles.change_webhook")
        webhook = get_object_or_404(Webhook, pk=pk)
        if request.method != "POST":
            return redirect("admin:roles_webhook_change", pk)
        delivery = webhooks.put_test(webhook)
        webhooks.send_now(delivery)
        delivery.refresh_from_db()
        if delivery.state == State.SENT:
            text = _("The test arrived: the receiver answered %(status)d.") % {"status": delivery.status_code}
            self.message_user(request, text, messages.SUCCESS)
        else:
            text = _("The test has not arrived.")
            self.message_user(request, f"{text} {delivery.error}", messages.ERROR)
        return redirect("admin:roles_webhookdelivery_change", delivery.pk)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Name the webhooks, and say how many messages go with them instead of listing each."""
        chosen = list(objs)
        count = WebhookDelivery.objects.filter(webhook__in=chosen).count()
        counts = {self.opts.verbose_name_plural: len(chosen), _("messages, with their attempts"): count}
        return [str(webhook) for webhook in chosen], counts, set(), []


class KindFilter(admin.SimpleListFilter):
    """What messages tell of."""

    title = gettext_lazy("what happened")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the kinds of events, and the tests."""
        return [*((kind.value, kind.label) for kind in KINDS), ("test", gettext_lazy("nothing: a test"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the messages that are asked for."""
        if self.value() == "test":
            return queryset.filter(event=None)
        return queryset.filter(event__kind=self.value()) if self.value() else queryset


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """What was sent to webhooks, what waits, and what was given up."""

    fields = ["webhook", "tells", "state", "next_at", "message_id", "created_at", "body", "log"]
    readonly_fields = ["tells", "body", "log"]
    list_display = ["created_at", "tells", "to", "shown_state", "attempts", "answer"]
    list_filter = ["state", KindFilter, "webhook"]
    list_select_related = ["webhook", "event"]
    search_fields = ["event__slug", "event__name", "message_id"]
    search_help_text = gettext_lazy("Names and address names of roles, and the ids of messages")
    actions = ["send_again"]
    change_form_template = "admin/roles/webhook/delivery.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the address of sending again beside that of the list."""
        again = self.admin_site.admin_view(self.again_view)
        return [path("<int:pk>/again/", again, name="roles_webhookdelivery_again"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the messages with what they tell of."""
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related("webhook", "event")

    @admin.display(description=gettext_lazy("what happened"))
    def tells(self, delivery: WebhookDelivery) -> str:
        """Which role it is about, and what happened to it."""
        return str(delivery)

    @admin.display(description=gettext_lazy("webhook"), ordering="webhook__name")
    def to(self, delivery: WebhookDelivery) -> str:
        """Who is told."""
        return delivery.webhook.name

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("state"),
        ordering="state",
        label={state.value: colour for state, colour in COLOURS.items()},
    )
    def shown_state(self, delivery: WebhookDelivery) -> tuple[str, str]:
        """What became of it, as a coloured label."""
        return delivery.state, delivery.get_state_display()

    @admin.display(description=gettext_lazy("answer"))
    def answer(self, delivery: WebhookDelivery) -> str:
        """What came of the last attempt."""
        return delivery.error or str(delivery.status_code or "")

    @admin.display(description=gettext_lazy("what is sent"))
    def body(self, delivery: WebhookDelivery) -> SafeString:
        """The body of the message."""
        pre = '<pre class="max-w-4xl text-xs whitespace-pre-wrap break-words">{}</pre>'
        return format_html(pre, message.body_of(delivery).decode())

    @admin.display(description=gettext_lazy("attempts"))
    def log(self, delivery: WebhookDelivery) -> SafeString | str:
        """The last attempts, with what came of each."""
        rows = delivery.log.all()[:ATTEMPTS_SHOWN]
        item = '<li class="mb-3">{} – {}<br><span class="text-xs break-words">{}</span></li>'
        told = format_html_join("", item, ((when(row.at), _told(row), row.excerpt) for row in rows))
        return format_html("<ul>{}</ul>", told) if told else _("None yet.")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show a message, with the button that sends it again."""
        context["can_send"] = request.user.has_perm("roles.change_webhook")
        return super().render_change_form(request, context, *args, **kwargs)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put one message into the outbox once more."""
        demand(request, "roles.change_webhook")
        get_object_or_404(WebhookDelivery, pk=pk)
        if request.method == "POST":
            self._send_again(request, WebhookDelivery.objects.filter(pk=pk))
        return redirect("admin:roles_webhookdelivery_change", pk)

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Let those send again who look after webhooks."""
        return request.user.has_perm("roles.change_webhook")

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put the ticked messages into the outbox once more."""
        self._send_again(request, queryset)

    def _send_again(self, request: HttpRequest, chosen: Any) -> None:
        off = Webhook.objects.filter(active=False, deliveries__in=chosen.order_by()).distinct()
        names = list(off.values_list("name", flat=True))
        count = webhooks.put_again(chosen)
        text = ngettext(
            "%(count)d message is sent again within seconds.",
            "%(count)d messages are sent again within seconds.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        if names:
            text = _("Switched off, and told nothing until that changes: %(names)s.")
            self.message_user(request, text % {"names": ", ".join(names)}, messages.WARNING)


def _told(attempt: WebhookAttempt) -> str:
    """What came of an attempt, in a sentence."""
    text = attempt.error or _("Arrived: the receiver answered %(status)d.") % {"status": attempt.status_code}
    return _("%(text)s It took %(number)d ms.") % {"text": text, "number": attempt.duration}

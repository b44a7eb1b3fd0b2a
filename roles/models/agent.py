"""What an agent that works in a role needs to know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roles.models.role import Role
from roles.models.statements import Statement
from roles.models.vocabulary import McpServer


class AgentProfile(models.Model):
    """The agent of a role: its name and the prompt it starts from."""

    role = models.OneToOneField(Role, models.CASCADE, related_name="agent", verbose_name=_("role"))
    name = models.TextField(_("agent name"), blank=True, default="")
    system_prompt = models.TextField(_("system prompt"), blank=True, default="")

    class Meta:
        ordering = ["role"]
        verbose_name = _("agent profile")
        verbose_name_plural = _("agent profiles")

    def __str__(self) -> str:
        return self.name


class AgentPersonality(Statement):
    """A manner in which the agent of a role can speak."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="personalities", verbose_name=_("role"))
    name = models.TextField(_("name"), blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")

    class Meta(Statement.Meta):
        verbose_name = _("agent personality")
        verbose_name_plural = _("agent personalities")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(text=""), name="roles_agentpersonality_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.text


class AgentPhrase(Statement):
    """A phrase that shows how the agent of a role speaks."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="phrases", verbose_name=_("role"))
    label = models.TextField(_("label"), blank=True, default="")
    text = models.TextField(_("phrase"), blank=True, default="", help_text=_("Without quotation marks."))

    class Meta(Statement.Meta):
        verbose_name = _("example phrase")
        verbose_name_plural = _("example phrases")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(label="") | ~Q(text=""), name="roles_agentphrase_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.label


class AgentMcpServer(Statement):
    """A tool server recommended to the agent of a role, and what for."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="mcp_servers", verbose_name=_("role"))
    server = models.ForeignKey(
        McpServer, models.PROTECT, related_name="uses", verbose_name=_("shared MCP server")
    )
    name = models.TextField(_("name as written"))
    url = models.TextField(_("link as written"), blank=True, default="")
    purpose = models.TextField(_("purpose"), blank=True, default="")

    class Meta(Statement.Meta):
        verbose_name = _("recommended MCP server")
        verbose_name_plural = _("recommended MCP servers")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="roles_agentmcpserver_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentKnowledge(Statement):
    """A document that the agent of a role should know."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="knowledge", verbose_name=_("role"))
    text = models.TextField(_("document"), help_text=_("Usually a path."))

    class Meta(Statement.Meta):
        verbose_name = _("knowledge document")
        verbose_name_plural = _("knowledge documents")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="roles_agentknowledge_says_something"),
        ]

    def __str__(self) -> str:
        return self.text

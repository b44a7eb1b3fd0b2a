"""What the database itself refuses, whichever way it is asked."""

from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from roles.models import (
    AccountEvent,
    AgentKnowledge,
    AgentMcpServer,
    AgentPersonality,
    AgentPhrase,
    AgentProfile,
    ApiToken,
    Artifact,
    ArtifactAlias,
    BulkChangedRole,
    Capability,
    CapabilityAlias,
    CapabilityLevel,
    Conflict,
    DailyTask,
    IdempotentAnswer,
    Interaction,
    InteractionKind,
    InteractionKindAlias,
    JobFamily,
    JobFamilyAlias,
    LifecycleChange,
    LoadOutcome,
    McpServer,
    McpServerAlias,
    Merge,
    OldSlug,
    PreviewLink,
    ProficiencyLevel,
    ProficiencyLevelAlias,
    Proposal,
    ProposalComment,
    Responsibility,
    ResponsibilityAlias,
    RevisionCounter,
    Role,
    RoleAlias,
    RoleArtifact,
    RoleCapability,
    RoleEvent,
    RoleIdentifier,
    RoleMember,
    RoleMetric,
    RolePrinciple,
    RoleProperty,
    RoleRendering,
    RoleResponsibility,
    RoleRevision,
    RoleSection,
    RoleTag,
    RoleVariation,
    SearchDocument,
    SeniorityLevel,
    SeniorityLevelAlias,
    SetAside,
    SourceDocument,
    StandingText,
    Statement,
    Suggestion,
    Webhook,
    WebhookDelivery,
)

pytestmark = pytest.mark.django_db

VOCABULARY = [
    Responsibility,
    Capability,
    Artifact,
    InteractionKind,
    JobFamily,
    SeniorityLevel,
    ProficiencyLevel,
    McpServer,
]
ALIASES = [
    ResponsibilityAlias,
    CapabilityAlias,
    ArtifactAlias,
    InteractionKindAlias,
    JobFamilyAlias,
    SeniorityLevelAlias,
    ProficiencyLevelAlias,
    McpServerAlias,
]
FORMER_SLUGS: list[Any] = [
    relation.related_model
    for model in VOCABULARY
    for relation in model._meta.related_objects
    if relation.name == "former_slugs"
]
STATEMENTS: list[type[Statement]] = [
    RoleResponsibility,
    RoleCapability,
    RoleArtifact,
    RoleProperty,
    RoleVariation,
    DailyTask,
    RoleMetric,
    RolePrinciple,
    RoleMember,
    RoleSection,
    Interaction,
    AgentPersonality,
    AgentPhrase,
    AgentMcpServer,
    AgentKnowledge,
]

# What a row needs besides its required fields to be a good one.
GOOD: dict[type[models.Model], dict[str, Any]] = {
    RoleResponsibility: {"text": "Does it"},
    RoleVariation: {"text": "Does it"},
    DailyTask: {"text": "Does it"},
    RoleSection: {"text": "Does it"},
    AgentPersonality: {"text": "Does it"},
    AgentPhrase: {"text": "Does it"},
    LoadOutcome: {"outcome": "created"},
    SourceDocument: {"dialect": "profile", "digest": "0" * 64},
    RoleRevision: {"origin": "load"},
    Proposal: {"origin": "admin"},
    Merge: {"kind": "role"},
    LifecycleChange: {"field": "status", "after": "published"},
    Suggestion: {"text": "Say more."},
    RoleEvent: {"kind": "changed", "public": True},
    ApiToken: {"expires_at": timezone.now()},
}

serial = count(1)


def row(model: type[models.Model], **values: Any) -> models.Model:
    """Store a row without the help of `save`: with these values, and good ones in other required fields."""
    values = GOOD.get(model, {}) | values
    for field in model._meta.concrete_fields:
        if field.name in values or field.null or field.has_default() or isinstance(field, models.AutoField):
            continue
        if isinstance(field, models.ForeignKey):
            values[field.name] = row(field.related_model)
        elif isinstance(field, models.UUIDField):
            values[field.name] = Role().uid
        elif isinstance(field, models.BinaryField):
            values[field.name] = b""
        elif isinstance(field, models.JSONField):
            values[field.name] = {}
        elif isinstance(field, models.IntegerField):
            values[field.name] = next(serial)
        else:
            values[field.name] = f"row-{next(serial)}"
    return model._default_manager.bulk_create([model(**values)])[0]


CHECKS: list[tuple[type[models.Model], dict[str, Any], str]] = [
    *[
        (model, {"slug": slug}, f"roles_{model._meta.model_name}_slug")
        for model in (Role, OldSlug)
        for slug in ("", "Data", "data engineer", "data\n", "dâta", "a_b")
    ],
    (Role, {"name": ""}, "roles_role_name_given"),
    (Role, {"status": "hidden"}, "roles_role_status"),
    (Role, {"status": ""}, "roles_role_status"),
    (Role, {"id": 900001, "successor_id": 900001}, "roles_role_succeeds_another"),
    (RoleIdentifier, {"scheme": ""}, "roles_roleidentifier_scheme_given"),
    (RoleIdentifier, {"value": ""}, "roles_roleidentifier_value_given"),
    (StandingText, {"name": ""}, "roles_standingtext_name_given"),
    (StandingText, {"text": ""}, "roles_standingtext_says_something"),
    (RoleTag, {"name": ""}, "roles_roletag_name_given"),
    *[
        (model, {"folded": ""}, f"roles_{model._meta.model_name}_name_given")
        for model in (*VOCABULARY, *ALIASES, RoleAlias)
    ],
    *[
        (model, {"text": ""}, f"roles_{model._meta.model_name}_says_something")
        for model in (
            RoleResponsibility,
            RoleVariation,
            DailyTask,
            RoleMetric,
            RolePrinciple,
            RoleSection,
            AgentPersonality,
            AgentPhrase,
            AgentKnowledge,
        )
    ],
    (RoleSection, {"text": "", "heading": ""}, "roles_rolesection_says_something"),
    *[
        (model, {"name": ""}, f"roles_{model._meta.model_name}_name_given")
        for model in (RoleCapability, RoleArtifact, RoleProperty, AgentMcpServer)
    ],
    (RoleMember, {"role_code": ""}, "roles_rolemember_code_given"),
    (RoleSection, {"level": 1}, "roles_rolesection_level"),
    (RoleSection, {"level": 4}, "roles_rolesection_level"),
    (Interaction, {"partner_name": ""}, "roles_interaction_partner_given"),
    (InteractionKind, {"direction": "sideways"}, "roles_interactionkind_direction"),
    (LoadOutcome, {"outcome": "lost"}, "roles_loadoutcome_outcome"),
    (SourceDocument, {"path": ""}, "roles_sourcedocument_path_given"),
    (SourceDocument, {"dialect": "letter"}, "roles_sourcedocument_dialect"),
    (SourceDocument, {"digest": "0" * 63}, "roles_sourcedocument_digest"),
    (SourceDocument, {"digest": "g" * 64}, "roles_sourcedocument_digest"),
    (RoleRevision, {"number": 0}, "roles_rolerevision_number"),
    (RoleRevision, {"catalogue_number": 0}, "roles_rolerevision_catalogue_number"),
    (RoleRevision, {"origin": "rumour"}, "roles_rolerevision_origin"),
    (RevisionCounter, {"id": 2}, "roles_revisioncounter_one_row"),
    (Conflict, {"key": ""}, "roles_conflict_key_given"),
    (Conflict, {"decision": "both"}, "roles_conflict_decision"),
    (LifecycleChange, {"field": "mood"}, "roles_lifecyclechange_field"),
    (LifecycleChange, {"before": "published"}, "roles_lifecyclechange_differs"),
    (RoleEvent, {"number": 0}, "roles_roleevent_number"),
    (RoleEvent, {"kind": "forgotten"}, "roles_roleevent_kind"),
    (Webhook, {"name": ""}, "roles_webhook_has_name"),
    (Webhook, {"url": ""}, "roles_webhook_has_address"),
    (WebhookDelivery, {"state": "lost"}, "roles_webhookdelivery_state"),
    (WebhookDelivery, {"state": "sent"}, "roles_webhookdelivery_next_while_open"),
    (WebhookDelivery, {"next_at": None}, "roles_webhookdelivery_next_while_open"),
    (AccountEvent, {"kind": "forgotten"}, "roles_accountevent_kind"),
    (ApiToken, {"scopes": "read everything"}, "roles_apitoken_scopes"),
    (ApiToken, {"name": ""}, "roles_apitoken_has_name"),
    (IdempotentAnswer, {"key": ""}, "roles_idempotentanswer_key_given"),
    (Proposal, {"state": "forgotten"}, "roles_proposal_state"),
    (Proposal, {"status": "hidden"}, "roles_proposal_status"),
    (Proposal, {"origin": "rumour"}, "roles_proposal_origin"),
    (Proposal, {"state": "scheduled"}, "roles_proposal_has_its_day"),
    (Suggestion, {"state": "forgotten"}, "roles_suggestion_state"),
    (Suggestion, {"text": "", "wording": ""}, "roles_suggestion_says_something"),
    (ProposalComment, {"text": ""}, "roles_proposalcomment_says_something"),
    (SetAside, {"code": ""}, "roles_setaside_code_given"),
    (SetAside, {"reason": ""}, "roles_setaside_reason_given"),
    (SetAside, {"word": 1}, "roles_setaside_role_or_word"),
    (SetAside, {"word_table": "capability"}, "roles_setaside_role_or_word"),
    (Merge, {"kind": "holiday"}, "roles_merge_kind"),
    (Merge, {"kept": "7", "gone": "7"}, "roles_merge_of_two"),
    (ProposalComment, {"state": "forgotten"}, "roles_proposalcomment_state"),
]

# Values that, taken together, only one row can have; SQLite names the columns of a plain index, not itself.
UNIQUE: list[tuple[type[models.Model], dict[str, Any], str]] = [
    (Role, {"slug": "twice"}, "slug"),
    (Role, {"uid": Role().uid}, "uid"),
    (OldSlug, {"slug": "twice"}, "slug"),
    (RoleIdentifier, {"scheme": "role-code", "folded": "data4002"}, "scheme"),
    *[(model, {"folded": "twice"}, "folded") for model in (*VOCABULARY, *ALIASES)],
    *[(model, {"slug": "twice"}, "slug") for model in VOCABULARY],
    *[(model, {"rank": 77}, "rank") for model in (SeniorityLevel, ProficiencyLevel)],
    (CapabilityLevel, {"capability": None, "proficiency": None}, "capability"),
    *[(model, {"role": None, "key": "capabilities:sql"}, "key") for model in STATEMENTS],
    *[(model, {"role": None}, "role_id") for model in (AgentProfile, RoleRendering, SearchDocument)],
    (Role, {"revision": None}, "revision_id"),
    (SourceDocument, {"path": "data/engineer.md"}, "path"),
    (RoleRevision, {"role_uid": Role().uid, "number": 1}, "number"),
    (RoleRevision, {"catalogue_number": 900}, "catalogue_number"),
    (Conflict, {"role": None, "key": "capabilities:sql"}, "key"),
    (RoleEvent, {"number": 900}, "number"),
    (ApiToken, {"prefix": "aaaaaaaa"}, "prefix"),
    (IdempotentAnswer, {"token": None, "key": "twice"}, "token_id"),
    (WebhookDelivery, {"message_id": "msg_twice"}, "message_id"),
    (Webhook, {"url": "https://hr.example.org/"}, "url"),
    (Proposal, {"token": "twice"}, "token"),
    (BulkChangedRole, {"change": None, "role": None}, "role"),
    *[(model, {"slug": "twice"}, "slug") for model in FORMER_SLUGS],
    (Suggestion, {"token": "twice"}, "token"),
    (Proposal, {"role": None, "author": None}, "role_id"),
    (Proposal, {"role": None, "origin": "load"}, "role_id"),
    (PreviewLink, {"token": "twice"}, "token"),
    (PreviewLink, {"role": None}, "role_id"),
]


@pytest.mark.parametrize(("model", "values", "constraint"), CHECKS)
def test_a_bad_value_is_refused(model: type[models.Model], values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=rf"\b{constraint}\b"), transaction.atomic():
        row(model, **values)


@pytest.mark.parametrize(("model", "values", "name"), UNIQUE)
def test_what_must_be_single_is_refused_twice(
    model: type[models.Model], values: dict[str, Any], name: str
) -> None:
    shared = {
        field: row(model._meta.get_field(field).related_model) if value is None else value  # type: ignore[arg-type]
        for field, value in values.items()
    }
    row(model, **shared)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row(model, **shared)


@pytest.mark.parametrize("model", STATEMENTS)
def test_statements_that_have_no_key_yet_can_stand_side_by_side(model: type[Statement]) -> None:
    role = row(Role)
    for _ in range(2):
        row(model, role=role, key="")
    assert model._default_manager.filter(role=role).count() == 2  # type: ignore[misc]


def test_a_key_can_be_in_conflict_again_after_its_conflict_was_closed() -> None:
    first = row(Conflict, key="mission")
    assert isinstance(first, Conflict)
    Conflict.objects.update(closed_at=first.opened_at)
    row(Conflict, role=first.role, key="mission")
    assert Conflict.objects.filter(role=first.role).count() == 2


def test_levels_without_a_rank_can_stand_side_by_side() -> None:
    for model in (SeniorityLevel, ProficiencyLevel):
        row(model)
        row(model)
        assert model._default_manager.filter(rank=None).count() == 2


def test_every_check_and_every_enumeration_is_tested_here() -> None:
    checks = {
        constraint.name
        for model in apps.get_app_config("roles").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert checks == {name for _model, _values, name in CHECKS}
    enumerations = {
        (model, field.name)
        for model in apps.get_app_config("roles").get_models()
        for field in model._meta.concrete_fields
        if field.choices
    }
    assert enumerations <= {(model, field) for model, values, _name in CHECKS for field in values}

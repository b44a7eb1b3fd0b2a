"""The admin: where HR edits roles and the vocabulary they share, and sees where everything came from."""

from roles.admin import (
    accounts,
    conflicts,
    history,
    job_description,
    proposal,
    provenance,
    role,
    suggestions,
    tokens,
    vocabulary,
    webhooks,
)

__all__ = [
    "accounts",
    "conflicts",
    "history",
    "job_description",
    "proposal",
    "provenance",
    "role",
    "suggestions",
    "tokens",
    "vocabulary",
    "webhooks",
]

"""The catalogue as JSON, for programs: read-only, version 1 at /api/v1."""

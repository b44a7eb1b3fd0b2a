"""Datasette over the catalogue's SQLite file, for the server that runs the catalogue too.

Its own pages of tables and rows tell less than the API does. What is told alike is asked for in SQL, as its
documentation advises: parts as JSON, which `_json` makes part of the answer.
"""

import os
from urllib.parse import urlencode

from datasette.app import Datasette


def _parts(table: str, *columns: str) -> str:
    """The rows of a role in a table, as a JSON array of objects."""
    named = (name.partition("=") for name in columns)
    pairs = ", ".join(f"'{name}', {value or name}" for name, _, value in named)
    ordered = f"SELECT * FROM {table} WHERE role_id = r.id ORDER BY position, id"  # noqa: S608
    return f"(SELECT json_group_array(json_object({pairs})) FROM ({ordered}))"  # noqa: S608


_SHORT = """
    r.slug, r.name, r.family_name AS family, f.slug AS family_slug, r.seniority_name AS seniority,
    s.slug AS seniority_slug, r.summary, r.status, r.updated_at
"""
_FROM = """
    FROM roles_role r LEFT JOIN roles_jobfamily f ON f.id = r.family_id
    LEFT JOIN roles_senioritylevel s ON s.id = r.seniority_id
"""
_LINKED = "role=(SELECT slug FROM roles_role p WHERE p.id = {} AND p.status <> 'draft')"
_LISTS = {
    "responsibilities": (
        "roles_roleresponsibility",
        "name",
        "text",
        "success_metric",
        'primary="primary"',
        'group="group"',
    ),
    "capabilities": ("roles_rolecapability", "name", "level", "detail"),
    "artifacts": ("roles_roleartifact", "name", "type"),
    "interactions": (
        *("roles_interaction", "kind=kind_name", "partner=partner_name", "frequency", "notes", "link"),
        _LINKED.format("partner_id"),
    ),
    "properties": ("roles_roleproperty", "name", "value"),
    "variations": ("roles_rolevariation", "name", "text"),
    "daily_tasks": ("roles_dailytask", "time", "name", "text"),
    "metrics": ("roles_rolemetric", "text"),
    "principles": ("roles_roleprinciple", "text"),
    "members": ("roles_rolemember", "role_code", "count", _LINKED.format("member_id")),
    "sections": ("roles_rolesection", "heading", "level", "text", "position=after"),
    "personalities": ("roles_agentpersonality", "name", "text"),
    "phrases": ("roles_agentphrase", "label", "text"),
    "mcp_servers": ("roles_agentmcpserver", "name", "url", "purpose"),
    "knowledge": ("roles_agentknowledge", "text"),
}


_BEST = """(
    SELECT json_group_array(json_object('name', name, 'level', level)) FROM (
        SELECT c.name, c.level FROM roles_rolecapability c
        LEFT JOIN roles_proficiencylevel p ON p.id = c.proficiency_id
        WHERE c.role_id = r.id ORDER BY coalesce(p.rank, 0) DESC, c.position, c.id LIMIT 4
    )
)"""
_SEEN = "status NOT IN ('draft', 'archived')"
_IDENTIFIERS = """(
    SELECT json_group_array(json_object('scheme', scheme, 'value', value))
    FROM roles_roleidentifier WHERE role_id = r.id
)"""
QUERIES = {
    "roles": f"""
        SELECT {_SHORT}, {_BEST} AS top_capabilities, (SELECT count(*) FROM roles_role WHERE {_SEEN}) AS count
        {_FROM} WHERE r.{_SEEN} ORDER BY r.sort_key, r.slug LIMIT 20 OFFSET :offset
    """,  # noqa: S608
    "role": f"""
        SELECT {_SHORT}, r.mission, r.description, r.extra, v.number AS revision, u.username AS owner,
            a.name AS agent, a.system_prompt, {_IDENTIFIERS} AS identifiers,
            {", ".join(f"{_parts(*stated)} AS {name}" for name, stated in _LISTS.items())}
        {_FROM} LEFT JOIN roles_rolerevision v ON v.id = r.revision_id
        LEFT JOIN auth_user u ON u.id = r.owner_id LEFT JOIN roles_agentprofile a ON a.role_id = r.id
        WHERE r.slug = :slug AND r.status <> 'draft'
    """,
}
"""A page of roles, and one role but for anchors and sources, which ease its work."""

_COLUMNS = {"roles": ["top_capabilities"], "role": ["identifiers", "extra", *_LISTS]}


def address(query: str, **values: object) -> str:
    """Where Datasette answers a query."""
    asked = [("_shape", "objects"), *(("_json", name) for name in _COLUMNS[query]), *values.items()]
    return f"/few/{query}.json?{urlencode(asked)}"


if path := os.environ.get("BENCH_DATABASE"):
    queries = {name: {"sql": " ".join(sql.split())} for name, sql in QUERIES.items()}
    application = Datasette([path], metadata={"databases": {"few": {"queries": queries}}}).app()

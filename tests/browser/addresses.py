"""Every public address, from the patterns that the catalogue answers, so that no new page is forgotten."""

from django.urls import reverse
from django.urls.exceptions import NoReverseMatch
from django.utils.module_loading import import_string

from tests.addresses import patterns
from tests.browser.stock import LONG_SLUG, TOKEN

# For patterns with parameters: what is shown of them. A new one without an example here fails a test.
EXAMPLES: dict[str, list[dict[str, str | int]]] = {
    "role": [
        {"slug": slug}
        for slug in (
            "data-engineer",
            "bridge-keeper",
            "bare-role",
            "well-connected",
            "retired-role",
            LONG_SLUG,
        )
    ],
    "role-revisions": [{"slug": "data-analyst"}],
    "role-revision": [{"slug": "data-analyst", "number": 2}],
    "job-description": [{"slug": "data-engineer"}, {"slug": "bare-role"}],
    "suggest": [{"slug": "data-engineer"}],
    "suggestion": [{"token": TOKEN}],
    "proposal-preview": [{"token": TOKEN}],
    "mail-settings": [{"token": TOKEN}],
    "capability": [{"slug": "carpentry"}, {"slug": "sql"}],
    "responsibility": [{"slug": "api-reference"}],
    "artifact": [{"slug": "analysis-memos"}],
    "family": [{"slug": "data"}, {"slug": LONG_SLUG}],
    "property": [{"slug": "tools"}],
    "mcp-server": [{"slug": "gauge"}],
}
# What programs read, which a browser shows with a frame of its own making, and what only takes what is sent.
NO_PAGES = {"role-markdown", "role-json", "robots", "llms", "sitemap", "sitemap-part", "still-right"}
# Queries with which a page shows more than without.
QUERIES = {
    "roles": ["q=data", "q=nothing-is-called-so", "family=data&seniority=senior", "page=2"],
    "suggest": ["about=capabilities-sql"],
    "compare": [
        "roles=data-engineer,data-analyst",
        "roles=data-engineer,bridge-keeper,bare-role",
        f"roles=data-engineer,data-analyst,bridge-keeper,bare-role,{LONG_SLUG}&differences=only",
        "roles=data-engineer&add=data",
        "role=data-analyst&revisions=1,2",
    ],
    "gap": [
        "from=data-analyst&to=data-engineer",
        f"from={LONG_SLUG}&to=bridge-keeper",
        "to=data-engineer&level=sql:advanced&level=python:novice",
        "from=data&to=nobody",
    ],
    "map": [
        "role=data-engineer",
        "role=well-connected&others=shown",
        "q=data",
        "family=data",
        "role=no-such",
    ],
    "matrix": ["family=data", f"family={LONG_SLUG}", "capability=sql", "roles=no-such"],
    "capabilities": ["by=kind", "q=nothing-is-called-so"],
    "artifacts": ["by=letter"],
    "agents": ["q=data", "q=nothing-is-called-so"],
}
BESIDE = ["/accounts/login/", "/api/v1/docs", "/api/v1/docs/recipes", "/api/v1/docs/problems"]
"""Pages that are not among the addresses of the catalogue's roles."""


def every_address() -> list[str]:
    """The public addresses of pages, each once, in the order of their patterns.

    Raises:
        LookupError: if a pattern has parameters and EXAMPLES says nothing of it.
    """
    found = list(BESIDE)
    for name, _route in patterns(import_string("roles.urls.urlpatterns")):
        if name in NO_PAGES:
            continue
        try:
            places = [reverse(name, kwargs=example) for example in EXAMPLES.get(name, [{}])]
        except NoReverseMatch as error:
            raise LookupError(f"Give tests/browser/addresses.py an example of {name!r}.") from error
        found += places
        found += [f"{place}?{query}" for place in places for query in QUERIES.get(name, [])]
    return list(dict.fromkeys(found))
